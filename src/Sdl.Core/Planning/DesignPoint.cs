using System.Globalization;
using System.Text.Json.Serialization;

namespace Sdl.Core.Planning;

/// <summary>The settings of one experiment: a number or a level for each active parameter.</summary>
public sealed class DesignPoint : IEquatable<DesignPoint>
{
    private static readonly Dictionary<string, string> NoLevels = [];

    private readonly SortedDictionary<string, double> _numbers;
    private readonly SortedDictionary<string, string> _levels;

    /// <param name="levels">Of the categorical parameters.</param>
    [JsonConstructor]
    public DesignPoint(
        IReadOnlyDictionary<string, double> numbers, IReadOnlyDictionary<string, string>? levels = null)
    {
        _numbers = new(new Dictionary<string, double>(numbers), StringComparer.Ordinal);
        _levels = new(new Dictionary<string, string>(levels ?? NoLevels), StringComparer.Ordinal);
    }

    // Journals have always called them so.
    [JsonPropertyName("fractions")]
    public IReadOnlyDictionary<string, double> Numbers => _numbers;

    public IReadOnlyDictionary<string, string> Levels => _levels;

    [JsonIgnore]
    public IEnumerable<string> Names => _numbers.Keys.Concat(_levels.Keys);

    /// <summary>The parts of a composition as numbers.</summary>
    public static DesignPoint Of(Formulation formulation) => new(formulation.Fractions);

    /// <summary>Null where the parameter has none.</summary>
    public double? Number(string parameter) => _numbers.TryGetValue(parameter, out var value) ? value : null;

    /// <summary>Null where the parameter has none.</summary>
    public string? Level(string parameter) => _levels.GetValueOrDefault(parameter);

    public bool Has(string parameter) => _numbers.ContainsKey(parameter) || _levels.ContainsKey(parameter);

    /// <summary>The composition that these parameters make.</summary>
    public Formulation Formulation(IEnumerable<string> components) =>
        new(components.ToDictionary(c => c, c => Number(c) ?? 0));

    public bool Equals(DesignPoint? other) =>
        other is not null && _numbers.SequenceEqual(other._numbers) && _levels.SequenceEqual(other._levels);

    public override bool Equals(object? obj) => Equals(obj as DesignPoint);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _numbers) hash.Add((name, value));
        foreach (var (name, level) in _levels) hash.Add((name, level));
        return hash.ToHashCode();
    }

    public override string ToString() => string.Join(", ",
        _levels.Select(l => $"{l.Key} {l.Value}").Concat(_numbers.Select(
            n => string.Create(CultureInfo.InvariantCulture, $"{n.Key} {n.Value:0.####}"))));
}
