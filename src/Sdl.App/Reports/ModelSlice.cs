using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.App.Reports;

/// <summary>How one outcome follows one parameter, as the model sees it.</summary>
/// <param name="Through">Along the parameter through the recommended point: the others stay, and the rest of a mixture
/// keeps its proportions. By value, or by the number of the level.</param>
/// <param name="Average">Over all of the space: the mean of the model at even points with about this value.</param>
/// <param name="Share">How much of the model's variation over the space knowing this parameter alone explains, from 0
/// to 1; the parts of a mixture know of each other, so that theirs may add up to more.</param>
public sealed record ModelSlice(
    Parameter Parameter, IReadOnlyList<(double At, Prediction Model)> Through,
    IReadOnlyList<(double At, double Mean)> Average, double Share, double Recommended)
{
    private const int Steps = 48;

    /// <summary>There is a line, and all of it is numbers.</summary>
    public bool IsDrawable => Through.Count > 0
        && Through.All(t => double.IsFinite(t.Model.Mean) && double.IsFinite(t.Model.Deviation))
        && Average.All(a => double.IsFinite(a.Mean));

    /// <summary>One for each parameter, in the order of the space.</summary>
    /// <param name="even">Points spread evenly over the space, many.</param>
    public static IReadOnlyList<ModelSlice> Of(
        SearchSpace space, DesignPoint recommended, IReadOnlyList<DesignPoint> even,
        Func<IReadOnlyList<DesignPoint>, IReadOnlyList<Prediction>> predict)
    {
        var means = predict(even).Select(p => p.Mean).ToList();
        return
        [
            .. space.Parameters.Where(p => recommended.Has(p.Name)).Select(p =>
            {
                var line = Line(space, p, recommended);
                var dependence = Dependence.Of([.. even.Select(x => Place(p, x) ?? double.NaN)], means);
                return new ModelSlice(p,
                    [.. line.Zip(predict([.. line.Select(l => l.Point)]), (l, m) => (l.At, m))],
                    dependence.Average, dependence.Share, Place(p, recommended)!.Value);
            }),
        ];
    }

    /// <summary>Where a point stands along a parameter: its number, or the number of its level.</summary>
    public static double? Place(Parameter parameter, DesignPoint at) => parameter is CategoricalParameter c
        ? at.Level(c.Name) is { } level ? c.Levels.ToList().IndexOf(level) : null
        : at.Number(parameter.Name);

    private static List<(double At, DesignPoint Point)> Line(
        SearchSpace space, Parameter parameter, DesignPoint through)
    {
        var values = parameter switch
        {
            CategoricalParameter c => Enumerable.Range(0, c.Levels.Count).Select(l => (double)l),
            OrderedParameter o => o.Levels,
            IntegerParameter i when i.Max - i.Min < Steps =>
                Enumerable.Range(i.Min, i.Max - i.Min + 1).Select(v => (double)v),
            _ => Enumerable.Range(0, Steps + 1)
                .Select(s => Ends(parameter) is var (min, max) ? min + (max - min) * s / Steps : 0)
                .Append(through.Number(parameter.Name)!.Value).Order(),
        };
        return
        [
            .. values.Select(v => (v, Moved(space, parameter, through, v))).Where(l => space.Contains(l.Item2, 1e-7)),
        ];
    }

    private static (double Min, double Max) Ends(Parameter parameter) => parameter switch
    {
        ContinuousParameter p => (p.Min, p.Max),
        IntegerParameter p => (p.Min, p.Max),
        _ => throw new ArgumentException($"{parameter.Name} has no ends"),
    };

    private static DesignPoint Moved(SearchSpace space, Parameter parameter, DesignPoint from, double to)
    {
        if (parameter is CategoricalParameter c)
            return new DesignPoint(from.Numbers,
                new Dictionary<string, string>(from.Levels) { [c.Name] = c.Levels[(int)to] });
        var numbers = from.Numbers.ToDictionary(n => n.Key, n => n.Value);
        var before = numbers[parameter.Name];
        numbers[parameter.Name] = to;
        if (space.Mixtures.FirstOrDefault(m => m.Parameters.Contains(parameter.Name)) is { } mixture)
        {
            var others = mixture.Parameters.Where(p => p != parameter.Name && numbers.ContainsKey(p)).ToList();
            var rest = mixture.Sum - before;
            foreach (var other in others)
                numbers[other] = rest > 0
                    ? numbers[other] * (mixture.Sum - to) / rest : (mixture.Sum - to) / others.Count;
        }
        return new DesignPoint(numbers, from.Levels);
    }
}
