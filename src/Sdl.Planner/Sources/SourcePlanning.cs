using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Sources;

/// <summary>Chooses where and how to measure next when there are several ways: the information about the maximum of the
/// target, per cost.</summary>
internal sealed class SourcePlanning
{
    private const int Cloud = 1024;
    private const int Heights = 32;

    // Looking one step ahead overrates what is nearly free: a measurement that tells less than this part of what the
    // best would tell is not made however cheap it is, for the next of its kind would tell less still.
    private const double Worthwhile = 0.02;
    private const double Hopeless = -1e6;

    private readonly Domain _domain;
    private readonly Problem _problem;
    private readonly Evidence _evidence;
    private readonly PlannerOptions _options;
    private readonly int _target;
    private readonly bool _comparesLevels;
    private readonly List<(double[] X, int Source)> _underWay;
    private readonly SourceProcess? _process;

    /// <exception cref="ArgumentException">The problem or the evidence cannot be used; the message says
    /// why.</exception>
    public SourcePlanning(Domain domain, Problem problem, Evidence evidence, PlannerOptions options)
    {
        (_domain, _problem, _evidence, _options) = (domain, problem, evidence, options);
        if (problem.Objectives.Count > 1 || problem.Constraints.Count > 0)
            throw new ArgumentException(
                "Several sources are planned for one objective without outcome constraints; ask one source instead.");
        _target = SourceEvidence.Target(problem);
        _comparesLevels = problem.Sources.All(s => s.IsTarget || s.Correlation is null);
        _underWay = [.. evidence.Pending.Select(
            p => (domain.ToUnit(p.At), SourceEvidence.IndexOf(problem, p.Source)))];
        var data = SourceEvidence.Data(domain, problem, evidence.Seen);
        if (data is null) return;
        _process = SourceFit.To(
            data, new AutoRegression(_target, data.Relations), problem.Noise != UndeclaredNoise.None);
    }

    private Objective Objective => _problem.Objectives[0];

    public IReadOnlyList<Proposal> Propose(int count, ulong seed)
    {
        var draws = new Draws(seed);
        var underWay = _underWay.ToList();
        var proposals = new List<Proposal>();
        var left = _evidence.Budget ?? double.PositiveInfinity;
        // What one source has told, another may still be asked.
        Taken[] taken = [.. _problem.Sources.Select(s => new Taken(_problem, _evidence with
        {
            Seen = [.. _evidence.Seen.Where(o => o.Source == s.Name)],
            Pending = [.. _evidence.Pending.Where(p => p.Source == s.Name)],
        }))];
        while (proposals.Count < count)
        {
            int[] askable = [.. Enumerable.Range(0, _problem.Sources.Count).Where(s => MayAsk(s, left))];
            if (askable.Length == 0) break;
            var missing = Missing(askable, underWay);
            if (_process is null) missing ??= askable.MinBy(s => _problem.Sources[s].Cost);
            var next = missing is { } few ? Fill(few, underWay, taken[few], draws)
                : Ask(_process!.With(underWay), askable, underWay.Count, taken, draws);
            if (next is not var (proposal, source)) break;
            proposals.Add(proposal);
            taken[source].Add(proposal.At);
            underWay.Add((_domain.ToUnit(proposal.At), source));
            left -= _problem.Sources[source].Cost;
        }
        return proposals;
    }

    public IReadOnlyList<Proposal> Recommend(ulong seed)
    {
        if (_process is null) return [];
        var taken = new Taken(_problem, _evidence with { Seen = [], Pending = [] });
        var search = new Search(_domain, _options, new Draws(seed));
        foreach (var (x, _) in search.Optima(_process.TargetMean, Seen(_process)))
            if (_domain.ToPoint(x) is { } point && taken.Allows(point))
                return [SourceExplanation.Recommended(this, _process, point, x)];
        return [];
    }

    /// <exception cref="ArgumentException">It is not the objective, or nothing has been observed.</exception>
    public IReadOnlyList<Prediction> Predict(string outcome, IReadOnlyList<DesignPoint> at)
    {
        if (outcome != Objective.Name) throw new ArgumentException($"{outcome} is not the objective of this problem.");
        if (_process is null)
            throw new ArgumentException($"There is nothing to predict from: no observation of {outcome}.");
        return [.. at.Select(p => Predicted(_process, _domain.ToUnit(p)))];
    }

    public Prediction Predicted(SourceProcess process, double[] x)
    {
        var (mean, variance) = process.Target(x);
        return new Prediction(
            process.Data.FromStandard(mean), Math.Abs(process.Data.Scale[_target]) * Math.Sqrt(variance));
    }

    public Problem Problem => _problem;

    public Domain Domain => _domain;

    /// <summary>A source that has too few observations to be modelled; the cheapest of them.</summary>
    private int? Missing(int[] askable, IReadOnlyList<(double[] X, int Source)> underWay)
    {
        if (_process?.Data.Count >= Full) return null;
        var cheapest = askable.Min(s => _problem.Sources[s].Cost);
        int[] few = [.. askable.Where(s => Count(s) < Wanted(s, cheapest))];
        return few.Length == 0 ? null : few.MinBy(s => _problem.Sources[s].Cost);

        int Count(int s) => underWay.Count(u => u.Source == s)
            + (_process?.Data.Source.Count(o => o == s) ?? 0);
    }

    private int Full => _options.InitialPoints ?? 2 * (_domain.Freedom + 1);

