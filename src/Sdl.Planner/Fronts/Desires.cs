using Sdl.Core.Planning;

namespace Sdl.Planner.Fronts;

/// <summary>Several objectives as one: the geometric mean of their desirabilities (Derringer and Suich 1980, doi
/// 10.1080/00224065.1980.11980968).</summary>
internal static class Desires
{
    public const string Name = "desirability";

    public static bool AreAsked(Problem problem) => problem.Objectives.Any(o => o.Desirability is not null);

    /// <summary>The problem with the desirability as its only objective; observations that lack an objective hold none
    /// of it.</summary>
    /// <exception cref="ArgumentException">Some objectives have no desirability, or one makes no sense.</exception>
    public static (Problem Problem, Evidence Evidence) AsOne(Problem problem, Evidence evidence)
    {
        foreach (var objective in problem.Objectives) Check(objective);
        return (problem with { Objectives = [new Objective(Name, Goal.Maximise)] },
            evidence with { Seen = [.. evidence.Seen.Select(o => o with { Values = With(problem, o.Values) })] });
    }

    /// <summary>0 to 1.</summary>
    public static double Of(Desirability wish, double value)
    {
        if (value == wish.Target) return 1;
        if ((value < wish.Target ? wish.Low : wish.High) is not { } end) return 1;
        return Math.Pow(Math.Clamp((value - end) / (wish.Target - end), 0, 1), wish.Weight);
    }

    private static Dictionary<string, Outcome> With(Problem problem, IReadOnlyDictionary<string, Outcome> values)
    {
        var all = values.ToDictionary(v => v.Key, v => v.Value);
        if (problem.Objectives.Any(o => !values.ContainsKey(o.Name))) return all;
        double[] at = [.. problem.Objectives.Select(o => values[o.Name].Value)];
        var desire = Mean(problem, at);
        double? variance = 0;
        for (var k = 0; k < at.Length; k++)
        {
            // Half the difference between one deviation above and below: a kink or an end bends the rest.
            if (values[problem.Objectives[k].Name].Uncertainty is not { } u)
            {
                variance = null;
                break;
            }
            double Moved(double by) => Mean(problem, [.. at.Select((v, i) => i == k ? v + by : v)]);
            variance += Math.Pow(0.5 * (Moved(u) - Moved(-u)), 2);
        }
        all[Name] = new Outcome(desire, variance is { } v ? Math.Sqrt(v) : null);
        return all;
    }

    private static double Mean(Problem problem, double[] values) => Math.Pow(
        problem.Objectives.Select((o, k) => Of(o.Desirability!, values[k])).Aggregate(1.0, (d, v) => d * v),
        1.0 / values.Length);

    private static void Check(Objective objective)
    {
        if (objective.Desirability is not { } wish)
            throw new ArgumentException(
                $"Objective {objective.Name} has no desirability and others have; give all of them one, or none.");
        if (!(wish.Low < wish.Target || wish.Low is null) || !(wish.High > wish.Target || wish.High is null)
            || wish is { Low: null, High: null } || !(wish.Weight > 0) || !double.IsFinite(wish.Target))
            throw new ArgumentException(FormattableString.Invariant(
                $"The desirability of {objective.Name} from {wish.Low} over {wish.Target} to {wish.High} with weight ")
                + FormattableString.Invariant($"{wish.Weight} makes no sense: low < target < high, weight above 0."));
    }
}
