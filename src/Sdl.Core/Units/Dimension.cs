namespace Sdl.Core.Units;

/// <summary>Exponents of the SI base dimensions; luminous intensity is left out, no instrument here needs it.</summary>
public readonly record struct Dimension(
    sbyte Length = 0, sbyte Mass = 0, sbyte Time = 0, sbyte Current = 0, sbyte Temperature = 0, sbyte Amount = 0)
{
    public static readonly Dimension None;

    public static Dimension operator *(Dimension a, Dimension b) => new(
        (sbyte)(a.Length + b.Length), (sbyte)(a.Mass + b.Mass), (sbyte)(a.Time + b.Time),
        (sbyte)(a.Current + b.Current), (sbyte)(a.Temperature + b.Temperature), (sbyte)(a.Amount + b.Amount));

    public static Dimension operator /(Dimension a, Dimension b) => a * b.Power(-1);

    public Dimension Power(int n) => new(
        (sbyte)(Length * n), (sbyte)(Mass * n), (sbyte)(Time * n),
        (sbyte)(Current * n), (sbyte)(Temperature * n), (sbyte)(Amount * n));

    /// <summary>The SI base-unit spelling, such as <c>m3/s</c> written <c>m3*s-1</c>; <c>1</c> for a pure number.</summary>
    public override string ToString()
    {
        var parts = new[] { ("kg", Mass), ("m", Length), ("s", Time), ("A", Current), ("K", Temperature), ("mol", Amount) }
            .Where(p => p.Item2 != 0)
            .Select(p => p.Item2 == 1 ? p.Item1 : $"{p.Item1}{p.Item2}");
        var text = string.Join('*', parts);
        return text.Length == 0 ? "1" : text;
    }
}
