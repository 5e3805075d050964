using Sdl.Core.Planning;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>The suite in the planner's words. What other planners were told is told: that data are exact, not how noisy
/// they are.</summary>
internal static class AsProblem
{
    public static Problem Of(SuiteProblem suite)
    {
        var parameters = suite.Bounds.Select((b, k) => (Parameter)(k < suite.Levels.Length
            ? new CategoricalParameter(Name(k), suite.Levels[k])
            : new ContinuousParameter(Name(k), b.Min, b.Max))).ToList();
        var space = new SearchSpace(parameters)
        {
            Mixtures = suite.IsMixture ? [new Mixture([.. parameters.Select(p => p.Name)])] : [],
        };
        return new Problem(space,
            [.. Enumerable.Range(0, suite.Objectives)
                .Select(i => new Objective(Objective(i), Goal.Minimise, suite.Reference?[i]))])
        {
            Constraints = [.. Enumerable.Range(0, suite.Constraints)
                .Select(i => new OutcomeConstraint(Constraint(i), null, 0))],
            Sources = suite.Sources is { } sources
                ? [.. sources.Select((s, i) => new Source(s.Name, s.Cost, i == suite.Truth))]
                : [Source.Only],
            Noise = suite.Noise > 0 ? UndeclaredNoise.Learned : UndeclaredNoise.None,
        };
    }

    public static Observation Observed(SuiteProblem suite, double[] x, int source, double[] values)
    {
        var outcomes = values.Index().ToDictionary(
            v => v.Index < suite.Objectives ? Objective(v.Index) : Constraint(v.Index - suite.Objectives),
            v => new Outcome(v.Item));
        return new Observation(At(suite, x), outcomes) { Source = suite.Sources?[source].Name ?? "" };
    }

    public static double[] Numbers(SuiteProblem suite, DesignPoint at) =>
    [
        .. Enumerable.Range(0, suite.Dimension).Select(k => k < suite.Levels.Length
            ? Array.IndexOf(suite.Levels[k], at.Level(Name(k))) : at.Number(Name(k))!.Value),
    ];

    private static DesignPoint At(SuiteProblem suite, double[] x) => new(
        x.Index().Skip(suite.Levels.Length).ToDictionary(v => Name(v.Index), v => v.Item),
        suite.Levels.Index().ToDictionary(l => Name(l.Index), l => l.Item[(int)Math.Round(x[l.Index])]));

    private static string Name(int parameter) => $"x{parameter + 1}";

    private static string Objective(int number) => number == 0 ? "y" : $"y{number + 1}";

    private static string Constraint(int number) => $"c{number + 1}";
}
