using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a protocol file.</summary>
public sealed class ProtocolReader
{
    private static readonly string[] Kinds =
    [
        "do", "sequence", "hold", "release", "parallel", "repeat", "when", "wait", "require", "analyse",
        TestStepReader.Key, EachReader.Key,
    ];

    private readonly CellsInReach _cells = new();

    private ProtocolReader()
    {
    }

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static Protocol Read(string path)
    {
        var findings = new Findings();
        var file = YamlFile.Load(path, "protocol", findings);
        var (root, reader) = (file.Root, new ProtocolReader());
        var protocol = new Protocol(
            root.Required("protocol"), root.Text("description") ?? "", file.Digest, Parameters(root), Roles(root),
            reader.Steps(root.Maps("steps")), reader.Steps(root.Maps("finally")),
            root.Map("results")?.Scalars() ?? Nothing, root.At);
        root.RefuseUnread("a protocol");
        if (protocol.Body.Count == 0)
            findings.Add(root.At, "'steps' is missing or empty");
        findings.ThrowIfAny();
        protocol = TestStepReader.WithTests(protocol, findings);
        findings.ThrowIfAny();
        return protocol;
    }

    private static IReadOnlyDictionary<string, Scalar> Nothing { get; } = new Dictionary<string, Scalar>();

    private static QuantityInput QuantityParameter(string name, Unit unit, YamlMap entry, string description)
    {
        var input = new QuantityInput(
            name, unit, entry.Quantity("min", unit), entry.Quantity("max", unit), description,
            entry.Quantity("default", unit));
        if (input.Default < input.Min || input.Default > input.Max)
            entry.Findings.Add(entry.MarkOf("default"), $"the default of '{name}' lies outside its limits");
        return input;
    }

    private static List<Input> Parameters(YamlMap root)
    {
        var parameters = new List<Input>();
        if (root.Map("parameters") is not { } map)
            return parameters;
        foreach (var name in map.Keys)
        {
            if (map.Map(name) is not { } entry)
                continue;
            RefuseUnusable(map, name, map.MarkOf(name));
            var description = entry.Text("description") ?? "";
            if (entry.Scalar("unit") is { } symbol)
            {
                if (Unit.TryParse(symbol.Text, out var unit, out var error))
                    parameters.Add(QuantityParameter(name, unit, entry, description));
                else
                    map.Findings.Add(symbol.At, error);
            }
            else
                parameters.Add(new TextInput(
                    name, description, entry.Text("choices")?.Split(',', StringSplitOptions.TrimEntries),
                    entry.Text("default")));
            entry.RefuseUnread($"parameter '{name}'");
        }
        return parameters;
    }

    private static Dictionary<string, string> Roles(YamlMap root) =>
        root.Map("roles")?.Scalars().ToDictionary(r => r.Key, r => r.Value.Text) ?? [];

    private List<Step> Steps(IReadOnlyList<YamlMap> maps)
    {
        var steps = new List<Step>();
        foreach (var map in maps)
            if (Read(map, steps) is { } step)
                steps.Add(step);
        return steps;
    }

    private Step? Read(YamlMap map, List<Step> before)
    {
        var kinds = Kinds.Where(map.Has).ToList();
        if (kinds is not [var kind])
        {
            map.Findings.Add(map.At, kinds.Count == 0
                ? $"this step does nothing; it should have one of {string.Join(", ", Kinds)}"
                : $"this step has {string.Join(" and ", kinds)}; it should have one of them");
            return null;
        }
        var given = map.Scalar("name");
        var name = given?.Text ?? Unused(DefaultName(map, kind), before);
        if (before.Any(s => s.Name == name) || name.Length == 0 || name.AsSpan().ContainsAny('/', '[', '#'))
            map.Findings.Add(given?.At ?? map.At,
                $"'{name}' cannot name this step: names are unique among neighbours and contain no '/', '[' or '#'");
        var terms = StepTermsReader.Read(map);
        var step = _cells.Within(terms.Cell, map.Findings, () => Build(map, kind, name));
        if (step is Step.Invoke { Save: { } saved } && terms.Cell is { } cell)
            _cells.Weighed(cell, saved);
        map.RefuseUnread($"a '{kind}' step");
        return step is null ? null : step with { Terms = terms };
    }

    private Step? Build(YamlMap map, string kind, string name) => kind switch
    {
        "do" => Invoke(map, name),
        "sequence" => new Step.Sequence(name, map.At, Steps(map.Maps(kind))),
        "hold" => new Step.Hold(name, map.At, map.Texts(kind).Select(t => t.Text).ToList(), Steps(map.Maps("steps")))
        {
            Finally = Steps(map.Maps("finally")),
        },
        "release" => new Step.Release(name, map.At, map.Texts(kind).Select(t => t.Text).ToList()),
        "parallel" => EachReader.Together(map, name, Steps(map.Maps(kind))),
        "repeat" when map.Scalar(kind) is { } times => new Step.Repeat(name, map.At, times, Steps(map.Maps("steps")))
        {
            Until = map.Scalar("until"),
        },
        "when" when map.Scalar(kind) is { } condition =>
            new Step.When(name, map.At, condition, Steps(map.Maps("then")), Steps(map.Maps("else"))),
        "wait" when map.Scalar(kind) is { } time => new Step.Wait(name, map.At, time),
        "require" when map.Scalar(kind) is { } condition =>
            new Step.Require(name, map.At, condition, map.Text("message") ?? $"'{condition.Text}' does not hold"),
        "analyse" => new Step.Analyse(
            name, map.At, map.Required(kind), map.Required("records"), map.Map("with")?.Scalars() ?? Nothing,
            Usable(map, map.Required("save"))),
        TestStepReader.Key => TestStepReader.Read(map, name, _cells),
        EachReader.Key => EachReader.Read(
            map, name, (cell, turn) => _cells.Within(cell, map.Findings, () => Steps(turn.Maps("steps")))),
        _ => null,
    };

    private static string Usable(YamlMap map, string name)
    {
        if (name.Length > 0)
            RefuseUnusable(map, name, map.MarkOf("save"));
        return name;
    }

    /// <summary>A name that an expression could not spell could not be used.</summary>
    private static void RefuseUnusable(YamlMap map, string name, Mark at)
    {
        if (ExpressionParser.TryParse(name, out _) is not Expression.Reference { Name: var read }
            || read != name || name.Contains('.'))
            map.Findings.Add(at, $"'{name}' cannot be used as a name in expressions: "
                + "take letters, digits and '_', and none of and, or, abs, min, max");
    }

    private static Step.Invoke? Invoke(YamlMap map, string name)
    {
        var scalar = map.Scalar("do");
        var arguments = map.Map("with")?.Scalars() ?? Nothing;
        var save = map.Scalar("save") is { } scalarSave ? Usable(map, scalarSave.Text) : null;
        if (scalar?.Text.Split('.') is [{ Length: > 0 } role, { Length: > 0 } capability])
            return new Step.Invoke(name, scalar.At, role, capability, arguments, save);
        map.Findings.Add(scalar?.At ?? map.At, "'do' should be role.capability, such as balance.weigh");
        return null;
    }

    private static string DefaultName(YamlMap map, string kind) => kind switch
    {
        "do" => map.Text("do") ?? kind,
        TestStepReader.Key => TestStepReader.DefaultName(map),
        _ => kind,
    };

    private static string Unused(string name, List<Step> before)
    {
        var candidate = name;
        for (var n = 2; before.Any(s => s.Name == candidate); n++)
            candidate = $"{name}-{n}";
        return candidate;
    }
}
