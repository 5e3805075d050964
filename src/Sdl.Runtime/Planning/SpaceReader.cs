using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>Reads where a planner may look: <c>parameters</c>, <c>mixtures</c>, <c>linear</c>.</summary>
internal static class SpaceReader
{
    public static SearchSpace Read(YamlMap map)
    {
        var parameters = Parameters(map);
        var mixtures = map.Maps("mixtures").Select(m => ReadMixture(m, parameters)).ToList();
        var space = new SearchSpace(parameters) { Mixtures = mixtures };
        var constraints = map.Maps("linear").SelectMany(m => Linear(m, parameters)).ToList();
        map.RefuseUnread("a space");
        if (parameters.Count == 0)
            map.Findings.Add(map.At, "there is no parameter: list them under 'parameters', or the parts of a mixture "
                + "under 'mixtures'");
        return space with { Constraints = constraints };
    }

    /// <summary>The entries of <c>parameters</c>, each with a name of its own.</summary>
    public static List<Parameter> Parameters(YamlMap map)
    {
        var parameters = new List<Parameter>();
        foreach (var entry in map.Maps("parameters"))
        {
            if (ReadParameter(entry) is not { } parameter)
                continue;
            if (parameters.Any(p => p.Name == parameter.Name))
                entry.Findings.Add(
                    entry.MarkOf("name"), $"name: '{parameter.Name}' is there twice; rename one of them");
            else
                parameters.Add(parameter);
        }
        return parameters;
    }

    private static Parameter? ReadParameter(YamlMap map)
    {
        var (name, type) = (map.Required("name"), map.Text("type") ?? "continuous");
        var (unit, when) = (map.Text("unit") ?? "", When(map));
        Parameter? parameter = type switch
        {
            "continuous" => Continuous(map, name, unit),
            "integer" => Integer(map, name, unit),
            "ordered" => new OrderedParameter(name, Ascending(map, "levels"), unit),
            "categorical" => Categorical(map, name),
            _ => null,
        };
        if (parameter is null)
            map.Findings.Add(map.MarkOf("type"),
                $"type: '{type}' should be continuous, integer, ordered or categorical");
        else
            map.RefuseUnread($"a parameter of type {type}");
        return parameter is null ? null : parameter with { When = when };
    }

    private static ContinuousParameter Continuous(YamlMap map, string name, string unit)
    {
        var (min, max) = (RequiredNumber(map, "min"), RequiredNumber(map, "max"));
        Ordered(map, min, max);
        var (least, resolution) = (map.Number("least"), map.Number("resolution"));
        if (least is { } l && (min != 0 || l <= 0 || l > max))
            map.Findings.Add(map.MarkOf("least"),
                "least: what is there is zero or at least this much; it needs 'min: 0', and lies above zero and up to "
                + "'max'");
        if (resolution is <= 0)
            map.Findings.Add(map.MarkOf("resolution"), "resolution: it should be above zero");
        return new ContinuousParameter(name, min, max, unit) { LeastUnlessZero = least, Resolution = resolution };
    }

    private static IntegerParameter Integer(YamlMap map, string name, string unit)
    {
        int Bound(string key)
        {
            if (!map.Has(key))
                map.Findings.Add(map.At, $"'{key}' is missing");
            return map.Integer(key) ?? 0;
        }
        var (min, max) = (Bound("min"), Bound("max"));
        Ordered(map, min, max);
        return new IntegerParameter(name, min, max, unit);
    }

    private static CategoricalParameter Categorical(YamlMap map, string name)
    {
        var levels = map.Texts("levels").Select(l => l.Text).ToList();
        if (levels.Count < 2 || levels.Distinct().Count() < levels.Count)
            map.Findings.Add(map.MarkOf("levels"), "levels: two or more are needed, all different");
        var descriptors = new Dictionary<string, IReadOnlyList<double>>();
        if (map.Map("descriptors") is not { } described)
            return new CategoricalParameter(name, levels);
        foreach (var level in levels)
            descriptors[level] = Numbers(described, level);
        described.RefuseUnread("the descriptors of these levels");
        if (descriptors.Values.Any(d => d.Count == 0 || d.Count != descriptors.Values.First().Count))
            map.Findings.Add(map.MarkOf("descriptors"),
                "descriptors: every level needs a list of numbers such as [0.59, 89.8], as many for each");
        return new CategoricalParameter(name, levels) { Descriptors = descriptors };
    }

