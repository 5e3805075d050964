using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
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
        RunOutcome? end = null;
        var lives = 0;
        while ((end is null || !HasEnded()) && lives < MostLives && _broken.Count == 0)
        {
            var life = _plan.Lives[Math.Min(lives++, _plan.Lives.Count - 1)];
            try
            {
                end = await LabRunner.RunAsync(
                    new RunMode(true, 1, _plan.Seed), _lab, _folder, (s, j) => LiveAsync(s, j, life), Pages(life));
            }
            catch (KilledException)
            {
                end = null;
            }
            catch (Exception e)
            {
                // Whatever it is, it is to be told with its seed: a standstill of the virtual clock, a tape that
                // cannot be told again.
                _broken.Add($"life {lives} ended with {e.GetType().Name}: {e.Message}");
            }
            Look();
        }
        if (end is null && _broken.Count == 0)
            _broken.Add($"it has not ended after {lives} lives");
        var log = Path.Combine(_folder, FaultLog.FileName);
        return new StormResult(_plan.Seed, end?.State ?? RunState.Interrupted, end?.Why ?? "",
            _before.Count == 0 ? TimeSpan.Zero : _before[^1].At - _before[0].At, lives,
            File.Exists(log) ? File.ReadLines(log).Count() : 0, _broken);
    }

    private async Task<RunOutcome> LiveAsync(LabSession session, SqliteJournal journal, StormLife life)
    {
        await Task.Delay(life.Away, session.Clock);
        var lab = session.Simulated!;
        var bound = session.Bind(_protocol, new Dictionary<string, InstrumentId>());
        Inputs.ThrowIfUnfit(bound, null);
        await DecideAsync(journal, lab);
        using var run = session.NewRun(
            new RunRequest(Id, bound, ProtocolChecker.Complete(_protocol, Arguments.None), "storm"),
            RunHistory.Of(Id, journal), journal);
        Befall(session, journal, life, run);
        var outcome = await run.ExecuteAsync();
        _interruptions = outcome.State == RunState.Interrupted ? _interruptions + 1 : 0;
        if (JournalInvariants.HasEnded(journal.Read(), Id))
            _broken.AddRange(LabInvariants.Broken(lab, journal.Read().ToList()));
        return outcome;
    }

    private void Befall(LabSession session, SqliteJournal journal, StormLife life, Run run)
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
            After(when, () => Interfere(run, what, session.Clock));
        // Somebody who was told three times that the run cannot go on gives it up.
        if (_interruptions >= 3)
            run.Send(RunCommand.Abort, "storm");

        void After(TimeSpan time, Action then) =>
            _ = session.Clock.CreateTimer(_ => then(), null, time, Timeout.InfiniteTimeSpan);
    }

    private static void Interfere(Run run, int what, TimeProvider clock)
    {
        run.Send(what switch { 3 => RunCommand.Abort, 2 => RunCommand.Stop, _ => RunCommand.Pause }, "storm");
        if (what == 1)
            _ = clock.CreateTimer(
                _ => run.Send(RunCommand.Resume, "storm"), null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan);
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
            var since = entries.First(e => e.Event is StepIntended s && s.Call == intended.Call).At;
            var given = lab.Instruments.First(i => i.Id == intended.Instrument).Simulator.Effects
                .Where(e => e.From >= since).Sum(e => e.Amount);
            var due = intended.Arguments.Find("volume")?.Quantity?.Si ?? 1;
            CallProgress? progress = given > 0.99 * due ? CallProgress.Done
                : given < 1e-3 * due ? CallProgress.NotStarted
                : null;
            if (progress is { } seen)
                await journal.AppendAsync(
                    new StepReconciled(Id, intended.Call, seen, "I looked", "storm"), CancellationToken.None);
        }
    }

    private static void Kill() => throw new KilledException();

    /// <summary>What is on the disk now, in whatever state the last life left it.</summary>
    private void Look()
    {
        if (!File.Exists(Path.Combine(_folder, SqliteJournal.FileName)))
            return;
        using var journal = SqliteJournal.OpenForReading(_folder);
        var entries = journal.Read().ToList();
        _broken.AddRange(JournalInvariants.Lost(_before, entries));
        _broken.AddRange(JournalInvariants.Broken(entries, journal.ReadRecord));
        if (journal.Verify() is { Wrong: { } wrong, Seq: var seq })
            _broken.Add($"the chain is wrong at event {seq}: {wrong}");
        _before = entries;
    }

    private bool HasEnded() => JournalInvariants.HasEnded(_before, Id);

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
