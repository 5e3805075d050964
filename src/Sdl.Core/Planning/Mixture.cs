namespace Sdl.Core.Planning;

/// <summary>Continuous parameters that share a fixed sum, such as mole fractions.</summary>
public sealed record Mixture(IReadOnlyList<string> Parameters, double Sum = 1)
{
    /// <summary>Components that are not zero, at least.</summary>
    public int LeastPresent { get; init; }

    /// <summary>Components that are not zero, at most; null: all of them.</summary>
    public int? MostPresent { get; init; }

    internal bool Holds(DesignPoint x, double tolerance)
    {
        var present = Parameters.Count(p => x.Number(p) is { } v && Math.Abs(v) > tolerance);
        return Math.Abs(Parameters.Sum(p => x.Number(p) ?? 0) - Sum) <= tolerance
            && present >= LeastPresent && present <= (MostPresent ?? Parameters.Count);
    }
}
