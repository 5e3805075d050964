using Sdl.Core.Planning;
using Sdl.Planner.Spaces;

namespace Sdl.Planner.Sources;

/// <summary>Reads the observations of several sources out of the evidence.</summary>
internal static class SourceEvidence
{
    public static int Target(Problem problem) => IndexOf(problem, problem.Sources.Single(s => s.IsTarget).Name);

    /// <summary>Of a source that is known to be there.</summary>
    public static int IndexOf(Problem problem, string source)
    {
        var at = 0;
        while (problem.Sources[at].Name != source) at++;
        return at;
    }

    /// <returns>Null while there is none.</returns>
    public static SourceData? Data(Domain domain, Problem problem, IReadOnlyList<Observation> seen)
    {
        var objective = problem.Objectives[0];
        var used = new List<(double[] X, int Source, double Value, double Deviation)>();
        for (var i = 0; i < seen.Count; i++)
        {
            if (seen[i].Failed || !seen[i].Values.TryGetValue(objective.Name, out var outcome)) continue;
            used.Add((domain.ToUnit(seen[i].At), IndexOf(problem, seen[i].Source), outcome.Value,
                outcome.Uncertainty ?? double.NaN));
        }
        if (used.Count == 0) return null;
        // In a fixed order, so that the order of the observations changes not even the rounding.
        used.Sort((a, b) => a.X.AsSpan().SequenceCompareTo(b.X) is var c and not 0 ? c
            : (a.Source, a.Value, a.Deviation).CompareTo((b.Source, b.Value, b.Deviation)));
        return SourceData.Of(
            domain.Encoding, [.. used.SelectMany(u => u.X)], [.. used.Select(u => u.Source)],
            [.. used.Select(u => u.Value)], [.. used.Select(u => u.Deviation)], Target(problem),
            [.. problem.Sources.Select(s => s.IsTarget ? Relation.Same : s.Relation)], objective.Goal == Goal.Maximise);
    }
}
