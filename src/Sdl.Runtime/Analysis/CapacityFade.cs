using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Records;

namespace Sdl.Runtime.Analysis;

/// <summary>When a cell has come down to a share of its capacity.</summary>
/// <param name="Cycle">Cycle of the crossing, linear between the cycles around it; or what the curve says.</param>
/// <param name="Uncertainty">One standard deviation, cycles: scatter of the capacities over the slope there; for an
/// extrapolation with that of the curve's coefficients.</param>
/// <param name="IsExtrapolated">The cell has not come so far. The curve knows of no knee, which would end it
/// sooner.</param>
public sealed record EndOfLife(double Cycle, double Uncertainty, bool IsExtrapolated);

/// <summary>How the capacity goes down: q(n) / q(reference) = a + b n^p, where p is 1/2 (a growing film, limited by
/// diffusion) or 1 (a loss with every cycle), whichever fits better; least squares over all cycles from the
/// reference on.</summary>
/// <param name="Power">1/2 or 1.</param>
/// <param name="Rate">Fade at the last cycle, share of the reference capacity a cycle; negative while it rises.</param>
/// <param name="RateUncertainty">One standard deviation of it.</param>
/// <param name="Retention">Capacity of the last cycle over that of the reference.</param>
/// <param name="Scatter">Standard deviation of the relative capacities about the curve.</param>
/// <param name="EndOfLife">Null when the fitted curve does not come down to it within a million cycles.</param>
public sealed record CapacityFade(
    double Power, double Rate, double RateUncertainty, double Retention, double Scatter, EndOfLife? EndOfLife)
{
    private const double MostCycles = 1e6;

    /// <summary>The reference cycle.</summary>
    public double First { get; private init; }

    private Curve? Fitted { get; init; }

    /// <summary>The fitted curve at a cycle: share of the reference capacity, and one standard deviation of a single
    /// capacity there.</summary>
    /// <param name="cycle">The reference or a later one.</param>
    public (double Share, double Deviation) At(double cycle) => Fitted is { } curve
        ? (curve.Value(cycle - First), curve.ValueDeviation(cycle - First)) : (double.NaN, double.NaN);

    /// <param name="capacities">Cycle number and capacity, any unit, rising cycles; NaN capacities are passed
    /// over.</param>
    /// <param name="threshold">Share of the reference capacity at which life ends.</param>
    /// <param name="reference">Cycle whose capacity counts as whole; left out: the first.</param>
    /// <exception cref="AnalysisException">There are fewer than four cycles, or the reference is not among
    /// them.</exception>
    public static CapacityFade Of(
        IReadOnlyList<(double Cycle, double Capacity)> capacities, double threshold = 0.8, double? reference = null)
    {
        if (threshold is not (> 0 and < 1))
            throw new ArgumentException($"life ends at a share of the capacity between 0 and 1, not at {threshold}");
        var rows = capacities.Where(c => double.IsFinite(c.Capacity)).ToList();
        var start = reference is { } wanted ? rows.FindIndex(c => c.Cycle == wanted) : 0;
        if (start < 0)
            throw new AnalysisException($"there is no capacity for the reference cycle {reference}");
        rows.RemoveRange(0, start);
        if (rows.Count < 4 || !(rows[0].Capacity > 0))
            throw new AnalysisException($"{rows.Count} cycles from the reference on are too few for a fade: 4 do");
        var (first, whole) = rows[0];
        var shares = rows.ConvertAll(c => (N: c.Cycle - first, Share: c.Capacity / whole));
        var curve = new[] { Curve.Fit(shares, 1), Curve.Fit(shares, 0.5) }.MinBy(c => c.Squares)!;
        return new CapacityFade(
            curve.Power, -curve.Slope(shares[^1].N), curve.SlopeDeviation(shares[^1].N), shares[^1].Share,
            curve.Scatter, Crossing(shares, threshold, first, curve) ?? Extrapolation(curve, threshold, first))
        {
            First = first, Fitted = curve,
        };
    }

    private static EndOfLife? Crossing(
        List<(double N, double Share)> shares, double threshold, double first, Curve curve)
    {
        var after = shares.FindIndex(s => s.Share < threshold);
        if (after < 0)
            return null;
        var (a, b) = (shares[after - 1], shares[after]);
        var cycle = a.N + (b.N - a.N) * (a.Share - threshold) / (a.Share - b.Share);
        // The local line has the slope; one that a single jump of noise makes would be far too steep.
        var local = Curve.Fit(shares.GetRange(
            Math.Max(0, Math.Min(after - 5, shares.Count - 10)), Math.Min(10, shares.Count)), 1);
        var slope = Math.Max(Math.Abs(local.Slope(cycle)), Math.Abs(curve.Slope(Math.Max(cycle, 1))));
        return new EndOfLife(first + cycle, slope > 0 ? local.Scatter / slope : 0, false);
    }

    private static EndOfLife? Extrapolation(Curve curve, double threshold, double first)
    {
        if (!(curve.B < 0))
            return null;
        var n = Math.Pow((threshold - curve.A) / curve.B, 1 / curve.Power);
        return n is > 0 and < MostCycles
            ? new EndOfLife(first + n, curve.ValueDeviation(n) / Math.Abs(curve.Slope(n)), true) : null;
    }

    /// <summary>a + b n^p with the covariance of a and b.</summary>
    private sealed record Curve(double Power, double A, double B, Matrix<double> Covariance, double Squares, int Count)
    {
        public double Scatter => Math.Sqrt(Squares / Math.Max(1, Count - 2));

        public static Curve Fit(List<(double N, double Share)> shares, double power)
        {
            var design = Matrix<double>.Build.Dense(
                shares.Count, 2, (i, j) => j == 0 ? 1 : Math.Pow(shares[i].N, power));
            var values = Vector<double>.Build.Dense(shares.Count, i => shares[i].Share);
            var normal = design.TransposeThisAndMultiply(design);
            var solution = normal.Solve(design.TransposeThisAndMultiply(values));
            var squares = (design * solution - values).DotProduct(design * solution - values);
            return new Curve(power, solution[0], solution[1],
                normal.Inverse() * (squares / Math.Max(1, shares.Count - 2)), squares, shares.Count);
        }

        public double Value(double n) => A + B * Math.Pow(n, Power);

        public double Slope(double n) => B * SlopeOfPower(n);

        public double SlopeDeviation(double n) => SlopeOfPower(n) * Math.Sqrt(Math.Max(0, Covariance[1, 1]));

        public double ValueDeviation(double n)
        {
            var u = Math.Pow(n, Power);
            return Math.Sqrt(Math.Max(0, Covariance[0, 0] + 2 * u * Covariance[0, 1] + u * u * Covariance[1, 1])
                + Scatter * Scatter);
        }

        private double SlopeOfPower(double n) => Power * Math.Pow(Math.Max(n, 1), Power - 1);
    }
}
