using Sdl.Core.Planning;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Campaigns;

/// <summary>What people say to a campaign about where to look.</summary>
public static class Advice
{
    private const double Tolerance = 1e-9;

    /// <exception cref="ArgumentException">It is no suggestion or veto that suits the space.</exception>
    public static void Check(Problem problem, RunEvent word)
    {
        switch (word)
        {
            case Suggested { At: var at } when !problem.Space.Contains(at, Tolerance):
                throw new ArgumentException($"{at} is outside the space of the campaign: {Where(problem, at)}");
            case Vetoed { Veto.Within: var within }
                when within.FirstOrDefault(r => problem.Space.Parameters.All(p => p.Name != r.Parameter)) is { } range:
                throw new ArgumentException($"there is no parameter '{range.Parameter}'; there are {Names(problem)}");
            case Vetoed { Veto.Within: [] }:
                throw new ArgumentException($"a veto names a parameter, such as {Names(problem)}");
            case not (Suggested or Vetoed):
                throw new ArgumentException("it is neither a suggestion nor a veto");
        }
    }

    private static string Where(Problem problem, DesignPoint at)
    {
        var space = problem.Space;
        if (at.Names.FirstOrDefault(n => space.Parameters.All(p => p.Name != n)) is { } unknown)
            return $"there is no parameter '{unknown}'; there are {Names(problem)}";
        if (space.Parameters.FirstOrDefault(p => SearchSpace.IsActive(p, at) && !at.Has(p.Name)) is { } missing)
            return $"'{missing.Name}' is missing";
        return space.Constraints.FirstOrDefault(c => c.Excess(at) > Tolerance) is { Why.Length: > 0 } broken
            ? $"it is not {broken.Why}" : "look at the bounds, and at what sums to one";
    }

    private static string Names(Problem problem) => string.Join(", ", problem.Space.Parameters.Select(p => p.Name));
}
