using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Everything about a search space that is not convex: levels of categories, parameters that are active only
/// for some of them, components that are zero or at least something, and mixtures with a limited number of
/// components.</summary>
internal sealed class Choices
{
    // More are drawn instead of gone through.
    private const int Most = 200;

    // Of the largest amount: the least by which a component counts as present where nobody says it.
    private const double Present = 1e-3;

    private readonly SearchSpace _space;
    private readonly bool[] _canBeOff, _mustBeFelt;

    private Choices(SearchSpace space)
    {
        _space = space;
        Numbers = [.. space.Parameters.Where(p => p is not CategoricalParameter)];
        Categories = [.. space.Parameters.OfType<CategoricalParameter>()];
        Bounds = [.. Numbers.Select(BoundsOf)];
        _canBeOff = new bool[Numbers.Count];
        _mustBeFelt = new bool[Numbers.Count];
        for (var k = 0; k < Numbers.Count; k++)
        {
            var mixture = MixtureOf(k);
            var limited = mixture is not null
                && (mixture.LeastPresent > 0 || mixture.MostPresent < mixture.Parameters.Count);
            var least = (Numbers[k] as ContinuousParameter)?.LeastUnlessZero;
            _canBeOff[k] = (limited || least > 0) && Bounds[k].Min <= 0;
            _mustBeFelt[k] = _canBeOff[k] && (least > 0 || mixture is { LeastPresent: > 0 });
        }
    }

    public IReadOnlyList<Parameter> Numbers { get; }

    public IReadOnlyList<CategoricalParameter> Categories { get; }

    /// <summary>Of each number, where it is active.</summary>
    public IReadOnlyList<(double Min, double Max)> Bounds { get; }

    /// <exception cref="ArgumentException">A parameter makes no sense; the message names it.</exception>
    public static Choices Of(SearchSpace space)
    {
        Declarations.Check(space);
        return new Choices(space);
    }

    public bool CanBeOff(int number) => _canBeOff[number];

    /// <summary>All branches together, with what holds for each of them.</summary>
    public Region Relaxed() => new(
        [
            .. Numbers.Select((p, k) => p.When is null
                ? new Axis(p.Name, Bounds[k].Min, Bounds[k].Max)
                : new Axis(p.Name, Math.Min(0, Bounds[k].Min), Math.Max(0, Bounds[k].Max))),
        ],
        _space.Mixtures, _space.Constraints);

    /// <summary>One branch of it.</summary>
    public Region Cut(Region relaxed, bool[] off, bool[] inactive)
    {
        var gone = Enumerable.Range(0, off.Length).Where(k => inactive[k]).Select(k => Numbers[k].Name).ToHashSet();
        return relaxed.Without(gone) with { Axes = [.. relaxed.Axes.Select(Narrow)] };

        Axis Narrow(Axis axis, int k)
        {
            var (min, max) = Bounds[k];
            if (inactive[k]) return axis with { Min = 0.5 * (min + max), Max = 0.5 * (min + max) };
            if (off[k]) return axis with { Min = 0, Max = 0 };
            return axis with { Min = _mustBeFelt[k] ? Math.Max(min, Felt(k)) : min, Max = max };
        }
    }

    public bool[] Inactive(int[] levels) => [.. Numbers.Select(p => !IsActive(p, levels))];

    /// <summary>The levels with −1 for what is not active.</summary>
    public int[] Complete(int[] levels) => [.. Categories.Select((c, i) => IsActive(c, levels) ? levels[i] : -1)];

    /// <summary>Where more components are zero than have to be, those that may be anything from zero on are no longer
    /// left out.</summary>
    public bool[] Complete(bool[] off)
    {
        var complete = (bool[])off.Clone();
        foreach (var mixture in _space.Mixtures)
        {
            var room = (mixture.MostPresent ?? int.MaxValue) - Parts(mixture).Count(k => !complete[k]);
            foreach (var k in Parts(mixture).Where(k => complete[k] && !_mustBeFelt[k]).Take(Math.Max(0, room)))
                complete[k] = false;
        }
        return complete;
    }

