using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Fronts;
using Sdl.Planner.Numerics;
using Sdl.Planner.Sources;
using Sdl.Planner.Spaces;

namespace Sdl.Planner;

/// <summary>Bayesian optimisation: a Gaussian process (Matérn 5/2, one length scale per parameter) learns the
/// objective, and the next point is the one that is expected to improve most on the best so far.</summary>
/// <remarks>Proposals are exactly inside the space: bounds, levels and resolutions hold exactly, sums and linear
/// constraints to 1e-12. The model depends on the observations alone, not on their order and not on the seed; the seed
/// moves only where the space is searched. Single-threaded and stateless.</remarks>
public sealed class GaussianProcessPlanner : IPlanner
{
    private const int CloudSize = 1024;

    // A larger batch is drawn at once: chosen one after the other, the last ones would differ by what they fear of each
    // other only.
    private const int Throng = 16;

    private readonly PlannerOptions _options;

    /// <param name="options">Null: the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    public GaussianProcessPlanner(PlannerOptions? options = null)
    {
        _options = options ?? new PlannerOptions();
        _options.Check();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Proposal> Propose(Problem problem, Evidence evidence, int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (Desires.AreAsked(problem)) (problem, evidence) = Desires.AsOne(problem, evidence);
        if (problem.Sources.Count > 1) return Sources(problem, evidence).Propose(count, seed);
        var domain = Checked(problem, evidence);
        var draws = new Draws(seed);
        var taken = new Taken(problem, evidence);
        var proposals = Wanted(evidence, taken, count);
        var underWay = evidence.Pending.Select(p => p.At).Concat(proposals.Select(p => p.At))
            .Select(domain.ToUnit).ToList();
        var front = problem.Objectives.Count > 1 ? new FrontPlanning(domain, problem, evidence, _options) : null;
        var models = evidence.Seen.Count == 0 || front is not null
            ? null : new Models(domain, problem, evidence, _options);
        var initial = _options.InitialPoints ?? InitialPoints(domain);
        if (count - proposals.Count > Throng && models?.Objective is not null && evidence.Seen.Count >= initial)
            return [.. proposals, .. Drawn(domain, models, count - proposals.Count, taken, draws)];
        while (proposals.Count < count)
        {
            // Places under way teach nothing yet: a model of one or two observations leads into a corner.
            var proposal = (models is null && front?.Models is null) || evidence.Seen.Count < initial
                ? Fill(domain, [.. evidence.Seen.Select(o => domain.ToUnit(o.At)), .. underWay], initial, taken, draws)
                : front is not null ? front.Improve(underWay, taken, draws)
                : Improve(domain, models!, underWay, taken, draws);
            if (proposal is null) break;
            proposals.Add(proposal);
            taken.Add(proposal.At);
            underWay.Add(domain.ToUnit(proposal.At));
        }
        return proposals;
    }

    /// <inheritdoc/>
    public IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed)
    {
        if (Desires.AreAsked(problem)) (problem, evidence) = Desires.AsOne(problem, evidence);
        if (problem.Sources.Count > 1) return Sources(problem, evidence).Recommend(seed);
        var domain = Checked(problem, evidence);
        if (problem.Objectives.Count > 1)
            return new FrontPlanning(domain, problem, evidence, _options).Recommend(seed);
        var models = new Models(domain, problem, evidence, _options);
        if (models.Objective is null) return [];
        var taken = new Taken(problem, evidence with { Seen = [], Pending = [] });
        foreach (var (x, _) in new Search(domain, _options, new Draws(seed)).Optima(models.Worth, models.BestFirst()))
            if (domain.ToPoint(x) is { } point && taken.Allows(point))
                return [Explanation.Recommended(models, point)];
        return [];
    }

