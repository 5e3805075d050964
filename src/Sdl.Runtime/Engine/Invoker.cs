using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Carries out one invocation: intent on disk before the device is told anything, samples as they come, the end
/// with its sealed record. What the journal already knows is not done again.</summary>
internal sealed class Invoker(RunId run, IJournal journal, RunHistory history, TimeProvider clock)
{
    // Often enough that little is lost, seldom enough that the disk keeps up.
    private const int BatchSize = 256;
    private static readonly TimeSpan BatchAge = TimeSpan.FromSeconds(10);

    /// <exception cref="InstrumentException">The device failed, now or before the run was interrupted.</exception>
    /// <exception cref="UnknownEndException">It cannot be told how far the interrupted invocation got.</exception>
    public async Task<Record> InvokeAsync(
        InstrumentHost host, Capability capability, CallId call, Arguments arguments, CancellationToken ct)
    {
        var past = history.Find(call);
        if (past is { IsDone: true })
            return journal.ReadRecord(call);
        if (past?.Failure is { } failure)
            throw new InstrumentException(host.Id, Fault.DeviceFault, $"failed before the run was interrupted: {failure.Message}");
        var (complete, errors) = capability.Complete(arguments);
        if (complete is null)
            throw new InstrumentException(host.Id, Fault.OutOfRange, string.Join("; ", errors));
        using var turn = await host.TakeTurnAsync(ct);
        if (past is null)
            return await AttemptAsync(host, capability, new Invocation(call, capability.Name, complete), 1, ct);
        return await RecoverAsync(host, capability, past, ct);
    }

    /// <summary>Brings a state about again that the interrupted run relied on.</summary>
    public async Task ReestablishAsync(InstrumentHost host, Capability capability, StepIntended done, CancellationToken ct)
    {
        using var turn = await host.TakeTurnAsync(ct);
        await AttemptAsync(
            host, capability, new Invocation(done.Call, done.Capability, done.Arguments), done.Attempt + 1, ct);
    }

    private async Task<Record> RecoverAsync(InstrumentHost host, Capability capability, PastCall past, CancellationToken ct)
    {
        var call = new Invocation(past.Intended.Call, capability.Name, past.Intended.Arguments);
        var attempt = past.Intended.Attempt;
        var outcome = await ProgressAsync(host, capability, call, past, ct);
        switch (outcome.Progress)
        {
            case CallProgress.NotStarted:
                return await AttemptAsync(host, capability, call, attempt + 1, ct);
            case CallProgress.Partial when outcome.Remaining is { } rest:
                return await AttemptAsync(host, capability, call with { Arguments = rest }, attempt + 1, ct);
            case CallProgress.Done:
                // The recovered end is an attempt of its own, so that rows of the interrupted one do not mix with it.
                var samples = outcome.Samples ?? [];
                if (samples.Count > 0)
                    await journal.AddSamplesAsync(call.Id, attempt + 1, samples, ct);
                return await SealAsync(host, capability, call, attempt + 1, samples);
            default:
                throw new UnknownEndException(call.Id, $"{host.Id}: it is unknown how far '{call.Capability}' "
                    + $"({call.Arguments}) got before the interruption: {outcome.Evidence}. Look at it, then resume with "
                    + $"--assume \"{call.Id}=done\" or --assume \"{call.Id}=not-started\"");
        }
    }

    private async Task<InvocationOutcome> ProgressAsync(
        InstrumentHost host, Capability capability, Invocation call, PastCall past, CancellationToken ct)
    {
        if (past.Decided is { By: not "device" } decided)
            return new InvocationOutcome(decided.Progress, decided.Evidence);
        var outcome = capability.Replay switch
        {
            Replay.Safe => new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm"),
            Replay.AskDevice when host.Instrument is IReconcile device => await device.ReconcileAsync(call, ct),
            _ => new InvocationOutcome(CallProgress.Unknown, "this device cannot tell"),
        };
        await journal.AppendAsync(new StepReconciled(run, call.Id, outcome.Progress, outcome.Evidence, "device"), ct);
        return outcome;
    }

    private async Task<Record> AttemptAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, CancellationToken ct)
    {
        await journal.AppendAsync(new StepIntended(run, call.Id, host.Id, call.Capability, call.Arguments, attempt), ct);
        var samples = new List<Sample>();
        var written = 0;
        var last = clock.GetTimestamp();
        try
        {
            await foreach (var sample in host.Instrument.InvokeAsync(call, ct))
            {
                samples.Add(sample);
                if (samples.Count - written < BatchSize && clock.GetElapsedTime(last) < BatchAge)
                    continue;
                written = await FlushAsync(call.Id, attempt, samples, written);
                last = clock.GetTimestamp();
            }
        }
        catch (Exception e) when (e is InstrumentException or OperationCanceledException)
        {
            if (e is InstrumentException)
                host.Distrust();
            await FlushAsync(call.Id, attempt, samples, written);
            var fault = e is InstrumentException { Fault: var f } ? f.ToString() : "Cancelled";
            await journal.AppendAsync(new StepFailed(run, call.Id, attempt, fault, e.Message), CancellationToken.None);
            throw;
        }
        await FlushAsync(call.Id, attempt, samples, written);
        return await SealAsync(host, capability, call, attempt, samples);
    }

    // What the device has done is written down even when the run is being cancelled: hence no token.
    private async Task<int> FlushAsync(CallId call, int attempt, List<Sample> samples, int written)
    {
        if (samples.Count > written)
            await journal.AddSamplesAsync(call, attempt, samples[written..], CancellationToken.None);
        return samples.Count;
    }

    private async Task<Record> SealAsync(
        InstrumentHost host, Capability capability, Invocation call, int attempt, IReadOnlyList<Sample> samples)
    {
        var record = Record.Seal(call.Id, host.Id, capability.Columns, samples);
        await journal.SealAsync(new StepDone(run, call.Id, attempt, samples.Count, record.Sha256), record, CancellationToken.None);
        return record;
    }
}

/// <summary>Only a person can say what became of an invocation.</summary>
public sealed class UnknownEndException(CallId call, string message) : Exception(message)
{
    public CallId Call => call;
}
