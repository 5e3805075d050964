using Sdl.Core.Planning;

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
    protected static double Usual(Relation relation) =>
        relation switch { Relation.Same => 1, Relation.Falls => -0.8, _ => 0.8 };

    /// <summary>Between which bounds a source follows the target.</summary>
    protected static (double Low, double High) Range(Relation relation) => relation switch
    {
        Relation.Same => (-0.5, 2.5),
        Relation.Rises => (0.05, 2.5),
        Relation.Falls => (-2.5, -0.05),
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
/// doi 10.1093/biomet/87.1.1, with every source tied to the target).</summary>
/// <remarks>Hyper-parameters: ln variance of f_T, then for each source but the target ln variance of δ_s, then
/// ρ_s.</remarks>
internal sealed class AutoRegression(int target, Relation[] relations) : SourceStructure
{
    private readonly int[] _others = [.. Enumerable.Range(0, relations.Length).Where(s => s != target)];

    public override int Kernels => 2;

    public override int Parameters => 1 + 2 * _others.Length;

    public override void Bounds(Span<double> lo, Span<double> hi)
    {
        (lo[0], hi[0]) = (Math.Log(0.02), Math.Log(50));
        for (var k = 0; k < _others.Length; k++)
        {
            (lo[1 + k], hi[1 + k]) = (Math.Log(1e-5), Math.Log(10));
            (lo[Slope(k)], hi[Slope(k)]) = Range(relations[_others[k]]);
        }
    }

    public override IEnumerable<double[]> Starts()
    {
        int[] unsure = [.. Enumerable.Range(0, _others.Length).Where(k => relations[_others[k]] == Relation.Unknown)];
        for (var signs = 0; signs < 1 << Math.Min(unsure.Length, 5); signs++)
        {
            var start = new double[Parameters];
            for (var k = 0; k < _others.Length; k++)
                (start[1 + k], start[Slope(k)]) = (Math.Log(IsProxy(k) ? 0.3 : 0.1), Usual(relations[_others[k]]));
            for (var u = 0; u < unsure.Length; u++)
                start[Slope(unsure[u])] = (signs >> u & 1) == 0 ? 0.8 : -0.8;
            yield return start;
        }
    }

    public override void Decode(ReadOnlySpan<double> parameters, Coupling coupling)
    {
        coupling.Clear();
        var variance = Math.Exp(parameters[0]);
        coupling.Loadings[target] = 1;
        for (var k = 0; k < _others.Length; k++) coupling.Loadings[_others[k]] = parameters[Slope(k)];
        for (var s = 0; s < relations.Length; s++)
            for (var t = 0; t < relations.Length; t++)
                coupling.Shares[0][s * relations.Length + t] = variance * coupling.Loadings[s] * coupling.Loadings[t];
        for (var k = 0; k < _others.Length; k++)
        {
            var s = _others[k];
            coupling.Shares[1][s * relations.Length + s] = Math.Exp(parameters[1 + k]);
            // A proxy's own mean is far from what the target's would make of it.
            coupling.Offsets[s] = IsProxy(k) ? 1 : 0;
        }
    }

    public override void Pull(ReadOnlySpan<double> parameters, Coupling slopes, Span<double> gradient)
    {
        var variance = Math.Exp(parameters[0]);
        var n = relations.Length;
        Span<double> loadings = stackalloc double[n];
        loadings[target] = 1;
        for (var k = 0; k < _others.Length; k++) loadings[_others[k]] = parameters[Slope(k)];
        for (var s = 0; s < n; s++)
            for (var t = 0; t < n; t++)
                gradient[0] += slopes.Share(0, s, t) * variance * loadings[s] * loadings[t];
        for (var k = 0; k < _others.Length; k++)
        {
            var s = _others[k];
            gradient[1 + k] += slopes.Share(1, s, s) * Math.Exp(parameters[1 + k]);
            for (var t = 0; t < n; t++) gradient[Slope(k)] += 2 * slopes.Share(0, s, t) * variance * loadings[t];
            gradient[Slope(k)] += slopes.Loadings[s];
        }
    }

    public override double AddPrior(ReadOnlySpan<double> parameters, Span<double> gradient)
    {
        var value = Normal(parameters, 0, 0, 1, gradient);
        for (var k = 0; k < _others.Length; k++)
        {
            var relation = relations[_others[k]];
            value += Normal(parameters, 1 + k, Math.Log(IsProxy(k) ? 0.3 : 0.1), 1.5, gradient);
            value += Normal(
                parameters, Slope(k), relation == Relation.Unknown ? 0 : Usual(relation),
                relation == Relation.Unknown ? 1 : 0.5, gradient);
        }
        return value;
    }

    public override (double Mean, double Spread, bool OfScale) ScalePrior(int kernel, int dimension) =>
        kernel == 0 ? (Math.Log(0.7) + 0.5 * Math.Log(dimension), 1.2, true) : (0.5 * Math.Log(dimension), 1, false);

    private int Slope(int k) => 1 + _others.Length + k;

    private bool IsProxy(int k) => relations[_others[k]] != Relation.Same;
}

/// <summary>All sources share one kernel and differ in how strongly they take part: Cov = (w_s w_s' + [s = s'] κ_s)
/// k(x, x') (intrinsic coregionalisation: Bonilla, Chai and Williams 2007; rank one).</summary>
/// <remarks>Hyper-parameters: w_s, then ln κ_s.</remarks>
internal sealed class Coregionalisation(int target, Relation[] relations) : SourceStructure
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
        int[] unsure = [.. Enumerable.Range(0, _n).Where(s => relations[s] == Relation.Unknown)];
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
            var same = relations[s] == Relation.Same;
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
            var unsure = relations[s] == Relation.Unknown;
            value += Normal(parameters, s, unsure ? 0 : Usual(relations[s]), unsure ? 1 : 0.5, gradient);
            value += Normal(parameters, _n + s, Math.Log(0.1), 1.5, gradient);
        }
        return value;
    }

    public override (double Mean, double Spread, bool OfScale) ScalePrior(int kernel, int dimension) =>
        (Math.Log(0.7) + 0.5 * Math.Log(dimension), 1.2, true);
}
