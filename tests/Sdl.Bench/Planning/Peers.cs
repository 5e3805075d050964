using System.Globalization;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>What the other planners reached on the same problems at the same budgets.</summary>
internal sealed class Peers
{
    private readonly ILookup<string, (string Method, double Median, int Seeds)> _medians;
    private readonly ILookup<string, Trace> _traces;

    public Peers()
    {
        _medians = SharedPlannerData.Table("peers-summary.csv").ToLookup(
            r => r[0], r => (r[1], double.Parse(r[4], CultureInfo.InvariantCulture),
                int.Parse(r[2], CultureInfo.InvariantCulture)));
        _traces = Trace.Read(SharedPlannerData.Table("peers-traces.csv.gz"));
    }

    /// <summary>The peer with the best median, among those that plan, and from how many seeds.</summary>
    public (string Method, double Median, int Seeds) Best(SuiteProblem problem) =>
        _medians[problem.Name].Where(m => !IsPrototype(m.Method) && m.Method != "sobol").MinBy(m => m.Median);

    /// <summary>The better of the prototype's two recipes; not a number where it was not tried.</summary>
    public double Prototype(SuiteProblem problem)
    {
        string[] recipes = problem switch
        {
            { Sources: not null } => ["proto_mf"],
            { Noise: > 0 } => ["proto_mid", "proto_tight"],
            _ => ["proto_det", "proto_tightdet"],
        };
        return _medians[problem.Name].Where(m => recipes.Contains(m.Method)).Select(m => m.Median)
            .DefaultIfEmpty(double.NaN).Min();
    }

    /// <summary>Each peer against us from the same initial designs: both medians over the seeds that it ran.</summary>
    public IEnumerable<Paired> Paired(SuiteProblem problem, IReadOnlyDictionary<int, double> ours) =>
        _traces[problem.Name].Where(t => ours.ContainsKey(t.Seed) && t.Method != "sobol")
            .GroupBy(t => t.Method).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(peer => new Paired(peer.Key, Rounds.Median([.. peer.Select(t => t.Score(problem))]),
                Rounds.Median([.. peer.Select(t => ours[t.Seed])]),
                [.. peer.Select(t => t.Score(problem) - ours[t.Seed])]));

    private static bool IsPrototype(string method) => method.StartsWith("proto", StringComparison.Ordinal);
}

/// <param name="Ahead">By how much we ended better, seed by seed.</param>
internal sealed record Paired(string Method, double Theirs, double Ours, IReadOnlyList<double> Ahead)
{
    /// <summary>Better, worse, and level to a millionth.</summary>
    public override string ToString()
    {
        var (better, worse) = (Ahead.Count(d => d > 1e-6), Ahead.Count(d => d < -1e-6));
        var level = Ahead.Count - better - worse;
        return $"{Method} {better}-{worse}{(level > 0 ? $"-{level}" : "")}";
    }
}
