using System.Globalization;
using Sdl.Core.Planning;

namespace Sdl.Planner;

/// <summary>Says what is wrong with a problem or with what is known of it.</summary>
internal static class Questions
{
    /// <exception cref="ArgumentException">The message names the place.</exception>
    public static void Check(Problem problem, Evidence evidence)
    {
        if (problem.Objectives.Count == 0) throw Wrong($"The problem has no objective.");
        foreach (var group in problem.Objectives.GroupBy(o => o.Name).Where(g => g.Count() > 1))
            throw Wrong($"Objective {group.Key} is declared {group.Count()} times.");
        foreach (var o in problem.Objectives)
            if (!Enum.IsDefined(o.Goal) || o.Reference is { } r && !double.IsFinite(r))
                throw Wrong($"Objective {o.Name} has no goal that is known, or a reference that is no finite number.");
        foreach (var c in problem.Constraints)
        {
            if (c is { Min: null, Max: null }) throw Wrong($"Constraint {c.Name} has no limit.");
            if (double.IsNaN(c.Min ?? 0) || double.IsNaN(c.Max ?? 0) || c.Min > c.Max)
                throw Wrong($"Constraint {c.Name} from {c.Min} to {c.Max} can never hold.");
        }
        CheckSources(problem.Sources);
        if (!Enum.IsDefined(problem.Noise)) throw Wrong($"There is no kind of noise {(int)problem.Noise}.");
        for (var i = 0; i < evidence.Seen.Count; i++) Check(problem, evidence.Seen[i], i + 1);
        foreach (var pending in evidence.Pending)
        {
            CheckPlace(problem.Space, pending.At, "Pending point");
            if (problem.Sources.All(s => s.Name != pending.Source))
                throw Wrong($"A pending point is of {pending.Source}, which is no source of this problem.");
        }
        foreach (var point in evidence.Suggested)
            if (!problem.Space.Contains(point, 1e-9)) throw Wrong($"Suggested point ({point}) is not in the space.");
        foreach (var range in evidence.Vetoes.SelectMany(v => v.Within))
            if (problem.Space.Parameters.All(p => p.Name != range.Parameter))
                throw Wrong($"A veto names {range.Parameter}, which is no parameter.");
    }

    private static void CheckSources(IReadOnlyList<Source> sources)
    {
        if (sources.Count(s => s.IsTarget) != 1) throw Wrong($"One of the sources has to be the target.");
        foreach (var source in sources)
            if (!(source.Cost > 0) || (source.IsTarget && double.IsInfinity(source.Cost))
                || source.Delay < TimeSpan.Zero)
                throw Wrong($"Source {source.Name} needs a cost above 0 and a delay that is not negative.");
        foreach (var source in sources.Where(s => s.Correlation is { } c && !(Math.Abs(c) < 1)))
            throw Wrong($"The correlation of source {source.Name} must lie between -1 and 1, both excluded.");
        foreach (var group in sources.GroupBy(s => s.Name).Where(g => g.Count() > 1))
            throw Wrong($"Source {group.Key} is declared {group.Count()} times.");
    }

    private static void Check(Problem problem, Observation o, int number)
    {
        var name = $"Observation {number}";
        if (problem.Sources.All(s => s.Name != o.Source))
            throw Wrong($"{name} ({o.At}) comes from {o.Source}, which is no source of this problem.");
        CheckPlace(problem.Space, o.At, name);
        foreach (var (outcome, value) in o.Values)
        {
            if (!double.IsFinite(value.Value)) throw Unusable(
                $"its value of {outcome} is {value.Value}; it must be a finite number");
            if (value.Uncertainty is { } u && !(u >= 0 && double.IsFinite(u))) throw Unusable(
                $"its uncertainty of {outcome} is {u}; it must be a finite number, 0 or more, or null");
        }

        ArgumentException Unusable(FormattableString what) =>
            Wrong($"{name} ({o.At}) cannot be used: {what.ToString(CultureInfo.InvariantCulture)}.");
    }

    /// <summary>Everything has a value; it need not be one that would be proposed.</summary>
    private static void CheckPlace(SearchSpace space, DesignPoint x, string name)
    {
        foreach (var parameter in space.Parameters.Where(p => SearchSpace.IsActive(p, x)))
        {
            if (parameter is CategoricalParameter category)
            {
                var level = x.Level(category.Name) ?? "missing";
                if (category.Levels.Contains(level)) continue;
                throw Wrong($"{name} ({x}) cannot be used: its {category.Name} is {level}, which is no level of it.");
            }
            var value = x.Number(parameter.Name) ?? double.NaN;
            if (double.IsFinite(value)) continue;
            throw Wrong($"{name} ({x}) cannot be used: its {parameter.Name} is {value}; it must be a finite number.");
        }
    }

    private static ArgumentException Wrong(FormattableString message) =>
        new(message.ToString(CultureInfo.InvariantCulture));
}
