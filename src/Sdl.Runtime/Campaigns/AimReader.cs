using Sdl.Core.Planning;
using Sdl.Core.Units;
using Sdl.Runtime.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Campaigns;

/// <summary>Reads what a campaign is after, and where it may look beside its mixture.</summary>
internal sealed class AimReader
{
    private readonly YamlMap _root;
    private readonly SearchSpace _space;

    public AimReader(YamlMap root, IReadOnlyList<ContinuousParameter> components)
    {
        _root = root;
        Parameters = SpaceReader.Parameters(root);
        foreach (var twice in Parameters.Where(p => components.Any(c => c.Name == p.Name)))
            root.Findings.Add(
                root.MarkOf("parameters"), $"parameters: '{twice.Name}' is a component of the mixture, too");
        foreach (var odd in Parameters)
            if (CampaignParameter.UnitOf(odd) is var unit && !Unit.TryParse(unit, out _, out var error))
                root.Findings.Add(root.MarkOf("parameters"), $"parameters: the unit of '{odd.Name}': {error}");
        _space = new SearchSpace([.. components, .. Parameters]);
    }

    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>One at least: <c>objective</c>, or the list <c>objectives</c>.</summary>
    public static List<ObjectivePlan> Objectives(YamlMap root)
    {
        var none = new ObjectivePlan("", Goal.Maximise, Unit.One);
        if (!root.Has("objectives"))
        {
            if (!root.Has("objective"))
                root.Findings.Add(root.At, "'objective' is missing");
            return [root.Map("objective") is { } map ? ReadObjective(map) : none];
        }
        if (root.Has("objective"))
            root.Findings.Add(root.MarkOf("objective"), "objective: there are 'objectives', too; name it there");
        _ = root.Map("objective");
        var objectives = root.Maps("objectives").Select(ReadObjective).ToList();
        if (objectives.Count == 0)
            root.Findings.Add(root.MarkOf("objectives"), "objectives: there is none");
        foreach (var twice in objectives.GroupBy(o => o.Result).Where(g => g.Count() > 1))
            root.Findings.Add(root.MarkOf("objectives"), $"objectives: '{twice.Key}' is there twice");
        return objectives.Count == 0 ? [none] : objectives;
    }

    public IReadOnlyList<ConstraintPlan> Constraints() => [.. _root.Maps("constraints").Select(map =>
    {
        var (result, unit) = (map.Required("result"), ReadUnit(map));
        var constraint = new ConstraintPlan(
            result, unit, map.Quantity("min", unit)?.In(unit), map.Quantity("max", unit)?.In(unit));
        if (constraint.Min is null && constraint.Max is null)
            map.Findings.Add(map.At, "a constraint needs 'min', 'max' or both");
        if (constraint.Min > constraint.Max)
            map.Findings.Add(map.MarkOf("min"), "min: it is above 'max', so that nothing could satisfy it");
        map.RefuseUnread("a constraint");
        return constraint;
    })];

    public IReadOnlyList<LinearConstraint> Linear() =>
        [.. _root.Maps("linear").SelectMany(map => SpaceReader.Linear(map, _space.Parameters))];

    /// <summary>Points as they stand: a value of each component and parameter.</summary>
    public IReadOnlyList<DesignPoint> Given() => [.. _root.Maps("given").Select(Evidence.Point)];

    public IReadOnlyList<Veto> Vetoes() => [.. _root.Maps("vetoes").Select(map =>
    {
        var why = map.Text("why") ?? "";
        if (!map.Has("where"))
            map.Findings.Add(map.At, "'where' is missing, such as {LiPF6: {min: 0.1}}");
        var veto = map.Map("where") is { } where ? Evidence.Veto(where, why) : new Veto([], why);
        map.RefuseUnread("a veto");
        return veto;
    })];

    private EvidenceReader Evidence => new(new Problem(_space, []));

    private static ObjectivePlan ReadObjective(YamlMap map)
    {
        var unit = ReadUnit(map);
        var objective = new ObjectivePlan(
            map.Required("result"), ProblemReader.ReadGoal(map, "maximise"), unit,
            map.Quantity("reference", unit)?.In(unit), ProblemReader.ReadDesirability(map));
        map.RefuseUnread("an objective");
        return objective;
    }

    private static Unit ReadUnit(YamlMap map)
    {
        if (!Unit.TryParse(map.Required("unit"), out var unit, out var error))
            map.Findings.Add(map.MarkOf("unit"), error);
        return unit ?? Unit.One;
    }
}
