using System.Numerics;

namespace Sdl.Runtime.Analysis;

/// <summary>Places from which a fit may start, read off the spectrum: a part in parallel gets a size (Ohm) and a
/// frequency at which its branches are alike, a part in series the end of the spectrum where it shows. Sizes and
/// frequencies are drawn over what the spectrum spans; the draws are always the same.</summary>
internal sealed class StartingValues
{
    private readonly double _slow, _fast, _atSlow, _atFast, _least, _span;
    private readonly Random _random = new(1);

    private StartingValues(IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        var (slow, fast) = (0, 0);
        for (var i = 1; i < hertz.Count; i++)
            (slow, fast) = (hertz[i] < hertz[slow] ? i : slow, hertz[i] > hertz[fast] ? i : fast);
        (_slow, _fast) = (2 * Math.PI * hertz[slow], 2 * Math.PI * hertz[fast]);
        var floor = impedance.Max(z => z.Magnitude) * 1e-6;
        _atSlow = Math.Max(Math.Abs(impedance[slow].Imaginary), floor);
        _atFast = Math.Max(Math.Abs(impedance[fast].Imaginary), floor);
        _least = Math.Max(impedance.Min(z => z.Real), floor);
        _span = Math.Max(impedance.Max(z => z.Real) - _least, floor);
    }

    /// <summary>Without end; each place is another draw.</summary>
    public static IEnumerable<double[]> For(
        Circuit circuit, IReadOnlyList<double> hertz, IReadOnlyList<Complex> impedance)
    {
        var spectrum = new StartingValues(hertz, impedance);
        while (true)
        {
            var values = new double[circuit.Parameters.Count];
            spectrum.InSeries(circuit.Root, values);
            yield return values;
        }
    }

    private void InSeries(CircuitNode node, double[] values)
    {
        switch (node)
        {
            case SeriesNode series:
                foreach (var part in series.Parts)
                    InSeries(part, values);
                break;
            case ParallelNode parallel:
                InParallel(parallel, values, _span * Between(0.03, 2), Between(_slow, _fast));
                break;
            case ElementNode { Kind: ElementKind.Resistor }:
                values[node.First] = _least * Between(0.3, 1.5);
                break;
            case ElementNode { Kind: ElementKind.Inductor } element:
                Set(element, values, _atFast * Between(0.01, 1), _fast);
                break;
            case ElementNode { Kind: ElementKind.FiniteSpace } element:
                // A capacity at the slow end: its size there is R / (w tau).
                var radians = Between(_slow, _fast);
                Set(element, values, _atSlow * Between(0.3, 3) * _slow / radians, radians);
                break;
            case ElementNode element when ElementNode.IsDiffusion(element.Kind):
                Set(element, values, _span * Between(0.03, 2), Between(_slow, _fast));
                break;
            case ElementNode element:
                Set(element, values, _atSlow * Between(0.1, 2), _slow);
                break;
        }
    }

    private void InParallel(CircuitNode node, double[] values, double ohm, double radians)
    {
        if (node is ElementNode element)
            Set(element, values, ohm, radians);
        foreach (var branch in (node as ParallelNode)?.Branches ?? [])
            InParallel(branch, values, ohm * Between(0.5, 2), radians);
        foreach (var part in (node as SeriesNode)?.Parts ?? [])
            InParallel(part, values, ohm * Between(0.1, 1.5), radians * Between(0.03, 3));
    }

    private void Set(ElementNode element, double[] values, double ohm, double radians)
    {
        var exponent = 0.7 + 0.29 * _random.NextDouble();
        if (element.Kind == ElementKind.Cpe)
            values[element.First + 1] = exponent;
        else if (ElementNode.IsDiffusion(element.Kind))
            values[element.First + 1] = 1 / radians;
        values[element.First] = element.Kind switch
        {
            ElementKind.Resistor or ElementKind.FiniteLength or ElementKind.FiniteSpace or ElementKind.Gerischer => ohm,
            ElementKind.Inductor => ohm / radians,
            ElementKind.Capacitor => 1 / (ohm * radians),
            ElementKind.Warburg => ohm * Math.Sqrt(radians),
            _ => 1 / (ohm * Math.Pow(radians, exponent)),
        };
    }

    private double Between(double a, double b) => a * Math.Pow(b / a, _random.NextDouble());
}
