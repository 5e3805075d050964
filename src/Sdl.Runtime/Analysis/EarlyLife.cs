using Sdl.Core.Records;

namespace Sdl.Runtime.Analysis;

/// <summary>How the discharge curve has changed between two early cycles: delta Q(V) = Q late(V) - Q early(V) on one
/// grid of voltages (Severson et al., Nature Energy 4 (2019) 383).</summary>
/// <param name="LogVariance">log10 of the variance of delta Q, Ah².</param>
/// <param name="LogMinimum">log10 of the modulus of its smallest value, Ah.</param>
/// <param name="LogMean">log10 of the modulus of its mean, Ah.</param>
public sealed record EarlyLifeFeatures(double LogVariance, double LogMinimum, double LogMean)
{
    private const int GridPoints = 1000;

    /// <param name="early">Voltages (V) and charges (Ah) of a discharge, in order of time; cycle 10 by custom. The sign
    /// of the charge does not count.</param>
    /// <param name="late">The same of a later cycle; 100 by custom.</param>
    /// <exception cref="AnalysisException">The two have no range of voltage in common, or do not differ at
    /// all.</exception>
    public static EarlyLifeFeatures Of(
        (IReadOnlyList<double> Voltage, IReadOnlyList<double> Charge) early,
        (IReadOnlyList<double> Voltage, IReadOnlyList<double> Charge) late)
    {
        var (first, second) = (Sorted(early), Sorted(late));
        var (least, most) = (Math.Max(first[0].V, second[0].V), Math.Min(first[^1].V, second[^1].V));
        if (!(most > least))
            throw new AnalysisException("the two discharges have no range of voltage in common");
        var delta = new double[GridPoints];
        for (var i = 0; i < GridPoints; i++)
        {
            var volt = most + (least - most) * i / (GridPoints - 1);
            delta[i] = At(second, volt) - At(first, volt);
        }
        var mean = delta.Average();
        var variance = delta.Average(d => (d - mean) * (d - mean));
        return variance > 0 ? new EarlyLifeFeatures(
                Math.Log10(variance), Math.Log10(Math.Abs(delta.Min())), Math.Log10(Math.Abs(mean)))
            : throw new AnalysisException("the two discharges do not differ: they are one and the same cycle");
    }

    private static (double V, double Q)[] Sorted((IReadOnlyList<double> Voltage, IReadOnlyList<double> Charge) curve)
    {
        if (curve.Voltage.Count != curve.Charge.Count || curve.Voltage.Count < 2)
            throw new AnalysisException("a discharge needs at least two rows of voltage and charge");
        // Noise makes the voltage go back and forth: the charge belongs to the mean of the rows at a voltage.
        return curve.Voltage.Zip(curve.Charge, (v, q) => (V: v, Q: Math.Abs(q))).GroupBy(r => r.V)
            .Select(g => (g.Key, g.Average(r => r.Q))).OrderBy(r => r.Key).ToArray();
    }

    private static double At((double V, double Q)[] curve, double volt)
    {
        var (low, high) = (0, curve.Length - 1);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = curve[middle].V <= volt ? (middle, high) : (low, middle);
        }
        var (a, b) = (curve[low], curve[high]);
        return a.Q + (b.Q - a.Q) * (volt - a.V) / (b.V - a.V);
    }
}

/// <summary>The variance model: log10 of the cycle life is linear in log10 of the variance of delta Q; ordinary least
/// squares (Severson et al., Nature Energy 4 (2019) 383, "variance" model).</summary>
/// <param name="Scatter">Standard deviation of log10 life about the line.</param>
public sealed record VarianceModel(double Intercept, double Slope, double Scatter)
{
    /// <summary>Of 41 LFP/graphite cells that were charged fast (first data set of Severson et al.), life to 80 % of
    /// 1.1 Ah, cycles 10 and 100: a stand-in until a laboratory has cells of its own to fit.</summary>
    public static VarianceModel Severson { get; } = new(1.34614876, -0.395814027, 0.0706791749)
    {
        Count = 41, Mean = -3.65783182, Spread = 5.58838870,
    };

    /// <summary>Number of cells that it was fitted to.</summary>
    public int Count { get; init; }

    /// <summary>Mean of their log10 variances.</summary>
    public double Mean { get; init; }

    /// <summary>Sum of the squared distances of their log10 variances from the mean.</summary>
    public double Spread { get; init; } = double.PositiveInfinity;

    /// <param name="cells">log10 variance of delta Q (Ah²) and cycle life of each; at least three.</param>
    /// <exception cref="AnalysisException">There are fewer, they do not differ, or a life is none.</exception>
    public static VarianceModel Fit(IReadOnlyList<(double LogVariance, double Life)> cells)
    {
        if (cells.Count < 3 || cells.Any(c => !(c.Life > 0) || !double.IsFinite(c.LogVariance)))
            throw new AnalysisException("a life model needs at least three cells, each with a variance and a life");
        var (x, y) = (cells.Average(c => c.LogVariance), cells.Average(c => Math.Log10(c.Life)));
        var spread = cells.Sum(c => Math.Pow(c.LogVariance - x, 2));
        if (!(spread > 0))
            throw new AnalysisException("all cells have the same variance: a line through them has no slope");
        var slope = cells.Sum(c => (c.LogVariance - x) * (Math.Log10(c.Life) - y)) / spread;
        var squares = cells.Sum(c => Math.Pow(Math.Log10(c.Life) - y - slope * (c.LogVariance - x), 2));
        return new VarianceModel(y - slope * x, slope, Math.Sqrt(squares / (cells.Count - 2)))
        {
            Count = cells.Count, Mean = x, Spread = spread,
        };
    }

    /// <returns>Cycle life, and the factor by which it may be off either way: one standard deviation of a prediction
    /// for a single cell.</returns>
    public (double Life, double Factor) Predict(double logVariance)
    {
        var distance = logVariance - Mean;
        var deviation = Scatter * Math.Sqrt(1 + 1.0 / Math.Max(1, Count) + distance * distance / Spread);
        return (Math.Pow(10, Intercept + Slope * logVariance), Math.Pow(10, deviation));
    }

    /// <summary>Root mean square error in cycles and mean absolute error in per cent.</summary>
    public (double Rmse, double Mape) Score(IReadOnlyList<(double LogVariance, double Life)> cells) => (
        Math.Sqrt(cells.Average(c => Math.Pow(Predict(c.LogVariance).Life - c.Life, 2))),
        100 * cells.Average(c => Math.Abs(Predict(c.LogVariance).Life - c.Life) / c.Life));
}
