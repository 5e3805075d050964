using Sdl.Core.Simulation;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Where a device and its line stand when a run comes to its end.</summary>
/// <param name="Capability">What the run has asked of it; null for nothing.</param>
/// <param name="Share">How much of the time of that call has passed; above 1 it has ended.</param>
/// <param name="Fault">A fault that the device has from the beginning of the call on.</param>
/// <param name="Last">A fault of the wire that comes just before the end.</param>
/// <param name="InExchange">A request has just gone out, and its reply is on its way.</param>
internal sealed record DeviceState(
    string? Capability, double Share = 0, string? Fault = null, string? Last = null, bool InExchange = false)
{
    // Before the first reply, in the middle, and when it has nearly come to its end.
    private static readonly double[] Shares = [0.01, 0.5, 0.95];

    public bool HasEnded => Share > 1;

    /// <summary>Whether device and line do as they are told.</summary>
    public bool IsWell => Fault is null && Last is null;

    /// <summary>Every state that the contract can bring a kind of instrument into: idle, in each of its capabilities,
    /// after each, and with each fault of its simulator and of its line in each of them.</summary>
    public static IEnumerable<DeviceState> Of(string kind)
    {
        var rig = new ContractRig(kind);
        yield return new DeviceState(Capability: null);
        foreach (var fault in FaultKind.OfTheWire)
            yield return new DeviceState(null, Last: fault.Name);
        foreach (var capability in rig.NewHost().Driver.Capabilities.Select(c => c.Name))
        {
            foreach (var share in Shares)
                yield return new DeviceState(capability, share);
            yield return new DeviceState(capability, 0.5, InExchange: true);
            yield return new DeviceState(capability, 2);
            // A device that is stuck obeys nobody but its power switch; that the run says so is judged elsewhere.
            foreach (var fault in rig.Device.Faults.Known.Where(f => f != FaultKind.StuckBusy))
                yield return new DeviceState(capability, 0.6, fault);
            foreach (var fault in FaultKind.OfTheWire)
                yield return new DeviceState(capability, 0.5, Last: fault.Name);
        }
    }

    public override string ToString() => (Capability is null ? "idle"
            : HasEnded ? $"after '{Capability}'"
            : $"{Share:0 %} into '{Capability}'")
        + (InExchange ? ", a reply on its way" : "")
        + (Fault is null ? "" : $", fault '{Fault}'")
        + (Last is null ? "" : $", '{Last}' at the end");
}
