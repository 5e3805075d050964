using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>What <see cref="CircuitFit"/> found.</summary>
/// <param name="Values">One for each of the circuit's parameters, in their units.</param>
/// <param name="Deviations">One standard deviation of each value, from the curvature at the minimum and the residuals;
/// larger than the value itself when the spectrum does not determine it, at most <see cref="double.MaxValue"/>.</param>
/// <param name="Residuals">(fit - measured) / |measured|, for each frequency.</param>
/// <param name="ChiSquare">Sum of the squares of the residuals, divided by the degrees of freedom.</param>
/// <param name="InformationCriterion">Bayesian information criterion: the smaller, the better supported is the circuit
/// among several that were fitted to the same spectrum.</param>
public sealed record CircuitFitResult(
    Circuit Circuit, IReadOnlyList<double> Values, IReadOnlyList<double> Deviations, IReadOnlyList<Complex> Residuals,
    double ChiSquare, double InformationCriterion)
{
    /// <summary>Value and standard deviation of the parameter <paramref name="name"/>, such as <c>R0</c> or
    /// <c>CPE1.n</c>.</summary>
    /// <exception cref="KeyNotFoundException">The circuit has no such parameter.</exception>
    public (double Value, double Deviation) this[string name]
    {
        get
        {
            var i = Circuit.Parameters.ToList().FindIndex(p => p.Name == name);
            return i >= 0 ? (Values[i], Deviations[i])
                : throw new KeyNotFoundException($"circuit '{Circuit}' has no parameter '{name}'");
        }
    }

    /// <summary>Impedance of the fitted circuit in Ohm.</summary>
    public Complex Impedance(double hertz) => Circuit.Impedance(hertz, [.. Values]);
}
