using System.Globalization;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Analysis;

public class EarlyLifeTests
{
    [Fact]
    public void Variance_model_reaches_the_published_errors()
    {
        var model = VarianceModel.Fit(Cells("train"));
        Assert.Equal(1.34615, model.Intercept, 5e-6);
        Assert.Equal(-0.395814, model.Slope, 5e-7);
        Assert.Equal(103.6, model.Score(Cells("train")).Rmse, 0.05);
        Assert.Equal(137.9, model.Score(Cells("test1")).Rmse, 0.05);
        Assert.Equal(195.9, model.Score(Cells("test2")).Rmse, 0.05);
        Assert.Equal([14.1, 14.7, 11.4], new[] { "train", "test1", "test2" }
            .Select(s => Math.Round(model.Score(Cells(s)).Mape, 1)));
    }

    [Fact]
    public void Built_in_model_is_the_one_that_the_data_give()
    {
        var (fitted, stored) = (VarianceModel.Fit(Cells("train")), VarianceModel.Severson);
        foreach (var x in new[] { -5.5, -3.7, -2.0 })
        {
            Assert.Equal(fitted.Predict(x).Life, stored.Predict(x).Life, 1e-5 * fitted.Predict(x).Life);
            Assert.Equal(fitted.Predict(x).Factor, stored.Predict(x).Factor, 1e-7);
        }
    }

    [Fact]
    public void Two_thirds_of_unseen_cells_lie_within_one_deviation_or_it_is_told_too_small()
    {
        var model = VarianceModel.Fit(Cells("train"));
        var within = Cells("test1").Count(c =>
        {
            var (life, factor) = model.Predict(c.LogVariance);
            return c.Life > life / factor && c.Life < life * factor;
        });
        Assert.InRange(within / (double)Cells("test1").Count, 0.55, 0.85);
    }

    [Fact]
    public void Features_are_those_of_the_difference()
    {
        // delta Q = -0.01 (4 - V) - 0.002 over one volt: mean -0.007, variance 0.01^2 / 12, minimum -0.012.
        var volts = Enumerable.Range(0, 2001).Select(i => 4 - i * 0.0005).ToArray();
        var early = volts.Select(v => 4 - v).ToArray();
        var late = volts.Select(v => 0.99 * (4 - v) - 0.002).Select(q => q).ToArray();
        var features = EarlyLifeFeatures.Of((volts, early), (volts, [.. late.Select(q => q + 1)]));
        Assert.Equal(Math.Log10(1e-4 / 12), features.LogVariance, 2e-3);
        features = EarlyLifeFeatures.Of((volts, [.. early.Select(q => q + 1)]), (volts, [.. late.Select(q => q + 1)]));
        Assert.Equal(Math.Log10(0.012), features.LogMinimum, 1e-6);
        Assert.Equal(Math.Log10(0.007), features.LogMean, 1e-6);
    }

    [Fact]
    public void Sign_and_order_of_the_discharge_do_not_count()
    {
        double[] volts = [4, 3.7, 3.2, 2.9], early = [0, 1, 2, 2.5], late = [0, 0.9, 1.7, 2.1];
        var features = EarlyLifeFeatures.Of((volts, early), (volts, late));
        Assert.Equal(features, EarlyLifeFeatures.Of(
            ([.. volts.Reverse()], [.. early.Reverse().Select(q => -q)]), (volts, [.. late.Select(q => -q)])));
    }

    [Fact]
    public void Same_cycle_twice_is_refused() => Assert.Throws<AnalysisException>(
        () => EarlyLifeFeatures.Of(([4, 3], [0, 1]), ([4, 3], [0, 1])));

    private static List<(double LogVariance, double Life)> Cells(string set)
    {
        var rows = SharedReference.Lines("open/severson_features.csv").Select(l => l.Split(',')).ToList();
        var (life, variance) = (Array.IndexOf(rows[0], "cycle_life"), Array.IndexOf(rows[0], "log10_var_dQ100_10"));
        return rows.Where(c => c[0] == set).Select(c => (Number(c[variance]), Number(c[life]))).ToList();
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
