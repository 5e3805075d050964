using Sdl.Core.Instruments;
using Sdl.Core.Protocols;

namespace Sdl.Runtime.Checking;

/// <summary>Proves that runs of a protocol cannot wait for each other for ever: whoever holds an instrument asks only
/// for instruments that come later in the lab file. Any number of runs of protocols that pass may share a
/// lab.</summary>
internal sealed class LeaseChecker
{
    private readonly BoundProtocol _bound;
    private readonly Dictionary<InstrumentId, int> _places;
    private readonly List<Finding> _findings = [];

    private LeaseChecker(BoundProtocol bound)
    {
        _bound = bound;
        _places = bound.Capabilities.Keys.Index().ToDictionary(i => i.Item, i => i.Index);
    }

    public static IReadOnlyList<Finding> Check(BoundProtocol bound)
    {
        var checker = new LeaseChecker(bound);
        checker.Check(bound.Protocol.Body, []);
        checker.Check(bound.Protocol.Finally, []);
        return checker._findings;
    }

    /// <summary>Invocations that set up a state on which later steps rely, where another run could change it.</summary>
    public static IEnumerable<Step.Invoke> Unprotected(BoundProtocol bound) =>
        bound.Protocol.Body.Concat(bound.Protocol.Finally).SelectMany(s => Unprotected(bound, s, []));

    private static IEnumerable<Step.Invoke> Unprotected(BoundProtocol bound, Step step, IReadOnlyList<string> held)
    {
        if (step is Step.Invoke invoke && bound.CapabilityOf(invoke).Holds
            && held.All(r => bound.Bindings[r] != bound.Bindings[invoke.Role]))
            yield return invoke;
        var below = step is Step.Hold hold ? [.. held, .. hold.Roles] : held;
        foreach (var unprotected in step.Children.SelectMany(c => Unprotected(bound, c, below)))
            yield return unprotected;
    }

    /// <summary>What a hold has at one place of the walk.</summary>
    private sealed record Held(Step.Hold Hold, HashSet<InstrumentId> Instruments)
    {
        /// <summary>Held in some cases; null when all of them are certain.</summary>
        public HashSet<InstrumentId>? Perhaps { get; init; }

        /// <summary>Whether a step here comes just once and in order, so that it may give something back.</summary>
        public bool IsInOrder { get; init; } = true;
    }

    private void Check(IEnumerable<Step> steps, IReadOnlyList<Held> held)
    {
        foreach (var step in steps)
            Check(step, held);
    }

    private void Check(Step step, IReadOnlyList<Held> held)
    {
        switch (step)
        {
            case Step.Invoke invoke when Find(invoke.Role) is { } id:
                CheckOrder(step, [(invoke.Role, id)], held);
                break;
            case Step.Hold hold:
                CheckHold(hold, held);
                break;
            case Step.Release release:
                CheckRelease(release, held);
                break;
            case Step.Sequence:
                Check(step.Children, held);
                break;
            case Step.When branch:
                // Either branch finds what the other does not know of.
                Check(branch.Then, Unordered(held));
                Check(branch.Else, Unordered(held));
                break;
            default:
                Check(step.Children, Unordered(held));
                break;
        }
    }

    private void CheckHold(Step.Hold hold, IReadOnlyList<Held> held)
    {
        if (hold.Roles.Count == 0)
            _findings.Add(new Finding(
                hold.At, "this hold names no instrument; name the roles, such as [balance, arm]"));
        if (hold.Steps.Count == 0)
            _findings.Add(new Finding(hold.At, "this hold has no steps: what is to be done while the instruments "
                + "are held stands below it as 'steps'"));
        var wanted = new List<(string Role, InstrumentId Id)>();
        foreach (var role in hold.Roles)
            if (!_bound.Protocol.Roles.ContainsKey(role))
                _findings.Add(new Finding(hold.At, $"'{role}' is not one of the protocol's roles "
                    + $"({string.Join(", ", _bound.Protocol.Roles.Keys.Order(StringComparer.Ordinal))})"));
            else if (Find(role) is not { } id)
                continue; // that it is bound to nothing has been said
            else if (wanted.Find(w => w.Id == id) is { Role: { } other })
                _findings.Add(new Finding(hold.At, other == role
                    ? $"'{role}' is named twice"
                    : $"'{other}' and '{role}' are both bound to '{id}': name one of them"));
            else
                wanted.Add((role, id));
        CheckOrder(hold, wanted, held);
        var missing = wanted.Select(w => w.Id).Where(i => !held.Any(h => h.Instruments.Contains(i)));
        var own = new Held(hold, [.. missing]);
        var inside = held.Append(own).ToList();
        var before = inside.Select(h => h.Instruments.ToHashSet()).ToList();
        Check(hold.Steps, inside);
        // They come after all the steps or after a part of them, so what was released may be held still.
        Check(hold.Finally, Unordered(inside).Zip(before, (h, all) => h with { Perhaps = all }).ToList());
    }

    private void CheckRelease(Step.Release release, IReadOnlyList<Held> held)
    {
        if (release.Roles.Count == 0)
            _findings.Add(new Finding(release.At, "this release names no instrument"));
        foreach (var role in release.Roles)
            if (!_bound.Protocol.Roles.ContainsKey(role))
                _findings.Add(new Finding(release.At, $"'{role}' is not one of the protocol's roles"));
            else if (Find(role) is { } id)
            {
                var holder = held.FirstOrDefault(h => h.Instruments.Contains(id));
                if (holder is null)
                    _findings.Add(new Finding(
                        release.At, $"'{role}' is not held here: no hold around this step has it"));
                else if (!holder.IsInOrder)
                    _findings.Add(new Finding(release.At,
                        $"'{role}' is held since {Line(holder.Hold)}, and this step is one of several "
                        + "branches, rounds or cases below it: release it outside of them"));
                else
                    holder.Instruments.Remove(id);
            }
    }

    /// <summary>What is asked for comes later in the lab file than everything that is held.</summary>
    private void CheckOrder(Step step, IReadOnlyList<(string Role, InstrumentId Id)> wanted, IReadOnlyList<Held> held)
    {
        foreach (var (role, id) in wanted)
        {
            if (held.Any(h => h.Instruments.Contains(id)))
                continue;
            // Named is the outermost hold that stands in the way: there the instrument can be taken with the others.
            var (outer, later) = held
                .Select(h => (
                    h.Hold, Later: (h.Perhaps ?? h.Instruments).Where(i => _places[i] > _places[id]).ToList()))
                .FirstOrDefault(h => h.Later.Count > 0);
            if (outer is not null)
                _findings.Add(new Finding(step.At,
                    $"'{id}' is asked for here while '{later.MinBy(i => _places[i])}' is held since "
                    + $"{Line(outer)}, but comes before it in the lab file: two runs could wait for "
                    + $"each other for ever; add '{role}' to the hold of {Line(outer)}"));
        }
    }

    private InstrumentId? Find(string role) =>
        _bound.Bindings.TryGetValue(role, out var id) && _places.ContainsKey(id) ? id : null;

    private static string Line(Step step) => $"line {step.At.Line}";

    private static List<Held> Unordered(IReadOnlyList<Held> held) =>
        held.Select(h => h with { IsInOrder = false }).ToList();
}
