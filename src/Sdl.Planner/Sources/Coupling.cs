namespace Sdl.Planner.Sources;

/// <summary>How the sources hang together: Cov(f_s(x), f_s'(x')) = Σ_q Shares_q[s, s'] k_q(x, x') + [s = s']
/// Offsets[s], E f_s = Loadings[s] × mean. The same shape holds the slopes of the likelihood by each of these
/// numbers.</summary>
internal sealed class Coupling(int sources, int kernels)
{
    public int Sources => sources;

    /// <summary>By kernel: sources × sources, symmetric.</summary>
    public double[][] Shares { get; } = [.. Enumerable.Range(0, kernels).Select(_ => new double[sources * sources])];

    /// <summary>Variance of a constant that a source reads too much.</summary>
    public double[] Offsets { get; } = new double[sources];

    public double[] Loadings { get; } = new double[sources];

    /// <summary>Variance of the noise that nobody declared.</summary>
    public double[] Noise { get; } = new double[sources];

    public double Share(int kernel, int s, int t) => Shares[kernel][s * sources + t];

    /// <summary>The prior covariance of two sources at one point.</summary>
    public double AtOnePoint(int s, int t) => Shares.Sum(b => b[s * sources + t]) + (s == t ? Offsets[s] : 0);

    public void Clear()
    {
        foreach (var share in Shares) share.AsSpan().Clear();
        Offsets.AsSpan().Clear();
        Loadings.AsSpan().Clear();
        Noise.AsSpan().Clear();
    }
}
