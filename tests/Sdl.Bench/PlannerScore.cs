using System.Globalization;
using Sdl.Planner;
using Sdl.Tests.Planner;

namespace Sdl.Bench;

/// <summary>Counts the experiments that the planner needs on problems with a known truth, and its time
/// for a proposal and a recommendation.</summary>
public static class PlannerScore
{
    /// <param name="args"><c>[problem ...] [first-last seed]</c>, such as <c>K2 K3 1-20</c>; without: K2, seeds
    /// 1-20.</param>
    public static int Run(string[] args)
    {
        var (first, last) = (1, 20);
        var chosen = new List<Benchmark>();
        foreach (var arg in args)
        {
            if (Benchmark.All.FirstOrDefault(b => b.Name == arg) is { } known) chosen.Add(known);
            else if (!Seeds(arg, out first, out last)) return Usage(arg);
        }
        if (chosen.Count == 0) chosen.Add(Benchmark.K2);
        foreach (var benchmark in chosen) Score(benchmark, first, last);
        return 0;
    }

    private static void Score(Benchmark benchmark, int first, int last)
    {
        var planner = new GaussianProcessPlanner();
        benchmark.Run(planner, 0, 5);
        var rows = new List<Row>();
        Console.WriteLine($"{benchmark.Name}, optimum {benchmark.Optimum:0.####}, {benchmark.Length} experiments");
        Console.WriteLine("  seed   to 3 %   to 1 %    stays   final regret   processor ms per experiment");
        for (var seed = first; seed <= last; seed++)
        {
            var before = Environment.CpuUsage.UserTime;
            var reached = benchmark.Run(planner, seed, benchmark.Length);
            var milliseconds = (Environment.CpuUsage.UserTime - before).TotalMilliseconds / benchmark.Length;
            var row = new Row(
                benchmark.Needed(reached, 0.03), benchmark.Needed(reached, 0.01),
                benchmark.Settled(reached, 0.01), 1 - reached[^1] / benchmark.Optimum, milliseconds);
            rows.Add(row);
            Print(seed.ToString(CultureInfo.InvariantCulture), row);
        }
        Print("median", new Row(
            Middle(rows, r => r.Three), Middle(rows, r => r.One),
            Middle(rows, r => r.Stays), Middle(rows, r => r.Regret),
            Middle(rows, r => r.Milliseconds)));
        Console.WriteLine(FormattableString.Invariant(
            $"  mean to 3 % {rows.Average(r => r.Three):0.0}, to 1 % {rows.Average(r => r.One):0.0}, ")
            + FormattableString.Invariant(
            $"to stay {rows.Average(r => r.Stays):0.0}; a number above {benchmark.Length}: not reached"));
    }

    private static void Print(string name, Row row) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,6} {row.Three,8:0.#} {row.One,8:0.#} {row.Stays,8:0.#} ")
            + string.Create(CultureInfo.InvariantCulture, $"{row.Regret,14:P3} {row.Milliseconds,29:0.0}"));

    private static double Middle<T>(List<T> rows, Func<T, double> value)
    {
        var sorted = rows.Select(value).Order().ToArray();
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    private sealed record Row(double Three, double One, double Stays, double Regret, double Milliseconds);

    private static bool Seeds(string text, out int first, out int last)
    {
        last = 0;
        var parts = text.Split('-');
        return int.TryParse(parts[0], CultureInfo.InvariantCulture, out first) && parts.Length == 2
            && int.TryParse(parts[1], CultureInfo.InvariantCulture, out last) && last >= first;
    }

    private static int Usage(string wrong)
    {
        Console.Error.WriteLine($"'{wrong}' is neither a problem "
            + $"({string.Join(", ", Benchmark.All.Select(b => b.Name))}) "
            + "nor a range of seeds such as 1-20.");
        return 2;
    }
}
