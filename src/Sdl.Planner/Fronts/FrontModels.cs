using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Fronts;

/// <summary>Everything that has been learned about a problem with several objectives: a process for each of them, and
/// what is feasible.</summary>
internal sealed class FrontModels
{
    // Beyond, the boxes that a front leaves free are too many: one random compromise after the other is improved
    // instead (Knowles 2006, doi 10.1109/TEVC.2005.851274).
    private const int MostObjectives = 4;

    // Two sites as near as this, in length scales squared, hold the same values.
    private const double Same = 1e-8;

    private readonly Domain _domain;
    private readonly Problem _problem;
    private readonly Evidence _evidence;
    private readonly PlannerOptions _options;
    private readonly Models _feasibility;
    private readonly List<double[]> _tried;
    private readonly double[][]? _complete;

    private FrontModels(
        Domain domain, Problem problem, Evidence evidence, PlannerOptions options, IReadOnlyList<Model> models)
    {
        (_domain, _problem, _evidence, _options, Objectives) = (domain, problem, evidence, options, models);
        _feasibility = new Models(domain, problem, evidence, options);
        var tried = evidence.Seen.Where(o => !o.Failed && problem.Objectives.Any(g => o.Values.ContainsKey(g.Name)))
            .Select(o => (Seen: o, X: domain.ToUnit(o.At))).ToArray();
        Array.Sort(tried, (a, b) => a.X.AsSpan().SequenceCompareTo(b.X));
        _tried = [.. tried.Select(t => t.X)];
        if (tried.All(t => problem.Objectives.All(g => t.Seen.Values.ContainsKey(g.Name))))
            _complete = [.. tried.Select(t => models.Select(
                m => m.Data.ToStandard(t.Seen.Values[m.Objective.Name].Value)).ToArray())];
        Reference = [.. models.Select((m, k) => m.Objective.Reference is { } r ? m.Data.ToStandard(r) : Worst(k))];
    }

    /// <returns>Null while one of the objectives has not been observed.</returns>
    public static FrontModels? Of(Domain domain, Problem problem, Evidence evidence, PlannerOptions options)
    {
        var tried = evidence.Seen.Where(o => !o.Failed).ToList();
        var models = problem.Objectives.Select(o => Model.Of(domain, o, problem.Noise, tried, options)).ToList();
        return models.Contains(null) ? null : new FrontModels(domain, problem, evidence, options, models!);
    }

    public IReadOnlyList<Model> Objectives { get; }

    /// <summary>Standardised, more is better.</summary>
    public double[] Reference { get; }

    /// <summary>Of the constraints that have been observed.</summary>
    public IEnumerable<Model> Constraints => _feasibility.Constraints;

    /// <summary>Where anything has been measured; those on the front, as the models see it, first.</summary>
    public List<double[]> FrontFirst()
    {
        var means = _tried.ConvertAll(Means);
        var front = ParetoFront.Of(means).ToHashSet();
        return [.. Enumerable.Range(0, _tried.Count).OrderByDescending(i => Counts(_tried[i]) && front.Contains(i))
            .Select(i => _tried[i])];
    }

    public double[] Means(double[] x) => [.. Objectives.Select(m => m.Process.MeanAt(x, []))];

    /// <summary>More likely feasible than not.</summary>
    public bool Counts(double[] x) => !_feasibility.IsLimited || _feasibility.LogFeasible(x, []) >= Math.Log(0.5);

    /// <summary>What to maximise for the next proposal.</summary>
    public SmoothFunction Improvement(IReadOnlyList<double[]> underWay, Draws draws)
    {
        var counts = _tried.Select(Counts).ToArray();
        if (!counts.Contains(true)) return _feasibility.LogFeasible;
        SmoothFunction improvement = Objectives.Count > MostObjectives ? Compromise(underWay, draws)
            : underWay.Count == 0 && _complete is not null && Objectives.All(m => m.IsExact)
                ? new ExactFront(Processes, _complete.Where((_, i) => counts[i]), Reference).Evaluate
                : Drawn(underWay, draws);
        if (!_feasibility.IsLimited) return improvement;
        var slope = new double[_domain.Numeric];
        return (x, gradient) =>
        {
            var feasible = _feasibility.LogFeasible(x, gradient.IsEmpty ? [] : slope);
            var value = improvement(x, gradient) + feasible;
            if (!gradient.IsEmpty) Rows.AddScaled(gradient, 1, slope);
            return value;
        };
    }

    private GaussianProcess[] Processes => [.. Objectives.Select(m => m.Process)];

    private SmoothFunction Drawn(IReadOnlyList<double[]> underWay, Draws draws)
    {
        var sites = new List<double[]>();
        foreach (var x in _tried.Concat(underWay))
            if (!sites.Any(s => Objectives.All(m => Distance(s, x, m.Process) < Same))) sites.Add(x);
        // A front of three objectives has many more boxes than one of two.
        var count = Math.Max(8, _options.Draws >> 2 * (Objectives.Count - 2));
        return new DrawnFronts(Processes, sites, [.. sites.Select(Counts)], Reference, count, draws.Next()).Evaluate;
    }

    /// <summary>A random compromise of all objectives, the worst of them weighted against a little of their sum, as one
    /// objective of its own.</summary>
    private SmoothFunction Compromise(IReadOnlyList<double[]> underWay, Draws draws)
    {
        double[] weights = [.. Objectives.Select(_ => -Math.Log(draws.Uniform()))];
        var sum = weights.Sum();
        for (var k = 0; k < weights.Length; k++) weights[k] /= sum;
        var compromise = new Objective("compromise", Goal.Maximise);
        var seen = _evidence.Seen.Where(o => !o.Failed && Objectives.All(m => o.Values.ContainsKey(m.Objective.Name)))
            .Select(o => Observation.Of(o.At, compromise.Name, Chebyshev(o))).ToList();
        if (Model.Of(_domain, compromise, _problem.Noise, seen, _options) is not { } model)
            return Drawn(underWay, draws);
        return new NoisyImprovement(
            model.Process, underWay.SelectMany(p => p).ToArray(), _options.Draws, draws.Next(), Counts).Evaluate;

        double Chebyshev(Observation o)
        {
            var parts = Objectives.Select((m, k) =>
                weights[k] * (m.Data.ToStandard(o.Values[m.Objective.Name].Value) - Reference[k])).ToList();
            return parts.Min() + 0.05 * parts.Sum();
        }
    }

    /// <summary>A tenth of the front's range below its worst value.</summary>
    private double Worst(int objective)
    {
        var means = _tried.Where(Counts).DefaultIfEmpty(_tried[0]).Select(Means).ToList();
        double[] front = [.. ParetoFront.Of(means).Select(i => means[i][objective])];
        return front.Min() - 0.1 * Math.Max(front.Max() - front.Min(), 0.1);
    }

    private static double Distance(double[] a, double[] b, GaussianProcess model)
    {
        var squared = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            if (k >= model.Encoding.Numeric && a[k] != b[k]) return double.PositiveInfinity;
            var away = (a[k] - b[k]) / model.LengthScales[k];
            squared += away * away;
        }
        return squared;
    }
}
