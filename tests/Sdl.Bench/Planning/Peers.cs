using System.Globalization;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>What the other planners reached on the same problems at the same budgets.</summary>
internal sealed class Peers
{
    private readonly ILookup<string, (string Method, double Median)> _medians;
    private readonly ILookup<string, Trace> _traces;

    public Peers()
    {
        _medians = SharedPlannerData.Table("peers-summary.csv").ToLookup(
            r => r[0], r => (r[1], double.Parse(r[4], CultureInfo.InvariantCulture)));
        _traces = Trace.Read(SharedPlannerData.Table("peers-traces.csv.gz"));
    }

    /// <summary>The peer with the best median, among those that plan.</summary>
    public (string Method, double Median) Best(SuiteProblem problem) =>
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

    /// <summary>How often each peer ended worse than we did from the same initial design, how often better, and how often
    /// level to a millionth.</summary>
    public IEnumerable<(string Method, int Wins, int Losses, int Ties)> Paired(
        SuiteProblem problem, IReadOnlyDictionary<int, double> ours)
    {
        foreach (var peer in _traces[problem.Name].Where(t => ours.ContainsKey(t.Seed) && t.Method != "sobol")
            .GroupBy(t => t.Method).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            var ahead = peer.Select(t => t.Score(problem) - ours[t.Seed]).ToList();
            yield return (peer.Key, ahead.Count(d => d > 1e-6), ahead.Count(d => d < -1e-6),
                ahead.Count(d => Math.Abs(d) <= 1e-6));
        }
    }

    private static bool IsPrototype(string method) => method.StartsWith("proto", StringComparison.Ordinal);
}
