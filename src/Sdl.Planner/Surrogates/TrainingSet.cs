using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Planner.Spaces;
using Measured = (Sdl.Core.Planning.DesignPoint At, double Value, double? Uncertainty);

namespace Sdl.Planner.Surrogates;

/// <summary>Observations as the model sees them: unit coordinates, outputs standardised and turned so that more is
/// better.</summary>
/// <param name="X">Count × dimension, row-major.</param>
/// <param name="Noise">Variance per observation in standardised units; NaN where nobody declared it.</param>
/// <param name="Offset">In the user's units.</param>
/// <param name="Scale">In the user's units; negative when the goal is to minimise.</param>
internal sealed record TrainingSet(int Dimension, double[] X, double[] Y, double[] Noise, double Offset, double Scale)
{
    public int Count => Y.Length;

    public ReadOnlySpan<double> Point(int i) => X.AsSpan(i * Dimension, Dimension);

    public double FromStandard(double y) => Offset + Scale * y;

    /// <exception cref="ArgumentException">An observation holds a number that cannot be used; the message names
    /// it.</exception>
    public static TrainingSet Of(Domain domain, Objective objective, IReadOnlyList<Observation> all)
    {
        var goal = objective.Goal;
        var seen = all.Where(o => o.Values.ContainsKey(objective.Name))
            .Select(o => (o.At, o.Values[objective.Name].Value, o.Values[objective.Name].Uncertainty)).ToList();
        for (var i = 0; i < seen.Count; i++) Check(domain, seen[i], i + 1);
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
            domain.Dimension,
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

    private static void Check(Domain domain, Measured o, int number)
    {
        if (!double.IsFinite(o.Value)) throw Wrong(o, number, $"its value is {o.Value}; it must be a finite number");
        if (o.Uncertainty is { } u && !(u >= 0 && double.IsFinite(u)))
            throw Wrong(o, number, $"its uncertainty is {u}; it must be a finite number, 0 or more, or null");
        foreach (var axis in domain.Axes)
            if (!double.IsFinite(o.At.Number(axis.Name) ?? double.NaN))
                throw Wrong(
                    o, number, $"its {axis.Name} is {o.At.Number(axis.Name) ?? double.NaN}; it must be a finite number");
    }

    private static ArgumentException Wrong(Measured o, int number, FormattableString what) =>
        new($"Observation {number} ({o.At}) cannot be used: {what.ToString(CultureInfo.InvariantCulture)}.");
}
