using System.Collections.Concurrent;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Engine;

/// <summary>Carries out one invocation: intent on disk before the device is told anything, samples as they come, the
/// end with its sealed record. What the journal already knows is not done again.</summary>
internal sealed partial class Invoker(
    RunId run, IJournal journal, RunHistory history, StepTree tree, TimeProvider clock)
{
    private readonly ConcurrentDictionary<CallId, Record> _finished = new();

    /// <summary>Whether a call was done before the interruption or finished since.</summary>
    public bool IsDone(CallId call) => _finished.ContainsKey(call) || history.Find(call) is { IsDone: true };

    /// <summary>Refuses what is not there; null when nobody keeps account.</summary>
    public StockAccount? Stock { get; init; }

    /// <summary>The record of a call that is done, see <see cref="IsDone"/>.</summary>
    public Record Recall(CallId call) =>
        _finished.TryGetValue(call, out var record) ? record : journal.ReadRecord(call);

    /// <summary>Connects unless it is connected; tries again as the patience with it allows.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    public async Task ConnectAsync(InstrumentHost host, CancellationToken ct) => await new Insistence(
        run, journal, host, "connecting").InsistAsync(async token =>
        {
            await host.ConnectAsync(token);
            return true;
        }, ct);

    /// <param name="matter">What the call moves and uses, given its complete arguments; null for nothing.</param>
    /// <param name="rest">Where the call rests when the run is to pause now; null when it must not be interrupted.
    /// The caller has entered there.</param>
    /// <exception cref="InstrumentException">The device failed, now or before the run was interrupted.</exception>
    public async Task<Record> InvokeAsync(
        InstrumentHost host, Capability capability, CallId call, Arguments arguments, IGate? rest,
        Func<Arguments, Matter?>? matter, CancellationToken ct)
    {
        if (history.Find(call)?.Failure is { } failure)
            throw new InstrumentException(
                host.Id, Fault.DeviceFault, $"failed before the run was interrupted: {failure.Message}");
        var (complete, errors) = capability.Complete(arguments);
        if (complete is null)
            throw new InstrumentException(host.Id, Fault.OutOfRange, string.Join("; ", errors));
        return await TakeUpAsync(
            new PersistentCall(run, journal, host, capability, this, complete),
            new Invocation(call, capability.Name, complete) { Matter = matter?.Invoke(complete) },
            new InvocationOutcome(CallProgress.NotStarted, ""), rest, ct);
    }

    /// <summary>Finds out what became of a call whose end was not seen. Starts no motion.</summary>
    public async Task<InvocationOutcome> ReconcileAsync(
        InstrumentHost host, Capability capability, PastCall past, CancellationToken ct)
    {
        if (past.Decided is { By: not StepReconciled.Device } decided)
            return new InvocationOutcome(decided.Progress, decided.Evidence, decided.Remaining);
        using var turn = await host.TakeTurnAsync(ct);
        return await AskAsync(host, capability, past.Intended, ct);
    }

    /// <summary>As above; the caller has the turn.</summary>
    private async Task<InvocationOutcome> AskAsync(
        InstrumentHost host, Capability capability, StepIntended intended, CancellationToken ct)
    {
        var call = new Invocation(intended.Call, intended.Capability, intended.Arguments);
        return await NoteAsync(capability, intended, capability.Replay switch
        {
            _ when !tree.IsResumable(call.Id) =>
                new InvocationOutcome(CallProgress.Unknown, "its step is marked as not resumable"),
            Replay.Safe => new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm"),
            Replay.AskDevice => await new Insistence(run, journal, host, $"asking what became of {call.Id}")
                .InsistAsync(async token =>
                {
                    await host.ConnectInTurnAsync(token);
                    return await host.ReconcileInTurnAsync(call, token);
                }, ct),
            _ => new InvocationOutcome(CallProgress.Unknown, "this device cannot tell"),
        }, ct);
    }

    /// <summary>Does what a call still lacks after an interruption.</summary>
    /// <param name="rest">As for <see cref="InvokeAsync"/>.</param>
    public async Task FinishAsync(
        InstrumentHost host, Capability capability, PastCall past, InvocationOutcome outcome, IGate? rest,
        CancellationToken ct)
    {
        var intended = past.Intended;
        _finished[intended.Call] = await TakeUpAsync(
            new PersistentCall(run, journal, host, capability, this, past.Asked, intended.Attempt),
            new Invocation(intended.Call, intended.Capability, intended.Arguments) { Matter = intended.Matter },
            outcome, rest, ct);
    }

    /// <summary>Writes down what a device has told about a call.</summary>
    /// <returns>The same, but unknown where it leads nowhere.</returns>
    public async ValueTask<InvocationOutcome> NoteAsync(
        Capability capability, StepIntended attempt, InvocationOutcome outcome, CancellationToken ct)
    {
        if (outcome is { Progress: CallProgress.Partial, Remaining: null })
            outcome = outcome with { Progress = CallProgress.Unknown };
        await journal.AppendAsync(
            new StepReconciled(run, attempt.Call, outcome.Progress, outcome.Evidence, StepReconciled.Device)
            {
                Remaining = outcome.Remaining, Moved = Bookkeeping.Moved(capability, attempt, outcome),
            }, ct);
        return outcome;
    }

    /// <summary>Intends, asks the device once and seals what it gave. Whatever fails is left to the caller, with the
    /// rows that had come on the disk.</summary>
    /// <param name="counted">What earlier attempts have done, by column; empty when nothing.</param>
    /// <param name="latest">Receives the latest row that the device has given; empty before the first.</param>
    public async Task<Record> AttemptAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, double[] counted,
        List<Sample> latest, CancellationToken ct)
    {
        using var rows = new RecordStream(journal, clock, call.Id, attempt, capability.Columns);
        try
        {
            await foreach (var sample in host.InvokeAsync(call, ct))
            {
                if (sample.Values.Length != capability.Columns.Count)
                    throw new InstrumentException(host.Id, Fault.BadReply,
                        $"'{call.Capability}' gave {sample.Values.Length} values in a row, "
                        + $"but it declares {capability.Columns.Count} columns")
                    {
                        IsTransient = false,
                    };
                latest.Clear();
                latest.Add(sample);
                await rows.AddAsync(Counted(sample, counted));
            }
        }
        catch (Exception e) when (e is not JournalException)
        {
            await rows.FlushAsync();
            throw;
        }
        return await SealAsync(host, rows, call.Id, attempt, Bookkeeping.Moved(capability, call.Matter, latest));
    }

    /// <summary>Seals the rows that the device still knows of a call that is done.</summary>
    /// <param name="attempt">Intended for these rows, if there are any.</param>
    public async Task<Record> SealAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, IReadOnlyList<Sample> samples,
        double[] counted)
    {
        using var rows = new RecordStream(journal, clock, call.Id, attempt, capability.Columns);
        rows.Take(samples.Select(s => Counted(s, counted)));
        return await SealAsync(host, rows, call.Id, attempt, moved: null);
    }

    private static Sample Counted(Sample sample, double[] counted) =>
        counted.Length == 0 ? sample : sample with
        {
            Values = sample.Values.ToArray().Zip(counted, (value, before) => value + before).ToArray(),
        };

    /// <exception cref="InstrumentException">What it takes is not there.</exception>
    public async ValueTask IntendAsync(InstrumentHost host, Invocation call, int attempt, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var intended = Intended(host, call, attempt);
        Stock?.Reserve(intended);
        // Not cancelled any more: what is reserved is intended.
        await journal.AppendAsync(intended, CancellationToken.None);
    }

    public StepIntended Intended(InstrumentHost host, Invocation call, int attempt) =>
        new(run, call.Id, host.Id, call.Capability, call.Arguments, attempt) { Matter = call.Matter };

    public ValueTask FailAsync(CallId call, int attempt, string fault, string message, Quantity? moved = null) =>
        journal.AppendAsync(
            new StepFailed(run, call, attempt, fault, message) { Moved = moved }, CancellationToken.None);

    // Rows of an interrupted attempt do not mix with those of a later one: each attempt has its own.
    private async Task<Record> SealAsync(
        InstrumentHost host, RecordStream rows, CallId call, int attempt, Quantity? moved)
    {
        await rows.FlushAsync();
        var record = rows.Seal(host.Id);
        await journal.SealAsync(
            new StepDone(run, call, attempt, rows.Count, record.Sha256) { Moved = moved }, record,
            CancellationToken.None);
        return record;
    }
}

/// <summary>Only a person can say what became of an invocation.</summary>
public sealed class UnknownEndException(CallId call, string message) : Exception(message)
{
    public CallId Call => call;
}
