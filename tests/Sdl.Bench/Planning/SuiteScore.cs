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
        Console.WriteLine($"seeds {seeds[0]} to {seeds[^1]}; regret, or log10 of the hypervolume that is missing: median "
            + "[quartiles], less is better; 0 to 9 begin where the peers began");
        Console.WriteLine($"{"problem",-17} {"ours",-30} {"best peer",-22} {"prototype",-10} {"",-14} ms/proposal  paired "
            + "better-worse(-level)");
        foreach (var problem in problems)
        {
            var ours = new Trace[seeds.Count];
            Parallel.For(0, seeds.Count, new ParallelOptions { MaxDegreeOfParallelism = threads },
                i => ours[i] = SuiteRun.Of(problem, designs, seeds[i]));
            foreach (var line in ours.SelectMany(t => t.Lines)) file?.WriteLine(line);
            Console.WriteLine(Row(problem, ours, peers));
        }
    }

    private static string Row(SuiteProblem problem, Trace[] ours, Peers peers)
    {
        var scores = ours.ToDictionary(t => t.Seed, t => t.Score(problem));
        var (low, median, high) = (Quantile(scores.Values, 0.25), Quantile(scores.Values, 0.5),
            Quantile(scores.Values, 0.75));
        var (best, prototype) = (peers.Best(problem), peers.Prototype(problem));
        var verdict = (median < best.Median ? "better" : "WORSE")
            + (median <= prototype ? "" : double.IsNaN(prototype) ? "" : ", above");
        var paired = peers.Paired(problem, scores)
            .Select(p => $"{p.Method} {p.Wins}-{p.Losses}{(p.Ties > 0 ? $"-{p.Ties}" : "")}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{problem.Name,-17} {$"{median:G2} [{low:G2}, {high:G2}] n{scores.Count}",-30} ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{$"{best.Method} {best.Median:G2}",-22} {prototype,-10:G2} {verdict,-14} ")
            + string.Create(CultureInfo.InvariantCulture,
            $"{1000 * Rounds.Median([.. ours.Select(t => t.Seconds)]),11:0.0}  {string.Join(", ", paired)}");
    }

    private static double Quantile(IEnumerable<double> values, double part)
    {
        var sorted = values.Order().ToArray();
        var at = part * (sorted.Length - 1);
        var below = (int)at;
        return sorted[below] + (at - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]);
    }
}
