using System.Diagnostics;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Planner.Numerics;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>Our planner on one problem from one initial design, one proposal at a time, to the peers' budget.</summary>
internal sealed class SuiteRun
{
    private readonly SuiteProblem _suite;
    private readonly Problem _problem;
    private readonly InitialDesigns _designs;
    private readonly int _seed;
    private readonly IPlanner _planner = new GaussianProcessPlanner();
    private readonly Draws _noise;
    private readonly List<Observation> _seen = [];
    private readonly List<TraceRow> _rows = [];
    private readonly List<double[]> _values = [];
    private double _best, _bestMeasured = double.PositiveInfinity, _recommended = double.PositiveInfinity, _cost;

    private SuiteRun(SuiteProblem suite, InitialDesigns designs, int seed)
    {
        (_suite, _designs, _seed) = (suite, designs, seed);
        _problem = AsProblem.Of(suite);
        _noise = new Draws(777 + (ulong)seed);
        _best = suite.Reference is null ? double.PositiveInfinity : 0;
    }

    public static Trace Of(SuiteProblem suite, InitialDesigns designs, int seed)
    {
        var run = new SuiteRun(suite, designs, seed);
        run.Begin();
        while (run.GoesOn()) run.Step();
        return new Trace(suite.Name, "sdl", seed, run._rows);
    }

    private void Begin()
    {
        var sources = _suite.Sources?.SelectMany((s, i) => Enumerable.Repeat(i, s.Initial)).ToList();
        foreach (var (i, x) in _designs.Of(_suite, _seed).Index())
            Evaluate(x, sources?[i] ?? 0, 0);
    }

    private bool GoesOn() => _suite.Sources is { } sources
        ? _cost + sources[0].Cost <= _suite.Budget + 1e-9 && _rows.Count < _suite.Total
        : _rows.Count < _suite.Total;

    private void Step()
    {
        var begun = Stopwatch.GetTimestamp();
        var proposal = _planner.Propose(
            _problem, new Evidence(_seen) { Budget = _suite.Sources is null ? null : _suite.Budget - _cost + 1e-9 }, 1,
            Draw())[0];
        var seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;
        var source = _suite.Sources is { } sources
            ? Array.FindIndex(sources, s => s.Name == proposal.Source) : 0;
        Evaluate(AsProblem.Numbers(_suite, proposal.At), source, seconds);
    }

    private void Evaluate(double[] x, int source, double seconds)
    {
        var number = _rows.Count + 1;
        var truth = _suite.Values(x, source);
        var measured = truth.Select(v => v + _suite.Noise * _noise.Normal()).ToArray();
        if (number <= _suite.Initial && _designs.Measured(_suite, _seed, number) is { } told) measured[0] = told;
        _values.Add(truth);
        _seen.Add(AsProblem.Observed(_suite, x, source, _suite.Noise > 0 ? measured : truth));
        _cost += _suite.Sources?[source].Cost ?? 1;
        if (_suite.Reference is { } reference)
            _recommended = _best = DominatedArea.Of(_values, reference);
        else if (source == _suite.Truth)
            Judge(truth, measured[0]);
        if (_suite.IsRecommended && number >= _suite.Initial)
            _recommended = _suite.Values(AsProblem.Numbers(
                _suite, _planner.Recommend(_problem, new Evidence(_seen), Draw())[0].At), _suite.Truth)[0];
        _rows.Add(new TraceRow(number, _best, seconds, _recommended, _cost,
            _suite.Reference is null ? measured[0] : double.NaN));
    }

    private void Judge(double[] truth, double measured)
    {
        if (truth.Skip(1).Any(c => c > 1e-9)) return;
        _best = Math.Min(_best, truth[0]);
        if (measured >= _bestMeasured) return;
        (_bestMeasured, _recommended) = (measured, truth[0]);
    }

    private ulong Draw() => 1_000_003 * (ulong)_seed + (ulong)_rows.Count;
}
