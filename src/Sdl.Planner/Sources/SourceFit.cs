using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Sources;

/// <summary>The most probable hyper-parameters of several sources.</summary>
internal static class SourceFit
{
    private const int Trials = 6;
    private const int Refined = 2;
    private const int Iterations = 100;
    private const double Tolerance = 3e-3;

    // Not the caller's seed: a plot, a recommendation and a proposal agree on the model.
    private const ulong Seed = 20260102;

    /// <param name="learnNoise">Noise that nobody declared; false: there is none.</param>
    public static SourceProcess To(SourceData data, SourceStructure structure, bool learnNoise)
    {
        var likelihood = new SourceLikelihood(data, structure);
        var (lo, hi) = Bounds(data, structure, likelihood.Parameters, learnNoise);
        var ascent = new Ascent(Polytope.Box(lo, hi));
        double[] best = [];
        var highest = double.NegativeInfinity;
        foreach (var start in Starts(data, structure, likelihood, lo, hi))
        {
            var value = ascent.Climb(likelihood.Evaluate, start, 1, Iterations, Tolerance);
            if (best.Length == 0 || value > highest) (best, highest) = (start, value);
        }
        var coupling = new Coupling(data.Sources, structure.Kernels);
        likelihood.Decode(best, coupling);
        return new SourceProcess(
            data, coupling, [.. Enumerable.Range(0, structure.Kernels).Select(q => likelihood.Scales(best, q))]);
    }

    private static (double[] Lo, double[] Hi) Bounds(
        SourceData data, SourceStructure structure, int parameters, bool learnNoise)
    {
        double[] lo = new double[parameters], hi = new double[parameters];
        var scales = structure.Kernels * data.Encoding.Scales;
        lo.AsSpan(0, scales).Fill(Math.Log(0.02));
        hi.AsSpan(0, scales).Fill(Math.Log(50));
        structure.Bounds(lo.AsSpan(scales, structure.Parameters), hi.AsSpan(scales, structure.Parameters));
        for (var k = scales + structure.Parameters; k < parameters; k++)
        {
            var source = k - scales - structure.Parameters;
            var undeclared = data.Source.Where((s, i) => s == source && double.IsNaN(data.Noise[i])).Any();
            (lo[k], hi[k]) = learnNoise && undeclared
                ? (Math.Log(1e-7), Math.Log(0.5))
                : (Math.Log(SourceLikelihood.Least), Math.Log(SourceLikelihood.Least));
        }
        return (lo, hi);
    }

    /// <summary>For each way that the sources may hang together a usual start, and draws around the best of
    /// them.</summary>
    private static List<double[]> Starts(
        SourceData data, SourceStructure structure, SourceLikelihood likelihood, double[] lo, double[] hi)
    {
        var (scales, draws) = (data.Encoding.Scales, new Draws(Seed));
        List<double[]> usual = [.. structure.Starts().Select(s => Start(s, 0))
            .OrderByDescending(s => likelihood.Evaluate(s, [])).Take(Refined)];
        List<double[]> drawn = [.. Enumerable.Range(0, Trials).Select(i => Start(Middle(usual[i % usual.Count]), 0.7))
            .OrderByDescending(s => likelihood.Evaluate(s, [])).Take(Refined)];
        return [.. usual, .. drawn];

        double[] Middle(double[] theta) => theta[(structure.Kernels * scales)..^data.Sources];

        double[] Start(double[] parameters, double spread)
        {
            var theta = new double[likelihood.Parameters];
            for (var k = 0; k < theta.Length; k++)
            {
                var at = k - structure.Kernels * scales;
                var centre = at < 0 ? Math.Log(k < scales ? 0.5 : 1)
                    : at < parameters.Length ? parameters[at] : Math.Log(1e-5);
                theta[k] = Math.Clamp(at < 0 ? centre + spread * draws.Normal() : centre, lo[k], hi[k]);
            }
            return theta;
        }
    }
}
