namespace Sdl.Planner.Surrogates;

/// <summary>The Matérn kernel with ν = 5/2 (Rasmussen and Williams 2006, eq. 4.17), with one length scale per
/// axis.</summary>
internal static class Matern52
{
    /// <param name="squared">Σ ((xₖ − x'ₖ)/lₖ)².</param>
    /// <param name="fall">−2 d value / d squared: the factor in all derivatives. d value/d xₖ = −fall (xₖ − x'ₖ)/lₖ²,
    /// d value/d ln lₖ = fall ((xₖ − x'ₖ)/lₖ)².</param>
    public static double Value(double squared, out double fall)
    {
        var r = Math.Sqrt(5 * squared);
        var e = Math.Exp(-r);
        fall = 5.0 / 3 * (1 + r) * e;
        return (1 + r * (1 + r / 3)) * e;
    }
}
