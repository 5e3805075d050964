namespace Sdl.Simulators.Finales;

/// <summary>A JSON object as Python keeps it: in order, the last of two equal keys wins. Values are null,
/// <see cref="bool"/>, <see cref="string"/>, <see cref="System.Numerics.BigInteger"/>, <see cref="double"/> (also NaN),
/// <see cref="List{T}"/> of values and maps.</summary>
internal sealed class PyMap : OrderedDictionary<string, object?>
{
    public PyMap()
        : base(StringComparer.Ordinal)
    {
    }

    public object? Find(string key) => TryGetValue(key, out var value) ? value : null;

    public string Text(string key) => (string)this[key]!;

    public static List<object?> List(IEnumerable<object?> items) => [.. items];
}
