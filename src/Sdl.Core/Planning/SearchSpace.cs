namespace Sdl.Core.Planning;

/// <summary>One numeric coordinate with its bounds, both included.</summary>
public sealed record Axis(string Name, double Min, double Max);

/// <summary>Sum of coefficient × coordinate ≤ <paramref name="Max"/>; axes that are not named have
/// coefficient 0.</summary>
/// <param name="Why">What it stands for, for messages and explanations.</param>
public sealed record LinearConstraint(IReadOnlyDictionary<string, double> Coefficients, double Max, string Why);

/// <summary>Where a planner may look: a box, optionally cut to the plane on which all coordinates sum to
/// <paramref name="Sum"/> (a mixture), and by linear constraints.</summary>
public sealed record SearchSpace(
    IReadOnlyList<Axis> Axes, double? Sum, IReadOnlyList<LinearConstraint> Constraints)
{
    public bool Contains(Formulation x, double tolerance = 1e-9) =>
        Axes.All(a => x[a.Name] >= a.Min - tolerance && x[a.Name] <= a.Max + tolerance)
        && (Sum is not { } sum || Math.Abs(Axes.Sum(a => x[a.Name]) - sum) <= tolerance)
        && Constraints.All(c => c.Coefficients.Sum(k => k.Value * x[k.Key]) <= c.Max + tolerance);
}
