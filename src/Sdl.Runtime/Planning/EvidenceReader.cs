using Sdl.Core.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>Reads what is told of a problem: points, what they gave, what a person rules out.</summary>
internal sealed class EvidenceReader(Problem problem)
{
    /// <summary>A value for each parameter that is active there.</summary>
    public DesignPoint Point(YamlMap map)
    {
        var (numbers, levels) = (new Dictionary<string, double>(), new Dictionary<string, string>());
        foreach (var parameter in problem.Space.Parameters)
            if (parameter is CategoricalParameter categorical)
            {
                if (map.Text(categorical.Name) is not { } level) continue;
                if (!categorical.Levels.Contains(level))
                    map.Findings.Add(map.MarkOf(categorical.Name),
                        $"{categorical.Name}: there is no '{level}'; it may be "
                        + string.Join(", ", categorical.Levels));
                levels[categorical.Name] = level;
            }
            else if (map.Number(parameter.Name) is { } value)
                numbers[parameter.Name] = value;
        map.RefuseUnread("a point");
        var point = new DesignPoint(numbers, levels);
        foreach (var parameter in problem.Space.Parameters.Where(p => !point.Has(p.Name) && !map.Has(p.Name)))
            if (SearchSpace.IsActive(parameter, point))
                map.Findings.Add(map.At, $"'{parameter.Name}' is missing");
        return point;
    }

    /// <summary><c>x</c>, <c>source</c>, <c>y</c>, <c>sd</c>, <c>failed</c>.</summary>
    public Observation Observation(YamlMap map)
    {
        var (at, source, failed) = (PointIn(map), Source(map), ProblemReader.Flag(map, "failed"));
        var (values, sd) = (map.Map("y"), map.Map("sd"));
        var outcomes = new Dictionary<string, Outcome>();
        foreach (var name in problem.Outcomes)
        {
            var (value, deviation) = (values?.Number(name), sd?.Number(name));
            if (deviation < 0)
                map.Findings.Add(sd!.MarkOf(name), $"{name}: a standard deviation is not below zero");
            if (value is { } v)
                outcomes[name] = new Outcome(v, deviation);
            else if (deviation is not null && values?.Has(name) != true)
                map.Findings.Add(
                    sd!.MarkOf(name), $"{name}: there is a standard deviation in 'sd' and no value in 'y'");
        }
        values?.RefuseUnread("'y'");
        sd?.RefuseUnread("'sd'");
        map.RefuseUnread("an observation");
        if (!failed && !map.Has("y"))
            map.Findings.Add(map.At, "'y' is missing: what was measured, or 'failed: true'");
        return new Observation(at, outcomes) { Source = source, Failed = failed };
    }

    /// <summary><c>x</c> and <c>source</c>.</summary>
    public Pending Pending(YamlMap map)
    {
        var pending = new Pending(PointIn(map), Source(map));
        map.RefuseUnread("a pending point");
        return pending;
    }

    /// <summary>A range of each numeric parameter, a list of levels of each category: <c>{x1: {min: 2}, salt: [LiFSI]}
    /// </c>.</summary>
    public Veto Veto(YamlMap where, string why)
    {
        var ranges = new List<VetoRange>();
        foreach (var parameter in problem.Space.Parameters.Where(p => where.Has(p.Name)))
            if (parameter is CategoricalParameter categorical)
                ranges.Add(Levels(categorical, where));
            else if (where.Map(parameter.Name) is { } range)
            {
                ranges.Add(new VetoRange(parameter.Name, range.Number("min") ?? double.NegativeInfinity,
                    range.Number("max") ?? double.PositiveInfinity));
                range.RefuseUnread("a range");
            }
        where.RefuseUnread("a veto of this space");
        if (ranges.Count == 0)
            where.Findings.Add(where.At, "a veto needs a parameter, such as {x1: {min: 2}} or {salt: [LiFSI]}");
        return new Veto(ranges, why);
    }

    private static VetoRange Levels(CategoricalParameter parameter, YamlMap where)
    {
        var levels = where.Texts(parameter.Name);
        foreach (var unknown in levels.Where(l => !parameter.Levels.Contains(l.Text)))
            where.Findings.Add(unknown.At, $"{parameter.Name}: there is no '{unknown.Text}'; it may be "
                + string.Join(", ", parameter.Levels));
        return new VetoRange(parameter.Name, Levels: [.. levels.Select(l => l.Text)]);
    }

    private DesignPoint PointIn(YamlMap map)
    {
        if (!map.Has("x"))
            map.Findings.Add(map.At, "'x' is missing: the value of each parameter");
        return map.Map("x") is { } x ? Point(x) : new DesignPoint(new Dictionary<string, double>());
    }

    private string Source(YamlMap map)
    {
        var target = problem.Sources.FirstOrDefault(s => s.IsTarget)?.Name ?? "";
        var source = map.Text("source") ?? target;
        if (problem.Sources.All(s => s.Name != source))
            map.Findings.Add(map.MarkOf("source"), $"source: there is no '{source}'; there "
                + (problem.Sources is [{ Name: "" }]
                    ? "is only one, without a name"
                    : "are " + string.Join(", ", problem.Sources.Select(s => s.Name))));
        return source;
    }
}
