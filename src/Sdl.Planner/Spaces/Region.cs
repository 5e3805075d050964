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

    public static Region Of(SearchSpace space)
    {
        foreach (var parameter in space.Parameters)
            if (parameter is not ContinuousParameter { LeastUnlessZero: null, Resolution: null, When: null })
                throw new ArgumentException($"Parameter {parameter.Name}: only plain continuous ones are planned yet.");
        if (space.Mixtures.Any(m => m.LeastPresent > 0 || m.MostPresent < m.Parameters.Count))
            throw new ArgumentException("A mixture with a limited number of components is not planned yet.");
        if (space.BlackBoxes.Count > 0) throw new ArgumentException("Black-box constraints are not planned yet.");
        return new Region(
            [.. space.Parameters.Cast<ContinuousParameter>().Select(p => new Axis(p.Name, p.Min, p.Max))],
            space.Mixtures, space.Constraints);
    }
}
