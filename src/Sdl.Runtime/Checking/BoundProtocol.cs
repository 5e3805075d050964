using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Checking;

/// <summary>A protocol whose roles are bound to the instruments of a lab: what the checker judges and
/// the engine runs.</summary>
/// <param name="Capabilities">Of every instrument of the lab.</param>
public sealed record BoundProtocol(
    Protocol Protocol, string LabDigest, IReadOnlyDictionary<string, InstrumentId> Bindings,
    IReadOnlyDictionary<InstrumentId, IReadOnlyList<Capability>> Capabilities, IReadOnlyList<IAnalysis> Analyses)
{
    private readonly IReadOnlyDictionary<Step, StepVessels> _vessels = StepVessels.In(Protocol);

    /// <summary>What the lab says is there.</summary>
    public Inventory Inventory { get; init; } = Inventory.None;

    /// <summary>The capability that a step names.</summary>
    /// <exception cref="KeyNotFoundException">The protocol was not checked.</exception>
    public Capability CapabilityOf(Step.Invoke step) =>
        Capabilities[Bindings[step.Role]].First(c => c.Name == step.Capability);

    internal StepVessels VesselsOf(Step.Invoke step) => _vessels[step];

    public IAnalysis AnalysisOf(Step.Analyse step) => Analyses.First(a => a.Name == step.Analysis);
}
