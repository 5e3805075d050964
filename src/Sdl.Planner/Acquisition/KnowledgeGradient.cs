using MathNet.Numerics;
using Sdl.Planner.Numerics;

namespace Sdl.Planner.Acquisition;

/// <summary>What one measurement is expected to add to the best mean among some candidates: E[max(a + b Z)] − max a,
/// exact (Frazier, Powell and Dayanik 2009, doi 10.1287/ijoc.1080.0314).</summary>
internal sealed class KnowledgeGradient(int candidates)
{
    private readonly int[] _order = new int[candidates], _envelope = new int[candidates];
    private readonly double[] _breaks = new double[candidates + 1];

    /// <param name="means">a: of the candidates, now.</param>
    /// <param name="changes">b: by how much each moves when the result is one deviation higher than expected.</param>
    /// <param name="meanSlopes">Filled with d/da, unless empty.</param>
    /// <param name="changeSlopes">Filled with d/db, unless empty.</param>
    public double Of(
        ReadOnlySpan<double> means, ReadOnlySpan<double> changes, Span<double> meanSlopes, Span<double> changeSlopes)
    {
        var count = Envelope(means, changes);
        var gain = 0.0;
        for (var i = 1; i < count; i++)
        {
            var step = changes[_envelope[i]] - changes[_envelope[i - 1]];
            gain += step * Math.Exp(NormalTail.LogH(-Math.Abs(_breaks[i]), out _));
        }
        meanSlopes.Clear();
        changeSlopes.Clear();
        for (var i = 0; i < count && !meanSlopes.IsEmpty; i++)
        {
            var (from, to) = (_breaks[i], _breaks[i + 1]);
            // The line over 0 is the best now; differences of tails on one side of it do not cancel.
            meanSlopes[_envelope[i]] = from >= 0 ? Below(-from) - Below(-to)
                : to <= 0 ? Below(to) - Below(from) : -Below(from) - Below(-to);
            changeSlopes[_envelope[i]] = Density(from) - Density(to);
        }
        return gain;
    }

    /// <summary>The lines a + b z that are highest somewhere, with the z where each takes over.</summary>
    private int Envelope(ReadOnlySpan<double> means, ReadOnlySpan<double> changes)
    {
        for (var i = 0; i < _order.Length; i++) _order[i] = i;
        double[] a = means.ToArray(), b = changes.ToArray();
        Array.Sort(_order, (i, j) => b[i].CompareTo(b[j]) is var c and not 0 ? c
            : a[i].CompareTo(a[j]) is var d and not 0 ? d : i.CompareTo(j));
        var count = 0;
        _breaks[0] = double.NegativeInfinity;
        foreach (var line in _order)
        {
            while (count > 0)
            {
                var last = _envelope[count - 1];
                var crossing = b[line] > b[last] ? (a[last] - a[line]) / (b[line] - b[last]) : double.NegativeInfinity;
                _breaks[count] = crossing;
                if (crossing > _breaks[count - 1]) break;
                count--;
            }
            if (count == 0) _breaks[0] = double.NegativeInfinity;
            _envelope[count++] = line;
        }
        _breaks[count] = double.PositiveInfinity;
        return count;
    }

    private static double Below(double z) => 0.5 * SpecialFunctions.Erfc(-z / Constants.Sqrt2);

    private static double Density(double z) => double.IsInfinity(z) ? 0 : Math.Exp(-0.5 * z * z) / Constants.Sqrt2Pi;
}
