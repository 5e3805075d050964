using System.Globalization;
using System.Text.Json.Serialization;

namespace Sdl.Core.Planning;

/// <summary>A composition: the fraction of each component, by the component's symbol. In an electrolyte campaign these
/// are mole fractions that sum to one.</summary>
public sealed class Formulation : IEquatable<Formulation>
{
    private readonly SortedDictionary<string, double> _fractions;

    [JsonConstructor]
    public Formulation(IReadOnlyDictionary<string, double> fractions) =>
        _fractions = new SortedDictionary<string, double>(
            new Dictionary<string, double>(fractions), StringComparer.Ordinal);

    public IReadOnlyDictionary<string, double> Fractions => _fractions;

    /// <summary>0 for a component that is not in it.</summary>
    public double this[string component] => _fractions.GetValueOrDefault(component);

    public bool Equals(Formulation? other) => other is not null && _fractions.SequenceEqual(other._fractions);

    public override bool Equals(object? obj) => Equals(obj as Formulation);

    public override int GetHashCode() => _fractions.Aggregate(0, (hash, f) => HashCode.Combine(hash, f.Key, f.Value));

    public override string ToString() =>
        string.Join(", ",
            _fractions.Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.Key} {f.Value:0.####}")));
}