    /// <summary>As many of the cheapest as of a single source, and fewer the dearer it is; none of the dearest, whose
    /// first place is better chosen by what the others say.</summary>
    private int Wanted(int source, double cheapest)
    {
        return (int)Math.Floor(Full * Math.Sqrt(cheapest / _problem.Sources[source].Cost));
    }

    private bool MayAsk(int source, double left) => _problem.Sources[source] is var s
        && double.IsFinite(s.Cost) && s.Cost <= left * (1 + 1e-9)
        && (_evidence.TimeLeft is not { } time || s.Delay <= time);

    private (Proposal, int)? Fill(int source, List<(double[] X, int Source)> underWay, Taken taken, Draws draws)
    {
        var cloud = new Sampler(_domain, draws).Even(Cloud).ToArray();
        List<double[]> present = [.. underWay.Where(u => u.Source == source).Select(u => u.X)];
        for (var i = 0; i < (_process?.Data.Count ?? 0); i++)
            if (_process!.Data.Source[i] == source) present.Add(_process.Data.Point(i).ToArray());
        var missing = Wanted(source, _problem.Sources[source].Cost) - present.Count;
        IEnumerable<double[]> places = Filling.FarthestFirst(cloud, present, _domain.Numeric);
        if (_domain.IsConvex) places = places.Prepend(Filling.Next(cloud, present, Math.Max(1, missing)));
        return taken.First(places.Select(x => _domain.ToPoint(x))) is { } point
            ? (SourceExplanation.Filling(_problem.Sources[source], point, present.Count + 1), source) : null;
    }

    private (Proposal, int)? Ask(SourceProcess process, int[] askable, int waiting, Taken[] taken, Draws draws)
    {
        var (best, _) = Best(process, draws);
        double[][] good = [best, .. Seen(process)];
        var candidates = Candidates(process, good, draws);
        var heights = _comparesLevels ? DrawHeights(process, candidates, draws) : [];
        var options = new List<SourceOption>();
        foreach (var source in askable)
        {
            var choice = Value(process, source, good, candidates, heights);
            var optima = new Search(_domain, _options, draws).Optima(choice, good);
            if (taken[source].First(optima.Select(o => _domain.ToPoint(o.X))) is not { } point) continue;
            var x = _domain.ToUnit(point);
            options.Add(new SourceOption(source, x, Math.Exp(choice(x, [])), _problem.Sources[source].Cost));
        }
        if (options.Count == 0) return null;
        var most = options.Max(o => o.Information);
        var chosen = options.Where(o => o.Information >= Worthwhile * most).MaxBy(o => o.Information / o.Cost)!;
        var at = _domain.ToPoint(chosen.X)!;
        return (SourceExplanation.Chosen(this, process, at, chosen, options, waiting), chosen.Source);
    }

    /// <summary>ln of what a measurement is worth. Where all measure the same quantity: how much it tells about the
    /// height of the maximum. Where others stand in for the target, its level is unknown for reasons that decide
    /// nothing, so that it is: by how much the best mean rises, near places that may be the best; what a far place
    /// tells of a stand-in is what the model knows least.</summary>
    private SmoothFunction Value(
        SourceProcess process, int source, double[][] good, List<double[]> candidates, double[] heights)
    {
        if (_comparesLevels) return new SourceChoice(process, source, heights).Evaluate;
        var knowledge = new SourceKnowledge(process, source, candidates);
        var top = process.TargetMean(good[0], []);
        return (x, gradient) => process.Target(x) is var (mean, variance) && mean + Math.Sqrt(variance) >= top
            ? knowledge.Evaluate(x, gradient) : Hopeless;
    }

    /// <summary>Heights of the maximum among the candidates, drawn jointly.</summary>
    private static double[] DrawHeights(SourceProcess process, List<double[]> candidates, Draws draws)
    {
        var m = candidates.Count;
        var (means, covariances) = process.Together(candidates);
        var prior = process.Coupling.AtOnePoint(process.Data.Target, process.Data.Target);
        var columns = new double[m * m];
        var rank = Cholesky.FactorPivoted(covariances, m, columns, m, 1e-10 * prior);
        double[] normal = new double[rank], heights = new double[Heights];
        for (var h = 0; h < heights.Length; h++)
        {
            for (var r = 0; r < rank; r++) normal[r] = draws.Normal();
            heights[h] = means.Max() + 1e-6 * Math.Sqrt(prior);
            for (var i = 0; i < m; i++)
                heights[h] = Math.Max(heights[h], means[i] + Rows.Dot(normal, columns.AsSpan(i * m, rank)));
        }
        return heights;
    }

    private List<double[]> Candidates(SourceProcess process, double[][] good, Draws draws)
    {
        var cloud = new Sampler(_domain, draws).Even(Cloud);
        var ranked = cloud.OrderByDescending(x => process.Target(x) is var (m, v) ? m + 2 * Math.Sqrt(v) : 0);
        return [.. good.Take(24).Concat(ranked.Take(104)).DistinctBy(x => string.Join(' ', x))];
    }

    private (double[] X, double Mean) Best(SourceProcess process, Draws draws) =>
        new Search(_domain, _options, draws).Maximise(process.TargetMean, Seen(process));

    /// <summary>Where anything has been measured, the best by the target's mean first.</summary>
    private static IEnumerable<double[]> Seen(SourceProcess process) =>
        Enumerable.Range(0, process.Data.Count).Select(i => process.Data.Point(i).ToArray())
            .OrderByDescending(x => process.TargetMean(x, [])).ToList();
}

/// <param name="Information">Nats about the maximum of the target.</param>
internal sealed record SourceOption(int Source, double[] X, double Information, double Cost);
