using FsCheck.Xunit;
using Sdl.Planner.Numerics;
using Sdl.Planner.Sources;
using Sdl.Planner.Surrogates;

namespace Sdl.Tests.Planner.Sources;

public sealed class SourceModelTests
{
    [Property(MaxTest = 30)]
    public void Gradient_of_the_posterior_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var data = Random(draws, 2 + draws.Below(2), 12);
        SourceStructure structure = draws.Below(2) == 0
            ? new AutoRegression(data.Target, data.Relations) : new Coregionalisation(data.Target, data.Relations);
        var likelihood = new SourceLikelihood(data, structure);
        double[] at = [.. Enumerable.Range(0, likelihood.Parameters).Select(_ => 0.5 * draws.Normal())];
        at.AsSpan(at.Length - data.Sources).Fill(-3);

        var slopes = new double[at.Length];
        likelihood.Evaluate(at, slopes);

        Slopes.Near(Slopes.Of(x => likelihood.Evaluate(x, []), at), slopes);
    }

    [Property(MaxTest = 30)]
    public void Gradient_of_the_choice_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var process = Given(draws, Random(draws, 3, 10));
        double[] at = [draws.Uniform(), draws.Uniform()];
        for (var source = 0; source < 3; source++)
        {
            var choice = new SourceChoice(process, source, [1.5, 1.9, 2.4]);
            var slopes = new double[2];
            choice.Evaluate(at, slopes);
            Slopes.Near(Slopes.Of(x => choice.Evaluate(x, []), at), slopes, 1e-4);
        }
    }

    [Property(MaxTest = 30)]
    public void Gradient_of_the_knowledge_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var process = Given(draws, Random(draws, 3, 10));
        List<double[]> candidates =
            [.. Enumerable.Range(0, 12).Select(_ => new[] { draws.Uniform(), draws.Uniform() })];
        double[] at = [draws.Uniform(), draws.Uniform()];
        for (var source = 0; source < 3; source++)
        {
            var knowledge = new SourceKnowledge(process, source, candidates);
            var slopes = new double[2];
            knowledge.Evaluate(at, slopes);
            Slopes.Near(Slopes.Of(x => knowledge.Evaluate(x, []), at), slopes, 1e-4);
        }
    }

    [Property(MaxTest = 30)]
    public void Gradient_of_the_mean_agrees_with_differences(ulong seed)
    {
        var draws = new Draws(seed);
        var process = Given(draws, Random(draws, 2, 10));
        double[] at = [draws.Uniform(), draws.Uniform()], slopes = new double[2];

        process.TargetMean(at, slopes);

        Slopes.Near(Slopes.Of(x => process.TargetMean(x, []), at), slopes);
    }

    [Fact]
    public void One_source_alone_is_an_ordinary_process()
    {
        var draws = new Draws(3);
        var data = Random(draws, 1, 9);
        var coupling = new Coupling(1, 1)
        {
            Shares = { [0] = { [0] = 1.7 } }, Loadings = { [0] = 1 }, Noise = { [0] = 0.01 },
        };
        var ordinary = new GaussianProcess(
            data.X, data.Y, [.. data.Y.Select(_ => 0.01)], [0.3, 0.6], 1.7);
        var process = new SourceProcess(data, coupling, [[0.3, 0.6]]);
        double[] at = [0.4, 0.7];

        var (mean, variance) = process.Target(at);

        Assert.Equal(ordinary.Predict(at).Mean, mean, 1e-9);
        Assert.Equal(ordinary.Predict(at).Variance, variance, 1e-9);
    }

    [Fact]
    public void A_measurement_under_way_narrows_what_it_will_tell_and_moves_no_mean()
    {
        var process = Given(new Draws(5), Random(new Draws(5), 2, 8));
        double[] at = [0.31, 0.62];

        var later = process.With([(at, process.Data.Target)]);

        Assert.Equal(process.Target(at).Mean, later.Target(at).Mean, 1e-9);
        Assert.True(later.Target(at).Variance < process.Target(at).Variance);
        Assert.True(later.Target(at).Variance <= process.NoiseOf(process.Data.Target));
    }

    [Fact]
    public void Fit_learns_a_proxy_that_falls_when_the_target_rises()
    {
        var draws = new Draws(11);
        double[] x = [.. Enumerable.Range(0, 60).Select(_ => draws.Uniform())];
        int[] source = [.. Enumerable.Range(0, 30).Select(i => i < 24 ? 0 : 1)];
        double Truth(int i) => Math.Sin(4 * x[2 * i]) + x[2 * i + 1];
        var data = SourceData.Of(
            Encoding.Numbers(2), x, source,
            [.. source.Select((s, i) => s == 0 ? 500 - 70 * Truth(i) : Truth(i))],
            [.. source.Select(_ => double.NaN)], 1, [0.0, null], true);

        var process = SourceFit.To(data, new AutoRegression(1, data.Relations), true);

        Assert.True(process.Coupling.Loadings[0] < -0.3);
        foreach (var at in new double[][] { [0.1, 0.2], [0.4, 0.9], [0.8, 0.5] })
            Assert.Equal(Math.Sin(4 * at[0]) + at[1], data.FromStandard(process.TargetMean(at, [])), 0.15);
    }

    private static SourceData Random(Draws draws, int sources, int count) => SourceData.Of(
        Encoding.Numbers(2), [.. Enumerable.Range(0, 2 * count).Select(_ => draws.Uniform())],
        [.. Enumerable.Range(0, count).Select(i => i % sources)],
        [.. Enumerable.Range(0, count).Select(_ => draws.Normal())],
        [.. Enumerable.Range(0, count).Select(_ => double.NaN)], sources - 1,
        [.. Enumerable.Range(0, sources).Select(s => s == 0 && sources > 1 ? 0.0 : (double?)null)], true);

    private static SourceProcess Given(Draws draws, SourceData data)
    {
        var structure = new AutoRegression(data.Target, data.Relations);
        var likelihood = new SourceLikelihood(data, structure);
        double[] at = [.. Enumerable.Range(0, likelihood.Parameters).Select(_ => 0.3 * draws.Normal())];
        at.AsSpan(at.Length - data.Sources).Fill(-4);
        var coupling = new Coupling(data.Sources, 2);
        likelihood.Decode(at, coupling);
        return new SourceProcess(data, coupling, [likelihood.Scales(at, 0), likelihood.Scales(at, 1)]);
    }
}
