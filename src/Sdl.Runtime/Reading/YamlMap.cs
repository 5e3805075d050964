using System.Globalization;
using System.Text.Json.Nodes;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using YamlDotNet.RepresentationModel;
using Mark = Sdl.Core.Protocols.Mark;

namespace Sdl.Runtime.Reading;

/// <summary>A mapping whose keys are each asked for once; <see cref="RefuseUnread"/> finds the
/// spelling mistakes.</summary>
/// <param name="meant">What <c>$name</c> means in the values here and below, see <see cref="EachReader"/>.</param>
internal sealed class YamlMap(
    YamlMappingNode node, string file, Findings findings, IReadOnlyDictionary<string, string>? meant = null)
{
    private HashSet<string> _read = [];

    public Mark At { get; } = MarkOf(node, file);

    public Findings Findings => findings;

    public IEnumerable<string> Keys => node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "");

    public bool Has(string key) => Node(key) is not null;

    public bool IsList(string key) => Node(key) is YamlSequenceNode;

    public Mark MarkOf(string key) => Node(key) is { } value ? MarkOf(value, file) : At;

    /// <summary>The text of a scalar, or null when the key is absent.</summary>
    public Scalar? Scalar(string key)
    {
        if (Take(key) is not { } value)
            return null;
        if (value is YamlScalarNode { Value: { } text })
            return new Scalar(Meant(text), MarkOf(value, file));
        findings.Add(MarkOf(value, file), $"'{key}' should be a single value");
        return null;
    }

    public string? Text(string key) => Scalar(key)?.Text;

    public string Required(string key)
    {
        if (Text(key) is { Length: > 0 } text)
            return text;
        findings.Add(At, $"'{key}' is missing");
        return "";
    }

    /// <summary>A quantity of the dimension of <paramref name="unit"/>, or null.</summary>
    public Quantity? Quantity(string key, Unit unit)
    {
        if (Scalar(key) is not { } scalar)
            return null;
        if (!Core.Units.Quantity.TryParse(scalar.Text, out var quantity, out var error))
            findings.Add(scalar.At, $"{key}: {error}");
        else if (quantity.Dimension != unit.Dimension)
            findings.Add(scalar.At, $"{key}: {scalar.Text} has the wrong unit; it is given in {unit}");
        else
            return quantity;
        return null;
    }

    /// <summary>A pure number, or null.</summary>
    public double? Number(string key) => Quantity(key, Unit.One)?.Si;

    public int? Integer(string key)
    {
        if (Scalar(key) is not { } scalar)
            return null;
        if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value))
            return value;
        findings.Add(scalar.At, $"{key}: '{scalar.Text}' should be a whole number");
        return null;
    }

    public YamlMap? Map(string key)
    {
        if (Take(key) is not { } value)
            return null;
        if (value is YamlMappingNode map)
            return new YamlMap(map, file, findings, meant);
        findings.Add(MarkOf(value, file), $"'{key}' should hold name: value lines");
        return null;
    }

    /// <summary>The mappings of a list; an absent key gives none.</summary>
    public IReadOnlyList<YamlMap> Maps(string key) => Maps(key, meant);

    /// <summary>The same mapping, with <c>$</c><paramref name="name"/> meaning a value in it and below.</summary>
    public YamlMap Meaning(string name, string value) =>
        new(node, file, findings, new Dictionary<string, string>(meant ?? new Dictionary<string, string>())
        {
            [name] = value,
        })
        {
            _read = _read,
        };

    private IReadOnlyList<YamlMap> Maps(string key, IReadOnlyDictionary<string, string>? names)
    {
        if (Take(key) is not { } value)
            return [];
        if (value is not YamlSequenceNode sequence)
        {
            findings.Add(MarkOf(value, file), $"'{key}' should be a list (lines that begin with -)");
            return [];
        }
        foreach (var child in sequence.Children.Where(c => c is not YamlMappingNode))
            findings.Add(MarkOf(child, file), $"each entry of '{key}' should hold name: value lines");
        return sequence.Children.OfType<YamlMappingNode>()
            .Select(c => new YamlMap(c, file, findings, names)).ToList();
    }

    /// <summary>The single values of a list; an absent key gives none.</summary>
    public IReadOnlyList<Scalar> Texts(string key)
    {
        if (Take(key) is not { } value)
            return [];
        if (value is YamlSequenceNode list && list.Children.All(c => c is YamlScalarNode { Value: not null }))
            return list.Children
                .Select(c => new Scalar(Meant(((YamlScalarNode)c).Value!), MarkOf(c, file))).ToList();
        findings.Add(MarkOf(value, file), $"'{key}' should be a list such as [a, b]");
        return [];
    }

    /// <summary>All entries as scalars, in file order.</summary>
    public IReadOnlyDictionary<string, Scalar> Scalars() =>
        Keys.Select(k => (Key: k, Value: Scalar(k))).Where(p => p.Value is not null)
            .ToDictionary(p => p.Key, p => p.Value!);

    /// <summary>What stands there as JSON; null when the key is absent.</summary>
    public JsonNode? Json(string key) => Take(key) is { } value ? YamlJson.Of(value) : null;

    public void RefuseUnread(string what)
    {
        foreach (var key in node.Children.Keys)
            if (key is not YamlScalarNode { Value: { } name })
                findings.Add(MarkOf(key, file), "a name is wanted before the colon");
            else if (!_read.Contains(name))
                findings.Add(MarkOf(key, file),
                    $"{what} has no entry '{name}'; it may have "
                    + string.Join(", ", _read.Order(StringComparer.Ordinal)));
    }

    // The longest name first, so that one may begin like another.
    private string Meant(string text) => meant is null ? text : meant.OrderByDescending(m => m.Key.Length)
        .Aggregate(text, (t, m) => t.Replace("$" + m.Key, m.Value, StringComparison.Ordinal));

    private YamlNode? Take(string key)
    {
        _read.Add(key);
        return Node(key);
    }

    private YamlNode? Node(string key) =>
        node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;

    private static Mark MarkOf(YamlNode node, string file) => new(file, (int)node.Start.Line, (int)node.Start.Column);
}
