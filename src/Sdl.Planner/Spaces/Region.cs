using Sdl.Core.Planning;

namespace Sdl.Planner.Spaces;

/// <summary>One numeric coordinate with its bounds, both included.</summary>
internal sealed record Axis(string Name, double Min, double Max);

/// <summary>A convex set of numbers: a box, cut by sums and linear constraints.</summary>
internal sealed record Region(
    IReadOnlyList<Axis> Axes, IReadOnlyList<Mixture> Mixtures, IReadOnlyList<LinearConstraint> Constraints)
{
    /// <summary>True when nothing but the bounds limits the coordinates.</summary>
    public bool IsBox => Mixtures.Count == 0 && Constraints.Count == 0;

    /// <summary>What is left when some axes are held, at values that count for nothing in sums and
    /// constraints.</summary>
    public Region Without(IReadOnlySet<string> names) => names.Count == 0 ? this : new Region(
        Axes,
        [.. Mixtures.Select(m => m with { Parameters = [.. m.Parameters.Where(p => !names.Contains(p))] })],
        [.. Constraints.Select(c => c with
        {
            Coefficients = c.Coefficients.Where(k => !names.Contains(k.Key)).ToDictionary(k => k.Key, k => k.Value),
        })]);
}
