using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <content>How a call lets go when the run is to pause now, and how it is taken up again: as after a crash. It keeps
/// its turn at the instrument meanwhile, because a device remembers its last call, not the one before.</content>
internal sealed partial class Invoker
{
    private readonly Lock _standing = new();
    private readonly Dictionary<InstrumentId, (Capability Capability, Arguments Arguments)> _held = [];
    private int _suspensions = history.Suspensions;

    private async Task<Record> TakeUpAsync(
        PersistentCall persistent, Invocation call, InvocationOutcome outcome, IGate? rest, CancellationToken ct)
    {
        Turns.Turn? turn = null;
        CallSuspendedException? open = null;
        try
        {
            while (true)
            {
                var letGo = rest?.LetGo ?? CancellationToken.None;
                try
                {
                    using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, letGo);
                    turn ??= await persistent.Host.TakeTurnAsync(either.Token);
                    var record = open is null
                        ? await persistent.RunAsync(call, outcome, letGo, ct)
                        : await GoOnAsync(persistent, open, rest!, letGo, ct);
                    Remember(persistent.Host, persistent.Capability, call.Arguments);
                    return record;
                }
                catch (CallSuspendedException e)
                {
                    open = e;
                }
                catch (OperationCanceledException) when (letGo.IsCancellationRequested && !ct.IsCancellationRequested)
                {
                    // It had not begun, or not begun again.
                }
                await RestAsync(open, rest!, ct);
            }
        }
        finally
        {
            turn?.Dispose();
        }
    }

    private async Task RestAsync(CallSuspendedException? open, IGate rest, CancellationToken ct)
    {
        try
        {
            await rest.RestAsync(ct);
        }
        catch (Exception e) when (open is not null && e is not RunHeldException)
        {
            await FailAsync(
                open.Intended.Call, open.Intended.Attempt, StepFailed.Cancelled,
                "it was ended while it was suspended");
            throw;
        }
    }

    private async Task<Record> GoOnAsync(
        PersistentCall persistent, CallSuspendedException open, IGate rest, CancellationToken letGo,
        CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, letGo);
        var past = open.Intended;
        var outcome = await AskAsync(persistent.Host, persistent.Capability, past, either.Token);
        if (outcome.Progress == CallProgress.Unknown)
        {
            rest.Hold(Recovery.Question(past, outcome));
            // Nobody rests there any more: this ends the walk and leaves the call open.
            await rest.RestAsync(ct);
        }
        if (!persistent.Capability.Holds)
            await ReestablishAsync(persistent.Host, open, letGo, ct);
        return await persistent.RunAsync(
            new Invocation(past.Call, past.Capability, past.Arguments) { Matter = past.Matter }, outcome, letGo, ct);
    }

    /// <summary>Cancelling may have cost the instrument a set-point that later steps rely on.</summary>
    private async Task ReestablishAsync(
        InstrumentHost host, CallSuspendedException open, CancellationToken letGo, CancellationToken ct)
    {
        (Capability Capability, Arguments Arguments) held;
        lock (_standing)
            if (!_held.TryGetValue(host.Id, out held))
                return;
        var call = new Invocation(RunPaths.Resumed(run, open.Number, host.Id), held.Capability.Name, held.Arguments);
        try
        {
            await new PersistentCall(run, journal, host, held.Capability, this, held.Arguments).RunAsync(
                call, new InvocationOutcome(CallProgress.NotStarted, ""), letGo, ct);
        }
        catch (CallSuspendedException e)
        {
            // After the next pause another call brings the state about; this one need not be found out about.
            await FailAsync(
                e.Intended.Call, e.Intended.Attempt, StepFailed.Cancelled,
                "it was suspended, and is brought about anew");
            throw new CallSuspendedException(open.Intended, e.Number);
        }
    }

    private void Remember(InstrumentHost host, Capability capability, Arguments arguments)
    {
        if (!capability.Holds)
            return;
        lock (_standing)
            _held[host.Id] = (capability, arguments);
    }

    /// <summary>What these were set to is no concern any more: they are made safe, and the run goes on.</summary>
    public void Forget(IEnumerable<InstrumentId> instruments)
    {
        lock (_standing)
            foreach (var instrument in instruments)
                _held.Remove(instrument);
    }

    /// <summary>Writes down that a call was let go of and stays open.</summary>
    public async Task<Exception> SuspendAsync(InstrumentHost host, Invocation call, int attempt)
    {
        await journal.AppendAsync(
            new StepSuspended(run, call.Id, attempt, "the run was to pause now"), CancellationToken.None);
        return new CallSuspendedException(
            Intended(host, call, attempt),
            Interlocked.Increment(ref _suspensions));
    }

    private sealed class CallSuspendedException(StepIntended intended, int number) : Exception
    {
        public StepIntended Intended => intended;

        /// <summary>From 1, in the whole journal of the run.</summary>
        public int Number => number;
    }
}