    private static ActiveWhen? When(YamlMap map)
    {
        if (map.Map("when") is not { } when)
            return null;
        if (when.Keys.ToList() is [var parameter])
            return new ActiveWhen(parameter, [.. when.Texts(parameter).Select(t => t.Text)]);
        when.Findings.Add(when.At, "when: it should be one categorical parameter with its levels, such as "
            + "{salt: [LiFSI]}");
        return null;
    }

    private static Mixture ReadMixture(YamlMap map, List<Parameter> parameters)
    {
        var (parts, sum) = (map.Texts("parameters"), map.Number("sum") ?? 1);
        if (parts.Count < 2 || parts.DistinctBy(p => p.Text).Count() < parts.Count)
            map.Findings.Add(map.MarkOf("parameters"), "parameters: a mixture has two parts or more, all different");
        if (sum <= 0)
            map.Findings.Add(map.MarkOf("sum"), "sum: it should be above zero");
        foreach (var part in parts)
            // A part that is not declared may be anything up to the whole.
            if (parameters.FirstOrDefault(p => p.Name == part.Text) is not { } declared)
                parameters.Add(new ContinuousParameter(part.Text, 0, sum));
            else if (declared is not ContinuousParameter)
                map.Findings.Add(part.At, $"'{part.Text}' cannot be a part of a mixture: it is not continuous");
        var mixture = new Mixture([.. parts.Select(p => p.Text)], sum)
        {
            LeastPresent = map.Integer("least_present") ?? 0,
            MostPresent = map.Integer("most_present"),
        };
        map.RefuseUnread("a mixture");
        return mixture;
    }

    /// <summary>One entry of <c>linear</c>: an upper limit, a lower one, or both.</summary>
    public static IEnumerable<LinearConstraint> Linear(YamlMap map, IReadOnlyList<Parameter> parameters)
    {
        var coefficients = new Dictionary<string, double>();
        if (map.Map("coefficients") is { } given)
            foreach (var name in given.Keys)
            {
                if (parameters.All(p => p.Name != name))
                    map.Findings.Add(given.MarkOf(name), $"coefficients: there is no parameter '{name}'; there are "
                        + string.Join(", ", parameters.Select(p => p.Name)));
                coefficients[name] = given.Number(name) ?? 0;
            }
        var (min, max, why) = (map.Number("min"), map.Number("max"), map.Text("why") ?? "");
        if (coefficients.Count == 0)
            map.Findings.Add(map.At, "'coefficients' is missing, such as {x1: 1, x2: 2}");
        if (min is null && max is null)
            map.Findings.Add(map.At, "a linear constraint needs 'min', 'max' or both");
        map.RefuseUnread("a linear constraint");
        if (max is { } most)
            yield return new LinearConstraint(coefficients, most, why);
        if (min is { } least)
            yield return new LinearConstraint(coefficients.ToDictionary(c => c.Key, c => -c.Value), -least, why);
    }

    private static void Ordered(YamlMap map, double min, double max)
    {
        if (min > max)
            map.Findings.Add(map.MarkOf("min"), string.Create(CultureInfo.InvariantCulture,
                $"min: {min} is above max {max}; exchange them"));
    }

    private static List<double> Ascending(YamlMap map, string key)
    {
        var levels = Numbers(map, key);
        if (levels.Count < 2 || levels.Zip(levels.Skip(1)).Any(p => p.First >= p.Second))
            map.Findings.Add(
                map.MarkOf(key), $"{key}: two or more numbers are needed, ascending, such as [0.1, 0.5, 1]");
        return levels;
    }

    private static List<double> Numbers(YamlMap map, string key)
    {
        var numbers = new List<double>();
        foreach (var text in map.Texts(key))
            if (double.TryParse(text.Text, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                numbers.Add(value);
            else
                map.Findings.Add(text.At, $"{key}: '{text.Text}' should be a number");
        return numbers;
    }

    private static double RequiredNumber(YamlMap map, string key)
    {
        if (!map.Has(key))
            map.Findings.Add(map.At, $"'{key}' is missing");
        return map.Number(key) ?? 0;
    }
}
