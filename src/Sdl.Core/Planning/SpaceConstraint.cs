namespace Sdl.Core.Planning;

/// <summary>Sum of coefficient × number ≤ <paramref name="Max"/>; parameters that are not named have coefficient 0, and
/// parameters without a value count as 0.</summary>
/// <param name="Why">What it stands for, for messages and explanations.</param>
public sealed record LinearConstraint(IReadOnlyDictionary<string, double> Coefficients, double Max, string Why)
{
    /// <summary>By how much the point breaks it; negative: the room that is left.</summary>
    public double Excess(DesignPoint x) => Coefficients.Sum(k => k.Value * (x.Number(k.Key) ?? 0)) - Max;
}

/// <summary>What a laboratory can or will do, where only code or a list can tell.</summary>
/// <param name="Allows">Pure: the same point gives the same answer.</param>
/// <param name="Why">What it stands for, for messages and explanations.</param>
public sealed record BlackBoxConstraint(Func<DesignPoint, bool> Allows, string Why)
{
    /// <summary>Everything but these points.</summary>
    public static BlackBoxConstraint Except(IReadOnlyCollection<DesignPoint> forbidden, string why)
    {
        var points = forbidden.ToHashSet();
        return new BlackBoxConstraint(x => !points.Contains(x), why);
    }
}
