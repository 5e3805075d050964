using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

/// <summary>The usual question: one objective, one source, no constraints.</summary>
internal static class OneObjective
{
    public const string Name = "y";

    public static Problem In(SearchSpace space, Goal goal = Goal.Maximise) => new(space, [new Objective(Name, goal)]);

    public static Observation Seen(DesignPoint at, double value, double? uncertainty = null) =>
        Observation.Of(at, Name, value, uncertainty);

    public static IReadOnlyList<Proposal> Propose(
        this IPlanner planner, SearchSpace space, Goal goal, IReadOnlyList<Observation> seen,
        IReadOnlyList<DesignPoint> pending, int count, ulong seed) =>
        planner.Propose(
            In(space, goal), new Evidence(seen) { Pending = [.. pending.Select(p => new Pending(p))] }, count, seed);

    public static Proposal Best(
        this IPlanner planner, SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, ulong seed) =>
        planner.Recommend(In(space, goal), new Evidence(seen), seed)[0];

    public static Prediction Predict(
        this IPlanner planner, SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, DesignPoint at) =>
        planner.Predict(In(space, goal), new Evidence(seen), Name, [at], 1)[0];

    public static Prediction Expected(this Proposal proposal) => proposal.Predicted[Name];

    public static SearchSpace Mixture(params ContinuousParameter[] parts) =>
        new(parts) { Mixtures = [new Mixture([.. parts.Select(p => p.Name)])] };
}
