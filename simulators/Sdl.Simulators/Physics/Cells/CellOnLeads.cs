using System.Globalization;
using System.Numerics;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>A cell at the leads of a potentiostat, as it is at this moment, with the errors of an impedance
/// measurement: 0.5 % and 0.3 degrees for a whole spectrum, 0.2 % for each point.</summary>
/// <param name="name">Names the cell in everything that is drawn.</param>
public sealed class CellOnLeads(CellUnderTest cell, Noise noise, string name) : ICellUnderTest
{
    private const double Magnitude = 0.005, Phase = 0.3 * Math.PI / 180, Point = 0.002;

    public CellUnderTest Cell => cell;

    /// <inheritdoc/>
    public Complex Impedance(double hertz, string measurement)
    {
        var spectrum = $"cell/{name}/{measurement}";
        var point = spectrum + "/" + hertz.ToString("R", CultureInfo.InvariantCulture);
        return cell.Impedance(hertz)
            * Complex.FromPolarCoordinates(
                Math.Exp(Magnitude * noise.Normal(spectrum + "/size")), Phase * noise.Normal(spectrum + "/phase"))
            * (1 + Point * new Complex(noise.Normal(point + "/re"), noise.Normal(point + "/im")));
    }

    /// <summary>Series resistance at 10 kHz, what comes to it by 10 mHz, and the capacitance that has the time constant
    /// between them at 1 Hz.</summary>
    public SlowResponse Slow
    {
        get
        {
            var series = cell.Impedance(1e4).Real;
            var parallel = Math.Max(1e-9, cell.Impedance(0.01).Real - series);
            return new SlowResponse(series, parallel, 1 / (2 * Math.PI * parallel), cell.OpenCircuitVoltage);
        }
    }
}
