using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <summary>How one interlock behaved in the simulator; lab times.</summary>
/// <param name="Seen">From the forcing of the readings until the condition was seen to hold.</param>
/// <param name="Tripped">From then until it tripped.</param>
/// <param name="Acted">From then until the run was where the action leads it, or the instrument was safe.</param>
/// <param name="Reset">From the forcing of the readings back until the danger was seen to be over.</param>
/// <param name="Cleared">From then until it was clear, after the acknowledgement.</param>
/// <param name="Faults">What it did not do as it says; empty when it behaved.</param>
public sealed record TrialReport(
    Interlock Rule, TimeSpan? Seen, TimeSpan? Tripped, TimeSpan? Acted, TimeSpan? Reset, TimeSpan? Cleared,
    IReadOnlyList<string> Faults);

/// <summary>Trips one interlock in the simulator, through the simulated device, its wire and its driver, while a small
/// run is under way, and takes it back.</summary>
public sealed class InterlockTrial
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10), Quiet = TimeSpan.FromSeconds(5);

    // The watch looks every sample, and a driver's answer takes its time.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(30);

    private static readonly RunId Trial = new("trial");

    private readonly Interlock _rule;
    private readonly LabSession _session;
    private readonly SqliteJournal _journal;
    private readonly InterlockWatch _watch;
    private readonly TimeProvider _clock;
    private readonly List<string> _faults = [];

    private InterlockTrial(Interlock rule, LabSession session, SqliteJournal journal)
    {
        (_rule, _session, _journal, _clock) = (rule, session, journal, session.Clock);
        _watch = session.Watch(journal, new InterlockWatchOptions())!;
    }

    private InterlockMachine State => _watch.States[0];

    /// <param name="lab">Checked.</param>
    public static TrialReport Of(Lab lab, Interlock rule)
    {
        var time = new VirtualTime(LabRunner.DryStart);
        var folder = Directory.CreateTempSubdirectory("sdl-interlock-");
        try
        {
            using var journal = SqliteJournal.Open(folder.FullName, time);
            return time.Run(async () =>
            {
                await using var session = LabSession.Open(
                    lab.ToSimulated() with { Interlocks = [rule] }, 1, time);
                return await new InterlockTrial(rule, session, journal).TryAsync();
            });
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<TrialReport> TryAsync()
    {
        // Quiet first, so that what the bench happens to show does not matter.
        Force(_rule.Reset);
        // The watch ends with the last run; what becomes of the interlock after an abort is to be seen, too.
        var onlooker = new WatchedRun(new RunId("onlooker"), new HashSet<InstrumentId>(), (_, _) => { });
        await _watch.BeginAsync(onlooker, CancellationToken.None);
        var run = SmallRun();
        var ended = run.ExecuteAsync();
        await Task.Delay(Quiet, _clock);
        Expect(run.State == RunState.Running, $"the run is {Word(run.State)} before anything was forced: {Why()}");
        Expect(State.State == InterlockState.Clear, $"it is {Word(State.State)} before anything was forced");
        Force(_rule.When);
        var seen = await UntilAsync(() => State.State != InterlockState.Clear, Longest);
        var tripped = await UntilAsync(() => State.Forbids, _rule.Settle + Slack);
        Expect(State.Forbids, "it did not trip");
        Expect(tripped is not { } t || t >= _rule.Settle - Step, $"it tripped {tripped} after its condition held");
        var acted = await ActedAsync(run);
        Force(_rule.Reset);
        var reset = await UntilAsync(() => State.State is InterlockState.Latched or InterlockState.Clear, Longest);
        var cleared = await ClearedAsync(run);
        if (!ended.IsCompleted)
            run.Send(RunCommand.Abort, "the trial");
        await ended;
        run.Dispose();
        await _watch.EndAsync(onlooker.Id);
        return new TrialReport(_rule, seen, tripped, acted, reset, cleared, _faults);
    }

    private async Task<TimeSpan?> ActedAsync(Run run)
    {
        var acted = await UntilAsync(() => HasActed(run), Longest);
        Expect(acted is not null, $"after its action the run is {Word(run.State)}");
        foreach (var error in _journal.Read().Select(e => e.Event).Select(ErrorIn).OfType<string>())
            Expect(false, error);
        if (_rule.Action == InterlockAction.Safe)
            Expect(run.State == RunState.Running, $"the run is {Word(run.State)}, though only "
                + $"{_rule.Instrument} was to be made safe");
        if (_rule.Action == InterlockAction.Pause)
            Expect(!MayResume(run), "the paused run could be resumed while it was tripped");
        return acted;
    }

    private bool HasActed(Run run) => _rule.Action switch
    {
        InterlockAction.Pause => run.State == RunState.Paused,
        InterlockAction.Stop => run.State == RunState.Stopped,
        InterlockAction.Abort => run.State == RunState.Aborted,
        _ => _journal.Read().Any(e => e.Event is InterlockMadeSafe),
    };

    private async Task<TimeSpan?> ClearedAsync(Run run)
    {
        var start = _clock.GetTimestamp();
        if (_rule.Latch)
        {
            Expect(State.State == InterlockState.Latched, $"with its readings back it is {Word(State.State)}");
            await Task.Delay(Quiet, _clock);
            Expect(State.Forbids, "it cleared before anybody had acknowledged it");
            start = _clock.GetTimestamp();
            if (State.Forbids)
                await _watch.AcknowledgeAsync(_rule.Name, "the trial", "");
        }
        Expect(await UntilAsync(() => State.State == InterlockState.Clear, Slack) is not null,
            $"in the end it is {Word(State.State)}");
        if (_rule.Action == InterlockAction.Pause)
            Expect(MayResume(run), "the paused run could not be resumed when it was clear");
        return _clock.GetElapsedTime(start);
    }

    private static bool MayResume(Run run)
    {
        try
        {
            run.Send(RunCommand.Resume, "the trial");
            return true;
        }
        catch (InterlockException)
        {
            return false;
        }
    }

    private string Why() => _journal.Read().Select(e => e.Event).OfType<Moved>().LastOrDefault()?.Why ?? "";

    private static string? ErrorIn(RunEvent happened) => happened switch
    {
        SafeEntered { Error: { } error } => error,
        InterlockMadeSafe { Error: { } error } => error,
        _ => null,
    };

    /// <summary>A run over the interlock's instruments that waits, step by step, for as long as it takes.</summary>
    private Run SmallRun()
    {
        var mark = new Mark("trial", 1, 1);
        var wait = new Step.Wait("wait", mark, new Scalar("100 ms", mark));
        var roles = _rule.Readings.Select(r => r.Instrument)
            .Concat(_rule.Instrument is { } safe ? [safe] : []).Distinct().ToDictionary(i => i.Value, _ => "");
        var protocol = new Protocol(
            "trial", "", "", [], roles, [new Step.Repeat("go on", mark, new Scalar("1000000", mark), [wait])], [],
            new Dictionary<string, Scalar>(), mark);
        var bound = _session.Bind(protocol, roles.ToDictionary(r => r.Key, r => new InstrumentId(r.Key)));
        return _session.NewRun(
            new RunRequest(Trial, bound, Arguments.None, "the trial"), RunHistory.Of(Trial, _journal), _journal);
    }

    /// <summary>Makes the readings such that a condition holds.</summary>
    private void Force(Condition condition)
    {
        foreach (var (id, si) in Witness.Of(condition, Find)!)
        {
            var device = _session.Simulated!.Instruments.First(i => i.Id == id.Instrument).Simulator;
            Expect(device.Force(id.Name, new Quantity(si, Find(id).Unit.Dimension)),
                $"its simulator cannot force {id}");
        }
    }

    private Reading Find(ReadingId id) =>
        _session.Instruments.First(i => i.Id == id.Instrument).Readings.First(r => r.Name == id.Name);

    /// <returns>How long it took; null when it did not come about.</returns>
    private async Task<TimeSpan?> UntilAsync(Func<bool> condition, TimeSpan limit)
    {
        var start = _clock.GetTimestamp();
        while (!condition())
        {
            if (_clock.GetElapsedTime(start) > limit)
                return null;
            await Task.Delay(Step, _clock);
        }
        return _clock.GetElapsedTime(start);
    }

    private void Expect(bool holds, string otherwise)
    {
        if (!holds)
            _faults.Add(otherwise);
    }

    private static string Word(Enum state) => state.ToString().ToLowerInvariant();
}
