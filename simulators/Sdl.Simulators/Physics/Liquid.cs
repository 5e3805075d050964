namespace Sdl.Simulators.Physics;

/// <summary>An amount of liquid: mol of each substance.</summary>
public sealed record Liquid(IReadOnlyDictionary<string, double> Moles)
{
    public static Liquid Nothing { get; } = new(new Dictionary<string, double>());

    public bool IsNothing => Moles.Values.All(n => n <= 0);

    public static Liquid operator +(Liquid a, Liquid b) => new(a.Moles.Keys.Union(b.Moles.Keys)
        .ToDictionary(s => s, s => a.Moles.GetValueOrDefault(s) + b.Moles.GetValueOrDefault(s)));

    public static Liquid operator *(Liquid a, double factor) =>
        new(a.Moles.ToDictionary(m => m.Key, m => m.Value * factor));
}
