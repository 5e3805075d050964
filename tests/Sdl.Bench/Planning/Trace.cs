using System.Globalization;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>One evaluation, as a line of the peers' traces.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Best">The best true value so far, or the hypervolume that is dominated.</param>
/// <param name="Seconds">That the planner took to propose it.</param>
/// <param name="Recommended">The true value at what the planner recommends then.</param>
/// <param name="Cost">Of all evaluations so far.</param>
/// <param name="Value">As measured; not a number where there are several objectives.</param>
internal sealed record TraceRow(int Number, double Best, double Seconds, double Recommended, double Cost, double Value);

/// <summary>What one planner made of one problem from one initial design.</summary>
internal sealed record Trace(string Problem, string Method, int Seed, IReadOnlyList<TraceRow> Rows)
{
    public const string Head = "problem,method,seed,iter,best,seconds,rec,cost,y";

    /// <summary>How far from the best it ended: regret, or for several objectives the logarithm to base ten of the
    /// hypervolume that is missing. Less is better.</summary>
    public double Score(SuiteProblem problem) => problem.Reference is null
        ? (problem.IsRecommended ? Rows[^1].Recommended : Rows[^1].Best) - problem.Best
        : Math.Log10(problem.Best - Rows[^1].Best);

    /// <summary>Median time for a proposal, in seconds.</summary>
    public double Seconds => Rounds.Median([.. Rows.Where(r => r.Seconds > 0).Select(r => r.Seconds).DefaultIfEmpty()]);

    public IEnumerable<string> Lines => Rows.Select(r => string.Create(CultureInfo.InvariantCulture,
        $"{Problem},{Method},{Seed},{r.Number},{Text(r.Best)},{r.Seconds:0.######},{Text(r.Recommended)},{r.Cost:R},")
        + Text(r.Value));

    /// <summary>Traces of a table in this form, problem by problem.</summary>
    public static ILookup<string, Trace> Read(IEnumerable<string[]> table) => table
        .GroupBy(row => (row[0], row[1], row[2]))
        .Select(g => new Trace(g.Key.Item1, g.Key.Item2, int.Parse(g.Key.Item3, CultureInfo.InvariantCulture),
            [.. g.Select(Row).OrderBy(r => r.Number)]))
        .ToLookup(t => t.Problem);

    private static string Text(double value) => value switch
    {
        double.NaN => "",
        double.PositiveInfinity => "inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };

    private static TraceRow Row(string[] row)
    {
        double Number(int column) => row[column] switch
        {
            "" => double.NaN,
            "inf" => double.PositiveInfinity,
            var text => double.Parse(text, CultureInfo.InvariantCulture),
        };
        return new TraceRow((int)Number(3), Number(4), Number(5), Number(6), Number(7), Number(8));
    }
}
