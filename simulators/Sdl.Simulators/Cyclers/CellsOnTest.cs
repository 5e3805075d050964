using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Simulators.Cyclers;

/// <summary>The cells that a lab file can put on the terminals of a simulated cycler.</summary>
internal static class CellsOnTest
{
    /// <exception cref="SettingException">There is no such cell.</exception>
    public static ICycledCell Of(Settings simulation)
    {
        var kind = simulation.Text("cell", "simple");
        var charge = simulation.Quantity("state_of_charge", "1", Quantity.Of(0.3, Unit.One)).Si;
        if (charge is < 0 or > 1)
            throw new SettingException("state_of_charge", $"= {charge} should be from 0 to 1");
        return kind switch
        {
            "simple" => new SimpleCell(
                simulation.Quantity("capacity", "Ah", Quantity.Of(3e-3, "Ah")).In("Ah"),
                simulation.Quantity("resistance", "Ohm", Quantity.Of(10, "Ohm")).Si, charge),
            _ => throw new SettingException("cell", $"= {kind} is not one of simple"),
        };
    }
}
