using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>One number of an equivalent circuit.</summary>
/// <param name="Name"><c>R0</c>, <c>C1</c>, <c>L0</c>, <c>W1</c>, <c>CPE1.Q</c>, <c>CPE1.n</c>,
/// <c>Ws1.R</c>, <c>Ws1.tau</c>.</param>
/// <param name="Unit">Ohm, F, H, Ohm/s^0.5, S*s^n, s, 1.</param>
/// <param name="Least">Smallest value that a fit may take.</param>
/// <param name="Most">Largest value that a fit may take.</param>
public sealed record CircuitParameter(string Name, string Unit, double Least, double Most);

/// <summary>An equivalent circuit as the field writes it: <c>R0-p(R1,CPE1)-W1</c>, with <c>-</c> for series and
/// <c>p(…,…)</c> for parallel.</summary>
/// <remarks>Elements, w = 2 pi f: R; L: jwL; C: 1/(jwC); CPE: 1/(Q (jw)^n), 0.3 ≤ n ≤ 1; W: sigma
/// (1-j)/sqrt(w); with b = sqrt(jw tau) the finite diffusion elements Ws (transmissive end): R tanh(b)/b and Wo
/// (blocking end): R coth(b)/b; Gerischer G: R/sqrt(1+jw tau).</remarks>
public sealed class Circuit
{
    private readonly string _text;

    internal Circuit(string text, CircuitNode root, IReadOnlyList<CircuitParameter> parameters) =>
        (_text, Root, Parameters) = (text, root, parameters);

    /// <summary>In the order of the text.</summary>
    public IReadOnlyList<CircuitParameter> Parameters { get; }

    internal CircuitNode Root { get; }

    /// <exception cref="FormatException">The text is no circuit; the message says where.</exception>
    public static Circuit Parse(string text) =>
        TryParse(text, out var circuit, out var error) ? circuit : throw new FormatException(error);

    /// <param name="error">What is wrong, and at which character, counted from 1.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out Circuit? circuit, [NotNullWhen(false)] out string? error) =>
        new CircuitParser(text).TryRead(out circuit, out error);

    /// <summary>Impedance in Ohm at <paramref name="hertz"/>.</summary>
    /// <param name="values">One for each of <see cref="Parameters"/>, in their units.</param>
    public Complex Impedance(double hertz, ReadOnlySpan<double> values) =>
        Impedance(hertz, values, new Complex[Parameters.Count]);

    /// <param name="gradient">Receives the derivative by each parameter.</param>
    /// <inheritdoc cref="Impedance(double, ReadOnlySpan{double})"/>
    public Complex Impedance(double hertz, ReadOnlySpan<double> values, Span<Complex> gradient) =>
        Root.Evaluate(new Complex(0, 2 * Math.PI * hertz), values, gradient);

    /// <summary>The same circuit with other bounds for one parameter; equal ones hold it.</summary>
    /// <param name="parameter">Such as <c>R0</c> or <c>CPE1.n</c>.</param>
    /// <param name="least">In its unit, above zero.</param>
    /// <exception cref="KeyNotFoundException">The circuit has no such parameter.</exception>
    /// <exception cref="ArgumentException">The bounds are none.</exception>
    public Circuit Within(string parameter, double least, double most)
    {
        if (!(least > 0) || !(most >= least) || !double.IsFinite(most))
            throw new ArgumentException($"{parameter} cannot lie between {least} and {most}: bounds are above zero "
                + "and the first is not the larger");
        if (Parameters.All(p => p.Name != parameter))
            throw new KeyNotFoundException($"circuit '{_text}' has no parameter '{parameter}'; it has "
                + string.Join(", ", Parameters.Select(p => p.Name)));
        return new Circuit(_text, Root, [.. Parameters.Select(
            p => p.Name == parameter ? p with { Least = least, Most = most } : p)]);
    }

    public override string ToString() => _text;
}
