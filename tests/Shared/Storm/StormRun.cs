using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Simulation;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Simulators.Hosting;
using Sdl.Store;

namespace Sdl.Shared.Tests.Storm;

/// <param name="Broken">What should hold and did not; empty when all is well.</param>
public sealed record StormResult(
    ulong Seed, RunState State, string Why, TimeSpan LabTime, int Lives, int Struck, IReadOnlyList<string> Broken);

/// <summary>One run through a storm: real drivers and engine, simulators on the tape, a journal on the disk; a process
/// that dies and is started again, an operator who interferes, a disk that fills.</summary>
public sealed class StormRun
{
    private const int MostLives = 12;

    private static readonly RunId Id = new("run");

    private readonly StormPlan _plan;
    private readonly string _folder;
    private readonly Core.Instruments.Lab _lab;
    private readonly Protocol _protocol;
    private readonly List<string> _broken = [];
    private List<JournalEntry> _before = [];
    private string? _hash;
    private bool _hasEnded;
    private int _interruptions;

    private StormRun(StormPlan plan, string folder)
    {
        (_plan, _folder) = (plan, folder);
        _lab = LabReader.Read(Write("lab.yaml", plan.Lab));
        _protocol = ProtocolReader.Read(Write("protocol.yaml", plan.Protocol));
        Write("faults.yaml", plan.Faults);
    }

