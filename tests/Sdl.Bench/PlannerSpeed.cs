using System.Diagnostics;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Planner.Numerics;

namespace Sdl.Bench;

/// <summary>Processor times of a whole ask and of a fit in six dimensions, on one thread, beside one Cholesky factor of
/// n = 1000 in the same run: machines differ, the ratio hardly does.</summary>
public static class PlannerSpeed
{
    private const int Dimension = 6;

    /// <param name="args"><c>[OBSERVATIONS…]</c>; without: 50, 200, 1000, 2000.</param>
    public static int Run(string[] args)
    {
        int[] sizes = args.Length == 0 ? [50, 200, 1000, 2000] : [.. args.Select(int.Parse)];
        // Until the runtime has compiled everything as well as it can.
        for (var i = 0; i < 150; i++)
        {
            var (mixture, noise) = (i % 2 > 0, i % 4 > 1 ? UndeclaredNoise.None : UndeclaredNoise.Considerable);
            new GaussianProcessPlanner().Propose(Question(mixture, noise), Observations(30, mixture), 2, 1);
        }
        var kernel = Median(7, Cholesky1000);
        Console.WriteLine(FormattableString.Invariant($"one Cholesky of n = 1000: {kernel:0.0} ms"));
        Console.WriteLine("    n  space    noise        q       ask ms   fit ms   ask / Cholesky");
        foreach (var n in sizes)
        {
            foreach (var mixture in (bool[])[false, true])
            {
                foreach (var noise in (UndeclaredNoise[])[UndeclaredNoise.None, UndeclaredNoise.Considerable])
                    foreach (var q in (int[])[1, 4])
                        if (n <= 200 || (q == 1 && !mixture)) Row(n, mixture, noise, q, kernel);
            }
        }
        var memory = Process.GetCurrentProcess().PeakWorkingSet64 / 1048576;
        Console.WriteLine(FormattableString.Invariant($"memory at the most: {memory} MB"));
        return 0;
    }

    private static void Row(int n, bool mixture, UndeclaredNoise noise, int q, double kernel)
    {
        var (problem, seen) = (Question(mixture, noise), Observations(n, mixture));
        var planner = new GaussianProcessPlanner();
        var seed = 0UL;
        var runs = n >= 1000 ? 3 : n >= 200 ? 9 : 25;
        var ask = Median(runs, () => planner.Propose(problem, seen, q, seed++));
        var fit = Median(runs, () => planner.Predict(problem, seen, "y", [seen.Seen[0].At], 1));
        var name = mixture ? "mixture" : "box";
        Console.WriteLine(FormattableString.Invariant(
            $"{n,5}  {name,-7}  {noise,-12} {q} {ask,12:0.0} {fit,8:0.0} {ask / kernel,16:0.00}"));
    }

    private static Problem Question(bool mixture, UndeclaredNoise noise)
    {
        string[] names = [.. Enumerable.Range(0, Dimension).Select(k => $"x{k}")];
        var space = new SearchSpace([.. names.Select(p => new ContinuousParameter(p, 0, 1))])
        {
            Mixtures = mixture ? [new Mixture(names)] : [],
        };
        return new Problem(space, [new Objective("y", Goal.Minimise)]) { Noise = noise };
    }

    private static Evidence Observations(int n, bool mixture)
    {
        var random = new Random(1);
        var seen = new List<Observation>();
        for (var i = 0; i < n; i++)
        {
            double[] x = [.. Enumerable.Range(0, Dimension)
                .Select(_ => mixture ? -Math.Log(1 - random.NextDouble()) : random.NextDouble())];
            if (mixture) x = [.. x.Select(v => v / x.Sum())];
            var y = x.Select((v, k) => Math.Sin((2 + k) * v) + v * v).Sum() + 0.05 * random.NextDouble();
            seen.Add(Observation.Of(
                new DesignPoint(x.Select((v, k) => ($"x{k}", v)).ToDictionary(p => p.Item1, p => p.v)), "y", y));
        }
        return new Evidence(seen);
    }

    private static void Cholesky1000()
    {
        const int n = 1000;
        var a = new double[n * n];
        for (var i = 0; i < n; i++)
            for (var j = 0; j <= i; j++) a[i * n + j] = Math.Exp(-0.01 * (i - j)) + (i == j ? 1 : 0);
        Cholesky.Factor(a, n);
    }

    private static double Median(int runs, Action work)
    {
        work();
        var times = new double[runs];
        for (var i = 0; i < runs; i++)
        {
            // Not the wall's: others may be at work on this machine.
            var before = Environment.CpuUsage.TotalTime;
            work();
            times[i] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        }
        return times.Order().ElementAt(runs / 2);
    }
}
