using Sdl.Core.Planning;

namespace Sdl.Planner.Spaces;

/// <summary>Encoded points that differ from one in a single choice.</summary>
internal static class Neighbourhood
{
    public static IEnumerable<double[]> Of(Domain domain, Choices choices, double[] x)
    {
        if (domain.BranchAt(x) is not { } branch) return [];
        return Levels(domain, branch, x).Concat(Steps(domain, choices, branch, x)).Concat(Swaps(domain, branch, x));
    }

    private static IEnumerable<double[]> Levels(Domain domain, Branch branch, double[] x)
    {
        for (var c = 0; c < branch.Levels.Length; c++)
        {
            for (var level = 0; level < domain.Categories[c].Levels.Count && branch.Levels[c] >= 0; level++)
            {
                if (level == branch.Levels[c]) continue;
                int[] levels = [.. branch.Levels.Select(l => Math.Max(0, l))];
                levels[c] = level;
                if (domain.BranchOf(levels, branch.Off) is not { } other) continue;
                var y = (double[])x.Clone();
                for (var k = 0; k < domain.Numeric; k++)
                    if (branch.Inactive[k] || other.Inactive[k]) y[k] = other.Polytope.Centre[k];
                for (var i = 0; i < levels.Length; i++) y[domain.Numeric + i] = other.Levels[i];
                domain.SnapCoarse(y);
                yield return y;
            }
        }
    }

    private static IEnumerable<double[]> Steps(Domain domain, Choices choices, Branch branch, double[] x)
    {
        for (var k = 0; k < domain.Numeric; k++)
        {
            if (!domain.IsCoarse(k) || branch.Inactive[k]) continue;
            foreach (var value in Beside(choices.Numbers[k], domain.Value(k, x[k])))
            {
                var y = (double[])x.Clone();
                y[k] = domain.Unit(k, value);
                yield return y;
            }
        }
    }

    private static IEnumerable<double> Beside(Parameter parameter, double value)
    {
        switch (parameter)
        {
            case IntegerParameter p:
                if (value > p.Min) yield return Math.Round(value) - 1;
                if (value < p.Max) yield return Math.Round(value) + 1;
                break;
            case OrderedParameter { Levels: var levels }:
                var at = Enumerable.Range(0, levels.Count).MinBy(i => Math.Abs(levels[i] - value));
                if (at > 0) yield return levels[at - 1];
                if (at < levels.Count - 1) yield return levels[at + 1];
                break;
        }
    }

    /// <summary>A component that is left out takes the place and the amount of one that is not.</summary>
    private static IEnumerable<double[]> Swaps(Domain domain, Branch branch, double[] x)
    {
        foreach (var mixture in domain.Space.Mixtures)
        {
            int[] parts =
            [
                .. Enumerable.Range(0, domain.Numeric).Where(k => mixture.Parameters.Contains(domain.Numbers[k].Name)),
            ];
            foreach (var out1 in parts.Where(k => branch.Off[k] && !branch.Inactive[k]))
            {
                foreach (var in1 in parts.Where(k => !branch.Off[k] && domain.CanBeOff(k)))
                {
                    var y = (double[])x.Clone();
                    var amount = domain.Value(in1, x[in1]);
                    (y[out1], y[in1]) = (domain.Unit(out1, amount), domain.Unit(in1, 0));
                    yield return y;
                }
            }
        }
    }
}
