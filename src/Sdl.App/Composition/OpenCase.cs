using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;

namespace Sdl.App.Composition;

/// <summary>An invocation whose end was not seen, with what its device says about it.</summary>
/// <param name="Outcome">As recovery will take it.</param>
/// <param name="By">Who said so: the device, or a person.</param>
public sealed record OpenCase(OpenCall Call, Capability Capability, InvocationOutcome Outcome, string By)
{
    public bool NeedsAPerson => Outcome.Progress == CallProgress.Unknown;

    public CallId Id => Call.Past.Intended.Call;

    public InstrumentId Instrument => Call.Past.Intended.Instrument;

    public Arguments Arguments => Call.Past.Intended.Arguments;

    /// <summary>Connects to the instrument and asks it, unless a person has decided; starts no motion.</summary>
    /// <exception cref="KeyNotFoundException">The lab has no such instrument, or it can no longer do
    /// this.</exception>
    public static async Task<OpenCase> AskAsync(LabSession lab, OpenCall open, CancellationToken ct)
    {
        var intended = open.Past.Intended;
        var host = lab.Host(intended.Instrument);
        var capability = host.Instrument.Capabilities.FirstOrDefault(c => c.Name == intended.Capability)
            ?? throw new KeyNotFoundException($"{intended.Instrument} can no longer '{intended.Capability}'");
        if (open.Past.Decided is { By: not StepReconciled.Device } decided)
            return new OpenCase(
                open, capability, new InvocationOutcome(decided.Progress, decided.Evidence, decided.Remaining),
                decided.By);
        var outcome = capability.Replay == Replay.Safe
            ? new InvocationOutcome(CallProgress.NotStarted, "repeating it does no harm")
            : await AskAsync(host, capability, new Invocation(intended.Call, capability.Name, intended.Arguments), ct);
        return new OpenCase(
            open, capability, outcome is { Progress: CallProgress.Partial, Remaining: null }
                ? outcome with { Progress = CallProgress.Unknown }
                : outcome, StepReconciled.Device);
    }

    private static async Task<InvocationOutcome> AskAsync(
        InstrumentHost host, Capability capability, Invocation call, CancellationToken ct)
    {
        try
        {
            await host.ConnectAsync(ct);
            if (capability.Replay == Replay.AskDevice)
                return await host.ReconcileAsync(call, ct);
            var status = await host.Instrument.ReadStatusAsync(ct);
            return new InvocationOutcome(CallProgress.Unknown, string.Join(", ", status.Readings
                .Select(r => $"{r.Key} {r.Value}").Prepend($"it cannot tell; it is {status.State}")));
        }
        catch (InstrumentException e)
        {
            return new InvocationOutcome(CallProgress.Unknown, $"it could not be asked: {e.Text}");
        }
    }
}
