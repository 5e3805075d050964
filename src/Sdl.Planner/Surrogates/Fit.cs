using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Surrogates;

/// <summary>The most probable hyper-parameters for given data.</summary>
internal static class Fit
{
    private const int Trials = 12;
    private const int Refined = 3;
    private const int Iterations = 60;

    // A hundred-thousandth more in the log posterior changes no proposal that anybody could tell apart.
    private const double Tolerance = 3e-3;

    // Not the caller's seed: the model is a function of the data alone, so that a plot, a recommendation and a proposal
    // agree on it.
    private const ulong Seed = 20260101;

    public static GaussianProcess To(TrainingSet data, Priors priors)
    {
        var likelihood = new Likelihood(data, priors);
        var (lo, hi, usual) = Bounds(data, priors);
        var ascent = new Ascent(Polytope.Box(lo, hi));
        double[] best = [];
        var highest = double.NegativeInfinity;
        foreach (var start in Starts(likelihood, lo, hi, usual))
        {
            var value = ascent.Climb(likelihood.Evaluate, start, 1, Iterations, Tolerance);
            if (best.Length == 0 || value > highest) (best, highest) = (start, value);
        }
        var noise = new double[data.Count];
        Likelihood.Noise(data, Math.Exp(best[^1]), noise);
        double[] scales = [.. best.Take(data.Dimension).Select(Math.Exp)];
        return new GaussianProcess(data.X, data.Y, noise, scales, Math.Exp(best[data.Dimension]));
    }

    private static (double[] Lo, double[] Hi, double[] Usual) Bounds(TrainingSet data, Priors priors)
    {
        var d = data.Dimension;
        double[] lo = new double[d + 2], hi = new double[d + 2], usual = new double[d + 2];
        lo.AsSpan(0, d).Fill(Math.Log(0.01));
        hi.AsSpan(0, d).Fill(Math.Log(100));
        usual.AsSpan(0, d).Fill(Math.Log(priors.LengthScale.Mode));
        (lo[d], hi[d]) = (Math.Log(0.02), Math.Log(50));
        (lo[^1], hi[^1]) = (Math.Log(priors.NoiseFloor), Math.Log(2));
        usual[^1] = Math.Max(Math.Log(priors.Noise?.Mode ?? 0), lo[^1]);
        // What nobody has to learn stays where it is.
        if (priors.Noise is null || !data.Noise.Any(double.IsNaN)) lo[^1] = hi[^1] = usual[^1];
        return (lo, hi, usual);
    }

    /// <summary>The prior's mode, and the best of some draws around it.</summary>
    private static IEnumerable<double[]> Starts(Likelihood likelihood, double[] lo, double[] hi, double[] usual)
    {
        var draws = new Draws(Seed);
        var trials = new List<(double[] Theta, double Value)>();
        for (var i = 0; i < Trials; i++)
        {
            var theta = new double[usual.Length];
            for (var k = 0; k < theta.Length; k++)
            {
                var spread = k < theta.Length - 2 ? 0.8 : k < theta.Length - 1 ? 0.5 : 2;
                theta[k] = Math.Clamp(usual[k] + spread * draws.Normal(), lo[k], hi[k]);
            }
            trials.Add((theta, likelihood.Evaluate(theta, [])));
        }
        return [usual, .. trials.OrderByDescending(t => t.Value).Take(Refined).Select(t => t.Theta)];
    }
}
