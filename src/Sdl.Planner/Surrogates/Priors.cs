using Sdl.Core.Planning;

namespace Sdl.Planner.Surrogates;

/// <summary>A log-normal density of a hyper-parameter: its logarithm is normal.</summary>
internal readonly record struct LogNormal(double Mean, double Spread)
{
    /// <summary>Of the hyper-parameter itself, not of its logarithm: where the density is highest.</summary>
    public double Mode => Math.Exp(Mean - Spread * Spread);

    /// <summary>The log density of the hyper-parameter whose logarithm is <paramref name="log"/>, up to a constant; its
    /// slope by the logarithm is added.</summary>
    public double Add(double log, ref double slope)
    {
        var distance = (log - Mean) / Spread;
        slope -= 1 + distance / Spread;
        return -log - 0.5 * distance * distance;
    }
}

/// <summary>What is believed of the hyper-parameters before any data, in standardised units.</summary>
/// <param name="VarianceSpread">Of the logarithm of the variance, whose mean is 0: a normal density of the
/// logarithm.</param>
/// <param name="Noise">Of the noise variance that nobody declared; null: there is none.</param>
/// <param name="NoiseFloor">The least such variance.</param>
internal sealed record Priors(LogNormal LengthScale, double VarianceSpread, LogNormal? Noise, double NoiseFloor)
{
    // Levels of a category are more alike than the ends of a number's range.
    private const double Alike = 4;

    /// <summary>Of the scales of categories.</summary>
    public LogNormal LevelScale => LengthScale with { Mean = LengthScale.Mean + Math.Log(Alike) };


    /// <param name="dimension">Coordinates of an encoded point.</param>
    /// <param name="exact">No observation has noise that is worth mentioning.</param>
    public static Priors For(PlannerOptions options, UndeclaredNoise noise, int dimension, bool exact)
    {
        // Hvarfner et al. 2024, arXiv 2402.02229, beyond twenty coordinates; below, tighter ones need fewer data,
        // and with noise shorter ones take it for signal.
        var (centre, spread) = dimension > 20 ? (Math.Exp(Math.Sqrt(2)), Math.Sqrt(3)) : exact ? (0.7, 1) : (2, 1);
        return new Priors(
            new LogNormal(
                Math.Log(options.LengthScale ?? centre) + 0.5 * Math.Log(Math.Max(1, dimension)),
                options.LengthScaleSpread ?? spread),
            1,
            noise switch
            {
                UndeclaredNoise.None => null,
                UndeclaredNoise.Considerable => new LogNormal(-4, 1.5),
                _ => new LogNormal(-8, 3),
            },
            noise == UndeclaredNoise.Considerable ? 1e-4 : 1e-7);
    }
}
