namespace Sdl.Core.Planning;

public enum Goal { Maximise, Minimise }

/// <summary>What an experiment at <paramref name="At"/> gave.</summary>
/// <param name="Uncertainty">One standard deviation of <paramref name="Value"/>; null when nobody knows it.</param>
public sealed record Observation(Formulation At, double Value, double? Uncertainty);

/// <param name="Deviation">One standard deviation of the objective's true value, without the noise
/// of measuring it.</param>
public sealed record Prediction(double Mean, double Deviation);

/// <summary>What the planner suggests, and why.</summary>
/// <param name="Predicted">Null while there is no model.</param>
/// <param name="Reason">One or two sentences for people.</param>
/// <param name="Details">Numbers behind the reason (acquisition value, length scales …), for the
/// journal and the report.</param>
public sealed record Proposal(
    Formulation At, Prediction? Predicted, string Reason, IReadOnlyDictionary<string, double> Details);

/// <summary>Pure: the same arguments give the same answer, on any number of threads.</summary>
public interface IPlanner
{
    /// <param name="pending">Proposed before, not yet observed.</param>
    /// <returns><paramref name="count"/> proposals, each inside the space.</returns>
    /// <exception cref="ArgumentException">The space is empty, or an observation is not a finite number.</exception>
    IReadOnlyList<Proposal> Propose(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> pending,
        int count, ulong seed);

    /// <summary>The formulation with the best mean of the model over the whole space; null while nothing has
    /// been observed.</summary>
    Proposal? Recommend(SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, ulong seed);

    /// <summary>The model's view at other places, for plots.</summary>
    /// <exception cref="ArgumentException">Nothing has been observed.</exception>
    IReadOnlyList<Prediction> Predict(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> at, ulong seed);
}
