using Sdl.Core.Materials;
using Sdl.Core.Units;

namespace Sdl.Core.Instruments;

/// <summary>One use of a capability, with complete and checked arguments.</summary>
public sealed record Invocation(CallId Id, string Capability, Arguments Arguments)
{
    /// <summary>For the ledger; no driver looks at it.</summary>
    public Matter? Matter { get; init; }
}

/// <summary>One row of a record: values in the order and the units of <see cref="Capability.Columns"/>.</summary>
public readonly record struct Sample(DateTimeOffset At, ReadOnlyMemory<double> Values);

/// <param name="Identity">Maker, model, firmware and serial number, as far as the device tells them.</param>
/// <param name="State">The device's own word for what it is doing.</param>
/// <param name="Readings">The instrument's declared readings; one is absent while the device cannot tell it (a broken
/// sensor, an overloaded pan).</param>
public sealed record InstrumentStatus(
    string Identity, string State, bool Busy, IReadOnlyDictionary<string, Quantity> Readings, DateTimeOffset At);

/// <summary>Speaks to one device. The engine calls one member at a time, except these: a look at status or readings may
/// come beside anything and takes turns on the line without disturbing it; <see cref="MakeSafeAsync"/> may come at any
/// moment and must not wait for a call that hangs.</summary>
public interface IInstrument : IAsyncDisposable
{
    InstrumentId Id { get; }

    /// <summary>After which connecting is given up, unless the lab file says otherwise.</summary>
    TimeSpan ConnectTime => TimeSpan.FromSeconds(5);

    /// <summary>What <see cref="MakeSafeAsync"/> brings about, in one phrase for people.</summary>
    string SafeState { get; }

    /// <summary>Fixed from construction on: limits come from the settings, so that a lab can be
    /// checked unconnected.</summary>
    IReadOnlyList<Capability> Capabilities { get; }

    /// <summary>What can be watched at any time, also while an invocation runs. Fixed from construction on; none unless
    /// the driver says otherwise.</summary>
    IReadOnlyList<Reading> Readings => [];

    /// <summary>Opens the line, checks that the right device answers, and sets it up. May be called again
    /// after a fault.</summary>
    /// <exception cref="InstrumentException">Nobody answers, or another device does.</exception>
    ValueTask ConnectAsync(CancellationToken ct);

    /// <exception cref="InstrumentException">The device does not answer as it should.</exception>
    ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct);

    /// <summary>Some of the declared readings, by as few exchanges as the device allows.</summary>
    /// <returns>At least <paramref name="names"/>, less those that the device cannot tell just now.</returns>
    /// <exception cref="InstrumentException">The device does not answer as it should.</exception>
    async ValueTask<IReadOnlyDictionary<string, Quantity>> ReadAsync(
        IReadOnlySet<string> names, CancellationToken ct) => (await ReadStatusAsync(ct)).Readings;

    /// <summary>Does it and ends when the device has ended. Cancelling stops the device, then throws.</summary>
    /// <exception cref="InstrumentException">The device failed, refused or went away.</exception>
    IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct);

    /// <summary>Brings the device into its declared safe state. Takes no token: nobody may cancel it.</summary>
    /// <exception cref="InstrumentException">It could not be shown within <paramref name="limit"/> that the
    /// device is safe.</exception>
    ValueTask MakeSafeAsync(TimeSpan limit);
}

/// <summary>How far an invocation got whose end was not seen.</summary>
public enum CallProgress { NotStarted, Partial, Done, Unknown }

/// <param name="Remaining">For <see cref="CallProgress.Partial"/>: the arguments that do the rest.</param>
/// <param name="Samples">For <see cref="CallProgress.Done"/>: the rows that the invocation would
/// have ended with.</param>
public sealed record InvocationOutcome(
    CallProgress Progress, string Evidence, Arguments? Remaining = null, IReadOnlyList<Sample>? Samples = null);

/// <summary>For drivers with a <see cref="Replay.AskDevice"/> capability.</summary>
public interface IReconcile
{
    /// <summary>Asks the device what became of <paramref name="call"/>. Waits for a motion that still goes
    /// on; starts none.</summary>
    ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct);
}
