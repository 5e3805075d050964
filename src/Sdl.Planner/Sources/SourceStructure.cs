using Sdl.Planner.Numerics;

namespace Sdl.Planner.Sources;

/// <summary>A family of <see cref="Coupling"/>s with its hyper-parameters, their bounds and what is believed of
/// them.</summary>
internal abstract class SourceStructure
{
    /// <summary>How many kernels, each with length scales of its own.</summary>
    public abstract int Kernels { get; }

    /// <summary>Hyper-parameters beside length scales and noise.</summary>
    public abstract int Parameters { get; }

    public abstract void Bounds(Span<double> lo, Span<double> hi);

    /// <summary>Where fits begin; the sign of a proxy is not known, hence several.</summary>
    public abstract IEnumerable<double[]> Starts();

    /// <summary>Everything but the noise.</summary>
    public abstract void Decode(ReadOnlySpan<double> parameters, Coupling coupling);

    /// <summary>Adds the slopes by the hyper-parameters, given those by the coupling.</summary>
    public abstract void Pull(ReadOnlySpan<double> parameters, Coupling slopes, Span<double> gradient);

    /// <summary>The log density of the hyper-parameters up to a constant; slopes are added, unless empty.</summary>
    public abstract double AddPrior(ReadOnlySpan<double> parameters, Span<double> gradient);

    /// <summary>Of the length scales' logarithm: mean and spread, and whether the density is one of the length scale
    /// itself.</summary>
    public abstract (double Mean, double Spread, bool OfScale) ScalePrior(int kernel, int dimension);

    /// <summary>Of how strongly a source follows the target: where fits begin.</summary>
    protected static double Usual(double? relation) => relation is null ? 1 : relation == 0 ? 0.8 : relation.Value;

    /// <summary>Between which bounds a source follows the target.</summary>
    protected static (double Low, double High) Range(double? relation) => relation switch
    {
        null => (-0.5, 2.5),
        > 0 => (0.05, 2.5),
        < 0 => (-2.5, -0.05),
        _ => (-2.5, 2.5),
    };

    protected static double Normal(
        ReadOnlySpan<double> parameters, int at, double mean, double spread, Span<double> gradient)
    {
        var distance = (parameters[at] - mean) / spread;
        if (!gradient.IsEmpty) gradient[at] -= distance / spread;
        return -0.5 * distance * distance;
    }
}

/// <summary>Each source follows the target and errs in a way of its own: f_s = ρ_s f_T + δ_s (Kennedy and O'Hagan 2000,
/// doi 10.1093/biomet/87.1.1, with every source tied to the target). The errors may go together: two sources that see
/// the same thing would otherwise outvote the target.</summary>
/// <remarks>Hyper-parameters: ln variance of f_T; then for each source but the target the ln variance of what is its
/// own in δ_s, as a part of that of f_T; then ρ_s; then for each pair of them how much of the error of the first is in
/// that of the second. Covariance of the errors: variance × L Lᵀ.</remarks>
internal sealed class AutoRegression : SourceStructure
{
    private readonly int _target, _sources;
    private readonly double?[] _relations;
    private readonly int[] _others;
    private readonly double[] _factor, _slopes;

    public AutoRegression(int target, double?[] relations)
    {
        (_target, _relations, _sources) = (target, relations, relations.Length);
        _others = [.. Enumerable.Range(0, _sources).Where(s => s != target)];
        (_factor, _slopes) = (new double[_others.Length * _others.Length], new double[_others.Length * _others.Length]);
    }

    public override int Kernels => 2;

    public override int Parameters => 1 + 2 * _others.Length + _others.Length * (_others.Length - 1) / 2;

    public override void Bounds(Span<double> lo, Span<double> hi)
    {
        (lo[0], hi[0]) = (Math.Log(0.02), Math.Log(50));
        for (var k = 0; k < _others.Length; k++)
        {
            (lo[1 + k], hi[1 + k]) = (Math.Log(1e-5), Math.Log(10));
            (lo[Slope(k)], hi[Slope(k)]) = Range(_relations[_others[k]]);
            for (var j = 0; j < k; j++) (lo[Pair(k, j)], hi[Pair(k, j)]) = (-3, 3);
        }
    }

