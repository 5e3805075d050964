namespace Sdl.Core.Units;

/// <summary>Exponents of the SI base dimensions; luminous intensity is left out, no instrument here needs it.</summary>
public readonly record struct Dimension(
    sbyte Length = 0, sbyte Mass = 0, sbyte Time = 0, sbyte Current = 0, sbyte Temperature = 0, sbyte Amount = 0)
{
    public static readonly Dimension None;

    /// <exception cref="OverflowException">An exponent leaves -128 to 127.</exception>
    public static Dimension operator *(Dimension a, Dimension b) => checked(new(
        (sbyte)(a.Length + b.Length), (sbyte)(a.Mass + b.Mass), (sbyte)(a.Time + b.Time),
        (sbyte)(a.Current + b.Current), (sbyte)(a.Temperature + b.Temperature), (sbyte)(a.Amount + b.Amount)));

    /// <inheritdoc cref="op_Multiply"/>
    public static Dimension operator /(Dimension a, Dimension b) => a * b.Power(-1);

    /// <inheritdoc cref="op_Multiply"/>
    public Dimension Power(int n) => checked(new(
        (sbyte)(Length * n), (sbyte)(Mass * n), (sbyte)(Time * n),
        (sbyte)(Current * n), (sbyte)(Temperature * n), (sbyte)(Amount * n)));

    /// <summary>The SI base-unit spelling, such as <c>m3/s</c> written <c>m3*s-1</c>; <c>1</c> for
    /// a pure number.</summary>
    public override string ToString()
    {
        var parts = new[]
            {
                ("kg", Mass), ("m", Length), ("s", Time), ("A", Current), ("K", Temperature), ("mol", Amount),
            }
            .Where(p => p.Item2 != 0)
            .Select(p => p.Item2 == 1 ? p.Item1 : $"{p.Item1}{p.Item2}");
        var text = string.Join('*', parts);
        return text.Length == 0 ? "1" : text;
    }
}
