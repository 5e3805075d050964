using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Acquisition;

/// <summary>Finds the highest points of a function with many peaks: candidates all over the space, on its faces and in
/// clouds around good points; the best of them, kept apart, refined by gradient; the levels around the
/// best.</summary>
internal sealed class Search(Domain domain, PlannerOptions options, Draws draws)
{
    private const int Anchors = 4;
    private const int Iterations = 100;
    private const int NeighbourIterations = 40;
    private const double FirstStep = 0.1;
    private const double Tolerance = 1e-5;
    private const double Apart = 0.02;
    private static readonly double[] CloudSizes = [0.15, 0.03, 0.005];

    private readonly int _m = domain.Numeric;
    private readonly Dictionary<Polytope, Ascent> _ascents = [];
    private readonly int[] _coarse = [.. Enumerable.Range(0, domain.Numeric).Where(domain.IsCoarse)];

    /// <param name="good">Points around which to look closely, the best first; those outside are ignored.</param>
    public (double[] X, double Value) Maximise(SmoothFunction function, IEnumerable<double[]> good) =>
        Optima(function, good)[0];

    /// <summary>All refined points, the best first, and after them the candidates that were not refined.</summary>
    public List<(double[] X, double Value)> Optima(SmoothFunction function, IEnumerable<double[]> good)
    {
        var candidates = Candidates([.. good.Where(IsInside).Take(Anchors)]).Select(x => (X: x, Value: function(x, [])))
            .OrderByDescending(c => c.Value).ToList();
        var optima = KeptApart(candidates).Select(s => Refine(function, s)).ToList();
        optima.Sort((a, b) => b.Value.CompareTo(a.Value));
        while (Neighbour(function, optima[0]) is { } better) optima.Insert(0, better);
        return [.. optima, .. candidates];
    }

    private List<double[]> Candidates(double[][] anchors)
    {
        var sampler = new Sampler(domain, draws);
        var points = sampler.Even(options.Candidates);
        points.AddRange(sampler.Sparse(options.Candidates / 2));
        points.AddRange(anchors);
        foreach (var size in CloudSizes)
            for (var i = 0; i < options.Candidates / 8 && anchors.Length > 0; i++)
                points.Add(sampler.Near(anchors[draws.Below(anchors.Length)], size));
        if (_coarse.Length > 0)
            foreach (var x in points) domain.SnapCoarse(x);
        return points;
    }

    private bool IsInside(double[] x) =>
        domain.BranchAt(x) is { } branch && branch.Polytope.Contains(x.AsSpan(0, _m), 1e-9);

    /// <summary>Climbs; numbers with few values are then held at the nearest ones while the others climb
    /// on.</summary>
    private (double[] X, double Value) Refine(SmoothFunction function, (double[] X, double Value) start)
    {
        if (_m == 0 || domain.BranchAt(start.X) is not { } branch) return start;
        var x = (double[])start.X.Clone();
        var value = Climb(function, x, branch.Polytope, Iterations);
        if (_coarse.Length == 0) return value > start.Value ? (x, value) : start;
        domain.SnapCoarse(x);
        if (!branch.Polytope.Contains(x.AsSpan(0, _m), 1e-9)) start.X.CopyTo(x, 0);
        value = Climb(function, x, branch.Polytope.Hold(_coarse, x[.._m]), Iterations);
        return value > start.Value ? (x, value) : start;
    }

    private double Climb(SmoothFunction function, double[] x, Polytope polytope, int iterations)
    {
        if (!_ascents.TryGetValue(polytope, out var ascent)) _ascents[polytope] = ascent = new Ascent(polytope);
        var whole = (double[])x.Clone();
        return ascent.Climb(On, x.AsSpan(0, _m), FirstStep, iterations, Tolerance);

        double On(ReadOnlySpan<double> numbers, Span<double> gradient)
        {
            numbers.CopyTo(whole);
            return function(whole, gradient);
        }
    }

    /// <summary>Another level of one category, a step of one number with few values, or one component for another:
    /// whatever is best of all that is better.</summary>
    private (double[] X, double Value)? Neighbour(SmoothFunction function, (double[] X, double Value) from)
    {
        (double[] X, double Value)? best = null;
        foreach (var x in domain.Neighbours(from.X))
        {
            if (domain.BranchAt(x) is not { } branch) continue;
            var value = double.NegativeInfinity;
            if (_m == 0) value = function(x, []);
            else if (branch.Polytope.Contains(x.AsSpan(0, _m), 1e-9))
            {
                var within = _coarse.Length > 0 ? branch.Polytope.Hold(_coarse, x[.._m]) : branch.Polytope;
                value = Climb(function, x, within, NeighbourIterations);
            }
            if (value > (best ?? from).Value + 1e-9) best = (x, value);
        }
        return best;
    }

    private List<(double[] X, double Value)> KeptApart(List<(double[] X, double Value)> ordered)
    {
        var kept = new List<(double[] X, double Value)>();
        foreach (var candidate in ordered)
        {
            if (kept.Any(other => Distance(other.X, candidate.X) < Apart)) continue;
            kept.Add(candidate);
            if (kept.Count == options.Starts) break;
        }
        return kept;
    }

    private static double Distance(double[] a, double[] b)
    {
        var largest = 0.0;
        for (var k = 0; k < a.Length; k++) largest = Math.Max(largest, Math.Abs(a[k] - b[k]));
        return largest;
    }
}
