namespace Sdl.Core.Planning;

/// <summary>Where a planner may look.</summary>
public sealed record SearchSpace(IReadOnlyList<Parameter> Parameters)
{
    /// <summary>No parameter is in two of them.</summary>
    public IReadOnlyList<Mixture> Mixtures { get; init; } = [];

    public IReadOnlyList<LinearConstraint> Constraints { get; init; } = [];

    /// <summary>What no formula says.</summary>
    public IReadOnlyList<BlackBoxConstraint> BlackBoxes { get; init; } = [];

    /// <summary>Whether the point has a value for every active parameter and no other, and satisfies
    /// everything.</summary>
    /// <param name="tolerance">By how much numbers may miss bounds, sums and linear constraints.</param>
    public bool Contains(DesignPoint x, double tolerance = 1e-9) =>
        x.Names.All(n => Parameters.Any(p => p.Name == n))
        && Parameters.All(p => Fits(p, x, tolerance))
        && Mixtures.All(m => m.Holds(x, tolerance))
        && Constraints.All(c => c.Excess(x) <= tolerance)
        && BlackBoxes.All(b => b.Allows(x));

    /// <summary>Whether the parameter has a value at this point.</summary>
    public static bool IsActive(Parameter parameter, DesignPoint x) =>
        parameter.When is not { } when || (x.Level(when.Parameter) is { } level && when.Levels.Contains(level));

    private static bool Fits(Parameter parameter, DesignPoint x, double tolerance)
    {
        if (!IsActive(parameter, x)) return !x.Has(parameter.Name);
        if (parameter is CategoricalParameter c) return x.Level(c.Name) is { } level && c.Levels.Contains(level);
        if (x.Number(parameter.Name) is not { } value) return false;
        return parameter switch
        {
            ContinuousParameter p => value >= p.Min - tolerance && value <= p.Max + tolerance
                && (p.LeastUnlessZero is not { } least || Math.Abs(value) <= tolerance || value >= least - tolerance),
            IntegerParameter p => value >= p.Min && value <= p.Max && value == Math.Round(value),
            OrderedParameter p => p.Levels.Contains(value),
            _ => false,
        };
    }
}
