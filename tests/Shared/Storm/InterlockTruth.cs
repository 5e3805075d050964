using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Simulators.Hosting;

namespace Sdl.Shared.Tests.Storm;

/// <summary>Looks at the devices themselves whether the condition of an interlock holds for longer than it may while
/// nothing is done about it.</summary>
internal sealed class InterlockTruth(IReadOnlyList<Interlock> rules, SimulatedLab lab)
{
    // Time from one reading to the next in a dry run, and what it may take until a device obeys: the limit of a safe
    // state, and of a reply that is under way on its line.
    private static readonly TimeSpan Sample = TimeSpan.FromSeconds(1), Reaction = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, DateTimeOffset> _since = [];

    /// <summary>To be asked once in a second while runs are watched.</summary>
    /// <param name="states">Of the runs that have not ended.</param>
    public IEnumerable<string> Broken(DateTimeOffset now, IReadOnlyList<RunState> states)
    {
        foreach (var rule in rules)
            if (states.Count == 0 || rule.When.Holds(Really) != true || !Goes(rule, states))
                _since.Remove(rule.Name);
            else if (_since.TryAdd(rule.Name, now) || now - _since[rule.Name] <= Longest(rule))
                continue;
            else
                yield return $"{rule.When} has held for {now - _since[rule.Name]} and {rule.Name} has not acted";
    }

    // A reading that cannot be had is waited for until it is lost.
    private static TimeSpan Longest(Interlock rule) => rule.Settle
        + (rule.Stale > Sample * 3 ? rule.Stale : Sample * 3) + Sample * 2 + Reaction;

    private bool Goes(Interlock rule, IReadOnlyList<RunState> states) => rule.Action switch
    {
        InterlockAction.Safe => lab.Instruments.First(i => i.Id == rule.Instrument).Simulator.Danger is not null,
        InterlockAction.Abort => states.Any(s => s is RunState.Running or RunState.Pausing or RunState.Stopping),
        _ => states.Contains(RunState.Running),
    };

    // What a person in the room could measure; null for what only the device knows.
    private Quantity? Really(ReadingId id) =>
        id is { Name: "temperature" } && lab.Instruments.Any(i => i.Id == id.Instrument)
            ? new Quantity(lab.Bench.Temperature("cell"), new Dimension(Temperature: 1))
            : null;
}
