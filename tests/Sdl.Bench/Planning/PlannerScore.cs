using System.Globalization;
using Sdl.Tests.Planner;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>What the planner makes of problems with a known truth: the suite that other planners were measured on, and
/// campaigns with electrolytes.</summary>
internal static class PlannerScore
{
    /// <param name="args"><c>[problem ...] [--seeds 0-19] [--out traces.csv] [--threads 2]</c>; without a problem: the
    /// suite, K2 and K3.</param>
    public static int Run(string[] args)
    {
        var (suite, campaigns) = (new List<SuiteProblem>(), new List<Benchmark>());
        IReadOnlyList<int> seeds = [.. Enumerable.Range(0, 20)];
        string? traces = null;
        var threads = Math.Min(2, Environment.ProcessorCount);
        for (var i = 0; i < args.Length; i++)
        {
            var value = i + 1 < args.Length ? args[i + 1] : "";
            if (args[i] == "--seeds" && Seeds(value) is { } range) (seeds, i) = (range, i + 1);
            else if (args[i] == "--out" && value.Length > 0) (traces, i) = (value, i + 1);
            else if (args[i] == "--threads" && int.TryParse(value, CultureInfo.InvariantCulture, out var n) && n > 0)
                (threads, i) = (n, i + 1);
            else if (SuiteProblems.All.FirstOrDefault(p => p.Name == args[i]) is { } problem) suite.Add(problem);
            else if (Benchmark.All.FirstOrDefault(b => b.Name == args[i]) is { } campaign) campaigns.Add(campaign);
            else return Usage(args[i]);
        }
        if (suite.Count + campaigns.Count == 0)
            (suite, campaigns) = ([.. SuiteProblems.All], [Benchmark.K2, Benchmark.K3]);
        return Score(suite, campaigns, seeds, threads, traces);
    }

    private static int Score(
        List<SuiteProblem> suite, List<Benchmark> campaigns, IReadOnlyList<int> seeds, int threads, string? traces)
    {
        try
        {
            if (suite.Count > 0) SuiteScore.Run(suite, seeds, threads, traces);
        }
        catch (FileNotFoundException e)
        {
            Console.Error.WriteLine(e.Message);
            return 2;
        }
        foreach (var campaign in campaigns) ElectrolyteScore.Run(campaign, seeds, threads);
        return 0;
    }

    private static IReadOnlyList<int>? Seeds(string text)
    {
        var parts = text.Split('-');
        return int.TryParse(parts[0], CultureInfo.InvariantCulture, out var first)
            && int.TryParse(parts[^1], CultureInfo.InvariantCulture, out var last) && first >= 0 && last >= first
                ? [.. Enumerable.Range(first, last - first + 1)] : null;
    }

    private static int Usage(string wrong)
    {
        var known = SuiteProblems.All.Select(p => p.Name).Concat(Benchmark.All.Select(b => b.Name));
        Console.Error.WriteLine(
            $"'{wrong}' is no problem ({string.Join(", ", known)}), and none of --seeds FIRST-LAST, "
            + "--out FILE, --threads NUMBER.");
        return 2;
    }
}
