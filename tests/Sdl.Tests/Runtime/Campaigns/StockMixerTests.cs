using FsCheck.Xunit;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;

namespace Sdl.Tests.Runtime.Campaigns;

/// <summary>With the stock solutions of the ASAB platform as it listed them in 2023 (masses in g,
/// densities in g/mL).</summary>
public class StockMixerTests
{
    private static readonly string[] Components = ["EC", "EMC", "LiPF6"];

    private static readonly Stock[] Stocks =
    [
        Stock("1.5M-LiPF6-EC-EMC", 1288, ("LiPF6", 10.62), ("EC", 24.752), ("EMC", 24.752)),
        Stock("1.5M-LiPF6-EMC", 1162, ("LiPF6", 10.018), ("EMC", 41.167)),
        Stock("EC-EMC", 1159, ("EC", 25.474), ("EMC", 25.474)),
        Stock("EMC", 1005, ("EMC", 44.96)),
    ];

    private static readonly StockMixer Mixer = new(Stocks, Components);
    private static readonly IReadOnlyList<LinearConstraint> Reachable = Mixer.Reachable();

    [Property(MaxTest = 500)]
    public bool Volumes_are_not_negative_sum_to_the_batch_and_give_the_formulation(byte a, byte b, byte c, byte d)
    {
        var parts = new[] { a + 0.0, b, c, d + 1.0 };
        var target = Composition(parts);
        var recipe = Mixer.Mix(target, 10e-6, 0, 1e-18);
        return recipe.Volumes.Values.All(v => v >= 0)
            && Math.Abs(recipe.Volumes.Values.Sum() - 10e-6) < 1e-13
            && Components.All(k => Math.Abs(recipe.Nominal[k] - target[k]) < 1e-7)
            && Math.Abs(recipe.Mass - Stocks.Sum(s => s.Density * recipe.Volumes[s.Name])) < 1e-15;
    }

    [Property(MaxTest = 1000)]
    public bool The_constraints_say_exactly_what_can_be_mixed(byte ec, byte salt)
    {
        var (x, y) = (ec / 400.0, salt / 1200.0);
        var target = new Formulation(new Dictionary<string, double> { ["EC"] = x, ["LiPF6"] = y, ["EMC"] = 1 - x - y });
        var margin = Reachable.Max(r => r.Coefficients.Sum(k => k.Value * target[k.Key]) - r.Max);
        if (Math.Abs(margin) < 1e-6)
            return true; // on the border either answer is right
        try
        {
            Mixer.Mix(target, 10e-6, 0, 1e-12);
            return margin < 0;
        }
        catch (ArgumentException)
        {
            return margin > 0;
        }
    }

    [Property(MaxTest = 300)]
    public bool Doses_are_whole_steps_and_never_below_the_least(byte a, byte b, byte c, byte d)
    {
        var recipe = Mixer.Mix(Composition([a, b, c, d + 1.0]), 10e-6, 50e-9, 1e-9);
        return recipe.Volumes.Values.All(v => v == 0 || v >= 50e-9 - 1e-15)
            && recipe.Volumes.Values.All(v => Math.Abs(v / 1e-9 - Math.Round(v / 1e-9)) < 1e-6)
            && Math.Abs(recipe.Nominal.Fractions.Values.Sum() - 1) < 1e-12;
    }

    [Fact]
    public void Stocks_that_do_not_span_the_mixture_reach_nothing() =>
        Assert.Empty(new StockMixer([Stocks[1], Stocks[3]], Components).Reachable());

    [Fact]
    public void A_stock_with_a_stranger_in_it_is_refused() =>
        Assert.Throws<ArgumentException>(() => new StockMixer(Stocks, ["EC", "EMC"]));

    [Fact]
    public void Weighing_makes_the_estimate_better_and_leaves_it_unbiased()
    {
        var recipe = Mixer.Mix(Composition([1, 1, 1, 1]), 10e-6, 0, 1e-9);
        var random = new Random(7);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        const int n = 4000;
        double bias = 0, naive = 0, better = 0;
        for (var i = 0; i < n; i++)
        {
            var truth = Stocks.ToDictionary(s => s.Name, s => recipe.Volumes[s.Name] * (1 + 0.02 * Normal()));
            var mass = Stocks.Sum(s => s.Density * truth[s.Name]) + 1e-6 * Normal();
            var volumes = Mixer.Estimate(recipe, new Measured(Mass(mass), Mass(1e-6)), 0.02).Volumes;
            var name = Stocks[0].Name;
            bias += (volumes[name].Value.Si - truth[name]) / n;
            naive += Math.Pow(recipe.Volumes[name] - truth[name], 2) / n;
            better += Math.Pow(volumes[name].Value.Si - truth[name], 2) / n;
            Assert.True(volumes[name].Uncertainty.Si < 0.02 * recipe.Volumes[name]);
        }
        Assert.True(better < 0.8 * naive);
        Assert.True(Math.Abs(bias) < 4 * Math.Sqrt(better / n));
    }

    [Fact]
    public void Without_any_uncertainty_there_is_nothing_to_estimate()
    {
        var exact = Stocks.Select(s => s with { DensityUncertainty = 0 }).ToArray();
        var mixer = new StockMixer(exact, Components);
        var recipe = mixer.Mix(Composition([1, 1, 1, 1]), 10e-6, 0, 1e-9);
        var volumes = mixer.Estimate(recipe, Measured.Exact(Mass(recipe.Mass)), 0).Volumes;
        Assert.All(volumes, v => Assert.Equal(recipe.Volumes[v.Key], v.Value.Value.Si, 15));
    }

    private static Formulation Composition(IReadOnlyList<double> parts)
    {
        var moles = Components.ToDictionary(c => c, c => Stocks.Select((s, i) => parts[i] * s.MolesPerVolume(c)).Sum());
        return new Formulation(moles.ToDictionary(m => m.Key, m => m.Value / moles.Values.Sum()));
    }

    private static Quantity Mass(double kg) => new(kg, new(Mass: 1));

    private static Stock Stock(string name, double density, params (string Symbol, double Mass)[] masses) =>
        new(name, masses.ToDictionary(m => m.Symbol, m => m.Mass / masses.Sum(k => k.Mass)), density, 1, 299.8);
}
