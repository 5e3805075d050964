using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Records;

namespace Sdl.Runtime.Analysis;

/// <summary>What <see cref="KramersKronig"/> found.</summary>
/// <param name="Residuals">(model - measured) / |measured|, for each frequency in the order given.</param>
/// <param name="Elements">Number of RC elements.</param>
public sealed record KramersKronigResult(IReadOnlyList<Complex> Residuals, int Elements)
{
    /// <summary>Root mean square of the residuals' moduli.</summary>
    public double RootMeanSquare { get; } =
        Math.Sqrt(Residuals.Average(r => r.Real * r.Real + r.Imaginary * r.Imaginary));

    /// <summary>Index and modulus of the largest residual.</summary>
    public (int Index, double Size) Largest { get; } =
        Residuals.Select((r, i) => (Index: i, Size: r.Magnitude)).MaxBy(r => r.Size);

    /// <summary>Whether the spectrum is that of a linear, stable, causal system as far as its noise lets one
    /// see.</summary>
    /// <param name="tolerance">Largest root mean square residual, 1 % by custom.</param>
    public bool IsPassed(double tolerance = 0.01) => RootMeanSquare <= tolerance;
}

/// <summary>The linear Kramers-Kronig test: a series of RC elements with given time constants, which obeys the
/// relations whatever its resistances are, is fitted to the spectrum by linear least squares; what it cannot
/// follow breaks them (Boukamp, J. Electrochem. Soc. 142 (1995) 1885). Of all numbers of
/// elements up to eight a decade the one that the Bayesian information criterion prefers is taken, so that noise is not
/// followed.</summary>
public static class KramersKronig
{
    // Boukamp's seven and one to spare: more resolve nothing but noise.
    private const int ElementsPerDecade = 8;

    /// <param name="hertz">Frequencies, any order, greater than zero; at least four, over a decade or more.</param>
    /// <param name="impedance">Ohm, one for each frequency.</param>
    /// <exception cref="AnalysisException">There are too few points, or one that is no number.</exception>
    public static KramersKronigResult Test(IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        CircuitFit.CheckPoints(hertz, impedance);
        var decades = Math.Log10(hertz.Max() / hertz.Min());
        if (hertz.Count < 4 || decades < 1)
            throw new AnalysisException($"{hertz.Count} points over {decades:0.##} decades are too few for a "
                + "Kramers-Kronig test: it needs at least 4 over one decade");
        // Two equations a point: half as many unknowns leave enough to show a misfit.
        var most = Math.Min(hertz.Count, (int)Math.Ceiling(ElementsPerDecade * decades) + 1);
        return Enumerable.Range(3, most - 2).Select(elements => Fit(hertz, impedance, elements)).MinBy(Criterion)!;
    }

    private static double Criterion(KramersKronigResult fit)
    {
        var equations = 2 * fit.Residuals.Count;
        // Spectra without any noise exist (simulated ones), and double precision ends there.
        var variance = Math.Max(fit.RootMeanSquare * fit.RootMeanSquare / 2, 1e-24);
        return equations * Math.Log(variance) + (fit.Elements + 3) * Math.Log(equations);
    }

    private static KramersKronigResult Fit(
        IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance, int elements)
    {
        var (slow, fast) = (2 * Math.PI * hertz.Min(), 2 * Math.PI * hertz.Max());
        var basis = new Func<Complex, Complex>[elements + 3];
        for (var k = 0; k < elements; k++)
        {
            var tau = Math.Pow(fast / slow, k / (double)(elements - 1)) / fast;
            basis[k] = jw => 1 / (1 + jw * tau);
        }
        // Scaled so that all columns are of the same size.
        (basis[^3], basis[^2], basis[^1]) = (_ => 1, jw => jw / fast, jw => slow / jw);
        var n = hertz.Count;
        var columns = hertz.Select(f => basis.Select(b => b(new Complex(0, 2 * Math.PI * f))).ToArray()).ToArray();
        var matrix = Matrix<double>.Build.Dense(2 * n, basis.Length, (i, j) =>
            Part(columns[i % n][j] / impedance[i % n].Magnitude, i >= n));
        var right = MathNet.Numerics.LinearAlgebra.Vector<double>.Build.Dense(
            2 * n, i => Part(impedance[i % n] / impedance[i % n].Magnitude, i >= n));
        var values = matrix.Svd().Solve(right);
        var misfit = matrix * values - right;
        return new KramersKronigResult(
            [.. Enumerable.Range(0, n).Select(i => new Complex(misfit[i], misfit[n + i]))], elements);
    }

    private static double Part(Complex z, bool imaginary) => imaginary ? z.Imaginary : z.Real;
}
