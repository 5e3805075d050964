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
internal sealed class Invoker(RunId run, IJournal journal, RunHistory history, TimeProvider clock)
{
    // Often enough that little is lost, seldom enough that the disk keeps up.
    private const int BatchSize = 256;
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<CallId, Record> _finished = new();

    /// <summary>Refuses what is not there; null when nobody keeps account.</summary>
    public StockAccount? Stock { get; init; }

    /// <summary>The record of a call that was done before the interruption or finished since; null if it is
    /// still to be done.</summary>
    public Record? Recall(CallId call) =>
        _finished.TryGetValue(call, out var record) ? record
        : history.Find(call) is { IsDone: true } ? journal.ReadRecord(call) : null;

    /// <param name="matter">What the call moves and uses, given its complete arguments; null for nothing.</param>
    /// <exception cref="InstrumentException">The device failed, now or before the run was interrupted.</exception>
    public async Task<Record> InvokeAsync(
        InstrumentHost host, Capability capability, CallId call, Arguments arguments, Func<Arguments, Matter?>? matter,
        CancellationToken ct)
    {
        if (history.Find(call)?.Failure is { } failure)
            throw new InstrumentException(
                host.Id, Fault.DeviceFault, $"failed before the run was interrupted: {failure.Message}");
        var (complete, errors) = capability.Complete(arguments);
        if (complete is null)
            throw new InstrumentException(host.Id, Fault.OutOfRange, string.Join("; ", errors));
        using var turn = await host.TakeTurnAsync(ct);
        var invocation = new Invocation(call, capability.Name, complete) { Matter = matter?.Invoke(complete) };
        return await AttemptAsync(host, capability, invocation, 1, ct);
    }

    /// <summary>Finds out what became of a call whose end was not seen. Starts no motion.</summary>
    public async Task<InvocationOutcome> ReconcileAsync(
        InstrumentHost host, Capability capability, PastCall past, CancellationToken ct)
    {
        if (past.Decided is { By: not "device" } decided)
            return new InvocationOutcome(decided.Progress, decided.Evidence);
        var intended = past.Intended;
        var outcome = capability.Replay switch
        {
            Replay.Safe => new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm"),
            Replay.AskDevice => await host.ReconcileAsync(
                new Invocation(intended.Call, intended.Capability, intended.Arguments), ct),
            _ => new InvocationOutcome(CallProgress.Unknown, "this device cannot tell"),
        };
        if (outcome is { Progress: CallProgress.Partial, Remaining: null })
            outcome = outcome with { Progress = CallProgress.Unknown };
        await journal.AppendAsync(
            new StepReconciled(run, intended.Call, outcome.Progress, outcome.Evidence, "device")
            {
                Moved = Bookkeeping.Moved(capability, intended, outcome),
            }, ct);
        return outcome;
    }

    /// <summary>Does what a call still lacks.</summary>
    public async Task FinishAsync(
        InstrumentHost host, Capability capability, StepIntended past, InvocationOutcome outcome, CancellationToken ct)
    {
        using var turn = await host.TakeTurnAsync(ct);
        var call = new Invocation(past.Call, past.Capability, outcome.Remaining ?? past.Arguments);
        // What is done has been booked when it was found out.
        if (outcome.Progress != CallProgress.Done)
            call = call with { Matter = Bookkeeping.Rest(past.Matter, capability, call.Arguments) };
        var attempt = past.Attempt + 1;
        if (outcome.Progress != CallProgress.Done)
        {
            _finished[call.Id] = await AttemptAsync(host, capability, call, attempt, ct);
            return;
        }
        // The rows that the device still knows are an attempt of their own, which another crash may interrupt.
        if (outcome.Samples is { Count: > 0 })
            await IntendAsync(host, call, attempt, ct);
        _finished[call.Id] = await SealAsync(host, capability, call, attempt, outcome.Samples ?? []);
    }

    private async Task<Record> AttemptAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, CancellationToken ct)
    {
        await IntendAsync(host, call, attempt, ct);
        var samples = new List<Sample>();
        var written = 0;
        var last = clock.GetTimestamp();
        try
        {
            await foreach (var sample in host.InvokeAsync(call, ct))
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
            var moved = Bookkeeping.Moved(capability, call.Matter, samples);
            if (e is OperationCanceledException && ct.IsCancellationRequested)
            {
                await FailAsync(call.Id, attempt, StepFailed.Cancelled, "it was cancelled", moved);
                throw;
            }
            host.Distrust();
            var failure = e as InstrumentException ?? new InstrumentException(
                host.Id, Fault.DeviceFault,
                $"the driver failed in '{call.Capability}' ({e.GetType().Name}: {e.Message})", e);
            await FailAsync(call.Id, attempt, failure.Fault.ToString(), failure.Message, moved);
            throw failure;
        }
        return await SealAsync(host, capability, call, attempt, samples, written);
    }

    private async ValueTask IntendAsync(InstrumentHost host, Invocation call, int attempt, CancellationToken ct)
    {
        var intended = new StepIntended(run, call.Id, host.Id, call.Capability, call.Arguments, attempt)
        {
            Matter = call.Matter,
        };
        Stock?.Reserve(intended);
        try
        {
            await journal.AppendAsync(intended, ct);
        }
        catch (OperationCanceledException)
        {
            Stock?.Release(call.Id);
            throw;
        }
    }

    private ValueTask FailAsync(CallId call, int attempt, string fault, string message, Quantity? moved) =>
        journal.AppendAsync(
            new StepFailed(run, call, attempt, fault, message) { Moved = moved }, CancellationToken.None);

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
            new StepDone(run, call.Id, attempt, samples.Count, record.Sha256)
            {
                Moved = Bookkeeping.Moved(capability, call.Matter, samples),
            }, record, CancellationToken.None);
        return record;
    }
}

/// <summary>Only a person can say what became of an invocation.</summary>
public sealed class UnknownEndException(CallId call, string message) : Exception(message)
{
    public CallId Call => call;
}
