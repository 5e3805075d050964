using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Surrogates;

/// <summary>The most probable hyper-parameters for given data.</summary>
/// <remarks>Many data are first fitted in part: the optimum for a part is near that of the whole, where few steps then
/// do. Nothing is kept between calls, so that the model is a function of the data alone.</remarks>
internal static class Fit
{
    private const int Trials = 12;
    private const int Refined = 3;
    private const int Iterations = 60;

    // Of this many observations a part is fitted from many starts.
    private const int Part = 80;

    // Beyond it the hyper-parameters are those of a part this large.
    private const int Most = 1000;

    // A hundred-thousandth more in the log posterior changes no proposal that anybody could tell apart.
    private const double Tolerance = 3e-3;

    // Not the caller's seed: a plot, a recommendation and a proposal agree on the model.
    private const ulong Seed = 20260101;

    public static GaussianProcess To(TrainingSet data, Priors priors)
    {
        var best = Parameters(data, priors);
        var noise = new double[data.Count];
        Likelihood.Noise(data, Math.Exp(best[^1]), noise);
        double[] scales = [.. best.Take(data.Encoding.Scales).Select(Math.Exp)];
        return new GaussianProcess(
            data.X, data.Y, noise, scales, Math.Exp(best[^2]), null, data.Encoding);
    }

    private static double[] Parameters(TrainingSet data, Priors priors)
    {
        var (lo, hi, usual) = Bounds(data, priors);
        var ascent = new Ascent(Polytope.Box(lo, hi));
        if (data.Count <= Part * 5 / 4) return Search(data, priors, ascent, lo, hi, usual);
        var best = Search(Sample(data, Part), priors, ascent, lo, hi, usual);
        for (var size = 4 * Part; ; size *= 4)
        {
            var whole = size * 5 / 4 >= Math.Min(data.Count, Most);
            var part = whole && data.Count <= Most ? data : Sample(data, whole ? Most : size);
            // Fewer steps where each of them is dear.
            ascent.Climb(new Likelihood(part, priors).Evaluate, best, 0.3, whole ? 2400 / size + 4 : 12, Tolerance);
            if (whole) return best;
        }
    }

    private static double[] Search(
        TrainingSet data, Priors priors, Ascent ascent, double[] lo, double[] hi, double[] usual)
    {
        var likelihood = new Likelihood(data, priors);
        double[] best = [];
        var highest = double.NegativeInfinity;
        foreach (var start in Starts(likelihood, lo, hi, usual))
        {
            var value = ascent.Climb(likelihood.Evaluate, start, 1, Iterations, Tolerance);
            if (best.Length == 0 || value > highest) (best, highest) = (start, value);
        }
        return best;
    }

    private static TrainingSet Sample(TrainingSet data, int size)
    {
        var order = Enumerable.Range(0, data.Count).ToArray();
        var draws = new Draws(Seed);
        for (var i = 0; i < size; i++)
        {
            var other = i + draws.Below(order.Length - i);
            (order[i], order[other]) = (order[other], order[i]);
        }
        var chosen = order[..size];
        return data with
        {
            X = [.. chosen.SelectMany(i => data.Point(i).ToArray())],
            Y = [.. chosen.Select(i => data.Y[i])],
            Noise = [.. chosen.Select(i => data.Noise[i])],
        };
    }

    private static (double[] Lo, double[] Hi, double[] Usual) Bounds(TrainingSet data, Priors priors)
    {
        var scales = data.Encoding.Scales;
        double[] lo = new double[scales + 2], hi = new double[scales + 2], usual = new double[scales + 2];
        lo.AsSpan(0, scales).Fill(Math.Log(0.01));
        hi.AsSpan(0, scales).Fill(Math.Log(100));
        usual.AsSpan(0, scales).Fill(Math.Log(0.5) + 0.25 * Math.Log(data.Dimension));
        (lo[^2], hi[^2]) = (Math.Log(0.02), Math.Log(50));
        (lo[^1], hi[^1]) = (Math.Log(priors.NoiseFloor), Math.Log(2));
        usual[^1] = Math.Log(1e-3);
        // What nobody has to learn stays where it is.
        if (priors.Noise is null || !data.HasUndeclared) lo[^1] = hi[^1] = usual[^1] = Math.Log(1e-8);
        return (lo, hi, usual);
    }

    /// <summary>A usual one, and the best of some draws.</summary>
    private static IEnumerable<double[]> Starts(Likelihood likelihood, double[] lo, double[] hi, double[] usual)
    {
        var draws = new Draws(Seed);
        var trials = new List<(double[] Theta, double Value)>();
        for (var i = 0; i < Trials; i++)
        {
            var theta = (double[])usual.Clone();
            for (var k = 0; k < theta.Length - 2; k++)
                theta[k] = Math.Clamp(theta[k] - 0.22 + 0.8 * draws.Normal(), lo[k], hi[k]);
            if (hi[^1] > lo[^1]) theta[^1] = lo[^1] + (Math.Log(0.1) - lo[^1]) * draws.Uniform();
            trials.Add((theta, likelihood.Evaluate(theta, [])));
        }
        return [usual, .. trials.OrderByDescending(t => t.Value).Take(Refined).Select(t => t.Theta)];
    }
}