    public override IEnumerable<double[]> Starts()
    {
        int[] unsure = [.. Enumerable.Range(0, _others.Length).Where(k => _relations[_others[k]] == 0)];
        for (var signs = 0; signs < 1 << Math.Min(unsure.Length, 5); signs++)
        {
            var start = new double[Parameters];
            for (var k = 0; k < _others.Length; k++)
                (start[1 + k], start[Slope(k)]) = (Part(k).Mean, Usual(_relations[_others[k]]));
            for (var u = 0; u < unsure.Length; u++)
                start[Slope(unsure[u])] = (signs >> u & 1) == 0 ? 0.8 : -0.8;
            yield return start;
        }
    }

    public override void Decode(ReadOnlySpan<double> parameters, Coupling coupling)
    {
        coupling.Clear();
        Factor(parameters);
        var (variance, l) = (Math.Exp(parameters[0]), _others.Length);
        coupling.Loadings[_target] = 1;
        for (var k = 0; k < l; k++) coupling.Loadings[_others[k]] = parameters[Slope(k)];
        for (var s = 0; s < _sources; s++)
            for (var t = 0; t < _sources; t++)
                coupling.Shares[0][s * _sources + t] = variance * coupling.Loadings[s] * coupling.Loadings[t];
        for (var k = 0; k < l; k++)
        {
            for (var j = 0; j < l; j++)
            {
                var together = variance * Rows.Dot(_factor.AsSpan(k * l, l), _factor.AsSpan(j * l, l));
                coupling.Shares[1][_others[k] * _sources + _others[j]] = together;
            }
            // A proxy's own mean is far from what the target's would make of it.
            coupling.Offsets[_others[k]] = _relations[_others[k]] is null ? 0 : 1;
        }
    }

    public override void Pull(ReadOnlySpan<double> parameters, Coupling slopes, Span<double> gradient)
    {
        Factor(parameters);
        var (variance, l) = (Math.Exp(parameters[0]), _others.Length);
        Span<double> loadings = stackalloc double[_sources];
        loadings[_target] = 1;
        for (var k = 0; k < l; k++) loadings[_others[k]] = parameters[Slope(k)];
        for (var s = 0; s < _sources; s++)
            for (var t = 0; t < _sources; t++)
                gradient[0] += slopes.Share(0, s, t) * variance * loadings[s] * loadings[t];
        // d/dL of Σ slope (L Lᵀ) is 2 slope L.
        for (var k = 0; k < l; k++)
        {
            for (var i = 0; i <= k; i++)
            {
                var sum = 0.0;
                for (var j = i; j < l; j++) sum += slopes.Share(1, _others[k], _others[j]) * _factor[j * l + i];
                _slopes[k * l + i] = 2 * variance * sum;
                gradient[0] += 0.5 * _slopes[k * l + i] * _factor[k * l + i];
            }
            for (var j = 0; j < k; j++) gradient[Pair(k, j)] += _slopes[k * l + j] * _factor[j * l + j];
            gradient[Slope(k)] += slopes.Loadings[_others[k]];
            for (var t = 0; t < _sources; t++)
                gradient[Slope(k)] += 2 * slopes.Share(0, _others[k], t) * variance * loadings[t];
        }
        for (var k = 0; k < l; k++)
        {
            gradient[1 + k] += 0.5 * _slopes[k * l + k] * _factor[k * l + k];
            for (var j = k + 1; j < l; j++) gradient[1 + k] += 0.5 * _slopes[j * l + k] * _factor[j * l + k];
        }
    }

    public override double AddPrior(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var value = Normal(parameters, 0, 0, 1, gradient);
        for (var k = 0; k < _others.Length; k++)
        {
            var relation = _relations[_others[k]];
            var (mean, spread) = Part(k);
            value += Normal(parameters, 1 + k, mean, spread, gradient);
            value += Normal(
                parameters, Slope(k), relation == 0 ? 0 : Usual(relation),
                relation == 0 ? 1 : 0.5, gradient);
            for (var j = 0; j < k; j++) value += Normal(parameters, Pair(k, j), 0, 1, gradient);
        }
        return value;
    }

    public override (double Mean, double Spread, bool OfScale) ScalePrior(int kernel, int dimension) =>
        kernel == 0 ? (Math.Log(0.7) + 0.5 * Math.Log(dimension), 1.2, true)
            // The error of the same quantity is a tendency; another quantity has hills of its own.
            : _relations.All(r => r is null) ? (0.5 * Math.Log(dimension), 1, false)
            : (Math.Log(0.3) + 0.5 * Math.Log(dimension), 0.7, false);