    /// <param name="keep">An empty folder for what is left of it; null when nobody will look.</param>
    public static async Task<StormResult> RunAsync(ulong seed, string? keep = null)
    {
        var folder = keep ?? Directory.CreateTempSubdirectory("sdl-storm-").FullName;
        try
        {
            return await new StormRun(StormPlan.Of(seed), folder).RunAsync();
        }
        finally
        {
            if (keep is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<StormResult> RunAsync()
    {
        var lives = 0;
        while (End is null && lives < MostLives && _broken.Count == 0)
        {
            var life = _plan.Lives[Math.Min(lives++, _plan.Lives.Count - 1)];
            try
            {
                await LabRunner.RunAsync(
                    new RunMode(true, 1, _plan.Seed), _lab, _folder, (s, j) => LiveAsync(s, j, life), Pages(life));
            }
            catch (KilledException)
            {
                // The next life takes it up.
            }
            catch (Exception e)
            {
                // Whatever it is, it is to be told with its seed: a standstill of the virtual clock, a tape that
                // cannot be told again.
                _broken.Add($"life {lives} ended with {e.GetType().Name}: {e.Message}");
            }
            Look();
        }
        if (End is null && _broken.Count == 0)
            _broken.Add($"it has not ended after {lives} lives");
        var log = Path.Combine(_folder, FaultLog.FileName);
        return new StormResult(_plan.Seed, End?.To ?? RunState.Interrupted, End?.Why ?? "",
            _before.Count == 0 ? TimeSpan.Zero : _before[^1].At - _before[0].At, lives,
            File.Exists(log) ? File.ReadLines(log).Count() : 0, _broken);
    }

    private async Task<RunOutcome> LiveAsync(LabSession session, SqliteJournal journal, StormLife life)
    {
        await Task.Delay(life.Away, session.Clock);
        var lab = session.Simulated!;
        await Stockroom.OpenAsync(session, journal, "storm");
        await DecideAsync(journal, lab);
        // The people of a storm live in its time, so that it goes on while a run is paused.
        session.PeopleClock = session.Clock;
        var runs = new RunService(journal, session.Clock, o => session.Bind(o.Protocol, o.Bindings), session.NewRun);
        Befall(session, journal, life, runs);
        var order = new RunOrder(Id, _protocol, Arguments.None, new Dictionary<string, InstrumentId>(), "storm");
        // Somebody who was told three times that the run cannot go on gives it up.
        var outcome = await runs.SubmitAsync(
            order, id => { if (_interruptions >= 3) runs.Send(id, RunCommand.Abort, "storm"); });
        _interruptions = outcome.State == RunState.Interrupted ? _interruptions + 1 : 0;
        if (RunStates.IsFinal(outcome.State))
        {
            _hasEnded = true;
            _broken.AddRange(LabInvariants.Broken(lab, journal.Read().ToList()));
            await ComeToRestAsync(session, lab);
        }
        return outcome;
    }

    /// <summary>When every fault is over, what could not be made safe before is.</summary>
    private async Task ComeToRestAsync(LabSession session, SimulatedLab lab)
    {
        lab.Misbehave(new FaultScenario("calm", "", null, []), _plan.Seed, _ => { });
        await Task.Delay(TimeSpan.FromMinutes(2), session.Clock);
        foreach (var attempt in Enumerable.Range(0, 2))
            await session.Safety.MakeSafeAsync(
                lab.Instruments.Select(i => session.Host(i.Id)), (host, error) =>
                {
                    if (error is not null && attempt > 0)
                        _broken.Add($"{host.Id} could not be made safe when all was well: {error}");
                    return ValueTask.CompletedTask;
                });
        await Task.Delay(TimeSpan.FromMinutes(2), session.Clock);
        foreach (var i in lab.Instruments)
            if (i.Simulator.Danger is { } danger)
                _broken.Add($"in the end {i.Id} is not safe: {danger}");
    }

    private void Befall(LabSession session, SqliteJournal journal, StormLife life, RunService runs)
    {
        var events = 0;
        journal.Appended += happened =>
        {
            if (happened is SafeEntered safe && LabInvariants.FalselySafe(session.Simulated!, safe) is { } broken)
                _broken.Add(broken);
            if (++events == life.KillAfterEvents)
                After(TimeSpan.FromMilliseconds(events * 37 % 1500), Kill);
        };
        if (life.KillAt is { } at)
            After(at, Kill);
        // A run that does not end is as bad as one that ends wrongly.
        After(_plan.Horizon * 4 + TimeSpan.FromDays(2), () =>
        {
            _broken.Add($"it has not ended after {_plan.Horizon * 4}");
            Kill();
        });
        foreach (var (when, what) in life.Commands)
            After(when, () => Interfere(runs, what, session.Clock));
        if (_lab.Interlocks.Count > 0)
            WatchAgainst(new InterlockTruth(_lab.Interlocks, session.Simulated!), session.Clock, runs);

        void After(TimeSpan time, Action then) =>
            _ = session.Clock.CreateTimer(_ => then(), null, time, Timeout.InfiniteTimeSpan);
    }

    private void WatchAgainst(InterlockTruth truth, TimeProvider clock, RunService runs) =>
        _ = clock.CreateTimer(_ =>
        {
            _broken.AddRange(truth.Broken(clock.GetUtcNow(), runs.Runs.Select(r => r.State).ToList()));
            if (_broken.Count > 0 && !_hasEnded)
                throw new KilledException();
        }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));

    private static void Interfere(RunService runs, int what, TimeProvider clock)
    {
        runs.TrySend(Id, what switch { 3 => RunCommand.Abort, 2 => RunCommand.Stop, _ => RunCommand.Pause }, "storm");
        if (what == 1)
            _ = clock.CreateTimer(
                _ => runs.TrySend(Id, RunCommand.Resume, "storm"), null, TimeSpan.FromHours(1),
                Timeout.InfiniteTimeSpan);
    }

    /// <summary>The person who looks at a device of which nobody knows how far it got.</summary>
    private async Task DecideAsync(SqliteJournal journal, SimulatedLab lab)
    {
        if (_interruptions == 0)
            return;
        var entries = journal.Read().ToList();
        foreach (var open in RunHistory.Of(Id, journal).Open.Where(o => o.Decided?.Progress == CallProgress.Unknown))
        {
            var intended = open.Intended;
            var since = entries.Last(e => e.Event is StepIntended s && s.Call == intended.Call).At;
            var given = lab.Instruments.First(i => i.Id == intended.Instrument).Simulator.Effects
                .Where(e => e.From >= since).Sum(e => e.Amount);
            var due = intended.Arguments.Find("volume")?.Quantity?.Si ?? 1;
            var volume = intended.Arguments.Find("volume")?.Quantity;
            CallProgress? progress = given > 0.99 * due ? CallProgress.Done
                : given < 1e-3 * due ? CallProgress.NotStarted
                : volume is not null ? CallProgress.Partial
                : null;
            if (progress is { } seen)
                await journal.AppendAsync(
                    new StepReconciled(Id, intended.Call, seen, "I looked", "storm")
                    {
                        Moved = volume is { } asked ? asked * (given / due) : null,
                        Remaining = seen == CallProgress.Partial
                            ? intended.Arguments.With("volume", new Argument(volume!.Value * (1 - given / due)))
                            : null,
                    }, CancellationToken.None);
        }
    }

    private void Kill()
    {
        // Who looks at what is left must not be disturbed.
        if (!_hasEnded)
            throw new KilledException();
    }

    /// <summary>What is on the disk now, in whatever state the last life left it.</summary>
    private void Look()
    {
        using var journal = Open();
        if (journal is null)
            return;
        if (journal.Verify(_hash) is { Wrong: { } wrong } verdict)
            _broken.Add($"the journal does not verify at event {verdict.Seq}: {wrong}");
        _hash = journal.Hash();
        var entries = journal.Read().ToList();
        _broken.AddRange(JournalInvariants.Lost(_before, entries));
        _broken.AddRange(JournalInvariants.Broken(entries, journal.ReadRecord));
        _before = entries;
    }

    private SqliteJournal? Open()
    {
        try
        {
            return SqliteJournal.OpenForReading(_folder);
        }
        catch (FileNotFoundException)
        {
            // It died before there was anything to write.
            return null;
        }
    }

    /// <summary>How the run ended; null while it has not.</summary>
    private Moved? End =>
        _before.FindLast(e => e.Event is Moved)?.Event is Moved moved && RunStates.IsFinal(moved.To) ? moved : null;

    private int? Pages(StormLife life)
    {
        var file = new FileInfo(Path.Combine(_folder, SqliteJournal.FileName));
        return life.SparePages is { } spare ? (int)((file.Exists ? file.Length : 0) / 4096) + 6 + spare : null;
    }

    private string Write(string name, string text)
    {
        var inputs = Directory.CreateDirectory(Path.Combine(_folder, "inputs"));
        var path = Path.Combine(inputs.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <summary>The process is gone: nothing of it comes to an end.</summary>
    private sealed class KilledException : Exception;
}
