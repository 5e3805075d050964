using Sdl.Core.Planning;
using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner;

/// <summary>Everything that has been learned about a problem with one objective and one source.</summary>
internal sealed class Models
{
    // As a variance, of success told by 1 and failure by −1.
    private const double Doubt = 0.02;

    private readonly Domain _domain;
    private readonly PlannerOptions _options;
    private readonly List<(Model Model, WithinLimit Limit)> _limits = [];
    private readonly WithinLimit? _success;
    private NoisyImprovement? _noisy;
    private int _underWay;

    public Models(Domain domain, Problem problem, Evidence evidence, PlannerOptions options)
    {
        (_domain, _options) = (domain, options);
        var tried = evidence.Seen.Where(o => !o.Failed).ToList();
        Objective = Model.Of(domain, problem.Objectives[0], problem.Noise, tried, options, options.Powers);
        foreach (var constraint in problem.Constraints)
        {
            var asked = new Objective(constraint.Name, Goal.Maximise);
            if (Model.Of(domain, asked, problem.Noise, tried, options) is not { } model) continue;
            if (constraint.Min is { } min)
                _limits.Add((model, new WithinLimit(model.Process, model.Data.ToStandard(min), 1)));
            if (constraint.Max is { } max)
                _limits.Add((model, new WithinLimit(model.Process, model.Data.ToStandard(max), -1)));
        }
        if (evidence.Seen.Any(o => o.Failed)) _success = Success(domain, evidence.Seen, Objective);
    }

    /// <summary>Null while the objective has not been observed.</summary>
    public Model? Objective { get; }

    /// <summary>Of the constraints that have been observed.</summary>
    public IEnumerable<Model> Constraints => _limits.Select(l => l.Model).DistinctBy(m => m.Objective.Name);

    /// <summary>Something besides the objective decides.</summary>
    public bool IsLimited => _limits.Count > 0 || _success is not null;

    /// <summary>ln of the probability that an experiment succeeds and satisfies all constraints.</summary>
    public double LogFeasible(ReadOnlySpan<double> x, Span<double> gradient)
    {
        gradient.Clear();
        return AddLogFeasible(x, gradient);
    }

    /// <summary>Observed points by what the model makes of them, those that satisfy the constraints first.</summary>
    public IEnumerable<double[]> BestFirst() => Objective is null ? []
        : Objective.BestFirst().OrderByDescending(Counts).Take(16);

    /// <summary>What to maximise for the next proposal: ln of the improvement that is to be expected, where it is
    /// feasible; while nothing feasible is known, ln of the probability of that alone.</summary>
    public SmoothFunction Improvement(IReadOnlyList<double[]> underWay, Draws draws)
    {
        if (Objective is null || !Feasible().Contains(true)) return LogFeasible;
        SmoothFunction improvement;
        if (Objective.IsExact && underWay.Count == 0)
        {
            var feasible = Feasible();
            var best = Objective.Data.Y.Where((_, i) => feasible[i]).Max();
            improvement = new ExpectedImprovement(Objective.Process, best).Evaluate;
        }
        else
        {
            _noisy = _noisy is not null && underWay.Count == _underWay + 1
                ? _noisy.With(underWay[^1], Counts(underWay[^1]))
                : new NoisyImprovement(
                    Objective.Process, underWay.SelectMany(p => p).ToArray(), _options.Draws, draws.Next(),
                    IsLimited ? Counts : null);
            _underWay = underWay.Count;
            improvement = _noisy.Evaluate;
        }
        if (!IsLimited) return improvement;
        return (x, gradient) => improvement(x, gradient) + AddLogFeasible(x, gradient);
    }

    /// <summary>What to maximise for a recommendation: the mean, less where the constraints are in doubt.</summary>
    public double Worth(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var mean = Objective!.Process.MeanAt(x, gradient);
        if (!IsLimited) return mean;
        Span<double> slope = stackalloc double[gradient.Length];
        slope.Clear();
        var doubt = AddLogFeasible(x, slope) - Math.Log(0.9);
        if (doubt >= 0) return mean;
        Rows.AddScaled(gradient, 2, slope);
        return mean + 2 * doubt;
    }

    private double AddLogFeasible(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var value = _success?.Add(x, gradient) ?? 0;
        foreach (var (_, limit) in _limits) value += limit.Add(x, gradient);
        return value;
    }

    private bool[] Feasible() => [.. Enumerable.Range(0, Objective!.Data.Count)
        .Select(i => Counts(Objective.Data.Point(i).ToArray()))];

    /// <summary>Feasible by each constraint that has been measured there exactly; more likely than not by the
    /// others.</summary>
    private bool Counts(double[] x) => _limits.All(l => Measured(l.Model, x) is { } value
        ? l.Limit.Holds(value) : l.Limit.Add(x, []) >= Math.Log(0.5));

    /// <summary>What was measured at a point; null where nothing was, or not exactly.</summary>
    private static double? Measured(Model model, double[] x)
    {
        for (var i = 0; i < model.Data.Count && model.IsExact; i++)
            if (model.Data.Point(i).SequenceEqual(x)) return model.Data.Y[i];
        return null;
    }

    /// <summary>Success, told by 1 and −1, with the length scales of the objective, and 1 where nobody has
    /// tried.</summary>
    private static WithinLimit Success(Domain domain, IReadOnlyList<Observation> seen, Model? objective)
    {
        var scales = objective?.Process.LengthScales.Select(l => Math.Clamp(l, 0.1, 0.5)).ToArray()
            ?? [.. Enumerable.Repeat(0.3, domain.Encoding.Scales)];
        var process = new GaussianProcess(
            [.. seen.SelectMany(o => domain.ToUnit(o.At))], [.. seen.Select(o => o.Failed ? -1.0 : 1)],
            [.. seen.Select(_ => Doubt)], scales, 1, 1, domain.Encoding);
        return new WithinLimit(process, 0, 1);
    }
}
