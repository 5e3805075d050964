using Sdl.Core.Planning;

namespace Sdl.Tests.Planner;

/// <summary>Search spaces with parameters of every kind, which all hold the same point, at least in one of their
/// branches.</summary>
internal static class AnySpace
{
    public static SearchSpace Of(Random random)
    {
        var parameters = new List<Parameter>();
        var mixtures = new List<Mixture>();
        var inside = new Dictionary<string, double>();
        if (random.Next(4) > 0) AddMixture(random, parameters, mixtures, inside);
        if (random.Next(3) > 0) AddCategories(random, parameters);
        if (random.Next(2) == 0) Add(new IntegerParameter("count", -2, 9), 3);
        if (random.Next(2) == 0) Add(new OrderedParameter("rate", [0.1, 0.5, 1, 2, 5]), 0.5);
        if (parameters.Count == 0 || random.Next(2) == 0)
        {
            double? step = random.Next(2) == 0 ? 0.5 : null;
            Add(new ContinuousParameter("heat", 20, 60, "degC") { Resolution = step }, 25);
        }
        return new SearchSpace(parameters) { Mixtures = mixtures, Constraints = [.. Constraints(random, inside)] };

        void Add(Parameter parameter, double value)
        {
            parameters.Add(parameter);
            inside[parameter.Name] = value;
        }
    }

    /// <summary>Two components of 0.6 and 0.4 are inside.</summary>
    private static void AddMixture(
        Random random, List<Parameter> parameters, List<Mixture> mixtures, Dictionary<string, double> inside)
    {
        var count = random.Next(2, 6);
        double? resolution = random.Next(3) == 0 ? 0.01 : null, least = random.Next(3) == 0 ? 0.05 : null;
        for (var i = 0; i < count; i++)
        {
            parameters.Add(new ContinuousParameter($"m{i}", 0, i == 1 ? 0.8 : 1)
            {
                Resolution = resolution, LeastUnlessZero = random.Next(2) == 0 ? least : null,
            });
            inside[$"m{i}"] = i == 0 ? 0.6 : i == 1 ? 0.4 : 0;
        }
        mixtures.Add(new Mixture([.. Enumerable.Range(0, count).Select(i => $"m{i}")])
        {
            MostPresent = random.Next(2) == 0 ? random.Next(2, count + 1) : null,
            LeastPresent = random.Next(4) == 0 ? 2 : 0,
        });
    }

    private static void AddCategories(Random random, List<Parameter> parameters)
    {
        string[] levels = [.. Enumerable.Range(0, random.Next(2, 5)).Select(i => $"s{i}")];
        parameters.Add(new CategoricalParameter("salt", levels)
        {
            Descriptors = random.Next(2) == 0
                ? levels.ToDictionary(l => l, IReadOnlyList<double> (_) => [random.NextDouble(), random.Next(9)])
                : null,
        });
        var when = new ActiveWhen("salt", ["s1"]);
        if (random.Next(2) == 0) parameters.Add(new ContinuousParameter("amount", 0.1, 2) { When = when });
        if (random.Next(2) == 0) parameters.Add(new CategoricalParameter("grade", ["a", "b"]) { When = when });
    }

    private static IEnumerable<LinearConstraint> Constraints(Random random, Dictionary<string, double> inside)
    {
        for (var c = random.Next(3); c > 0; c--)
        {
            var coefficients = inside.ToDictionary(p => p.Key, _ => 2 * random.NextDouble() - 1);
            var at = coefficients.Sum(k => k.Value * inside[k.Key]);
            yield return new LinearConstraint(coefficients, at + 0.3 * random.NextDouble(), $"cut {c}");
        }
    }
}
