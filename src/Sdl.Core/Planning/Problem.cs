namespace Sdl.Core.Planning;

/// <summary>What is to be found out, and where.</summary>
/// <param name="Objectives">One or more. With several and no <see cref="Objective.Desirability"/> the answer is their
/// Pareto front.</param>
public sealed record Problem(SearchSpace Space, IReadOnlyList<Objective> Objectives)
{
    public IReadOnlyList<OutcomeConstraint> Constraints { get; init; } = [];

    /// <summary>Ways of measuring. One of them is the target.</summary>
    public IReadOnlyList<Source> Sources { get; init; } = [Source.Only];

    /// <summary>Noise of the outcomes without <see cref="Outcome.Uncertainty"/>.</summary>
    public UndeclaredNoise Noise { get; init; } = UndeclaredNoise.Learned;

    /// <summary>All that is measured: the objectives, then the constraints that are no objectives.</summary>
    public IEnumerable<string> Outcomes =>
        Objectives.Select(o => o.Name).Concat(Constraints.Select(c => c.Name)).Distinct();
}

public enum Goal { Maximise, Minimise }

/// <param name="Reference">The worst value that is of any use: where the hypervolume begins. Null: from the
/// observations.</param>
/// <param name="Desirability">Turns the value into a desire between 0 and 1, and several objectives into one: the
/// geometric mean of all of them. Null: the value itself counts.</param>
public sealed record Objective(
    string Name, Goal Goal, double? Reference = null, Desirability? Desirability = null);

/// <summary>1 at the target; falling linearly, raised to the weight, to 0 at the low and the high end. Without an end,
/// it stays 1 on that side (Derringer and Suich 1980, doi 10.1080/00224065.1980.11980968).</summary>
/// <param name="Low">Below the target; null: less is as good.</param>
/// <param name="High">Above the target; null: more is as good.</param>
public sealed record Desirability(double? Low, double Target, double? High, double Weight = 1);

/// <summary>A measured value that has to stay within limits, such as a viscosity. It may also be an
/// objective.</summary>
public sealed record OutcomeConstraint(string Name, double? Min, double? Max);

/// <summary>A way of measuring the outcomes: a simulation, a short test, the test that counts.</summary>
/// <param name="Cost">Of one measurement, in any unit that all sources share; above 0. Infinite: its observations are
/// used and it cannot be asked, as an earlier campaign.</param>
/// <param name="IsTarget">It measures what counts; the others only tell something about it.</param>
public sealed record Source(string Name, double Cost, bool IsTarget = false)
{
    /// <summary>The one that measures everything where nobody says otherwise.</summary>
    public static Source Only { get; } = new("", 1, true);

    /// <summary>From the start of a measurement to its result.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>The outcomes that it measures; null: all.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>What its values are to those of the target.</summary>
    public Relation Relation { get; init; }
}

/// <summary>What the values of one source are to those of the target.</summary>
public enum Relation
{
    /// <summary>The same quantity in the same units, with an error that depends on the point: a simulation, another
    /// laboratory, an earlier campaign.</summary>
    Same,

    /// <summary>Another quantity that is known to rise with the target's, by and large: a conductivity for a
    /// life.</summary>
    Rises,

    /// <summary>Another quantity that is known to fall when the target's rises, by and large: an early fade for a
    /// life.</summary>
    Falls,

    /// <summary>Another quantity, and nobody knows how it goes with the target's.</summary>
    Unknown,
}

/// <summary>What is assumed about noise whose size the observations do not state.</summary>
public enum UndeclaredNoise
{
    /// <summary>Anything from none to a large part of the spread is learned from the data.</summary>
    Learned,

    /// <summary>There is none, as with a computed objective.</summary>
    None,

    /// <summary>Learned, but known to be there: the instrument is noisy.</summary>
    Considerable,
}
