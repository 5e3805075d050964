using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;

namespace Sdl.Runtime.Interlocks;

/// <summary>Watches the interlocks of a lab from the beginning of the first run until the end of the last, beside the
/// runs, and acts when one trips. May be called from anywhere at any time.</summary>
public sealed class InterlockWatch
{
    private static readonly TimeSpan SafeLimit = TimeSpan.FromSeconds(5), ConnectLimit = TimeSpan.FromSeconds(30);

    private readonly IJournal _journal;
    private readonly TimeProvider _clock, _wireClock;
    private readonly bool _attended;
    private readonly long _origin;
    private readonly Lock _gate = new();
    private readonly Turns _turns = new();
    private readonly InterlockMachine[] _machines;
    private readonly IReadOnlyDictionary<InstrumentId, InstrumentHost> _hosts;
    private readonly IReadOnlyDictionary<InstrumentId, ReadingLoop> _loops;
    private readonly List<WatchedRun> _runs = [];
    private readonly List<Task> _acts = [];
    private readonly TimeSpan? _idle;

    /// <param name="rules">Checked against what the instruments declare.</param>
    /// <param name="journal">Its past tells what had tripped before.</param>
    /// <param name="clock">The lab's time: settle times.</param>
    /// <param name="wireClock">The wire's time: how often is read, and how old readings are.</param>
    public InterlockWatch(
        IReadOnlyList<Interlock> rules, IEnumerable<InstrumentHost> hosts, IJournal journal, TimeProvider clock,
        TimeProvider wireClock, InterlockWatchOptions options)
    {
        (_journal, _clock, _wireClock, _attended) = (journal, clock, wireClock, options.Attended);
        _idle = options.Idle;
        _origin = clock.GetTimestamp();
        _hosts = hosts.ToDictionary(h => h.Id);
        var history = InterlockHistory.Of(journal.Read());
        _machines = rules.Select(r => history.Restore(Adapted(r, options))).ToArray();
        _loops = _machines.SelectMany(m => m.Rule.Readings).GroupBy(r => r.Instrument)
            .ToDictionary(g => g.Key, g => LoopOf(_hosts[g.Key], g.Select(r => r.Name).ToHashSet()));
        foreach (var host in _hosts.Values)
            host.Forbidden = () => WhyNotUse(host.Id);
    }

    /// <summary>How each interlock stands, in file order.</summary>
    public IReadOnlyList<InterlockMachine> States
    {
        get
        {
            lock (_gate)
                return [.. _machines];
        }
    }

    /// <summary>What went wrong with the latest reading of an instrument, or null.</summary>
    public string? TroubleOf(InstrumentId instrument) => _loops[instrument].Trouble;

    /// <summary>Judges the interlocks and admits the run; from now on they act on it. The first run starts the
    /// watch.</summary>
    /// <exception cref="InterlockException">One that concerns the run has tripped, or waits for a person.</exception>
    public async Task BeginAsync(WatchedRun run, CancellationToken ct)
    {
        using var turn = await _turns.TakeAsync(ct);
        try
        {
            if (_runs.Count == 0)
                await StartAsync(ct);
            if (Admit(run) is { } why)
                throw new InterlockException(why);
        }
        finally
        {
            if (_runs.Count == 0)
                await StopAsync();
        }
    }

    /// <summary>The run is over, or was not admitted. The last one ends the watch.</summary>
    public async Task EndAsync(RunId run)
    {
        using var turn = await _turns.TakeAsync(CancellationToken.None);
        int ended;
        lock (_gate)
            ended = _runs.RemoveAll(r => r.Id == run);
        if (ended > 0 && _runs.Count == 0)
            await StopAsync();
    }

    /// <summary>Why the run must not go on, or null when it may.</summary>
    public string? WhyNot(RunId run)
    {
        lock (_gate)
            return _runs.Find(r => r.Id == run) is { } watched ? WhyNot(watched) : null;
    }

