using Sdl.Simulators.Physics.Cells;
using static Sdl.Tests.Simulators.Physics.Cells.ReferenceTable;

namespace Sdl.Tests.Simulators.Physics.Cells;

/// <summary>Constant-current discharges beside those of PyBaMM's models, at 298.15 K to 2.5 V.</summary>
public class DischargeTests
{
    [Theory]
    [InlineData("chen2020", "SPMe", 0.1)]
    [InlineData("chen2020", "SPMe", 0.2)]
    [InlineData("chen2020", "SPMe", 0.5)]
    [InlineData("chen2020", "SPMe", 1)]
    public void Discharge_of_the_large_cell_agrees_with_SPMe_to_2_mV(string cell, string model, double rate) =>
        AssertAgrees(cell, model, rate, 2e-3);

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(2)]
    public void Discharge_of_the_coin_cell_agrees_with_the_porous_electrode_model_to_1_mV(double rate) =>
        AssertAgrees("coin", "DFN", rate, 1e-3);

    private static void AssertAgrees(string name, string model, double rate, double volts)
    {
        var row = Rows("discharges.csv").Single(r => r[0] == name && r[1] == model && Number(r[2]) == rate);
        foreach (var step in new[] { 1.0, 10 })
        {
            var cell = new CellUnderTest(new ReducedCell(Parameters(name)), null, CellFault.None);
            var load = Load.Current(-rate * cell.RatedCurrent);
            var time = 0.0;
            foreach (var (seconds, expected) in row.Skip(4).Select(p => p.Split(':')).Select(
                         p => (Number(p[0]), Number(p[1]))))
            {
                time += cell.AdvanceUntil(load, seconds - time, step / rate, _ => false);
                var voltage = cell.Voltage(load.Value);
                Assert.True(
                    Math.Abs(voltage - expected) <= volts,
                    $"{name} {rate} C at {seconds} s in steps of {step / rate} s: {voltage:0.00000} V instead of "
                    + $"{expected:0.00000} V");
            }
            time += cell.AdvanceUntil(load, 50_000, step / rate, p => p.Voltage <= 2.5);
            AssertNear(Number(row[3]), -cell.Charge, 1e-3, $"{name} {rate} C in steps of {step / rate} s");
        }
    }

    private static CellParameters Parameters(string name)
    {
        if (name == "chen2020")
            return ParameterSets.Chen2020;
        var known = ElectrolyteTransport.EcEmc37;
        return ParameterSets.CoinNmc811Graphite(
            new CellElectrolyte(1000, known.Conductivity, known.Diffusivity, 0.2594, 1)) with
        { ContactResistance = 0 };
    }
}
