namespace Sdl.Simulators.Physics;

/// <summary>An amount of liquid: mol of each substance.</summary>
public sealed record Liquid(IReadOnlyDictionary<string, double> Moles)
{
    public static Liquid Nothing { get; } = new(new Dictionary<string, double>());

    /// <summary>m3; volumes of what is mixed are taken to add up. 0 where nobody has measured any.</summary>
    public double Volume { get; init; }

    public bool IsNothing => Moles.Values.All(n => n <= 0);

    public static Liquid operator +(Liquid a, Liquid b) => new(a.Moles.Keys.Union(b.Moles.Keys)
        .ToDictionary(s => s, s => a.Moles.GetValueOrDefault(s) + b.Moles.GetValueOrDefault(s)))
    {
        Volume = a.Volume + b.Volume,
    };

    public static Liquid operator *(Liquid a, double factor) =>
        new(a.Moles.ToDictionary(m => m.Key, m => m.Value * factor)) { Volume = a.Volume * factor };
}
