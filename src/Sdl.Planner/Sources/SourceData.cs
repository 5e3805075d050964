using Sdl.Core.Planning;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Sources;

/// <summary>What several sources have measured of one objective, as the model sees it: encoded points, values
/// standardised and turned so that more of the target is better.</summary>
/// <param name="X">Count × dimension, row-major.</param>
/// <param name="Source">Index of the source, by observation.</param>
/// <param name="Noise">Variance per observation in standardised units; NaN where nobody declared it.</param>
/// <param name="Target">Index of the source that counts.</param>
/// <param name="Relations">By source: all but <see cref="Relation.Same"/> measure another quantity, standardised by
/// itself.</param>
/// <param name="Offset">By source, in its units.</param>
/// <param name="Scale">By source, in its units; negative when less is better.</param>
internal sealed record SourceData(
    Encoding Encoding, double[] X, int[] Source, double[] Y, double[] Noise, int Target, Relation[] Relations,
    double[] Offset, double[] Scale)
{
    public int Count => Y.Length;

    public int Sources => Relations.Length;

    public ReadOnlySpan<double> Point(int i) => X.AsSpan(i * Encoding.Dimension, Encoding.Dimension);

    public double FromStandard(double y) => Offset[Target] + Scale[Target] * y;

    /// <param name="values">In the units of each source.</param>
    /// <param name="deviations">Of the values; NaN where unknown.</param>
    public static SourceData Of(
        Encoding encoding, double[] x, int[] source, double[] values, double[] deviations, int target,
        Relation[] relations, bool more)
    {
        double[] offset = new double[relations.Length], scale = new double[relations.Length];
        var own = Select(i => source[i] == target);
        // With two or fewer the mean of the target alone says little.
        var (all, spread) = Moments(Select(i => relations[source[i]] == Relation.Same));
        var centre = own.Length > 2 ? own.Average() : all;
        for (var s = 0; s < relations.Length; s++)
        {
            (offset[s], scale[s]) = relations[s] == Relation.Same
                ? (centre, spread) : Moments(Select(i => source[i] == s));
            if (!more) scale[s] = -scale[s];
        }
        return new SourceData(
            encoding, x, source,
            [.. values.Select((v, i) => (v - offset[source[i]]) / scale[source[i]])],
            [.. deviations.Select((v, i) => Math.Pow(v / scale[source[i]], 2))], target, relations, offset, scale);

        double[] Select(Func<int, bool> which) =>
            [.. values.Where((_, i) => which(i))];
    }

    /// <summary>This, as if some more had been measured.</summary>
    public SourceData With(IReadOnlyList<(double[] X, int Source, double Y, double Noise)> more) => this with
    {
        X = [.. X, .. more.SelectMany(m => m.X)],
        Source = [.. Source, .. more.Select(m => m.Source)],
        Y = [.. Y, .. more.Select(m => m.Y)],
        Noise = [.. Noise, .. more.Select(m => m.Noise)],
    };

    /// <summary>Mean and standard deviation; one value says nothing of the scale, so a tenth of it is taken.</summary>
    private static (double Mean, double Deviation) Moments(double[] values)
    {
        if (values.Length == 0) return (0, 1);
        // Sums of squares of huge numbers would overflow: measure in units of the largest.
        var unit = values.Max(Math.Abs) is var largest and > 0 ? largest : 1;
        var mean = values.Average(v => v / unit);
        var spread = values.Length < 2 ? 0
            : Math.Sqrt(values.Sum(v => Math.Pow(v / unit - mean, 2)) / (values.Length - 1));
        return (mean * unit, (spread > 1e-12 ? spread : 0.1) * unit);
    }
}