    /// <summary>L: what is its own of a source on the diagonal, and in its row the parts of others' own.</summary>
    private void Factor(ReadOnlySpan<double> parameters)
    {
        var l = _others.Length;
        for (var k = 0; k < l; k++)
        {
            _factor[k * l + k] = Math.Exp(0.5 * parameters[1 + k]);
            for (var j = 0; j < k; j++) _factor[k * l + j] = parameters[Pair(k, j)] * Math.Exp(0.5 * parameters[1 + j]);
        }
    }

    /// <summary>What is believed of the ln variance of an error: that of another quantity is not small, however well
    /// the first few data seem to agree.</summary>
    private (double Mean, double Spread) Part(int k) =>
        _relations[_others[k]] is not { } correlation ? (Math.Log(0.1), 1.5)
            : (Math.Log(1 - Math.Pow(correlation == 0 ? 0.8 : correlation, 2)), 0.7);

    private int Slope(int k) => 1 + _others.Length + k;

    private int Pair(int k, int j) => 1 + 2 * _others.Length + k * (k - 1) / 2 + j;
}

/// <summary>All sources share one kernel and differ in how strongly they take part: Cov = (w_s w_s' + [s = s'] κ_s)
/// k(x, x') (intrinsic coregionalisation: Bonilla, Chai and Williams 2007; rank one).</summary>
/// <remarks>Hyper-parameters: w_s, then ln κ_s.</remarks>
internal sealed class Coregionalisation(int target, double?[] relations) : SourceStructure
{
    private readonly int _n = relations.Length;

    public override int Kernels => 1;

    public override int Parameters => 2 * _n;

    public override void Bounds(Span<double> lo, Span<double> hi)
    {
        for (var s = 0; s < _n; s++)
        {
            (lo[s], hi[s]) = s == target ? (0.02, 5) : Range(relations[s]);
            (lo[_n + s], hi[_n + s]) = (Math.Log(1e-5), Math.Log(10));
        }
    }

    public override IEnumerable<double[]> Starts()
    {
        int[] unsure = [.. Enumerable.Range(0, _n).Where(s => relations[s] == 0)];
        for (var signs = 0; signs < 1 << Math.Min(unsure.Length, 5); signs++)
        {
            var start = new double[Parameters];
            for (var s = 0; s < _n; s++) (start[s], start[_n + s]) = (Usual(relations[s]), Math.Log(0.1));
            for (var u = 0; u < unsure.Length; u++)
                if ((signs >> u & 1) != 0) start[unsure[u]] = -0.8;
            yield return start;
        }
    }

    public override void Decode(ReadOnlySpan<double> parameters, Coupling coupling)
    {
        coupling.Clear();
        for (var s = 0; s < _n; s++)
        {
            for (var t = 0; t < _n; t++) coupling.Shares[0][s * _n + t] = parameters[s] * parameters[t];
            coupling.Shares[0][s * _n + s] += Math.Exp(parameters[_n + s]);
            var same = relations[s] is null;
            (coupling.Loadings[s], coupling.Offsets[s]) = same ? (1, 0) : (0, 1);
        }
    }

    public override void Pull(ReadOnlySpan<double> parameters, Coupling slopes, Span<double> gradient)
    {
        for (var s = 0; s < _n; s++)
        {
            for (var t = 0; t < _n; t++) gradient[s] += 2 * slopes.Share(0, s, t) * parameters[t];
            gradient[_n + s] += slopes.Share(0, s, s) * Math.Exp(parameters[_n + s]);
        }
    }

    public override double AddPrior(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var value = 0.0;
        for (var s = 0; s < _n; s++)
        {
            var unsure = relations[s] == 0;
            value += Normal(parameters, s, unsure ? 0 : Usual(relations[s]), unsure ? 1 : 0.5, gradient);
            value += Normal(parameters, _n + s, Math.Log(0.1), 1.5, gradient);
        }
        return value;
    }

    public override (double Mean, double Spread, bool OfScale) ScalePrior(int kernel, int dimension) =>
        (Math.Log(0.7) + 0.5 * Math.Log(dimension), 1.2, true);
}