    /// <summary>Null when there are too many.</summary>
    public IReadOnlyList<(int[] Levels, bool[] Off)>? All()
    {
        var switches = Enumerable.Range(0, Numbers.Count).Where(k => _canBeOff[k]).ToArray();
        if (switches.Length > 16) return null;
        var patterns = Enumerable.Range(0, 1 << switches.Length).Select(Pattern).Where(IsWhole).ToList();
        var levels = new List<int[]> { new int[Categories.Count] };
        for (var c = 0; c < Categories.Count; c++)
        {
            var (at, count) = (c, Categories[c].Levels.Count);
            if (levels.Count * count * patterns.Count > 64 * Most) return null;
            levels = [.. levels.SelectMany(l => Enumerable.Range(0, count).Select(v => With(l, at, v)))];
        }
        // A category that is not active has no level: those choices are one and the same.
        var different = levels.Select(Complete).DistinctBy(l => string.Join(',', l)).ToList();
        return different.Count * patterns.Count > Most ? null
            : [.. different.SelectMany(l => patterns.Select(p => (l, p)))];

        bool[] Pattern(int bits)
        {
            var off = new bool[Numbers.Count];
            for (var i = 0; i < switches.Length; i++) off[switches[i]] = (bits >> i & 1) != 0;
            return off;
        }
    }

    public (int[] Levels, bool[] Off) Draw(Draws draws)
    {
        int[] levels = Complete([.. Categories.Select(c => draws.Below(c.Levels.Count))]);
        var off = new bool[Numbers.Count];
        for (var k = 0; k < off.Length; k++) off[k] = _canBeOff[k] && draws.Uniform() < 0.5;
        foreach (var mixture in _space.Mixtures)
        {
            var parts = Parts(mixture).Where(k => _canBeOff[k]).ToArray();
            var always = Parts(mixture).Count() - parts.Length;
            var least = Math.Max(0, mixture.LeastPresent - always);
            var most = Math.Min(parts.Length, (mixture.MostPresent ?? parts.Length + always) - always);
            if (most < least) continue;
            var present = least + draws.Below(most - least + 1);
            for (var i = 0; i < parts.Length; i++)
            {
                var other = i + draws.Below(parts.Length - i);
                (parts[i], parts[other]) = (parts[other], parts[i]);
                off[parts[i]] = i >= present;
            }
        }
        return (levels, Complete(off));
    }

    /// <summary>What can be delivered: the whole multiples of a step; 0: any number; levels have none.</summary>
    public double Step(int number) => Numbers[number] switch
    {
        IntegerParameter => 1,
        ContinuousParameter { Resolution: { } step } => step,
        _ => 0,
    };

    private double Felt(int k) =>
        (Numbers[k] as ContinuousParameter)?.LeastUnlessZero
        ?? (Step(k) > 0 ? Step(k) : Present * Bounds[k].Max);

    private bool IsWhole(bool[] off) => _space.Mixtures.All(m =>
    {
        var present = Parts(m).Count(k => !off[k]);
        return present >= m.LeastPresent && present <= (m.MostPresent ?? int.MaxValue);
    }) && Complete(off).AsSpan().SequenceEqual(off);

    private bool IsActive(Parameter parameter, int[] levels)
    {
        if (parameter.When is not { } when) return true;
        for (var c = 0; c < Categories.Count; c++)
        {
            if (Categories[c].Name != when.Parameter) continue;
            return levels[c] >= 0 && IsActive(Categories[c], levels)
                && when.Levels.Contains(Categories[c].Levels[levels[c]]);
        }
        return false;
    }

    private IEnumerable<int> Parts(Mixture mixture) =>
        Enumerable.Range(0, Numbers.Count).Where(k => mixture.Parameters.Contains(Numbers[k].Name));

    private Mixture? MixtureOf(int k) => _space.Mixtures.FirstOrDefault(m => m.Parameters.Contains(Numbers[k].Name));

    private static int[] With(int[] levels, int at, int value)
    {
        var changed = (int[])levels.Clone();
        changed[at] = value;
        return changed;
    }

    private static (double Min, double Max) BoundsOf(Parameter parameter) => parameter switch
    {
        ContinuousParameter { Resolution: { } step } p =>
            (Math.Ceiling(p.Min / step - 1e-9) * step, Math.Floor(p.Max / step + 1e-9) * step),
        ContinuousParameter p => (p.Min, p.Max),
        IntegerParameter p => (p.Min, p.Max),
        OrderedParameter p => (p.Levels[0], p.Levels[^1]),
        _ => throw new ArgumentException(string.Create(
            CultureInfo.InvariantCulture, $"Parameter {parameter.Name} is of a kind that is not known.")),
    };
}
