namespace Sdl.Core.Planning;

/// <summary>Pure: the same arguments give the same answer, on any number of threads.</summary>
/// <remarks>All throw an <see cref="ArgumentException"/> that says what is wrong with the problem or the evidence: an
/// empty space, contradictory constraints, a number that is none, a name that is unknown.</remarks>
public interface IPlanner
{
    /// <returns><paramref name="count"/> proposals, each inside the space; fewer only when it holds no more.</returns>
    IReadOnlyList<Proposal> Propose(Problem problem, Evidence evidence, int count, ulong seed);

    /// <summary>The best by the model over the whole space: one proposal, or for several objectives without
    /// desirability points of the Pareto front. Empty while no objective has been observed.</summary>
    IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed);

    /// <summary>The model's view of an objective or constraint at other places, for plots.</summary>
    /// <exception cref="ArgumentException">The outcome has not been observed.</exception>
    IReadOnlyList<Prediction> Predict(
        Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed);
}
