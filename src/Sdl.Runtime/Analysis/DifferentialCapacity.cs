using Sdl.Core.Records;

namespace Sdl.Runtime.Analysis;

/// <summary>dQ/dV over the voltage.</summary>
/// <param name="Voltage">V, rising in even steps.</param>
/// <param name="Slope">Ah/V; NaN where no charge was measured within the smoothing.</param>
/// <param name="Smoothing">V: standard deviation of the Gaussian weights.</param>
public sealed record DifferentialCapacityCurve(
    IReadOnlyList<double> Voltage, IReadOnlyList<double> Slope, double Smoothing)
{
    /// <summary>The places where the curve is higher, in modulus, than both neighbours and than
    /// <paramref name="share"/> of the highest; V and Ah/V, by voltage.</summary>
    public IReadOnlyList<(double Voltage, double Slope)> Peaks(double share = 0.1)
    {
        var highest = Slope.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return Enumerable.Range(1, Math.Max(0, Slope.Count - 2))
            .Where(i => Math.Abs(Slope[i]) >= share * highest && Math.Abs(Slope[i]) > Math.Abs(Slope[i - 1])
                && Math.Abs(Slope[i]) >= Math.Abs(Slope[i + 1]))
            .Select(i => (Voltage[i], Slope[i])).ToList();
    }
}

/// <summary>Differential capacity of one charge or discharge at constant current: at each voltage the slope of a
/// parabola fitted to the charge by least squares with Gaussian weights (local regression: Cleveland, J. Am. Stat.
/// Assoc. 74 (1979) 829). Exact for parabolas; a peak narrower than the smoothing becomes lower and wider.</summary>
public static class DifferentialCapacity
{
    // What lies further away than so many standard deviations has no weight that shows.
    private const double Reach = 4;

    /// <param name="voltage">V, one for each row of the half cycle, in order of time.</param>
    /// <param name="charge">Ah.</param>
    /// <param name="smoothing">V: standard deviation of the weights; well above the noise of the voltage.</param>
    /// <param name="step">V between two points of the curve.</param>
    /// <exception cref="AnalysisException">There are too few rows, or the voltage hardly changes.</exception>
    public static DifferentialCapacityCurve Of(
        IReadOnlyList<double> voltage, IReadOnlyList<double> charge, double smoothing = 0.005, double step = 0.002)
    {
        if (voltage.Count != charge.Count)
            throw new ArgumentException($"{voltage.Count} voltages, but {charge.Count} charges");
        if (!(smoothing > 0) || !(step > 0))
            throw new ArgumentException("smoothing and step are voltages above zero");
        var rows = voltage.Zip(charge).Where(r => double.IsFinite(r.First) && double.IsFinite(r.Second))
            .OrderBy(r => r.First).ToArray();
        if (rows.Length < 5 || rows[^1].First - rows[0].First < smoothing)
            throw new AnalysisException($"{rows.Length} rows that span less than the smoothing of {smoothing} V give "
                + "no differential capacity");
        var count = (int)((rows[^1].First - rows[0].First) / step) + 1;
        var grid = Enumerable.Range(0, count).Select(i => rows[0].First + i * step).ToArray();
        var slopes = new double[count];
        var (from, to) = (0, 0);
        for (var i = 0; i < count; i++)
        {
            for (; rows[from].First < grid[i] - Reach * smoothing; from++)
            {
            }
            for (; to < rows.Length && rows[to].First <= grid[i] + Reach * smoothing; to++)
            {
            }
            slopes[i] = Slope(rows.AsSpan(from, to - from), grid[i], smoothing);
        }
        return new DifferentialCapacityCurve(grid, slopes, smoothing);
    }

    /// <summary>Slope at <paramref name="at"/> of the weighted parabola a + b u + c u^2; NaN when the rows do not
    /// determine one.</summary>
    private static double Slope(ReadOnlySpan<(double V, double Q)> rows, double at, double smoothing)
    {
        Span<double> s = stackalloc double[5];
        Span<double> r = stackalloc double[3];
        foreach (var (v, q) in rows)
        {
            var u = (v - at) / smoothing;
            var weight = Math.Exp(-0.5 * u * u);
            for (var (k, power) = (0, weight); k < 5; k++, power *= u)
            {
                s[k] += power;
                if (k < 3)
                    // Relative to the first row: charges of a late cycle are large beside their differences.
                    r[k] += power * (q - rows[0].Q);
            }
        }
        // Cramer's rule for b of the symmetric three by three system.
        var determinant = s[0] * (s[2] * s[4] - s[3] * s[3]) - s[1] * (s[1] * s[4] - s[2] * s[3])
            + s[2] * (s[1] * s[3] - s[2] * s[2]);
        var numerator = s[0] * (r[1] * s[4] - s[3] * r[2]) - r[0] * (s[1] * s[4] - s[2] * s[3])
            + s[2] * (s[1] * r[2] - r[1] * s[2]);
        return determinant > 1e-9 * s[0] * s[2] * s[4] ? numerator / determinant / smoothing : double.NaN;
    }
}
