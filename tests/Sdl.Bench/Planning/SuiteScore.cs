using System.Globalization;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>The suite over many seeds: our median and quartiles beside the best peer's median and the prototype's, and
/// who was better from the same initial design.</summary>
internal static class SuiteScore
{
    /// <param name="threads">Seeds that run at once; each run is on one.</param>
    /// <param name="traces">File for the traces, in the form of the peers'; null: none.</param>
    public static void Run(IReadOnlyList<SuiteProblem> problems, IReadOnlyList<int> seeds, int threads, string? traces)
    {
        var (designs, peers) = (new InitialDesigns(), new Peers());
        using var file = traces is null ? null : new StreamWriter(traces) { NewLine = "\n" };
        file?.WriteLine(Trace.Head);
        Console.WriteLine($"seeds {seeds[0]} to {seeds[^1]}; regret, or log10 of the hypervolume that is "
            + "missing: median [quartiles], less is better");
        Console.WriteLine($"{"problem",-17} {"ours",-29} {"best peer",-26} {"prototype",-10} ms/ask  "
            + "from the same designs (better-worse-level)");
        foreach (var problem in problems)
        {
            var ours = new Trace[seeds.Count];
            try
            {
                Parallel.For(0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
                    i => ours[i] = SuiteRun.Of(problem, designs, seeds[i]));
            }
            catch (AggregateException e)
                when (e.InnerExceptions.All(i => i is ArgumentException or NotSupportedException))
            {
                Console.WriteLine($"{problem.Name,-17} cannot be planned: {e.InnerExceptions[0].Message}");
                continue;
            }
            foreach (var line in ours.SelectMany(t => t.Lines)) file?.WriteLine(line);
            Console.WriteLine(Row(problem, ours, peers));
        }
    }

    private static string Row(SuiteProblem problem, Trace[] ours, Peers peers)
    {
        var scores = ours.ToDictionary(t => t.Seed, t => t.Score(problem));
        var (low, median, high) = (Quantile(scores.Values, 0.25), Quantile(scores.Values, 0.5),
            Quantile(scores.Values, 0.75));
        var (best, paired) = (peers.Best(problem), peers.Paired(problem, scores).ToList());
        var ahead = paired.Where(p => p.Ours >= p.Theirs).Select(p => p.Method).ToList();
        return string.Create(CultureInfo.InvariantCulture,
            $"{problem.Name,-17} {$"{median:G2} [{low:G2}, {high:G2}] n{scores.Count}",-29} ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{$"{best.Method} {best.Median:G2} n{best.Seeds}",-26} {peers.Prototype(problem),-10:G2} ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{1000 * Rounds.Median([.. ours.Select(t => t.Seconds)]),6:0.0}  ")
            + (ahead.Count == 0 ? "ahead of all" : $"BEHIND {string.Join(", ", ahead)}")
            + $"; {string.Join(", ", paired)}";
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        var at = part * (sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + (at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
