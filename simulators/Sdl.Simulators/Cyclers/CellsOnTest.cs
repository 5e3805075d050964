using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>The cells that a lab file can put on the terminals of a simulated cycler.</summary>
internal static class CellsOnTest
{
    /// <summary>The equivalent circuit <c>simple</c>, or one of <see cref="ParameterSets"/> with the settings of
    /// <see cref="CellBuild"/>.</summary>
    /// <exception cref="SettingException">There is no such cell.</exception>
    public static ICycledCell Of(SimulatorContext context)
    {
        var simulation = context.Simulation;
        var kind = simulation.Text("cell", "simple");
        if (ParameterSets.Names.Contains(kind))
            return new ModelledCell(
                CellMaker.Make(CellBuild.FromSettings(simulation), context.Noise, context.Id.Value));
        if (kind != "simple")
            throw new SettingException(
                "cell", $"= {kind} is not one of simple, {string.Join(", ", ParameterSets.Names)}");
        var charge = simulation.Quantity("state_of_charge", "1", Quantity.Of(0.3, Unit.One)).Si;
        return charge is < 0 or > 1
            ? throw new SettingException("state_of_charge", $"= {charge} should be from 0 to 1")
            : new SimpleCell(
                simulation.Quantity("capacity", "Ah", Quantity.Of(3e-3, "Ah")).In("Ah"),
                simulation.Quantity("resistance", "Ohm", Quantity.Of(10, "Ohm")).Si, charge);
    }
}
