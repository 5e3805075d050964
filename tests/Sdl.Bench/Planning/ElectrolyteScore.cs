using System.Diagnostics;
using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Tests.Planner;

namespace Sdl.Bench.Planning;

/// <summary>Counts the experiments that a campaign needs until what the planner recommends is truly near the optimum,
/// beside random trials of the same space.</summary>
internal static class ElectrolyteScore
{
    public static void Run(Benchmark benchmark, IReadOnlyList<int> seeds, int threads)
    {
        var rows = new Row[seeds.Count];
        Parallel.For(0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
            i => rows[i] = Score(benchmark, seeds[i]));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{benchmark.Name}, optimum {benchmark.Optimum:0.####}, {benchmark.Length} experiments; ")
            + "until the recommendation is truly within 3 %, within 1 %, and stays within 1 %");
        Console.WriteLine("  seed   to 3 %   to 1 %    stays   final regret   ms per experiment   random to 3 %");
        foreach (var (seed, row) in seeds.Zip(rows)) Print(seed.ToString(CultureInfo.InvariantCulture), row);
        var median = new Row(
            Middle(rows, r => r.Three), Middle(rows, r => r.One), Middle(rows, r => r.Stays),
            Middle(rows, r => r.Regret), Middle(rows, r => r.Milliseconds), Middle(rows, r => r.Random));
        Print("median", median);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  random trials need {median.Random / median.Three:0.0} times as many to 3 %; ")
            + $"a number above {benchmark.Length}: not reached");
    }

    private static Row Score(Benchmark benchmark, int seed)
    {
        var begun = Stopwatch.GetTimestamp();
        var reached = benchmark.Run(new GaussianProcessPlanner(), seed, benchmark.Length);
        var milliseconds = Stopwatch.GetElapsedTime(begun).TotalMilliseconds / benchmark.Length;
        return new Row(benchmark.Needed(reached, 0.03), benchmark.Needed(reached, 0.01),
            benchmark.Settled(reached, 0.01), 1 - reached[^1] / benchmark.Optimum, milliseconds,
            Trials(benchmark, seed, 0.03));
    }

    /// <summary>Evenly drawn places of the space until the first whose true value is within <paramref name="part"/> of
    /// the optimum.</summary>
    private static int Trials(Benchmark benchmark, int seed, double part)
    {
        var random = new Random(seed);
        for (var trials = 1; ; trials++)
            if (benchmark.Truth(Anywhere(benchmark, random)) >= (1 - part) * benchmark.Optimum) return trials;
    }

    private static DesignPoint Anywhere(Benchmark benchmark, Random random)
    {
        while (true)
        {
            var mixed = benchmark.Space.Mixtures.Count > 0;
            var parts = benchmark.Space.Parameters.ToDictionary(
                p => p.Name, _ => mixed ? -Math.Log(1 - random.NextDouble()) : random.NextDouble());
            var sum = mixed ? parts.Values.Sum() : 1;
            var drawn = new DesignPoint(parts.ToDictionary(p => p.Key, p => p.Value / sum));
            if (benchmark.Space.Contains(drawn)) return drawn;
        }
    }

    private static void Print(string name, Row row) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,6} {row.Three,8:0.#} {row.One,8:0.#} {row.Stays,8:0.#} {row.Regret,14:P3} ")
            + string.Create(CultureInfo.InvariantCulture, $"{row.Milliseconds,19:0.0} {row.Random,15:0.#}"));

    private static double Middle(Row[] rows, Func<Row, double> value) => Rounds.Median([.. rows.Select(value)]);

    private sealed record Row(
        double Three, double One, double Stays, double Regret, double Milliseconds, double Random);
}
