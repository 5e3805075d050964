using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Units;

namespace Sdl.Runtime.Campaigns;

/// <summary>What the planner sets beside the mixture, as arguments of the protocol.</summary>
public static class CampaignParameter
{
    /// <summary>The arguments of the parameters that have a value there.</summary>
    public static IEnumerable<KeyValuePair<string, Argument>> Arguments(
        IEnumerable<Parameter> parameters, DesignPoint at)
    {
        foreach (var parameter in parameters)
            if (at.Level(parameter.Name) is { } level)
                yield return new(parameter.Name, new Argument(level));
            else if (at.Number(parameter.Name) is { } number)
                yield return new(parameter.Name, Argument(parameter, number));
    }

    /// <summary>The point of an experiment: what was mixed, and the parameters as they were proposed.</summary>
    public static DesignPoint Done(IReadOnlyList<Parameter> parameters, DesignPoint at, Formulation mixed) => new(
        mixed.Fractions.Concat(at.Numbers.Where(n => parameters.Any(p => p.Name == n.Key)))
            .ToDictionary(n => n.Key, n => n.Value),
        at.Levels);

    public static Argument Argument(Parameter parameter, double value) =>
        new(Quantity.Of(value, Unit.TryParse(UnitOf(parameter), out var unit, out _) ? unit : Unit.One));

    /// <summary>The least and the largest number that it may be.</summary>
    public static double[] Range(Parameter parameter) => parameter switch
    {
        ContinuousParameter p => [p.Min, p.Max],
        IntegerParameter p => [p.Min, p.Max],
        OrderedParameter p => [p.Levels[0], p.Levels[^1]],
        _ => [],
    };

    /// <summary>Of its numbers; 1 where it says none.</summary>
    public static string UnitOf(Parameter parameter) => parameter switch
    {
        ContinuousParameter { Unit.Length: > 0 } p => p.Unit,
        IntegerParameter { Unit.Length: > 0 } p => p.Unit,
        OrderedParameter { Unit.Length: > 0 } p => p.Unit,
        _ => "1",
    };
}
