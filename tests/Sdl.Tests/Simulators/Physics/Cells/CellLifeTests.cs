using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;
using static Sdl.Tests.Simulators.Physics.Cells.ReferenceTable;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class CellLifeTests
{
    [Fact]
    public void Lives_agree_with_those_of_the_simulated_laboratory_to_a_hundredth()
    {
        foreach (var row in Rows("lives.csv"))
        {
            var life = Life(Number(row[0]), Number(row[1]));
            var expected = Number(row[4]);
            Assert.True(
                Math.Abs(life.EndOfLife!.Value - expected) <= 0.01 * expected,
                $"{row[0]} {row[1]}: {life.EndOfLife:0.00} instead of {expected}");
            AssertNear(Number(row[2]) * 3.6, life.Points[0].Capacity, 2e-3, $"{row[0]} {row[1]} at first");
            AssertNear(Number(row[3]) * 3.6, life.Points[2].Capacity, 2e-3, $"{row[0]} {row[1]} at 40");
        }
    }

    [Fact]
    public void Life_is_shorter_when_there_is_less_electrolyte() =>
        Assert.True(Life(0.33, 0.1, 28e-9).EndOfLife < 0.9 * Life(0.33, 0.1).EndOfLife);

    [Theory]
    // Days, Ah: closed_form_reference.json, film limited by the diffusion of solvent.
    [InlineData(1, 0.0009327608784954014)]
    [InlineData(30, 0.012939251453426297)]
    [InlineData(365, 0.054783716537852765)]
    public void Film_of_the_large_cell_grows_as_the_diffusion_of_solvent_lets_it(double days, double lost)
    {
        var cell = new ReducedCell(ParameterSets.Chen2020);
        var ageing = new Ageing(FadeLaw.SolventDiffusion(ParameterSets.Chen2020), cell, formed: true);
        var before = cell.NegativeMean;
        for (var i = 0; i < 100; i++)
            ageing.Live(days * 864, 0);
        AssertNear(lost / 5, ageing.LostLithium, 1e-6, "film");
        AssertNear(lost / 5, (before - cell.NegativeMean) / Ageing.PerNominalCharge(cell.Parameters), 1e-6, "anode");
    }

    internal static ElectrolyteComposition Mix(double ec, double salt) => ElectrolyteComposition.FromMoles(
        new Dictionary<string, double> { ["EC"] = ec, ["EMC"] = 1 - ec - salt, ["LiPF6"] = salt });

    private static LifeCurve Life(double ec, double salt, double volume = 35e-9)
    {
        var mix = Mix(ec, salt);
        var cell = CellMaker.Parameters(ParameterSets.Coin, mix, 299.65);
        return CellLife.Run(cell, FadeLaw.Coin(cell, mix, volume), 299.65);
    }
}
