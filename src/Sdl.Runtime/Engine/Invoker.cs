using System.Collections.Concurrent;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Carries out one invocation: intent on disk before the device is told anything, samples as they come, the
/// end with its sealed record. What the journal already knows is not done again.</summary>
internal sealed partial class Invoker(
    RunId run, IJournal journal, RunHistory history, StepTree tree, TimeProvider clock)
{
    // Often enough that little is lost, seldom enough that the disk keeps up.
    private const int BatchSize = 256;
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<CallId, Record> _finished = new();

    /// <summary>Whether a call was done before the interruption or finished since.</summary>
    public bool IsDone(CallId call) => _finished.ContainsKey(call) || history.Find(call) is { IsDone: true };

    /// <summary>The record of a call that was done before the interruption or finished since; null if it is
    /// still to be done.</summary>
    public Record? Recall(CallId call) =>
        _finished.TryGetValue(call, out var record) ? record
        : history.Find(call) is { IsDone: true } ? journal.ReadRecord(call) : null;

    /// <param name="rest">Where the call rests when the run is to pause now; null when it must not be interrupted.
    /// The caller has entered there.</param>
    /// <exception cref="InstrumentException">The device failed, now or before the run was interrupted.</exception>
    public async Task<Record> InvokeAsync(
        InstrumentHost host, Capability capability, CallId call, Arguments arguments, IGate? rest, CancellationToken ct)
    {
        if (history.Find(call)?.Failure is { } failure)
            throw new InstrumentException(
                host.Id, Fault.DeviceFault, $"failed before the run was interrupted: {failure.Message}");
        var (complete, errors) = capability.Complete(arguments);
        if (complete is null)
            throw new InstrumentException(host.Id, Fault.OutOfRange, string.Join("; ", errors));
        return await TakeUpAsync(host, capability, new Invocation(call, capability.Name, complete), 1, rest, ct);
    }

    /// <summary>Finds out what became of a call whose end was not seen. Starts no motion.</summary>
    public async Task<InvocationOutcome> ReconcileAsync(
        InstrumentHost host, Capability capability, PastCall past, CancellationToken ct)
    {
        if (past.Decided is { By: not "device" } decided)
            return new InvocationOutcome(decided.Progress, decided.Evidence);
        using var turn = await host.TakeTurnAsync(ct);
        return await AskAsync(host, capability, past.Intended, ct);
    }

    /// <summary>As above; the caller has the turn.</summary>
    private async Task<InvocationOutcome> AskAsync(
        InstrumentHost host, Capability capability, StepIntended intended, CancellationToken ct)
    {
        var outcome = capability.Replay switch
        {
            _ when !tree.IsResumable(intended.Call) =>
                new InvocationOutcome(CallProgress.Unknown, "its step is marked as not resumable"),
            Replay.Safe => new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm"),
            Replay.AskDevice => await host.ReconcileAsync(
                new Invocation(intended.Call, intended.Capability, intended.Arguments), ct),
            _ => new InvocationOutcome(CallProgress.Unknown, "this device cannot tell"),
        };
        if (outcome is { Progress: CallProgress.Partial, Remaining: null })
            outcome = outcome with { Progress = CallProgress.Unknown };
        await journal.AppendAsync(
            new StepReconciled(run, intended.Call, outcome.Progress, outcome.Evidence, "device"), ct);
        return outcome;
    }

    /// <summary>Does what a call still lacks after an interruption.</summary>
    /// <param name="rest">As for <see cref="InvokeAsync"/>.</param>
    public async Task FinishAsync(
        InstrumentHost host, Capability capability, StepIntended past, InvocationOutcome outcome, IGate? rest,
        CancellationToken ct)
    {
        if (outcome.Progress != CallProgress.Done)
        {
            var call = new Invocation(past.Call, past.Capability, outcome.Remaining ?? past.Arguments);
            _finished[past.Call] = await TakeUpAsync(host, capability, call, past.Attempt + 1, rest, ct);
            return;
        }
        using var turn = await host.TakeTurnAsync(ct);
        _finished[past.Call] = await CloseAsync(host, capability, past, outcome, ct);
    }

    /// <summary>Closes a call that the device shows to be done; the caller has the turn.</summary>
    private async Task<Record> CloseAsync(
        InstrumentHost host, Capability capability, StepIntended past, InvocationOutcome outcome, CancellationToken ct)
    {
        var call = new Invocation(past.Call, past.Capability, past.Arguments);
        var attempt = past.Attempt + 1;
        // The rows that the device still knows are an attempt of their own, which another crash may interrupt.
        if (outcome.Samples is { Count: > 0 })
            await IntendAsync(host, call, attempt, ct);
        return await SealAsync(host, capability, call, attempt, outcome.Samples ?? []);
    }

    /// <param name="letGo">Cancels likewise, but leaves the call open.</param>
    private async Task<Record> AttemptAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, CancellationToken letGo,
        CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, letGo);
        either.Token.ThrowIfCancellationRequested();
        await IntendAsync(host, call, attempt, ct);
        var samples = new List<Sample>();
        var written = 0;
        var last = clock.GetTimestamp();
        try
        {
            await foreach (var sample in host.InvokeAsync(call, either.Token))
            {
                if (sample.Values.Length != capability.Columns.Count)
                    throw new InstrumentException(host.Id, Fault.BadReply,
                        $"'{call.Capability}' gave {sample.Values.Length} values in a row, "
                        + $"but it declares {capability.Columns.Count} columns");
                samples.Add(sample);
                if (samples.Count - written < BatchSize && clock.GetElapsedTime(last) < BatchAge)
                    continue;
                written = await FlushAsync(call.Id, attempt, samples, written);
                last = clock.GetTimestamp();
            }
        }
        catch (Exception e) when (e is not JournalException)
        {
            // One of the four places for a broad catch: however a driver fails, the journal and the run learn of it.
            await FlushAsync(call.Id, attempt, samples, written);
            if (e is OperationCanceledException && ct.IsCancellationRequested)
            {
                await FailAsync(call.Id, attempt, StepFailed.Cancelled, "it was cancelled");
                throw;
            }
            if (e is OperationCanceledException && letGo.IsCancellationRequested)
                throw await SuspendAsync(host, call, attempt);
            host.Distrust();
            var failure = e as InstrumentException ?? new InstrumentException(
                host.Id, Fault.DeviceFault,
                $"the driver failed in '{call.Capability}' ({e.GetType().Name}: {e.Message})", e);
            await FailAsync(call.Id, attempt, failure.Fault.ToString(), failure.Message);
            throw failure;
        }
        return await SealAsync(host, capability, call, attempt, samples, written);
    }

    private ValueTask IntendAsync(InstrumentHost host, Invocation call, int attempt, CancellationToken ct) =>
        journal.AppendAsync(
            new StepIntended(run, call.Id, host.Id, call.Capability, call.Arguments, attempt), ct);

    private ValueTask FailAsync(CallId call, int attempt, string fault, string message) =>
        journal.AppendAsync(new StepFailed(run, call, attempt, fault, message), CancellationToken.None);

    // What the device has done is written down even when the run is being cancelled: hence no token.
    private async Task<int> FlushAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, int written)
    {
        if (samples.Count > written)
            await journal.AddSamplesAsync(call, attempt, [.. samples.Skip(written)], CancellationToken.None);
        return samples.Count;
    }

    // Rows of an interrupted attempt do not mix with those of a later one: each attempt has its own.
    private async Task<Record> SealAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt,
        IReadOnlyList<Sample> samples, int written = 0)
    {
        await FlushAsync(call.Id, attempt, samples, written);
        var record = Record.Seal(call.Id, host.Id, capability.Columns, samples);
        await journal.SealAsync(
            new StepDone(run, call.Id, attempt, samples.Count, record.Sha256), record, CancellationToken.None);
        return record;
    }
}

/// <summary>Only a person can say what became of an invocation.</summary>
public sealed class UnknownEndException(CallId call, string message) : Exception(message)
{
    public CallId Call => call;
}
