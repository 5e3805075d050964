using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>A part of an equivalent circuit. Its parameters lie next to each other in the circuit's parameter
/// list.</summary>
/// <param name="first">Index of its first parameter.</param>
/// <param name="count">Number of its parameters.</param>
internal abstract class CircuitNode(int first, int count)
{
    public int First => first;
    public int Count => count;

    /// <summary>Impedance at <paramref name="jw"/>, and its derivative by each of the node's own parameters, which goes
    /// to the same index of <paramref name="gradient"/>.</summary>
    public abstract Complex Evaluate(Complex jw, ReadOnlySpan<double> values, Span<Complex> gradient);
}

/// <summary>One after the other: impedances add.</summary>
internal sealed class SeriesNode(int first, int count, IReadOnlyList<CircuitNode> parts) : CircuitNode(first, count)
{
    public IReadOnlyList<CircuitNode> Parts => parts;

    public override Complex Evaluate(Complex jw, ReadOnlySpan<double> values, Span<Complex> gradient)
    {
        var sum = Complex.Zero;
        foreach (var part in parts)
            sum += part.Evaluate(jw, values, gradient);
        return sum;
    }
}

/// <summary>Side by side: admittances add.</summary>
internal sealed class ParallelNode(int first, int count, IReadOnlyList<CircuitNode> branches)
    : CircuitNode(first, count)
{
    public IReadOnlyList<CircuitNode> Branches => branches;

    public override Complex Evaluate(Complex jw, ReadOnlySpan<double> values, Span<Complex> gradient)
    {
        var admittances = new Complex[branches.Count];
        var sum = Complex.Zero;
        for (var i = 0; i < branches.Count; i++)
            sum += admittances[i] = 1 / branches[i].Evaluate(jw, values, gradient);
        var z = 1 / sum;
        // dZ/dp = (Z/Zi)^2 dZi/dp for a parameter of branch i.
        for (var i = 0; i < branches.Count; i++)
        {
            var share = z * admittances[i];
            foreach (ref var derivative in gradient.Slice(branches[i].First, branches[i].Count))
                derivative *= share * share;
        }
        return z;
    }
}

/// <summary>R, C, L, CPE, W, Ws, Wo or G.</summary>
internal sealed class ElementNode(int first, ElementKind kind)
    : CircuitNode(first, kind == ElementKind.Cpe || IsDiffusion(kind) ? 2 : 1)
{
    public ElementKind Kind => kind;

    /// <summary>Described by a resistance and a time constant.</summary>
    public static bool IsDiffusion(ElementKind kind) =>
        kind is ElementKind.FiniteLength or ElementKind.FiniteSpace or ElementKind.Gerischer;

    public override Complex Evaluate(Complex jw, ReadOnlySpan<double> values, Span<Complex> gradient)
    {
        if (IsDiffusion(kind))
            return Diffusion(jw, values[First], values[First + 1], gradient);
        var p = values[First];
        var unit = kind switch
        {
            ElementKind.Resistor => Complex.One,
            ElementKind.Inductor => jw,
            ElementKind.Capacitor => 1 / jw,
            // sigma (1 - j) / sqrt(w) = sigma sqrt(2) / sqrt(jw)
            ElementKind.Warburg => Math.Sqrt(2) / Complex.Sqrt(jw),
            _ => Complex.Pow(jw, -values[First + 1]),
        };
        if (kind is ElementKind.Resistor or ElementKind.Inductor or ElementKind.Warburg)
        {
            gradient[First] = unit;
            return p * unit;
        }
        var z = unit / p;
        gradient[First] = -z / p;
        if (kind == ElementKind.Cpe)
            gradient[First + 1] = -z * Complex.Log(jw);
        return z;
    }

    private Complex Diffusion(Complex jw, double ohm, double seconds, Span<Complex> gradient)
    {
        var b = Complex.Sqrt(jw * seconds);
        var root = 1 / Complex.Sqrt(1 + jw * seconds);
        var (tanh, coth) = (Complex.Tanh(b), 1 / Complex.Tanh(b));
        // The second is twice the time constant times the derivative by it.
        var (shape, slope) = kind switch
        {
            ElementKind.FiniteLength => (tanh / b, 1 - tanh * tanh - tanh / b),
            ElementKind.FiniteSpace => (coth / b, 1 - coth * coth - coth / b),
            _ => (root, -jw * seconds * root * root * root),
        };
        gradient[First] = shape;
        gradient[First + 1] = ohm / (2 * seconds) * slope;
        return ohm * shape;
    }
}

internal enum ElementKind { Resistor, Capacitor, Inductor, Cpe, Warburg, FiniteLength, FiniteSpace, Gerischer }
