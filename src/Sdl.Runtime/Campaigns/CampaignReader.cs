using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Campaigns;

/// <summary>Reads a campaign file.</summary>
public static class CampaignReader
{
    private static readonly Unit Volume = Unit.Parse("mL");

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static CampaignPlan Read(string path)
    {
        var findings = new Findings();
        var file = YamlFile.Load(path, "campaign", findings);
        var root = file.Root;
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var objectives = AimReader.Objectives(root);
        var (mixture, objective) = (Mixture(root), objectives[0]);
        var aims = new AimReader(root, mixture.Components);
        var plan = new CampaignPlan(
            root.Required("campaign"), root.Text("description") ?? "", file.Digest,
            Beside(path, folder, root.Required("protocol")), Beside(path, folder, root.Required("lab")),
            Positive(root, "experiments", 25), (ulong)Positive(root, "seed", 1), objective, mixture,
            Reference(root, objective.Unit), root.At)
        {
            Lanes = Positive(root, "lanes", 1),
            Batch = Positive(root, "batch", 1),
            LaneRoles = LaneRoles(root),
            LaneArguments = LaneArguments(root),
            Others = objectives[1..],
            Constraints = aims.Constraints(),
            Noise = ProblemReader.Noise(root),
            Parameters = aims.Parameters,
            Linear = aims.Linear(),
            Given = aims.Given(),
            Vetoes = aims.Vetoes(),
            Failures = root.Integer("failures") ?? 0,
            LeastGain = LeastGain(root, objectives),
        };
        if (plan.Failures < 0)
            findings.Add(root.MarkOf("failures"), "failures: how many experiments may fail, not below zero");
        foreach (var known in new[] { "finales", "hand_over" })
            _ = root.Map(known); // who asks and tells other laboratories reads them
        root.RefuseUnread("a campaign");
        findings.ThrowIfAny();
        return plan;
    }

    private static double? LeastGain(YamlMap root, IReadOnlyList<ObjectivePlan> objectives)
    {
        if (root.Map("stop") is not { } map)
            return null;
        if (objectives.Count > 1)
            root.Findings.Add(root.MarkOf("stop"), "stop: with several objectives no gain of one tells when to stop");
        var unit = objectives[0].Unit;
        var gain = map.Quantity("gain", unit)?.In(unit);
        if (!(gain > 0))
            map.Findings.Add(map.MarkOf("gain"), "'gain' should be the least improvement that is worth an experiment, "
                + $"above zero, in {unit}");
        map.RefuseUnread("stop");
        return gain;
    }

    private static Dictionary<string, IReadOnlyList<InstrumentId>> LaneRoles(YamlMap root)
    {
        var roles = new Dictionary<string, IReadOnlyList<InstrumentId>>();
        if (root.Map("lane_roles") is { } map)
            foreach (var role in map.Keys)
                roles[role] = [.. map.Texts(role).Select(t => new InstrumentId(t.Text))];
        return roles;
    }

    private static Dictionary<string, IReadOnlyList<Argument>> LaneArguments(YamlMap root)
    {
        var arguments = new Dictionary<string, IReadOnlyList<Argument>>();
        if (root.Map("lane_arguments") is { } map)
            foreach (var name in map.Keys)
                arguments[name] = [.. map.Texts(name).Select(
                    t => Quantity.TryParse(t.Text, out var value, out _) ? new Argument(value) : new Argument(t.Text))];
        return arguments;
    }

    // Keeps a relative path relative, so that findings name the file as the user named the campaign.
    private static string Beside(string campaign, string folder, string other) =>
        Path.IsPathRooted(campaign) || Path.IsPathRooted(other)
            ? Path.GetFullPath(other, folder)
            : Path.GetRelativePath(Directory.GetCurrentDirectory(), Path.GetFullPath(other, folder));

    private static int Positive(YamlMap map, string key, int otherwise)
    {
        var value = map.Integer(key) ?? otherwise;
        if (value < 1)
            map.Findings.Add(map.MarkOf(key), $"{key}: {value} should be at least 1");
        return value;
    }

    /// <summary>The <c>mixture</c> of a file: how a formulation becomes volumes of stocks.</summary>
    internal static MixturePlan Mixture(YamlMap root)
    {
        var none = Quantity.Of(0, Volume);
        if (Required(root, "mixture") is not { } map)
            return new MixturePlan([], none, none, none, 0, new Dictionary<string, string>(), null, "");
        var plan = new MixturePlan(
            Components(map), RequiredVolume(map, "volume"), map.Quantity("least", Volume) ?? none,
            RequiredVolume(map, "resolution"), map.Number("dose_uncertainty") ?? 0.01,
            map.Map("stocks")?.Scalars().ToDictionary(s => s.Key, s => s.Value.Text) ?? [],
            map.Text("expected_mass"), map.Required("weighed_mass"));
        if (plan.StockArguments.Count == 0)
            map.Findings.Add(
                map.At, "'stocks' is missing: name each stock and the protocol parameter that takes its volume");
        map.RefuseUnread("a mixture");
        return plan;
    }

    private static List<ContinuousParameter> Components(YamlMap mixture)
    {
        var axes = new List<ContinuousParameter>();
        if (Required(mixture, "components") is not { } map)
            return axes;
        foreach (var name in map.Keys)
        {
            if (map.Map(name) is not { } bounds)
                continue;
            var (min, max) = (bounds.Number("min") ?? 0, bounds.Number("max") ?? 1);
            if (min < 0 || max > 1 || min > max)
                bounds.Findings.Add(bounds.At, string.Create(CultureInfo.InvariantCulture,
                    $"{name}: mole fractions from {min} to {max} make no sense; they lie between 0 and 1"));
            axes.Add(new ContinuousParameter(name, min, max));
            bounds.RefuseUnread($"component '{name}'");
        }
        return axes;
    }

    private static ReferenceOptimum? Reference(YamlMap root, Unit unit)
    {
        if (root.Map("reference") is not { } map)
            return null;
        var (optimum, temperature) = (map.Quantity("optimum", unit), map.Quantity("temperature", Unit.Celsius));
        var source = map.Text("source") ?? "";
        if (optimum is null || temperature is null)
            map.Findings.Add(map.At, "a reference needs 'optimum' and 'temperature'");
        map.RefuseUnread("a reference");
        return optimum is { } value && temperature is { } kelvin ? new ReferenceOptimum(value, kelvin, source) : null;
    }

    private static YamlMap? Required(YamlMap map, string key)
    {
        if (!map.Has(key))
            map.Findings.Add(map.At, $"'{key}' is missing");
        return map.Map(key);
    }

    private static Quantity RequiredVolume(YamlMap map, string key)
    {
        var volume = map.Quantity(key, Volume);
        if (volume is not { Si: > 0 })
            map.Findings.Add(map.MarkOf(key), $"'{key}' should be a volume above zero");
        return volume ?? Quantity.Of(1, Volume);
    }
}
