using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Checking;

/// <summary>Judges time windows: the earlier step is there and ends before, the time is possible, and no other run can
/// take an instrument in between when the window is short.</summary>
internal sealed class WindowChecker
{
    /// <summary>Up to it a window needs a hold. Longer ones (formation starts within 24 h) would keep instruments idle
    /// too long: there the deadline gives a run its turn.</summary>
    public static readonly TimeSpan Short = TimeSpan.FromHours(1);

    private static readonly Dimension Time = Unit.Parse("s").Dimension;

    private readonly BoundProtocol _bound;
    private readonly Func<Scalar, Quantity?> _known, _number;
    private readonly List<Finding> _findings = [];

    private WindowChecker(BoundProtocol bound, Func<Scalar, Quantity?> known)
    {
        _bound = bound;
        _number = known;
        _known = scalar => known(scalar) is { } value && value.Dimension == Time ? value : null;
    }

    /// <param name="known">Gives the value of an expression, where it is known before the run.</param>
    public static IReadOnlyList<Finding> Check(BoundProtocol bound, Func<Scalar, Quantity?> known)
    {
        var checker = new WindowChecker(bound, known);
        checker.Check(bound.Protocol.Body, [], []);
        checker.Check(bound.Protocol.Finally, [], []);
        return checker._findings;
    }

    /// <param name="before">At each level around, what has ended before its step begins: outermost first.</param>
    /// <param name="holds">Around these steps.</param>
    private void Check(IReadOnlyList<Step> steps, IReadOnlyList<IReadOnlyList<Step>> before, IReadOnlyList<Held> holds)
    {
        for (var i = 0; i < steps.Count; i++)
            Check(steps[i], [.. before, [.. steps.Take(i)]], holds);
    }

    private void Check(Step step, IReadOnlyList<IReadOnlyList<Step>> before, IReadOnlyList<Held> holds)
    {
        if (step.Terms.Window is { } window)
            CheckWindow(step, window, before, holds);
        switch (step)
        {
            case Step.Hold hold:
                Check(hold.Steps, before, [.. holds, new Held(hold, before.Count)]);
                Check(hold.Finally, before, [.. holds, new Held(hold, before.Count)]);
                break;
            case Step.When branch:
                Check(branch.Then, before, holds);
                Check(branch.Else, before, holds);
                break;
            case Step.Parallel parallel:
                foreach (var child in parallel.Branches)
                    Check(child, [.. before, []], holds); // a neighbour branch need not have ended
                break;
            default:
                Check(step.Children, before, holds);
                break;
        }
    }

    private void CheckWindow(
        Step step, TimeWindow window, IReadOnlyList<IReadOnlyList<Step>> before, IReadOnlyList<Held> holds)
    {
        if (_known(window.Within) is { } known && !(known.Si > 0))
            _findings.Add(new Finding(window.Within.At, $"'{window.Within.Text}' should be a time above zero"));
        var level = before.Count - 1;
        while (level >= 0 && before[level].All(s => s.Name != window.After))
            level--;
        if (level < 0)
        {
            _findings.Add(new Finding(window.At, $"no step '{window.After}' surely ends before this one: 'after' names "
                + "an earlier neighbour of this step, or of a step around it"));
            return;
        }
        var earlier = before[level].First(s => s.Name == window.After);
        if (!Below(earlier).Any(s => s is Step.Invoke or Step.Wait))
            _findings.Add(new Finding(window.At,
                $"'{window.After}' neither uses an instrument nor waits, so no window can count from its end"));
        if (!Below(step).OfType<Step.Invoke>().Any())
            _findings.Add(new Finding(window.At, "a step with a time window has to use an instrument: the window says "
                + "when that begins"));
        var between = Between(step, earlier, level, before);
        CheckWaits(window, between);
        CheckHold(step, window, [earlier, .. between], holds.Where(h => h.Level <= level).ToList());
    }

    /// <summary>What is surely done between the end of the earlier step and the beginning of this one.</summary>
    private static List<Step> Between(
        Step step, Step earlier, int level, IReadOnlyList<IReadOnlyList<Step>> before) =>
        [.. before[level].SkipWhile(s => s != earlier).Skip(1), .. before.Skip(level + 1).SelectMany(b => b)];

    private void CheckWaits(TimeWindow window, IEnumerable<Step> between)
    {
        var waits = Waits(between);
        if (_known(window.Within) is { Si: > 0 } limit && waits > limit.Si)
            _findings.Add(new Finding(window.At,
                $"the window of {window.Within.Text} has always passed: the steps between "
                + $"'{window.After}' and this one wait for {Quantity.Of(waits, "s")}"));
    }

    private double Waits(IEnumerable<Step> steps) => steps.Sum(s => s switch
    {
        Step.Wait wait => _known(wait.For)?.Si ?? 0,
        Step.Sequence or Step.Hold => Waits(s.Children),
        Step.Parallel parallel => parallel.Branches.Count == 0 ? 0 : parallel.Branches.Max(b => Waits([b])),
        Step.Repeat repeat => (_number(repeat.Times)?.Si ?? 0) * Waits(repeat.Steps),
        _ => 0,
    });

    /// <summary>Another run may not come between, or the time would depend on it.</summary>
    private void CheckHold(Step step, TimeWindow window, IReadOnlyList<Step> from, IReadOnlyList<Held> holds)
    {
        if (_known(window.Within) is { } limit && limit.ToTimeSpan() > Short)
            return;
        var held = holds.SelectMany(h => h.Hold.Roles).Select(Find).OfType<InstrumentId>().ToHashSet();
        held.ExceptWith(from.SelectMany(Below).OfType<Step.Release>().SelectMany(r => r.Roles).Select(Find)
            .OfType<InstrumentId>());
        var first = Below(step).OfType<Step.Invoke>().Take(1);
        var lacking = from.SelectMany(Below).OfType<Step.Invoke>().Concat(first).Select(i => i.Role).Distinct()
            .Where(r => Find(r) is { } id && !held.Contains(id)).ToList();
        if (lacking.Count == 0)
            return;
        var names = string.Join(", ", lacking);
        _findings.Add(new Finding(window.At, holds.Count > 0
            ? $"within {window.Within.Text} after '{window.After}' no other run may come between: add {names} to the "
                + $"hold of line {holds[^1].Hold.At.Line}"
            : $"within {window.Within.Text} after '{window.After}' no other run may come between: put both steps into "
                + $"one hold of [{names}]"));
    }

    private InstrumentId? Find(string role) => _bound.Bindings.TryGetValue(role, out var id) ? id : null;

    private static IEnumerable<Step> Below(Step step) => step.Children.SelectMany(Below).Prepend(step);

    /// <param name="Level">Of the first steps below it that its instruments are held for.</param>
    private sealed record Held(Step.Hold Hold, int Level);
}
