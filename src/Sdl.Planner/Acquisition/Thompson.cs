using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Acquisition;

/// <summary>Draws of the objective over some candidates: where each draw is highest is where one may look next
/// (Thompson 1933, doi 10.1093/biomet/25.3-4.285). For batches too large to be chosen one by one: all of a batch cost
/// one factorisation.</summary>
internal sealed class Thompson
{
    private readonly double[] _means, _columns;
    private readonly int _count, _rank, _width;

    /// <param name="candidates">The fluctuations between them are drawn from their forty widest directions.</param>
    public Thompson(GaussianProcess model, IReadOnlyList<double[]> candidates)
    {
        _count = candidates.Count;
        (_means, _columns, _rank) = NoisyImprovement.Posterior(model, [.. candidates.SelectMany(c => c)]);
        _width = _columns.Length / _count;
    }

    /// <summary>The candidates by one more draw, the highest first.</summary>
    public int[] Order(Draws draws)
    {
        var normal = new double[_rank];
        for (var r = 0; r < _rank; r++) normal[r] = draws.Normal();
        var values = new double[_count];
        for (var i = 0; i < _count; i++)
            values[i] = _means[i] + Rows.Dot(normal, _columns.AsSpan(i * _width, _rank));
        return [.. Enumerable.Range(0, _count).OrderByDescending(i => values[i])];
    }
}
