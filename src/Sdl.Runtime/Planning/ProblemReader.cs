using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>A problem for the planner, as a file or a <c>create</c> says it.</summary>
/// <param name="Seed">Of everything that the planner draws.</param>
public sealed record PlanningTask(string Name, Problem Problem, ulong Seed);

/// <summary>Reads a problem: the space, what is to be found there, and with what.</summary>
public static class ProblemReader
{
    /// <summary>The first key of such a file.</summary>
    public const string Kind = "problem";

    private static readonly Unit Second = Unit.Parse("s");

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static PlanningTask Read(string path)
    {
        var findings = new Findings();
        var root = YamlFile.Load(path, Kind, findings).Root;
        var task = new PlanningTask(root.Required(Kind), ReadProblem(root), Seed(root));
        _ = root.Text("description");
        root.RefuseUnread("a problem");
        findings.ThrowIfAny();
        return task;
    }

    internal static Problem ReadProblem(YamlMap root)
    {
        if (!root.Has("space"))
            root.Findings.Add(root.At, "'space' is missing");
        if (!root.Has("objectives"))
            root.Findings.Add(root.At, "'objectives' is missing, such as [{name: y, goal: min}]");
        var space = root.Map("space") is { } map ? SpaceReader.Read(map) : new SearchSpace([]);
        var objectives = root.Maps("objectives").Select(ReadObjective).ToList();
        if (root.Has("objectives") && objectives.Count == 0)
            root.Findings.Add(root.MarkOf("objectives"), "objectives: there is none");
        foreach (var twice in objectives.GroupBy(o => o.Name).Where(g => g.Count() > 1))
            root.Findings.Add(root.MarkOf("objectives"), $"objectives: '{twice.Key}' is there twice");
        foreach (var both in space.Parameters.Where(p => objectives.Any(o => o.Name == p.Name)))
            root.Findings.Add(root.MarkOf("objectives"),
                $"objectives: '{both.Name}' is a parameter, too; rename one of them");
        return new Problem(space, objectives)
        {
            Constraints = [.. root.Maps("constraints").Select(ReadConstraint)],
            Sources = Sources(root),
            Noise = Noise(root),
        };
    }

    internal static ulong Seed(YamlMap root)
    {
        if (root.Text("seed") is not { } text)
            return 1;
        if (!ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
            root.Findings.Add(
                root.MarkOf("seed"), $"seed: '{text}' should be a whole number from 0 to {ulong.MaxValue}");
        return seed;
    }

    internal static Goal ReadGoal(YamlMap map, string otherwise)
    {
        var goal = map.Text("goal") ?? otherwise;
        if (goal is not ("min" or "max" or "minimise" or "maximise"))
            map.Findings.Add(map.MarkOf("goal"), $"goal: '{goal}' should be maximise or minimise (or max, min)");
        return goal is "min" or "minimise" ? Goal.Minimise : Goal.Maximise;
    }

    internal static Desirability? ReadDesirability(YamlMap map)
    {
        if (map.Map("desirability") is not { } wish)
            return null;
        if (!wish.Has("target"))
            wish.Findings.Add(wish.At, "'target' is missing");
        var desirability = new Desirability(
            wish.Number("low"), wish.Number("target") ?? 0, wish.Number("high"), wish.Number("weight") ?? 1);
        wish.RefuseUnread("a desirability");
        return desirability;
    }

    internal static UndeclaredNoise Noise(YamlMap root)
    {
        var noise = root.Text("noise") ?? "learned";
        UndeclaredNoise? known = noise switch
        {
            "learned" => UndeclaredNoise.Learned,
            "none" => UndeclaredNoise.None,
            "considerable" => UndeclaredNoise.Considerable,
            _ => null,
        };
        if (known is null)
            root.Findings.Add(root.MarkOf("noise"), $"noise: '{noise}' should be learned, none or considerable");
        return known ?? UndeclaredNoise.Learned;
    }

    private static Objective ReadObjective(YamlMap map)
    {
        var objective = new Objective(
            map.Required("name"), ReadGoal(map, "maximise"), map.Number("reference"), ReadDesirability(map));
        map.RefuseUnread("an objective");
        return objective;
    }

    internal static OutcomeConstraint ReadConstraint(YamlMap map)
    {
        var constraint = new OutcomeConstraint(map.Required("name"), map.Number("min"), map.Number("max"));
        if (constraint.Min is null && constraint.Max is null)
            map.Findings.Add(map.At, "a constraint needs 'min', 'max' or both");
        if (constraint.Min > constraint.Max)
            map.Findings.Add(map.MarkOf("min"), "min: it is above 'max', so that nothing could satisfy it");
        map.RefuseUnread("a constraint");
        return constraint;
    }

    private static IReadOnlyList<Source> Sources(YamlMap root)
    {
        if (!root.Has("sources"))
            return [Source.Only];
        var maps = root.Maps("sources");
        var sources = maps.Select(m => ReadSource(m, maps.Count == 1)).ToList();
        if (sources.Count(s => s.IsTarget) != 1)
            root.Findings.Add(root.MarkOf("sources"),
                "sources: exactly one of them is what counts: give it 'target: true'");
        foreach (var twice in sources.GroupBy(s => s.Name).Where(g => g.Count() > 1))
            root.Findings.Add(root.MarkOf("sources"), $"sources: '{twice.Key}' is there twice");
        return sources;
    }

    private static Source ReadSource(YamlMap map, bool only)
    {
        var cost = map.Number("cost") ?? 1;
        if (cost <= 0)
            map.Findings.Add(map.MarkOf("cost"), "cost: it should be above zero");
        var source = new Source(map.Required("name"), cost, Flag(map, "target") || only)
        {
            Delay = TimeSpan.FromSeconds(map.Quantity("delay", Second)?.Si ?? 0),
            Outcomes = map.Has("outcomes") ? [.. map.Texts("outcomes").Select(t => t.Text)] : null,
        };
        map.RefuseUnread("a source");
        return source;
    }

    internal static bool Flag(YamlMap map, string key)
    {
        var text = map.Text(key);
        if (text is not (null or "true" or "false"))
            map.Findings.Add(map.MarkOf(key), $"{key}: '{text}' should be true or false");
        return text == "true";
    }
}
