using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Simulators.Cyclers;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Potentiostats;

/// <summary>What slow signals meet between the leads of a potentiostat: a resistor in series with a capacitor that
/// leaks, exact over any step under a constant load.</summary>
internal sealed class LeadsCell(Func<SlowResponse> components) : ICycledCell
{
    // V over the capacitor.
    private double _charge;

    public double Temperature { get; set; } = 25;

    public double LongestStep => double.PositiveInfinity;

    /// <summary>The cell that a <c>simulation</c> section names: <c>resistor</c>, <c>randles</c> or
    /// <c>battery</c>.</summary>
    /// <exception cref="SettingException">There is no such cell.</exception>
    public static ICycledCell Of(Settings settings)
    {
        double Si(string name, string unit, double otherwise) =>
            settings.Quantity(name, unit, Quantity.Of(otherwise, unit)).Si;
        switch (settings.Text("cell", "resistor"))
        {
            case "resistor":
                var plain = new SlowResponse(Si("resistance", "Ohm", 100_000), 0, 1e-9, 0);
                return new LeadsCell(() => plain);
            case "randles":
                var randles = new SlowResponse(Si("series_resistance", "Ohm", 1000),
                    Si("parallel_resistance", "Ohm", 100_000), Si("capacitance", "uF", 10),
                    Si("rest_potential", "V", 0));
                return new LeadsCell(() => randles);
            case "battery":
                return new SimpleCell(Si("capacity", "Ah", 1e-4) / 3600, Si("resistance", "Ohm", 1000),
                    Si("state_of_charge", "1", 0.3));
            case var other:
                throw new SettingException("cell", $"= {other} should be resistor, randles or battery");
        }
    }

    public CellPoint At(Load load)
    {
        var (series, _, _, rest) = components();
        var current = load.Kind == LoadKind.Voltage ? (load.Value - rest - _charge) / series : load.Value;
        return new CellPoint(rest + _charge + current * series, current);
    }

    public CellPoint Advance(double seconds, Load load)
    {
        var (series, parallel, capacitance, rest) = components();
        var leak = parallel > 0 ? 1 / parallel : double.PositiveInfinity;
        var isHeld = load.Kind == LoadKind.Voltage;
        var conductance = leak + (isHeld ? 1 / series : 0);
        var settled = (isHeld ? (load.Value - rest) / series : load.Value) / conductance;
        _charge = settled + (_charge - settled) * Math.Exp(-conductance * seconds / capacitance);
        return At(load);
    }

    public ICycledCell Copy() => (ICycledCell)MemberwiseClone();
}
