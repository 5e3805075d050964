using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner;

/// <summary>Bayesian optimisation: a Gaussian process (Matérn 5/2, one length scale per axis) learns the objective, and
/// the next formulation is the one that is expected to improve most on the best so far.</summary>
/// <remarks>Proposals are exactly inside the space: bounds hold exactly, the sum and the linear constraints to 1e-12.
/// The model depends on the observations alone, not on their order and not on the seed; the seed moves only where the
/// space is searched. Single-threaded and stateless. Work per proposal grows with the cube of the number of
/// observations: some milliseconds at 50, some tenths of a second at 200.</remarks>
public sealed class GaussianProcessPlanner : IPlanner
{
    private const int CloudSize = 1024;

    private readonly PlannerOptions _options;

    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GaussianProcessPlanner(PlannerOptions? options = null)
    {
        _options = options ?? new PlannerOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Proposal> Propose(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> pending, int count,
        ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var domain = Domain.Of(space);
        var draws = new Draws(seed);
        var model = seen.Count == 0 ? null : Model.Of(domain, goal, seen, _options);
        var initial = _options.InitialPoints ?? Math.Max(2, domain.Polytope.Freedom + 1);
        var underWay = pending.Select(domain.ToUnit).ToList();
        var proposals = new List<Proposal>();
        while (proposals.Count < count)
        {
            // Places under way teach nothing yet: a model of one or two observations leads into a corner.
            var proposal = model is null || seen.Count < initial
                ? Fill(domain, [.. seen.Select(o => domain.ToUnit(o.At)), .. underWay], initial, draws)
                : Improve(domain, model, underWay, draws);
            proposals.Add(proposal);
            underWay.Add(domain.ToUnit(proposal.At));
        }
        return proposals;
    }

    /// <inheritdoc/>
    public Proposal? Recommend(SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, ulong seed)
    {
        var domain = Domain.Of(space);
        if (seen.Count == 0) return null;
        var model = Model.Of(domain, goal, seen, _options);
        var (x, _) = new Search(domain, _options, new Draws(seed)).Maximise(model.Process.MeanAt, model.BestFirst());
        return Explanation.Recommended(model, domain.ToFormulation(x));
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> at, ulong seed)
    {
        if (seen.Count == 0)
            throw new ArgumentException("There is nothing to predict from: no observation.", nameof(seen));
        var model = Model.Of(Domain.Of(space), goal, seen, _options);
        return [.. at.Select(model.Predict)];
    }

    private static Proposal Fill(Domain domain, IReadOnlyList<double[]> taken, int initial, Draws draws)
    {
        var cloud = Search.Spread(domain, CloudSize, draws);
        var x = Filling.Next(cloud, taken, Math.Max(1, initial - taken.Count));
        return Explanation.Filling(domain.ToFormulation(x), taken.Count + 1, Math.Max(initial, taken.Count + 1));
    }

    private Proposal Improve(Domain domain, Model model, List<double[]> underWay, Draws draws)
    {
        var improvement = new NoisyImprovement(
            model.Process, underWay.SelectMany(p => p).ToArray(), _options.Draws, draws.Next());
        var (x, value) = new Search(domain, _options, draws).Maximise(improvement.Evaluate, model.BestFirst());
        return Explanation.Improving(model, domain.ToFormulation(x), value, underWay.Count);
    }
}
