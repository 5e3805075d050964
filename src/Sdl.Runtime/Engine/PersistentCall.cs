using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Engine;

/// <summary>One call with its repetitions, each of which the journal shows. What is safe to repeat is repeated; a
/// device that remembers is asked first and then does the rest; all else is tried once. Only trouble on the line is
/// worth a repetition, and only as long as the patience with the instrument lasts.</summary>
/// <param name="asked">What the first attempt asks or asked for.</param>
/// <param name="attempt">The latest one that was intended, if the call is taken up again.</param>
internal sealed class PersistentCall(
    RunId run, IJournal journal, InstrumentHost host, Capability capability, Invoker invoker, Arguments asked,
    int attempt = 0)
{
    // So long without trouble, and the trouble before is over: a line that hiccups now and then ends no step of hours.
    private static readonly TimeSpan Calm = TimeSpan.FromMinutes(1);

    private readonly Patience _patience = host.PatienceWith(capability.Name);
    private int _attempt = attempt;
    private InstrumentException? _first;
    private List<Sample> _latest = [];

    public InstrumentHost Host => host;

    public Capability Capability => capability;

    /// <summary>The failure after which nothing is tried any more; what failed first stays its cause.</summary>
    public static InstrumentException Last(InstrumentException first, InstrumentException last, int retries) =>
        retries == 0 || first.Text == last.Text ? last : new InstrumentException(
            last.Id, last.Fault,
            $"{first.Text}; in the end, after {retries} more attempt{(retries == 1 ? "" : "s")}: {last.Text}",
            last)
        {
            IsTransient = false,
        };

    /// <summary>Does what the call lacks; the caller has the turn.</summary>
    /// <param name="outcome">How far it is already.</param>
    /// <param name="letGo">Cancels likewise, but leaves the call open: see <see cref="Invoker.SuspendAsync"/>.</param>
    /// <exception cref="InstrumentException">It failed for good.</exception>
    public async Task<Record> RunAsync(
        Invocation call, InvocationOutcome outcome, CancellationToken letGo, CancellationToken ct)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, letGo);
        var late = host.Times.LateAfter(capability, call.Arguments);
        await using var watch = new CallWatch(
            host.Clock, late?.After, _patience.WholeOf(capability, call.Arguments),
            elapsed => AlarmAsync(call, elapsed, late!.Value.Expected), either.Token);
        for (var retries = 0; ; retries++)
        {
            var begun = TimeSpan.MaxValue;
            try
            {
                if (retries > 0)
                    outcome = await ReachAsync(call, retries, watch.Token);
                call = Lacking(call, outcome);
                begun = watch.Elapsed;
                var record = await DoAsync(call, outcome, watch.Token);
                if (_first is null && outcome.Progress == CallProgress.NotStarted)
                    host.Times.Add(capability, call.Arguments, watch.Elapsed);
                await host.TellAsync(journal);
                return record;
            }
            catch (Exception e) when (e is not JournalException)
            {
                // One of the four places for a broad catch: however a driver fails, the journal and the run learn of
                // it.
                watch.ThrowIfBroken();
                if (e is OperationCanceledException && letGo.IsCancellationRequested && !ct.IsCancellationRequested
                    && !watch.HasPassed)
                {
                    if (_attempt == 0)
                        throw;
                    throw await invoker.SuspendAsync(host, call, _attempt);
                }
                if (retries > 0 && watch.Elapsed - begun > Calm)
                    retries = 0;
                if (await EndOfAsync(e, call, retries, watch, ct) is not { } failure)
                    continue;
                if (ReferenceEquals(failure, e))
                    throw;
                throw failure;
            }
        }
    }

    /// <summary>Connects anew, and asks a device that remembers what became of the attempt before.</summary>
    private async ValueTask<InvocationOutcome> ReachAsync(Invocation call, int retry, CancellationToken ct)
    {
        await Task.Delay(_patience.Pause(retry), host.Clock, ct);
        await host.ConnectInTurnAsync(ct);
        await host.TellAsync(journal);
        if (capability.Replay == Replay.Safe)
            return new InvocationOutcome(CallProgress.NotStarted, "");
        var outcome = await invoker.NoteAsync(
            capability, invoker.Intended(host, call, _attempt), await host.ReconcileInTurnAsync(call, ct), ct);
        return outcome.Progress != CallProgress.Unknown ? outcome : throw new InstrumentException(
            host.Id, _first!.Fault, $"it is unknown how far it got: {outcome.Evidence}")
        {
            IsTransient = false,
        };
    }

    private async Task<Record> DoAsync(Invocation call, InvocationOutcome outcome, CancellationToken ct)
    {
        var counted = CountedBefore(call.Arguments);
        if (outcome.Progress == CallProgress.Done)
        {
            // The rows that the device still knows are an attempt of their own, which another crash may interrupt.
            if (outcome.Samples is { Count: > 0 })
                await IntendAsync(call, ct);
            return await invoker.SealAsync(host, capability, call, _attempt, outcome.Samples ?? [], counted);
        }
        await IntendAsync(call, ct);
        // After trouble in another call of this run.
        await host.ConnectInTurnAsync(ct);
        return await invoker.AttemptAsync(host, capability, call, _attempt, counted, _latest, ct);
    }

    private Invocation Lacking(Invocation call, InvocationOutcome outcome)
    {
        var rest = outcome.Remaining ?? call.Arguments;
        return call with
        {
            Arguments = rest,
            // What is done has been booked when it was found out.
            Matter = outcome.Progress == CallProgress.Done
                ? null
                : Bookkeeping.Rest(call.Matter, capability, rest),
        };
    }

    private async ValueTask IntendAsync(Invocation call, CancellationToken ct)
    {
        _latest = [];
        await invoker.IntendAsync(host, call, _attempt + 1, ct);
        _attempt++;
    }

    /// <summary>What earlier attempts have done, by column; empty when nothing.</summary>
    private double[] CountedBefore(Arguments rest)
    {
        if (rest.Equals(asked))
            return [];
        return [.. capability.Columns.Select(c => c.Counts is { } input
            ? (asked.Quantity(input) - rest.Quantity(input)).Si / c.Unit.Scale
            : 0)];
    }

    /// <summary>Writes down how an attempt ended.</summary>
    /// <returns>What the call fails with; null when it is worth another attempt.</returns>
    private async ValueTask<Exception?> EndOfAsync(
        Exception e, Invocation call, int retries, CallWatch watch, CancellationToken ct)
    {
        var isCancelled = e is OperationCanceledException && ct.IsCancellationRequested;
        if (isCancelled)
        {
            if (_attempt > 0)
                await invoker.FailAsync(
                    call.Id, _attempt, StepFailed.Cancelled, "it was cancelled", MovedBy(call));
            return e;
        }
        var failure = FailureOf(e, call, watch);
        _first ??= failure;
        host.Distrust();
        host.Note(failure);
        var mayRepeat = failure.IsTransient && capability.Replay != Replay.Never && !ct.IsCancellationRequested;
        if (mayRepeat && retries < _patience.Retries)
        {
            await journal.AppendAsync(
                new StepRetried(run, call.Id, _attempt, failure.Fault.ToString(), failure.Message,
                    _patience.Pause(retries + 1)), CancellationToken.None);
            await host.TellAsync(journal);
            return null;
        }
        if (mayRepeat || watch.HasPassed)
            host.Note(TroubleSign.GivenUp, "the patience with it is at its end");
        var last = Last(_first, failure, retries);
        await host.TellAsync(journal);
        // What was refused before it was intended has left nothing behind.
        if (_attempt > 0)
            await invoker.FailAsync(call.Id, _attempt, last.Fault.ToString(), last.Message, MovedBy(call));
        return last;
    }

    private Quantity? MovedBy(Invocation call) => Bookkeeping.Moved(capability, call.Matter, _latest);

    private InstrumentException FailureOf(Exception e, Invocation call, CallWatch watch) => e switch
    {
        _ when watch.HasPassed => new InstrumentException(
            host.Id, Fault.Timeout, $"'{call.Capability}' had not ended after {CallTimes.Time(watch.Whole)} and was "
            + $"stopped{(e is InstrumentException then ? $"; then: {then.Text}" : "")}; see how far it got, or give it "
            + "more time by 'patience' in the lab file", e)
        {
            IsTransient = false,
        },
        InstrumentException failure => failure,
        _ => new InstrumentException(
            host.Id, Fault.DeviceFault,
            $"the driver failed in '{call.Capability}' ({e.GetType().Name}: {e.Message})", e),
    };

    private ValueTask AlarmAsync(Invocation call, TimeSpan elapsed, string expected) => journal.AppendAsync(
        new AlarmRaised(run, call.Id.Value,
            $"{host.Id}: '{call.Capability}' is late: it has taken {CallTimes.Time(elapsed)}, {expected}"),
        CancellationToken.None);
}
