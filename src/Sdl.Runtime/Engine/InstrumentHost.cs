using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>An instrument as the engine holds it: one call at a time in a fair order, a bound on every wait for its
/// driver once the call is cancelled, and a way past the queue for making safe.</summary>
/// <param name="clock">The wire's time, see the driver's context.</param>
/// <param name="patience">The usual one when left out.</param>
public sealed partial class InstrumentHost(
    IInstrument instrument, TimeProvider clock, InstrumentPatience? patience = null)
{
    // A driver bounds its own exchanges; these bound a driver that does not.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1), StopLimit = TimeSpan.FromSeconds(5);

    // A timer of the framework takes no more than 49 days.
    private static readonly TimeSpan LongestTimer = TimeSpan.FromDays(40);

    private readonly Turns _turns = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<TroubleChanged> _changes = new();
    private Task _left = Task.CompletedTask;
    private DeviceTrouble _trouble;

    public IInstrument Instrument => instrument;

    public InstrumentId Id => instrument.Id;

    public bool IsConnected { get; private set; }

    /// <summary>Says why nothing may be begun with it just now, or null: an interlock has made it safe.</summary>
    public Func<string?> Forbidden { get; set; } = () => null;

    public TroubleState Trouble => _trouble.State;

    internal TimeProvider Clock => clock;

    internal CallTimes Times { get; } = new();

    private InstrumentPatience AllPatience { get; } = patience ?? InstrumentPatience.Default;

    internal Patience UsualPatience => AllPatience.Usual;

    internal Patience PatienceWith(string capability) => AllPatience.For(capability);

    /// <summary>Connects unless it is connected and healthy.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        using var turn = await TakeTurnAsync(ct);
        await ConnectInTurnAsync(ct);
    }

    /// <summary>After device trouble: whoever uses it next connects anew.</summary>
    public void Distrust() => IsConnected = false;

    /// <inheritdoc cref="ConnectAsync"/>
    internal async ValueTask ConnectInTurnAsync(CancellationToken ct)
    {
        if (IsConnected)
            return;
        await WithinAsync(
            AllPatience.Usual.Connect ?? instrument.ConnectTime, "connecting",
            ConnectedAsync, ct);
        IsConnected = true;
        Told();
        Note(TroubleSign.Answered, "it is connected");
    }

    /// <summary>What became of a call whose end was not seen, as the device tells.</summary>
    /// <exception cref="InstrumentException">The device does not answer as it should.</exception>
    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        using var turn = await TakeTurnAsync(ct);
        return await ReconcileInTurnAsync(call, ct);
    }

    /// <inheritdoc cref="ReconcileAsync"/>
    internal async ValueTask<InvocationOutcome> ReconcileInTurnAsync(Invocation call, CancellationToken ct)
    {
        if (instrument is not IReconcile device)
            return new InvocationOutcome(CallProgress.Unknown, "this device cannot tell");
        var capability = instrument.Capabilities.First(c => c.Name == call.Capability);
        return await WithinAsync(
            PatienceWith(call.Capability).WholeOf(capability, call.Arguments),
            $"asking what became of '{call.Capability}'", token => device.ReconcileAsync(call, token), ct);
    }

    /// <summary>Takes note of what an attempt to use it has shown.</summary>
    internal void Note(TroubleSign sign, string why)
    {
        lock (_gate)
        {
            var from = _trouble.State;
            _trouble = _trouble.After(sign);
            if (_trouble.State != from)
                _changes.Enqueue(new TroubleChanged(Id, from, _trouble.State, why));
        }
    }

    /// <inheritdoc cref="Note(TroubleSign, string)"/>
    internal void Note(InstrumentException failure)
    {
        if (DeviceTrouble.SignOf(failure) is { } sign)
            Note(sign, failure.Text);
    }

    /// <summary>Writes down how its trouble has changed since it was last told.</summary>
    internal async ValueTask TellAsync(IJournal journal)
    {
        while (_changes.TryDequeue(out var change))
            await journal.AppendAsync(change, CancellationToken.None);
    }

    /// <summary>Calls the driver; the caller has the turn.</summary>
    /// <exception cref="InstrumentException">The device failed, or its driver did not obey a cancellation.</exception>
    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        if (Forbidden() is { } why)
            throw new InstrumentException(Id, Fault.Rejected, $"'{call.Capability}' is forbidden by {why}");
        ThrowIfLeft();
        var samples = instrument.InvokeAsync(call, ct).GetAsyncEnumerator(ct);
        Begin(call);
        try
        {
            while (await ObeyedAsync(samples.MoveNextAsync(), $"'{call.Capability}'", ct))
            {
                if (_trouble.InARow > 0)
                    Note(TroubleSign.Answered, "it answers");
                yield return samples.Current;
            }
            if (_trouble.State != TroubleState.Ok)
                Note(TroubleSign.Answered, "it answers");
        }
        finally
        {
            // The enumerator of a call that was left behind is still inside the driver and cannot be disposed of.
            if (_left.IsCompleted)
            {
                await samples.DisposeAsync();
                End();
            }
        }
    }

    private async ValueTask<bool> ConnectedAsync(CancellationToken ct)
    {
        await instrument.ConnectAsync(ct);
        return true;
    }

    private void ThrowIfLeft()
    {
        if (!_left.IsCompleted)
            throw new InstrumentException(
                Id, Fault.Rejected, "it is still busy with a call that did not obey its cancellation");
    }

    /// <summary>Waits for the driver no longer than <paramref name="limit"/>.</summary>
    private async ValueTask<T> WithinAsync<T>(
        TimeSpan limit, string what, Func<CancellationToken, ValueTask<T>> work, CancellationToken ct)
    {
        ThrowIfLeft();
        using var over = new CancellationTokenSource(limit < LongestTimer ? limit : LongestTimer, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, over.Token);
        try
        {
            return await ObeyedAsync(work(either.Token), what, either.Token);
        }
        catch (OperationCanceledException e) when (over.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            throw new InstrumentException(Id, Fault.Timeout,
                $"{what} has not ended within {limit.TotalSeconds:0.#} s; check power, cable and address", e);
        }
    }

    /// <summary>Waits for the driver; once the call is cancelled, not for ever.</summary>
    private async ValueTask<T> ObeyedAsync<T>(ValueTask<T> work, string what, CancellationToken ct)
    {
        if (work.IsCompleted)
            return await work;
        var task = work.AsTask();
        var cancelled = new TaskCompletionSource(); // inline: an asynchronous one would leave the virtual loop
        using (ct.Register(() => cancelled.TrySetResult()))
            await Task.WhenAny(task, cancelled.Task);
        try
        {
            return await task.WaitAsync(
                task.IsCompleted ? Timeout.InfiniteTimeSpan : StopLimit, clock, CancellationToken.None);
        }
        catch (TimeoutException e) when (!task.IsCompleted)
        {
            _left = task;
            throw new InstrumentException(Id, Fault.Timeout,
                $"{what} was cancelled and has not ended after {StopLimit.TotalSeconds:0} s: look at it", e)
            {
                IsTransient = false,
            };
        }
    }
}
