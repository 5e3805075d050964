using Sdl.Planner.Acquisition;
using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Sources;

/// <summary>By how much a measurement of one source at some place is expected to raise the target's mean at the best of
/// some candidates and the place itself (the knowledge gradient with the new point among the alternatives: Scott,
/// Frazier and Powell 2011, doi 10.1137/100801275).</summary>
internal sealed class SourceKnowledge
{
    // Smaller gains cannot be told from none.
    private const double Nothing = 1e-200;

    private readonly SourceProcess _process;
    private readonly int _source, _n, _count, _d;
    private readonly double[] _candidates, _solved, _weights, _means, _changes, _meanSlopes, _changeSlopes;
    private readonly double[] _row, _factors, _lean, _scratch;
    private readonly double[][] _values, _falls;
    private readonly Kernel[] _kernels;
    private readonly KnowledgeGradient _gain;

    public SourceKnowledge(SourceProcess process, int source, IReadOnlyList<double[]> candidates)
    {
        (_process, _source, _n, _count) = (process, source, process.Data.Count, candidates.Count);
        _d = process.Data.Encoding.Dimension;
        _candidates = [.. candidates.SelectMany(c => c)];
        (_solved, _weights) = (new double[_count * _n], new double[_count * _n]);
        (_means, _changes) = (new double[_count + 1], new double[_count + 1]);
        (_meanSlopes, _changeSlopes) = (new double[_count + 1], new double[_count + 1]);
        (_row, _factors, _lean, _scratch) = (new double[_n], new double[_n], new double[_count], new double[_count]);
        _kernels = process.Kernels(_candidates, _count);
        _values = [.. _kernels.Select(_ => new double[_count])];
        _falls = [.. _kernels.Select(_ => new double[_count])];
        _gain = new KnowledgeGradient(_count + 1);
        for (var i = 0; i < _count; i++)
        {
            _means[i] = process.TargetMean(candidates[i], []);
            var solved = _solved.AsSpan(i * _n, _n);
            process.Solve(candidates[i], process.Data.Target, solved);
            solved.CopyTo(_weights.AsSpan(i * _n, _n));
            process.Finish(_weights.AsSpan(i * _n, _n));
        }
    }

    /// <summary>A <see cref="SmoothFunction"/>: ln of the gain, in standard deviations of the target's
    /// values.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        var joint = _process.At(x, _source, _row);
        var deviation = Math.Sqrt(joint.Measured);
        for (var q = 0; q < _kernels.Length; q++) _kernels[q].Row(x, _values[q], _falls[q]);
        for (var i = 0; i < _count; i++)
        {
            var covariance = -Rows.Dot(_solved.AsSpan(i * _n, _n), _row);
            for (var q = 0; q < _kernels.Length; q++) covariance += Share(q) * _values[q][i];
            _changes[i] = covariance / deviation;
        }
        (_means[_count], _changes[_count]) = (joint.Mean, joint.Covariance / deviation);
        var gain = gradient.IsEmpty ? _gain.Of(_means, _changes, [], [])
            : _gain.Of(_means, _changes, _meanSlopes, _changeSlopes);
        gradient.Clear();
        if (!(gain > Nothing)) return Math.Log(Nothing);
        if (!gradient.IsEmpty) AddSlopes(x, joint, deviation, gain, gradient);
        return Math.Log(gain);
    }

    private double Share(int q) => _process.Coupling.Share(q, _source, _process.Data.Target);

    private void AddSlopes(
        ReadOnlySpan<double> x, Joint joint, double deviation, double gain, Span<double> gradient)
    {
        var falling = 0.0;
        _factors.AsSpan().Clear();
        for (var i = 0; i <= _count; i++) falling += _changeSlopes[i] * _changes[i];
        for (var i = 0; i < _count; i++)
        {
            if (_changeSlopes[i] == 0) continue;
            Rows.AddScaled(_factors, -_changeSlopes[i] / (deviation * gain), _weights.AsSpan(i * _n, _n));
        }
        for (var q = 0; q < _kernels.Length; q++)
        {
            if (Share(q) == 0) continue;
            for (var i = 0; i < _count; i++) _lean[i] = Share(q) * _changeSlopes[i] / (deviation * gain);
            _kernels[q].AddSlope(x, _falls[q], _lean, gradient, _scratch);
        }
        _process.AddSlopes(x, _source, new Joint(
            _meanSlopes[_count] / gain, 0, -0.5 * falling / (joint.Measured * gain),
            _changeSlopes[_count] / (deviation * gain)), _factors, gradient);
    }
}
