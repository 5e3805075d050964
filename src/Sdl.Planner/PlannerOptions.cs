namespace Sdl.Planner;

/// <summary>How <see cref="GaussianProcessPlanner"/> works. Every value is checked when the planner is made.</summary>
public sealed record PlannerOptions
{
    /// <summary>Observations, pending ones included, before the model chooses; until then proposals fill the space.
    /// 1 to 1000. Null: one more than the space has degrees of freedom, 2 at least.</summary>
    public int? InitialPoints { get; init; }

    /// <summary>Whether values with a long tail on the bad side may be transformed by a power (Yeo–Johnson) where that
    /// explains them better. On the usual test functions it neither helps nor harms.</summary>
    public bool Powers { get; init; }

    /// <summary>Joint draws of the objective over which the improvement is averaged when data are noisy or pending.
    /// 8 to 1024; more is smoother and slower.</summary>
    public int Draws { get; init; } = 64;

    /// <summary>The median length scale before any data, as a fraction of the reachable range of a coordinate times the
    /// square root of their number. 0.01 to 10. Null: 0.7 for exact data, 2 otherwise, 4.1 beyond twenty
    /// coordinates.</summary>
    public double? LengthScale { get; init; }

    /// <summary>Standard deviation of the logarithm of the length scale before any data. 0.1 to 3. Null: 1.0, or
    /// 1.7 beyond twenty coordinates.</summary>
    public double? LengthScaleSpread { get; init; }

    /// <summary>Points of the space at which the acquisition is compared before the best are refined. 32 to
    /// 65536.</summary>
    public int Candidates { get; init; } = 512;

    /// <summary>Candidates that are refined. 1 to 64.</summary>
    public int Starts { get; init; } = 8;

    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    internal void Check()
    {
        InRange(InitialPoints ?? 1, 1, 1000, nameof(InitialPoints));
        InRange(Draws, 8, 1024, nameof(Draws));
        InRange(LengthScale ?? 1, 0.01, 10, nameof(LengthScale));
        InRange(LengthScaleSpread ?? 1, 0.1, 3, nameof(LengthScaleSpread));
        InRange(Candidates, 32, 65536, nameof(Candidates));
        InRange(Starts, 1, 64, nameof(Starts));
    }

    private static void InRange(double value, double least, double most, string name)
    {
        if (value >= least && value <= most) return;
        throw new ArgumentOutOfRangeException(
            name, value, FormattableString.Invariant($"Must be {least} to {most}."));
    }
}
