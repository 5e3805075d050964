using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Measured = (Sdl.Core.Planning.DesignPoint At, double Value, double? Uncertainty);

namespace Sdl.Planner.Surrogates;

/// <summary>Observations as the model sees them: unit coordinates, outputs standardised and turned so that more is
/// better.</summary>
/// <param name="X">Count × dimension, row-major.</param>
/// <param name="Noise">Variance per observation in standardised units; NaN where nobody declared it.</param>
/// <param name="Offset">In the user's units.</param>
/// <param name="Scale">In the user's units; negative when the goal is to minimise.</param>
internal sealed record TrainingSet(
    Encoding Encoding, double[] X, double[] Y, double[] Noise, double Offset, double Scale)
{
    // Fewer do not show their distribution.
    private const int Fewest = 10;

    public int Count => Y.Length;

    public int Dimension => Encoding.Dimension;

    /// <summary>Whether some noise has to be learned.</summary>
    public bool HasUndeclared => Noise.Any(double.IsNaN);

    public ReadOnlySpan<double> Point(int i) => X.AsSpan(i * Dimension, Dimension);

    /// <summary>A power transform between the linear scale and the standardised values; null: none.</summary>
    public Power? Power { get; private init; }

    /// <summary>Few values are far worse than the many, and nobody has said how exact they are. A tail on the good side
    /// is what is sought, and stays.</summary>
    public bool IsSkewed => Count >= Fewest && Noise.All(double.IsNaN)
        && Y.Sum(y => y * y * y) / (Count - 1) < -1;

    public double FromStandard(double y) =>
        Offset + Scale * (Power is { } p ? YeoJohnson.Inverse(p.Centre + p.Spread * y, p.Exponent) : y);

    public double ToStandard(double value)
    {
        var linear = (value - Offset) / Scale;
        return Power is { } p ? (YeoJohnson.Of(linear, p.Exponent) - p.Centre) / p.Spread : linear;
    }

    /// <summary>Half of what lies within one deviation on both sides, in the user's units.</summary>
    public double FromDeviation(double mean, double deviation) => Power is null ? Math.Abs(Scale) * deviation
        : 0.5 * Math.Abs(FromStandard(mean + deviation) - FromStandard(mean - deviation));

    /// <summary>The same with less skew; <paramref name="logSlopes"/> is what the change of scale adds to a log
    /// density of all values.</summary>
    public TrainingSet Transformed(out double logSlopes)
    {
        var exponent = YeoJohnson.Fit(Y);
        var values = Y.Select(y => YeoJohnson.Of(y, exponent)).ToArray();
        var centre = values.Average();
        var spread = Math.Sqrt(values.Sum(v => (v - centre) * (v - centre)) / (Count - 1));
        logSlopes = Y.Sum(y => YeoJohnson.LogSlope(y, exponent)) - Count * Math.Log(spread);
        return this with
        {
            Y = [.. values.Select(v => (v - centre) / spread)],
            Power = new Power(exponent, centre, spread),
        };
    }

    /// <param name="all">Those that hold the objective count; there is one at least.</param>
    public static TrainingSet Of(Domain domain, Objective objective, IReadOnlyList<Observation> all)
    {
        var goal = objective.Goal;
        var seen = all.Where(o => o.Values.ContainsKey(objective.Name))
            .Select(o => (o.At, o.Values[objective.Name].Value, o.Values[objective.Name].Uncertainty)).ToList();
        // In a fixed order, so that the order of the observations changes not even the rounding.
        var points = seen.Select(o => (Seen: o, X: domain.ToUnit(o.At))).ToArray();
        Array.Sort(points, (a, b) => Compare(a.X, b.X) is var c and not 0 ? c
            : (a.Seen.Value, a.Seen.Uncertainty ?? -1).CompareTo((b.Seen.Value, b.Seen.Uncertainty ?? -1)));

        // Sums of squares of huge numbers would overflow: measure in units of the largest.
        var unit = points.Max(p => Math.Abs(p.Seen.Value)) is var largest and > 0 ? largest : 1;
        var mean = points.Average(p => p.Seen.Value / unit);
        var spread = points.Length < 2 ? 0
            : Math.Sqrt(points.Sum(p => Math.Pow(p.Seen.Value / unit - mean, 2)) / (points.Length - 1));
        if (!(spread > 1e-12)) spread = Fallback(points.Select(p => p.Seen), unit);
        return new TrainingSet(
            domain.Encoding,
            [.. points.SelectMany(p => p.X)],
            [.. points.Select(p => (p.Seen.Value / unit - mean) / spread * (goal == Goal.Maximise ? 1 : -1))],
            [.. points.Select(p => Math.Pow((p.Seen.Uncertainty ?? double.NaN) / unit / spread, 2))],
            mean * unit, (goal == Goal.Maximise ? 1 : -1) * spread * unit);
    }

    /// <summary>Values that are all alike say nothing about the scale: take the declared noise, or a tenth of the
    /// value.</summary>
    private static double Fallback(IEnumerable<Measured> seen, double unit)
    {
        var noise = seen.Max(o => o.Uncertainty ?? 0) / unit;
        return Math.Max(noise, 0.1);
    }

    private static int Compare(double[] a, double[] b) => a.AsSpan().SequenceCompareTo(b);
}

/// <summary>standardised = (Yeo–Johnson of the linear value − centre) / spread.</summary>
internal sealed record Power(double Exponent, double Centre, double Spread);
