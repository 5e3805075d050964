using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Acquisition;

/// <summary>Finds the highest point of a function with many peaks: candidates all over the space and in clouds around
/// good points, the best of them, kept apart, refined by gradient.</summary>
internal sealed class Search(Domain domain, PlannerOptions options, Draws draws)
{
    private const int Anchors = 4;
    private const int Iterations = 100;
    private const double Apart = 0.02;
    private const double Moved = 0.7;
    private static readonly double[] CloudSizes = [0.15, 0.03, 0.005];

    private readonly int _d = domain.Dimension;

    /// <param name="good">Points around which to look closely, the best first; those outside are ignored.</param>
    public (double[] X, double Value) Maximise(SmoothFunction function, IEnumerable<double[]> good)
    {
        var points = Candidates([.. good.Where(p => domain.Polytope.Contains(p, 1e-9)).Take(Anchors)]);
        var values = new double[points.Count];
        for (var i = 0; i < values.Length; i++) values[i] = function(points[i], []);
        var order = Enumerable.Range(0, values.Length).OrderByDescending(i => values[i]).ToArray();

        var ascent = new Ascent(domain.Polytope);
        double[] best = points[order[0]];
        var highest = double.NegativeInfinity;
        foreach (var start in KeptApart(order.Select(i => points[i])))
        {
            var x = (double[])start.Clone();
            var value = ascent.Climb(function, x, 0.1, Iterations, 1e-5);
            if (value > highest) (best, highest) = (x, value);
        }
        return (best, highest);
    }

    /// <summary>Points evenly all over the space.</summary>
    public static double[][] Spread(Domain domain, int count, Draws draws)
    {
        var d = domain.Dimension;
        var points = new double[count][];
        if (domain.IsBox && d <= Sobol.MaxDimension && domain.Polytope.Freedom == d)
        {
            var sobol = new Sobol(d, draws.Next());
            for (var i = 0; i < count; i++) sobol.Point((uint)i, points[i] = new double[d]);
            return points;
        }
        var flat = new double[count * d];
        HitAndRun.Sample(domain.Polytope, draws, flat, domain.Polytope.Freedom + 1);
        return [.. flat.Chunk(d)];
    }

    private List<double[]> Candidates(double[][] anchors)
    {
        var points = new List<double[]>(Spread(domain, options.Candidates, draws));
        points.AddRange(anchors);
        foreach (var size in CloudSizes)
            for (var i = 0; i < options.Candidates / 8 && anchors.Length > 0; i++)
                points.Add(Near(anchors[draws.Below(anchors.Length)], size));
        return points;
    }

    /// <summary>A random step from a point; it ends at the border of the space.</summary>
    private double[] Near(double[] anchor, double size)
    {
        var x = (double[])anchor.Clone();
        var step = new double[_d];
        for (var k = 0; k < _d; k++) step[k] = draws.Uniform() < Moved ? size * draws.Normal() : 0;
        domain.Polytope.Project(step);
        Rows.AddScaled(x, Math.Min(1, domain.Polytope.Reach(x, step, [], out _)), step);
        return x;
    }

    private List<double[]> KeptApart(IEnumerable<double[]> ordered)
    {
        var kept = new List<double[]>();
        foreach (var x in ordered)
        {
            if (kept.Any(other => Distance(other, x) < Apart)) continue;
            kept.Add(x);
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