    /// <summary>A person takes note of a trip. The interlock clears when its danger is over, now or later.</summary>
    /// <exception cref="KeyNotFoundException">There is no such interlock.</exception>
    /// <exception cref="InvalidOperationException">There is nothing to acknowledge.</exception>
    public async Task AcknowledgeAsync(string interlock, string by, string note)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(by);
        var cleared = false;
        lock (_gate)
        {
            var index = Array.FindIndex(_machines, m => m.Rule.Name == interlock);
            if (index < 0)
                throw new KeyNotFoundException($"there is no interlock '{interlock}'; there are "
                    + string.Join(", ", _machines.Select(m => m.Rule.Name)));
            var known = _machines[index].Acknowledge();
            if (known == _machines[index])
                throw new InvalidOperationException(
                    $"interlock '{interlock}' is {known.State.ToString().ToLowerInvariant()}: there is nothing to "
                    + "acknowledge");
            _machines[index] = known;
            cleared = !known.Forbids;
        }
        await _journal.AppendAsync(new InterlockAcknowledged(interlock, by, note), CancellationToken.None);
        if (cleared)
            await _journal.AppendAsync(new InterlockCleared(interlock), CancellationToken.None);
    }

    private static Interlock Adapted(Interlock rule, InterlockWatchOptions options)
    {
        var sample = options.Sample ?? rule.Sample;
        var least = 3 * (options.Idle ?? options.Sample ?? TimeSpan.Zero);
        return rule with { Sample = sample, Stale = rule.Stale > least ? rule.Stale : least };
    }

    private ReadingLoop LoopOf(InstrumentHost host, HashSet<string> names)
    {
        var rules = _machines.Select(m => m.Rule)
            .Where(r => r.Readings.Any(id => id.Instrument == host.Id)).ToList();
        return new ReadingLoop(
            host, host.Instrument.Readings.Where(r => names.Contains(r.Name)).ToList(), rules.Min(r => r.Sample),
            rules.Max(r => r.Stale), _wireClock, JudgeAsync)
        {
            Idle = _idle, IsClear = () => IsClear(host.Id),
        };
    }

    private bool IsClear(InstrumentId instrument)
    {
        lock (_gate)
            return _machines.All(m => m.State == InterlockState.Clear
                || m.Rule.Readings.All(r => r.Instrument != instrument));
    }

    private async Task StartAsync(CancellationToken ct)
    {
        await Task.WhenAll(_loops.Values.Select(l => ConnectAsync(l.Host, ct)));
        await Task.WhenAll(_loops.Values.Select(l => l.Begin()).ToList()).WaitAsync(ct);
    }

    private async Task StopAsync()
    {
        await Task.WhenAll(_loops.Values.Select(l => l.EndAsync()));
        Task[] acts;
        lock (_gate)
        {
            acts = [.. _acts];
            _acts.Clear();
            for (var i = 0; i < _machines.Length; i++)
                _machines[i] = _machines[i].Unwatched();
        }
        await Task.WhenAll(acts);
    }

    /// <summary>What cannot be connected cannot be read, and that is judged like any other loss.</summary>
    private async Task ConnectAsync(InstrumentHost host, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(ConnectLimit, _wireClock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            await host.ConnectAsync(either.Token);
        }
        catch (Exception e) when (e is InstrumentException or OperationCanceledException)
        {
            // A run that is being aborted is told so; what else went wrong shows in the readings.
            ct.ThrowIfCancellationRequested();
        }
    }

    private string? Admit(WatchedRun run)
    {
        lock (_gate)
        {
            var why = WhyNot(run);
            if (why is null)
                _runs.Add(run);
            return why;
        }
    }

    private string? WhyNot(WatchedRun run) => Text(_machines.FirstOrDefault(
        m => m.Forbids && m.Rule.Concerns(run.Instruments)));

    private string? WhyNotUse(InstrumentId instrument)
    {
        lock (_gate)
            return Text(_machines.FirstOrDefault(m => m.Forbids && m.Rule.Instrument == instrument));
    }

    private static string? Text(InterlockMachine? machine) => machine is null ? null
        : $"interlock {machine.Rule.Name}: {machine.Why}"
            + (machine.Rule.Message.Length > 0 ? $"; {machine.Rule.Message}" : "")
            + machine.State switch
            {
                InterlockState.Latched => "; it is over and waits for a person: sdl interlocks acknowledge "
                    + $"{machine.Rule.Name} --by NAME",
                _ => $"; it clears when {machine.Rule.Reset}",
            };

    /// <summary>Judges every rule that reads this instrument by what is known now.</summary>
    private async Task JudgeAsync(ReadingLoop loop)
    {
        var moved = new List<InterlockMachine>();
        lock (_gate)
        {
            var now = _clock.GetElapsedTime(_origin);
            for (var i = 0; i < _machines.Length; i++)
            {
                if (!Reads(_machines[i].Rule, loop.Host.Id))
                    continue;
                var (before, after) = (_machines[i], _machines[i].Next(now, Seen));
                _machines[i] = after;
                if (after.State != before.State && (after.State == InterlockState.Tripped || before.Forbids))
                    moved.Add(after);
            }
        }
        foreach (var machine in moved)
            if (machine.State == InterlockState.Tripped)
                await TripAsync(machine);
            else if (!machine.Forbids)
                await WriteAsync(new InterlockCleared(machine.Rule.Name));
    }

    private static bool Reads(Interlock rule, InstrumentId instrument)
    {
        foreach (var reading in rule.Readings)
            if (reading.Instrument == instrument)
                return true;
        return false;
    }

    private (Quantity? Value, TimeSpan Age) Seen(ReadingId id) => _loops[id.Instrument].Seen(id.Name);

    private async Task TripAsync(InterlockMachine machine)
    {
        var rule = machine.Rule;
        var values = rule.Readings.Select(r => (Name: r.ToString(), Seen(r).Value)).Where(v => v.Value is not null)
            .ToDictionary(v => v.Name, v => v.Value!.Value);
        // Written down first and not waited for: a slow disk delays no action.
        var written = WriteAsync(new InterlockTripped(rule.Name, values, rule.Action, machine.Why));
        if (rule.Instrument is { } instrument)
        {
            var act = MakeSafeAsync(rule, _hosts[instrument]);
            lock (_gate)
                _acts.Add(act);
        }
        else
            Command(rule);
        await written;
    }

    private void Command(Interlock rule)
    {
        List<WatchedRun> runs;
        lock (_gate)
            runs = _runs.FindAll(r => rule.Concerns(r.Instruments));
        var command = rule.Action switch
        {
            InterlockAction.Pause when _attended => RunCommand.Pause,
            InterlockAction.Abort => RunCommand.Abort,
            _ => RunCommand.Stop,
        };
        foreach (var run in runs)
            try
            {
                run.Send(command, $"interlock {rule.Name}");
            }
            catch (KeyNotFoundException)
            {
                // It has ended meanwhile.
            }
    }

    private async Task MakeSafeAsync(Interlock rule, InstrumentHost host)
    {
        var error = await host.MakeSafeAsync(SafeLimit);
        await WriteAsync(new InterlockMadeSafe(rule.Name, host.Id, host.Instrument.SafeState, error));
    }

    private async Task WriteAsync(RunEvent happened)
    {
        try
        {
            await _journal.AppendAsync(happened, CancellationToken.None);
        }
        catch (JournalException)
        {
            // The runs find out by themselves, and end; what the interlock has to do is done all the same.
        }
    }
}
