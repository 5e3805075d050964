namespace Sdl.Planner.Fronts;

/// <summary>What a front leaves undominated above a reference, as boxes that do not overlap: a point gains hypervolume
/// exactly as far as it covers them. In two dimensions the strips of the staircase.</summary>
/// <remarks>Bounds are kept as indices into the distinct values of each objective, so that what depends on one bound
/// is computed once and not once a box.</remarks>
internal sealed class FreeBoxes
{
    private readonly double[][] _levels;

    /// <param name="front">In any order; points that do not exceed the reference in every objective are left
    /// out.</param>
    public FreeBoxes(IEnumerable<double[]> front, double[] reference)
    {
        var m = reference.Length;
        var points = front.Where(p => p.Zip(reference).All(c => c.First > c.Second)).ToList();
        points = [.. ParetoFront.Of(points).Select(i => points[i])];
        points.Sort((a, b) => a.AsSpan().SequenceCompareTo(b));
        _levels = [.. Enumerable.Range(0, m).Select(k => points.Select(p => p[k]).Append(reference[k])
            .Append(double.PositiveInfinity).Distinct().Order().ToArray())];
        var boxes = new List<(int[] Low, int[] High)>
        {
            (new int[m], [.. _levels.Select(l => l.Length - 1)]),
        };
        foreach (var point in points)
        {
            int[] at = [.. point.Select((v, k) => Array.BinarySearch(_levels[k], v))];
            boxes = [.. boxes.SelectMany(b => Without(b.Low, b.High, at))];
        }
        (Count, Objectives) = (boxes.Count, m);
        Low = [.. boxes.SelectMany(b => b.Low)];
        High = [.. boxes.SelectMany(b => b.High)];
    }

    public int Count { get; }

    public int Objectives { get; }

    /// <summary>Box × objective: where in <see cref="Levels"/> the box begins.</summary>
    public int[] Low { get; }

    /// <summary>Box × objective: where it ends.</summary>
    public int[] High { get; }

    /// <summary>Ascending, the reference first, infinity last.</summary>
    public ReadOnlySpan<double> Levels(int objective) => _levels[objective];

    /// <summary>The hypervolume that a point adds.</summary>
    public double Gain(ReadOnlySpan<double> point)
    {
        var total = 0.0;
        for (var b = 0; b < Count; b++)
        {
            var volume = 1.0;
            for (var k = 0; k < Objectives && volume > 0; k++)
            {
                var low = _levels[k][Low[b * Objectives + k]];
                volume *= Math.Max(0, Math.Min(_levels[k][High[b * Objectives + k]], point[k]) - low);
            }
            total += volume;
        }
        return total;
    }

    /// <summary>What is left of a box when the part is taken out that a point dominates: for each objective in turn
    /// the part above the point.</summary>
    private static IEnumerable<(int[] Low, int[] High)> Without(int[] low, int[] high, int[] point)
    {
        for (var k = 0; k < low.Length; k++)
        {
            if (low[k] < point[k]) continue;
            yield return (low, high);
            yield break;
        }
        var rest = high;
        for (var k = 0; k < low.Length; k++)
        {
            if (rest[k] <= point[k]) continue;
            var above = (int[])low.Clone();
            above[k] = point[k];
            yield return (above, rest);
            rest = (int[])rest.Clone();
            rest[k] = point[k];
        }
    }
}
