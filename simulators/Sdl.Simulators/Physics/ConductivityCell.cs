using System.Globalization;
using System.Numerics;

namespace Sdl.Simulators.Physics;

/// <summary>Two blocking electrodes in the vial at one place of the bench: lead inductance, solution resistance and
/// double layer in series, so that a Nyquist plot shows a steep capacitive tail that rises from the solution
/// resistance. Without a conducting vial there only stray capacitance is left.</summary>
/// <remarks>Errors after reference/physics.md, table 4c: cell constant 1 % and thermometer 0.15 K per calibration, 2.7
/// % per spectrum. A spectrum is named by what is measured and in which words, so that it comes out the same when it is
/// measured again after a crash.</remarks>
/// <param name="cellConstant">1/m, as it was calibrated.</param>
/// <param name="calibration">Names the calibration; another name draws other errors.</param>
public sealed class ConductivityCell(Bench bench, Noise noise, string place, double cellConstant, string calibration)
    : ICellUnderTest
{
    private const double CellConstantError = 0.01, ThermometerError = 0.15, Repeatability = 0.027, PointNoise = 0.002;

    // Polished metal of about 1 cm2: double layer as a constant phase element, leads of half a metre.
    private const double DoubleLayer = 2e-5, DoubleLayerExponent = 0.9, Inductance = 2e-7;
    private const double StrayCapacitance = 2e-12, Insulation = 1e10;

    /// <summary>Solution resistance in Ohm, without the scatter of the single spectrum; infinite when nothing
    /// conducts.</summary>
    public double SolutionResistance
    {
        get
        {
            var kelvin = bench.Temperature(place)
                + ThermometerError * noise.Normal($"thermometer/{place}/{calibration}");
            var kappa = bench.At(place) is { } vial ? Electrolyte.Conductivity(vial.Content, kelvin) : 0;
            var bias = CellConstantError * noise.Normal($"cell-constant/{place}/{calibration}");
            return cellConstant * (1 + bias) / kappa;
        }
    }

    public SlowResponse Slow =>
        new(Math.Min(SolutionResistance, Insulation), Insulation, DoubleLayer, RestPotential: 0);

    /// <inheritdoc/>
    public Complex Impedance(double hertz, string measurement)
    {
        var sample = $"conductivity/{place}/{bench.At(place)?.Number ?? 0}/{measurement}";
        // A factor that stays positive for any draw.
        var resistance = SolutionResistance * Math.Exp(Repeatability * noise.Normal(sample));
        var jw = Complex.ImaginaryOne * (2 * Math.PI * hertz);
        var electrodes = 1 / (DoubleLayer * Complex.Pow(jw, DoubleLayerExponent));
        var solution = double.IsFinite(resistance) ? 1 / (resistance + electrodes) : Complex.Zero;
        var clean = jw * Inductance + 1 / (solution + 1 / Insulation + jw * StrayCapacitance);
        var point = sample + "/" + hertz.ToString("R", CultureInfo.InvariantCulture);
        return clean * (1 + PointNoise * new Complex(noise.Normal(point + "/re"), noise.Normal(point + "/im")));
    }
}
