using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>One number of an equivalent circuit.</summary>
/// <param name="Name"><c>R0</c>, <c>C1</c>, <c>L0</c>, <c>W1</c>, <c>CPE1.Q</c>, <c>CPE1.n</c>.</param>
/// <param name="Unit">Ohm, F, H, Ohm/s^0.5, S*s^n, 1.</param>
/// <param name="Least">Smallest value that a fit may take.</param>
/// <param name="Most">Largest value that a fit may take.</param>
public sealed record CircuitParameter(string Name, string Unit, double Least, double Most);

/// <summary>An equivalent circuit as the field writes it: <c>R0-p(R1,CPE1)-W1</c>, with <c>-</c> for series and
/// <c>p(…,…)</c> for parallel.</summary>
/// <remarks>Elements, w = 2 pi f: R; L: jwL; C: 1/(jwC); CPE: 1/(Q (jw)^n), 0.3 ≤ n ≤ 1; W: sigma
/// (1-j)/sqrt(w).</remarks>
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

    public override string ToString() => _text;
}
