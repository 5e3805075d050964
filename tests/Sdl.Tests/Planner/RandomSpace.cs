using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

/// <summary>Search spaces of all kinds that are certainly not empty: mixtures and boxes, narrow and wide axes, cuts
/// that leave a chosen point inside or on the border, pairs of cuts that fix a ratio, axes without width.</summary>
internal static class RandomSpace
{
    public static SearchSpace Of(Random random)
    {
        var d = random.Next(2, 7);
        var inside = Enumerable.Range(0, d).Select(_ => -Math.Log(1 - random.NextDouble())).ToArray();
        var mixture = random.Next(3) > 0;
        if (mixture) inside = [.. inside.Select(v => v / inside.Sum())];
        var scale = mixture ? 1 : Math.Pow(10, random.Next(-3, 4));
        if (!mixture) inside = [.. inside.Select(v => v * scale - scale)];
        var axes = inside.Select((v, k) => Around(random, $"x{k}", v, scale, mixture)).ToList();
        var constraints = new List<LinearConstraint>();
        for (var c = random.Next(4); c > 0; c--)
        {
            var coefficients = axes.ToDictionary(
                a => a.Name, _ => random.Next(3) == 0 ? 0 : 2 * random.NextDouble() - 1);
            var at = axes.Select((a, k) => coefficients[a.Name] * inside[k]).Sum();
            var room = random.Next(3) == 0 ? 0 : 0.3 * scale * random.NextDouble();
            constraints.Add(new LinearConstraint(coefficients, at + room, $"cut {c}"));
            if (random.Next(6) > 0) continue;
            var back = coefficients.ToDictionary(k => k.Key, k => -k.Value);
            constraints.Add(new LinearConstraint(back, -at, $"back {c}"));
        }
        return new SearchSpace(axes)
        {
            Mixtures = mixture ? [new Mixture([.. axes.Select(a => a.Name)], inside.Sum())] : [],
            Constraints = constraints,
        };
    }

    private static ContinuousParameter Around(Random random, string name, double value, double scale, bool mixture)
    {
        if (random.Next(12) == 0) return new ContinuousParameter(name, value, value);
        var below = scale * random.NextDouble() * Narrow(random);
        var above = scale * random.NextDouble() * Narrow(random);
        return new ContinuousParameter(name, mixture ? Math.Max(0, value - below) : value - below, value + above);
    }

    private static double Narrow(Random random) => random.Next(4) == 0 ? 0.01 : 1;
}
