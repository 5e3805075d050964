using System.Numerics;
using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Records;

namespace Sdl.Runtime.Analysis;

/// <summary>Complex non-linear least squares: fits real and imaginary parts together, each residual divided by the
/// measured modulus (Boukamp, Solid State Ionics 20 (1986) 31). It finds its own starting values.</summary>
public static class CircuitFit
{
    private const int Finalists = 3, ScoutSteps = 12, Steps = 300;

    /// <param name="hertz">Frequencies, any order, greater than zero.</param>
    /// <param name="impedance">Ohm, one for each frequency.</param>
    /// <exception cref="AnalysisException">There are too few points for the circuit, or a point that is no
    /// number.</exception>
    public static CircuitFitResult Fit(Circuit circuit, IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        Check(circuit, hertz, impedance);
        var problem = new SpectrumProblem(circuit, [.. hertz], [.. impedance]);
        // Each parallel part and each part with a time constant can sit in the wrong place of the spectrum; other parts
        // in series cannot.
        var parallels = circuit.ToString().Count(c => c == 'p') + circuit.Parameters.Count(p => p.Unit == "s");
        var scouts = StartingValues.For(circuit, hertz, impedance).Take(40 + 120 * parallels)
            .Select(problem.ToScale).OrderBy(problem.Cost).Take(Finalists + 4 * parallels)
            .Select(start => LevenbergMarquardt.Minimise(problem, start, ScoutSteps));
        var best = scouts.OrderBy(problem.Cost).Take(Finalists)
            .Select(start => LevenbergMarquardt.Minimise(problem, start, Steps))
            .MinBy(problem.Cost)!;
        return Result(problem, best);
    }

    private static void Check(Circuit circuit, IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        CheckPoints(hertz, impedance);
        if (2 * hertz.Count <= circuit.Parameters.Count)
            throw new AnalysisException(
                $"{hertz.Count} points are too few for the {circuit.Parameters.Count} parameters of '{circuit}'");
    }

    /// <exception cref="AnalysisException">A point is no number.</exception>
    internal static void CheckPoints(IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        if (hertz.Count != impedance.Count)
            throw new ArgumentException($"{hertz.Count} frequencies, but {impedance.Count} impedances");
        for (var i = 0; i < hertz.Count; i++)
            if (!(hertz[i] > 0) || !double.IsFinite(hertz[i]) || !Complex.IsFinite(impedance[i]) || impedance[i] == 0)
                throw new AnalysisException(
                    $"point {i + 1} of the spectrum ({impedance[i]} Ohm at {hertz[i]} Hz) is unusable");
    }

    private static CircuitFitResult Result(SpectrumProblem problem, double[] best)
    {
        var count = 2 * problem.Impedance.Count;
        var cost = problem.Cost(best);
        var chiSquare = cost / (count - best.Length);
        // Spectra without any noise exist (simulated ones): their likelihood has no upper bound, double precision has.
        var penalty = count * Math.Log(Math.Max(cost / count, 1e-28)) + best.Length * Math.Log(count);
        return new CircuitFitResult(problem.Circuit, problem.FromScale(best), Deviations(problem, best, chiSquare),
            problem.Residuals(best), chiSquare, penalty);
    }

    /// <summary>Through the eigenvalues, so that one undetermined parameter does not hide the others.</summary>
    private static double[] Deviations(SpectrumProblem problem, double[] best, double chiSquare)
    {
        var n = best.Length;
        var (normal, _) = problem.Normal(best);
        var scale = Enumerable.Range(0, n).Select(i => normal[i, i] > 0 ? 1 / Math.Sqrt(normal[i, i]) : 0).ToArray();
        var eigen = Matrix<double>.Build.Dense(n, n, (i, j) => normal[i, j] * scale[i] * scale[j])
            .Evd(Symmetricity.Symmetric);
        var slopes = problem.Slopes(best);
        return Enumerable.Range(0, n).Select(i =>
        {
            if (scale[i] == 0)
                return double.MaxValue;
            var variance = 0.0;
            for (var k = 0; k < n; k++)
                variance += Math.Pow(eigen.EigenVectors[i, k], 2) / Math.Max(eigen.EigenValues[k].Real, 1e-15);
            return Math.Min(double.MaxValue, slopes[i] * scale[i] * Math.Sqrt(variance * chiSquare));
        }).ToArray();
    }
}
