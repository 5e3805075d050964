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
        Problem problem, Evidence evidence, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var (domain, seen) = (Checked(problem, evidence), evidence.Seen);
        var draws = new Draws(seed);
        var model = seen.Count == 0 ? null : ModelOf(domain, problem, evidence);
        var initial = _options.InitialPoints ?? Math.Max(2, domain.Polytope.Freedom + 1);
        var underWay = evidence.Pending.Select(p => domain.ToUnit(p.At)).ToList();
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
    public IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed)
    {
        var domain = Checked(problem, evidence);
        if (evidence.Seen.Count == 0) return [];
        var model = ModelOf(domain, problem, evidence);
        var (x, _) = new Search(domain, _options, new Draws(seed)).Maximise(model.Process.MeanAt, model.BestFirst());
        return [Explanation.Recommended(model, domain.ToPoint(x))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed)
    {
        var domain = Checked(problem, evidence);
        if (evidence.Seen.Count == 0)
            throw new ArgumentException($"There is nothing to predict from: no observation of {outcome}.");
        var model = ModelOf(domain, problem, evidence);
        return [.. at.Select(model.Predict)];
    }

    private Model ModelOf(Domain domain, Problem problem, Evidence evidence) =>
        Model.Of(domain, problem.Objectives[0], problem.Noise, evidence.Seen, _options);

    private static Domain Checked(Problem problem, Evidence evidence)
    {
        if (problem.Objectives.Count != 1) throw new ArgumentException("Several objectives are not planned yet.");
        if (problem.Constraints.Count > 0) throw new ArgumentException("Outcome constraints are not planned yet.");
        if (problem.Sources.Count != 1) throw new ArgumentException("Several sources are not planned yet.");
        if (evidence.Seen.Any(o => o.Failed)) throw new ArgumentException("Failed experiments are not used yet.");
        if (evidence.Suggested.Count + evidence.Vetoes.Count > 0)
            throw new ArgumentException("Suggestions and vetoes are not used yet.");
        return Domain.Of(problem.Space);
    }

    private static Proposal Fill(Domain domain, IReadOnlyList<double[]> taken, int initial, Draws draws)
    {
        var cloud = Search.Spread(domain, CloudSize, draws);
        var x = Filling.Next(cloud, taken, Math.Max(1, initial - taken.Count));
        return Explanation.Filling(domain.ToPoint(x), taken.Count + 1, Math.Max(initial, taken.Count + 1));
    }

    private Proposal Improve(Domain domain, Model model, List<double[]> underWay, Draws draws)
    {
        var improvement = new NoisyImprovement(
            model.Process, underWay.SelectMany(p => p).ToArray(), _options.Draws, draws.Next());
        var (x, value) = new Search(domain, _options, draws).Maximise(improvement.Evaluate, model.BestFirst());
        return Explanation.Improving(model, domain.ToPoint(x), value, underWay.Count);
    }
}
