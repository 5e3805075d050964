using Sdl.Core.Planning;

namespace Sdl.Planner.Surrogates;

/// <summary>A normal density of the logarithm of a hyper-parameter.</summary>
internal readonly record struct LogNormal(double Mode, double Spread)
{
    /// <summary>The log density at <paramref name="log"/>, up to a constant; its slope is added.</summary>
    public double Add(double log, ref double slope)
    {
        var distance = (log - Math.Log(Mode)) / Spread;
        slope -= distance / Spread;
        return -0.5 * distance * distance;
    }
}

/// <summary>What is believed of the hyper-parameters before any data, in standardised units.</summary>
/// <param name="Noise">Of the noise variance that nobody declared; null: there is none.</param>
/// <param name="NoiseFloor">The least such variance.</param>
internal sealed record Priors(LogNormal LengthScale, LogNormal Variance, LogNormal? Noise, double NoiseFloor)
{
    public static Priors For(PlannerOptions options, UndeclaredNoise noise, int freedom) => new(
        new LogNormal(options.LengthScale * Math.Sqrt(Math.Max(1, freedom)), options.LengthScaleSpread),
        new LogNormal(1, 1),
        noise switch
        {
            UndeclaredNoise.None => null,
            UndeclaredNoise.Considerable => new LogNormal(Math.Exp(-4), 1.5),
            _ => new LogNormal(Math.Exp(-8), 3),
        },
        noise == UndeclaredNoise.Considerable ? 1e-4 : 1e-7);
}
