using System.Globalization;
using Sdl.Core.Planning;

namespace Sdl.Planner.Spaces;

/// <summary>Says what is wrong with a search space before anything is computed with it.</summary>
internal static class Feasibility
{
    /// <exception cref="ArgumentException">Malformed or empty; the message names the axis or the
    /// constraints.</exception>
    public static void Check(Region space)
    {
        foreach (var mixture in space.Mixtures) CheckSum(space, mixture);
        foreach (var constraint in space.Constraints) CheckNumbers(space, constraint);
        if (IsFeasible(space)) return;
        var needed = Irreducible(space);
        throw Wrong($"No formulation satisfies, within the bounds{(space.Mixtures.Count == 0 ? "" : " and the sum")}, "
            + (needed.Count == 1 ? "this constraint: " : "these constraints together: ")
            + string.Join("; ", needed.Select(c => $"{Describe(c)} ({c.Why})")) + ".");
    }

    private static void CheckSum(Region space, Mixture mixture)
    {
        var sum = mixture.Sum;
        if (!double.IsFinite(sum)) throw Wrong($"The sum of a mixture is {sum}; it must be a finite number.");
        var parts = space.Axes.Where(a => mixture.Parameters.Contains(a.Name)).ToList();
        double least = parts.Sum(a => a.Min), most = parts.Sum(a => a.Max);
        var hair = 1e-12 * (Math.Abs(sum) + parts.Sum(a => Math.Abs(a.Min) + Math.Abs(a.Max)));
        if (least > sum + hair) throw Wrong($"The minima of a mixture add up to {least:G6}, more than its sum {sum}.");
        if (most < sum - hair) throw Wrong($"The maxima of a mixture add up to {most:G6}, less than its sum {sum}.");
    }

    private static void CheckNumbers(Region space, LinearConstraint constraint)
    {
        if (constraint.Coefficients.Keys.FirstOrDefault(name => space.Axes.All(a => a.Name != name)) is { } unknown)
            throw Wrong(
                $"The constraint {Describe(constraint)} ({constraint.Why}) names {unknown}, which is no number here.");
        if (!double.IsFinite(constraint.Max) || constraint.Coefficients.Values.Any(c => !double.IsFinite(c)))
            throw Wrong($"The constraint {Describe(constraint)} ({constraint.Why}) holds a number that is not finite.");
    }

    /// <summary>Leaves out one constraint after the other while what remains is still contradictory.</summary>
    private static List<LinearConstraint> Irreducible(Region space)
    {
        var needed = space.Constraints.ToList();
        foreach (var constraint in space.Constraints)
        {
            var fewer = needed.Where(c => !ReferenceEquals(c, constraint)).ToList();
            if (!IsFeasible(space with { Constraints = fewer })) needed = fewer;
        }
        return needed;
    }

    private static bool IsFeasible(Region space)
    {
        double[] offset = [.. space.Axes.Select(a => a.Min)], scale = [.. space.Axes.Select(a => a.Max - a.Min)];
        return ScaledRows.Of(space, offset, scale).Program(0).Maximise(new double[offset.Length]) is not null;
    }

    private static string Describe(LinearConstraint constraint) =>
        string.Join(" + ", constraint.Coefficients.Select(c => FormattableString.Invariant($"{c.Value} {c.Key}")))
        + FormattableString.Invariant($" ≤ {constraint.Max}");

    private static ArgumentException Wrong(FormattableString message) =>
        new(message.ToString(CultureInfo.InvariantCulture));

    private static ArgumentException Wrong(string message) => new(message);
}
