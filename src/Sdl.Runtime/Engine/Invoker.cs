using System.Collections.Concurrent;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Carries out one invocation: intent on disk before the device is told anything, samples as they come, the
/// end with its sealed record. What the journal already knows is not done again.</summary>
internal sealed class Invoker(RunId run, IJournal journal, RunHistory history, TimeProvider clock)
{
    // Often enough that little is lost, seldom enough that the disk keeps up.
    private const int BatchSize = 256;
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<CallId, Record> _finished = new();

    /// <summary>The record of a call that was done before the interruption or finished since; null if it is
    /// still to be done.</summary>
    public Record? Recall(CallId call) =>
        _finished.TryGetValue(call, out var record) ? record
        : history.Find(call) is { IsDone: true } ? journal.ReadRecord(call) : null;

    /// <summary>Connects unless it is connected; tries again as the patience with it allows.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    public async Task ConnectAsync(InstrumentHost host, CancellationToken ct) => await new Insistence(
        run, journal, host, "connecting").InsistAsync(async token =>
        {
            await host.ConnectAsync(token);
            return true;
        }, ct);

    /// <exception cref="InstrumentException">The device failed, now or before the run was interrupted.</exception>
    public async Task<Record> InvokeAsync(
        InstrumentHost host, Capability capability, CallId call, Arguments arguments, CancellationToken ct)
    {
        if (history.Find(call)?.Failure is { } failure)
            throw new InstrumentException(
                host.Id, Fault.DeviceFault, $"failed before the run was interrupted: {failure.Message}");
        var (complete, errors) = capability.Complete(arguments);
        if (complete is null)
            throw new InstrumentException(host.Id, Fault.OutOfRange, string.Join("; ", errors));
        using var turn = await host.TakeTurnAsync(ct);
        return await new PersistentCall(run, journal, host, capability, this, complete)
            .BeginAsync(new Invocation(call, capability.Name, complete), ct);
    }

    /// <summary>Finds out what became of a call whose end was not seen. Starts no motion.</summary>
    public async Task<InvocationOutcome> ReconcileAsync(
        InstrumentHost host, Capability capability, PastCall past, CancellationToken ct)
    {
        if (past.Decided is { By: not StepReconciled.Device } decided)
            return new InvocationOutcome(decided.Progress, decided.Evidence, decided.Remaining);
        var intended = past.Intended;
        var call = new Invocation(intended.Call, intended.Capability, intended.Arguments);
        return await NoteAsync(call.Id, capability.Replay switch
        {
            Replay.Safe => new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm"),
            Replay.AskDevice => await new Insistence(run, journal, host, $"asking what became of {call.Id}")
                .InsistAsync(async token =>
                {
                    await host.ConnectAsync(token);
                    return await host.ReconcileAsync(call, token);
                }, ct),
            _ => new InvocationOutcome(CallProgress.Unknown, "this device cannot tell"),
        }, ct);
    }

    /// <summary>Does what a call still lacks.</summary>
    public async Task FinishAsync(
        InstrumentHost host, Capability capability, PastCall past, InvocationOutcome outcome, CancellationToken ct)
    {
        using var turn = await host.TakeTurnAsync(ct);
        var intended = past.Intended;
        _finished[intended.Call] = await new PersistentCall(run, journal, host, capability, this, past.Asked)
            .FinishAsync(
                new Invocation(intended.Call, intended.Capability, intended.Arguments), intended.Attempt, outcome, ct);
    }

    /// <summary>Writes down what a device has told about a call.</summary>
    /// <returns>The same, but unknown where it leads nowhere.</returns>
    public async ValueTask<InvocationOutcome> NoteAsync(CallId call, InvocationOutcome outcome, CancellationToken ct)
    {
        if (outcome is { Progress: CallProgress.Partial, Remaining: null })
            outcome = outcome with { Progress = CallProgress.Unknown };
        await journal.AppendAsync(
            new StepReconciled(run, call, outcome.Progress, outcome.Evidence, StepReconciled.Device)
            {
                Remaining = outcome.Remaining,
            }, ct);
        return outcome;
    }

    /// <summary>Intends, asks the device once and seals what it gave. Whatever fails is left to the caller, with the
    /// rows that had come on the disk.</summary>
    public async Task<Record> AttemptAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, double[] counted,
        CancellationToken ct)
    {
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
                        + $"but it declares {capability.Columns.Count} columns")
                    {
                        IsTransient = false,
                    };
                samples.Add(Counted(sample, counted));
                if (samples.Count - written < BatchSize && clock.GetElapsedTime(last) < BatchAge)
                    continue;
                written = await FlushAsync(call.Id, attempt, samples, written);
                last = clock.GetTimestamp();
            }
        }
        catch (Exception e) when (e is not JournalException)
        {
            await FlushAsync(call.Id, attempt, samples, written);
            throw;
        }
        return await SealAsync(host, capability, call, attempt, samples, written);
    }

    /// <summary>Seals the rows that the device still knows of a call that is done.</summary>
    /// <param name="attempt">Intended for these rows, if there are any.</param>
    public Task<Record> SealAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, IReadOnlyList<Sample> samples,
        double[] counted) =>
        SealAsync(host, capability, call, attempt, [.. samples.Select(s => Counted(s, counted))]);

    private static Sample Counted(Sample sample, double[] counted) =>
        counted.Length == 0 ? sample : sample with
        {
            Values = sample.Values.ToArray().Zip(counted, (value, before) => value + before).ToArray(),
        };

    public ValueTask IntendAsync(InstrumentHost host, Invocation call, int attempt, CancellationToken ct) =>
        journal.AppendAsync(
            new StepIntended(run, call.Id, host.Id, call.Capability, call.Arguments, attempt), ct);

    public ValueTask FailAsync(CallId call, int attempt, string fault, string message) =>
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
