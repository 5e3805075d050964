using NormalDistribution = MathNet.Numerics.Distributions.Normal;

namespace Sdl.Planner.Numerics;

/// <summary>A small seeded stream of random numbers, the same on every machine and runtime (SplitMix64: Steele, Lea and
/// Flood 2014, doi 10.1145/2660193.2660195).</summary>
internal sealed class Draws(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>On (0, 1), both ends excluded.</summary>
    public double Uniform() => ((Next() >> 12) + 0.5) * (1.0 / (1UL << 52));

    public double Normal() => NormalDistribution.InvCDF(0, 1, Uniform());

    public int Below(int count) => (int)(Next() % (ulong)count);

    /// <summary>The gamma distribution with unit scale (Marsaglia and Tsang 2000, doi 10.1145/358407.358414).</summary>
    public double Gamma(double shape)
    {
        if (shape < 1) return Gamma(shape + 1) * Math.Pow(Uniform(), 1 / shape);
        var d = shape - 1.0 / 3;
        while (true)
        {
            var x = Normal();
            var v = 1 + x / Math.Sqrt(9 * d);
            v = v * v * v;
            if (v > 0 && Math.Log(Uniform()) < 0.5 * x * x + d * (1 - v + Math.Log(v))) return d * v;
        }
    }
}
