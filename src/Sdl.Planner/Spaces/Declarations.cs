using System.Globalization;
using Sdl.Core.Planning;

namespace Sdl.Planner.Spaces;

/// <summary>Says what is wrong with the parameters of a search space, each by itself.</summary>
internal static class Declarations
{
    /// <exception cref="ArgumentException">One makes no sense; the message names it.</exception>
    public static void Check(SearchSpace space)
    {
        if (space.Parameters.Count == 0) throw Wrong($"The search space has no parameters.");
        if (space.Parameters.GroupBy(p => p.Name).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw Wrong($"Parameter {twice.Key} is declared {twice.Count()} times.");
        foreach (var parameter in space.Parameters)
        {
            CheckValues(parameter);
            CheckCondition(space, parameter);
        }
        foreach (var mixture in space.Mixtures) CheckMixture(space, mixture);
        var parts = space.Mixtures.SelectMany(m => m.Parameters).GroupBy(p => p);
        if (parts.FirstOrDefault(g => g.Count() > 1) is { } shared)
            throw Wrong($"Parameter {shared.Key} stands in mixtures {shared.Count()} times.");
    }

    private static void CheckValues(Parameter parameter)
    {
        var name = parameter.Name;
        switch (parameter)
        {
            case ContinuousParameter p:
                if (!double.IsFinite(p.Min) || !double.IsFinite(p.Max))
                    throw Wrong($"Parameter {name} runs from {p.Min} to {p.Max}; bounds must be finite numbers.");
                CheckBounds(name, p.Min, p.Max);
                if (p.Resolution is { } step && !(step > 0 && double.IsFinite(step)))
                    throw Wrong($"Parameter {name} has the resolution {step}; it must be a number above 0.");
                if (p.Resolution is { } r && Math.Floor(p.Max / r + 1e-9) < Math.Ceiling(p.Min / r - 1e-9))
                    throw Wrong($"Parameter {name}: no multiple of {r} lies from {p.Min} to {p.Max}.");
                if (p.LeastUnlessZero is { } least && !(least > 0 && least <= p.Max && p.Min == 0))
                    throw Wrong(
                        $"Parameter {name}: zero or at least {least} needs the minimum 0 and a maximum not below it.");
                break;
            case IntegerParameter p: CheckBounds(name, p.Min, p.Max); break;
            case OrderedParameter p:
                if (p.Levels.Count < 2 || p.Levels.Any(l => !double.IsFinite(l))
                    || p.Levels.Zip(p.Levels.Skip(1)).Any(l => l.First >= l.Second))
                    throw Wrong($"Parameter {name} needs two or more finite levels in ascending order.");
                break;
            case CategoricalParameter p: CheckLevels(p); break;
        }
    }

    private static void CheckLevels(CategoricalParameter p)
    {
        if (p.Levels.Count < 2 || p.Levels.Distinct().Count() < p.Levels.Count)
            throw Wrong($"Parameter {p.Name} needs two or more different levels.");
        if (p.Descriptors is not { } given) return;
        foreach (var level in p.Levels)
        {
            if (!given.TryGetValue(level, out var row) || row.Count == 0 || row.Count != given[p.Levels[0]].Count
                || row.Any(v => !double.IsFinite(v)))
                throw Wrong($"Parameter {p.Name}: level {level} needs as many finite descriptors as the others.");
        }
    }

    private static void CheckCondition(SearchSpace space, Parameter parameter)
    {
        if (parameter.When is not { } when) return;
        if (space.Parameters.FirstOrDefault(p => p.Name == when.Parameter) is not CategoricalParameter parent)
            throw Wrong($"Parameter {parameter.Name} depends on {when.Parameter}, which is no categorical parameter.");
        if (when.Levels.FirstOrDefault(l => !parent.Levels.Contains(l)) is { } unknown)
            throw Wrong($"Parameter {parameter.Name} depends on {parent.Name} being {unknown}, which it never is.");
        for (var above = parent; above is not null; above = Parent(above))
        {
            if (above.Name == parameter.Name)
                throw Wrong($"Parameter {parameter.Name} depends on itself.");
        }

        CategoricalParameter? Parent(Parameter p) => space.Parameters.OfType<CategoricalParameter>()
            .FirstOrDefault(c => c.Name == p.When?.Parameter && c.Name != p.Name);
    }

    private static void CheckMixture(SearchSpace space, Mixture mixture)
    {
        foreach (var part in mixture.Parameters)
        {
            if (space.Parameters.FirstOrDefault(p => p.Name == part) is not { } found)
                throw Wrong($"A mixture names {part}, which is no parameter.");
            if (found is not ContinuousParameter continuous)
                throw Wrong($"A mixture names {part}, which is not continuous.");
            if (mixture.MostPresent is not null && continuous.Min < 0)
                throw Wrong($"Parameter {part} of a mixture with a limited number of components may be negative.");
        }
        var must = mixture.Parameters.Count(n => space.Parameters.First(p => p.Name == n) is
            ContinuousParameter { Min: > 0, When: null });
        if (mixture.LeastPresent > mixture.Parameters.Count || mixture.MostPresent < 1
            || mixture.MostPresent < mixture.LeastPresent || mixture.MostPresent < must)
        {
            var (count, most) = (mixture.Parameters.Count, mixture.MostPresent ?? mixture.Parameters.Count);
            throw Wrong(
                $"A mixture of {count}, {must} fixed, cannot have {mixture.LeastPresent} to {most} components.");
        }
    }

    private static void CheckBounds(string name, double min, double max)
    {
        if (min > max) throw Wrong($"Parameter {name} is empty: its minimum {min} exceeds its maximum {max}.");
    }

    private static ArgumentException Wrong(FormattableString message) =>
        new(message.ToString(CultureInfo.InvariantCulture));
}