    /// <inheritdoc/>
    public IReadOnlyList<Prediction> Predict(
        Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed)
    {
        if (problem.Sources.Count > 1) return Sources(problem, evidence).Predict(outcome, at);
        var domain = Checked(problem, evidence);
        if (!problem.Outcomes.Contains(outcome))
            throw new ArgumentException($"{outcome} is neither an objective nor a constraint of this problem.");
        var asked = problem.Objectives.FirstOrDefault(o => o.Name == outcome) ?? new Objective(outcome, Goal.Maximise);
        var seen = evidence.Seen.Where(o => !o.Failed).ToList();
        var model = Model.Of(
            domain, asked, problem.Noise, seen, _options, _options.Powers && outcome == problem.Objectives[0].Name)
            ?? throw new ArgumentException($"There is nothing to predict from: no observation of {outcome}.");
        return [.. at.Select(model.Predict)];
    }

    private SourcePlanning Sources(Problem problem, Evidence evidence)
    {
        Questions.Check(problem, evidence);
        return new SourcePlanning(Domain.Of(problem.Space), problem, evidence, _options);
    }

    private static Domain Checked(Problem problem, Evidence evidence)
    {
        Questions.Check(problem, evidence);
        return Domain.Of(problem.Space);
    }

    // Enough for each direction, and for each level of the category that has most.
    private static int InitialPoints(Domain domain) => Math.Max(
        Math.Max(2, domain.Freedom + 1), domain.Categories.Select(c => c.Levels.Count).DefaultIfEmpty(0).Max());

    private static List<Proposal> Wanted(Evidence evidence, Taken taken, int count)
    {
        var wanted = new List<Proposal>();
        foreach (var point in evidence.Suggested.Where(p => wanted.Count < count && !taken.IsBegun(p)
            && taken.Allows(p)))
        {
            wanted.Add(Explanation.Suggested(point));
            taken.Add(point);
        }
        return wanted;
    }

    private static Proposal? Fill(
        Domain domain, IReadOnlyList<double[]> present, int initial, Taken taken, Draws draws)
    {
        var (number, of) = (present.Count + 1, Math.Max(initial, present.Count + 1));
        var cloud = new Sampler(domain, draws).Even(CloudSize).ToArray();
        IEnumerable<double[]> places = Filling.FarthestFirst(cloud, present, domain.Numeric);
        if (domain.IsConvex)
            places = places.Prepend(Filling.Next(cloud, present, Math.Max(1, initial - present.Count)));
        return taken.First(places.Select(x => domain.ToPoint(x))) is { } point
            ? Explanation.Filling(point, number, of) : null;
    }

    private static IEnumerable<Proposal> Drawn(Domain domain, Models models, int count, Taken taken, Draws draws)
    {
        var sampler = new Sampler(domain, draws);
        double[][] good = [.. models.BestFirst().Take(4)];
        List<double[]> candidates =
        [
            .. sampler.Even(CloudSize / 2),
            .. Enumerable.Range(0, CloudSize / 4).Select(i => sampler.Near(good[i % good.Length], 0.1)),
        ];
        var likely = candidates.FindAll(x => !models.IsLimited || models.LogFeasible(x, []) >= Math.Log(0.5));
        if (likely.Count > 0) candidates = likely;
        var draw = new Thompson(models.Objective!.Process, candidates);
        for (var i = 0; i < count; i++)
        {
            if (taken.First(draw.Order(draws).Select(k => domain.ToPoint(candidates[k]))) is not { } point) yield break;
            taken.Add(point);
            yield return Explanation.Drawn(models, point, count);
        }
    }

    private Proposal? Improve(
        Domain domain, Models models, IReadOnlyList<double[]> underWay, Taken taken, Draws draws)
    {
        var improvement = models.Improvement(underWay, draws);
        var optima = new Search(domain, _options, draws).Optima(improvement, models.BestFirst());
        return taken.First(optima.Select(o => domain.ToPoint(o.X))) is { } point
            ? Explanation.Improving(models, point, improvement(domain.ToUnit(point), []), underWay.Count) : null;
    }
}
