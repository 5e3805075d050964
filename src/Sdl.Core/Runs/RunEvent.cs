using System.Text.Json.Serialization;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Core.Runs;

/// <summary>Something that happened, as the journal keeps it. Names and members are a file format:
/// add, never rename.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(RunStarted), "run-started")]
[JsonDerivedType(typeof(Moved), "moved")]
[JsonDerivedType(typeof(StepIntended), "step-intended")]
[JsonDerivedType(typeof(StepDone), "step-done")]
[JsonDerivedType(typeof(StepFailed), "step-failed")]
[JsonDerivedType(typeof(StepReconciled), "step-reconciled")]
[JsonDerivedType(typeof(StepRetried), "step-retried")]
[JsonDerivedType(typeof(ContactRetried), "contact-retried")]
[JsonDerivedType(typeof(TroubleChanged), "trouble-changed")]
[JsonDerivedType(typeof(AlarmRaised), "alarm-raised")]
[JsonDerivedType(typeof(WaitStarted), "wait-started")]
[JsonDerivedType(typeof(Analysed), "analysed")]
[JsonDerivedType(typeof(SafeEntered), "safe-entered")]
[JsonDerivedType(typeof(Resulted), "resulted")]
[JsonDerivedType(typeof(CampaignStarted), "campaign-started")]
[JsonDerivedType(typeof(Proposed), "proposed")]
[JsonDerivedType(typeof(Mixed), "mixed")]
[JsonDerivedType(typeof(Observed), "observed")]
[JsonDerivedType(typeof(Suggested), "suggested")]
[JsonDerivedType(typeof(Vetoed), "vetoed")]
[JsonDerivedType(typeof(CampaignEnded), "campaign-ended")]
[JsonDerivedType(typeof(CommandGiven), "command-given")]
[JsonDerivedType(typeof(StepSuspended), "step-suspended")]
[JsonDerivedType(typeof(StepTimedOut), "step-timed-out")]
[JsonDerivedType(typeof(InterlockTripped), "interlock-tripped")]
[JsonDerivedType(typeof(InterlockCleared), "interlock-cleared")]
[JsonDerivedType(typeof(InterlockAcknowledged), "interlock-acknowledged")]
[JsonDerivedType(typeof(InterlockMadeSafe), "interlock-made-safe")]
[JsonDerivedType(typeof(InventoryTaken), "inventory-taken")]
[JsonDerivedType(typeof(LeaseTaken), "lease-taken")]
[JsonDerivedType(typeof(LeaseReturned), "lease-returned")]
[JsonDerivedType(typeof(WindowMissed), "window-missed")]
[JsonDerivedType(typeof(Noted), "noted")]
[JsonDerivedType(typeof(BranchesBegun), "branches-begun")]
[JsonDerivedType(typeof(BranchGivenUp), "branch-given-up")]
public abstract record RunEvent;

/// <param name="Author">Who asked for it.</param>
public sealed record RunStarted(
    RunId Run, string Protocol, string ProtocolDigest, string LabDigest, Arguments Arguments,
    IReadOnlyDictionary<string, InstrumentId> Bindings, string Author) : RunEvent;

public sealed record Moved(RunId Run, RunState From, RunState To, string Why) : RunEvent;

/// <summary>On disk before the device is told anything.</summary>
/// <param name="Attempt">From 1; a higher number repeats or completes an invocation whose end was not seen, or
/// establishes anew a state that later steps rely on.</param>
public sealed record StepIntended(
    RunId Run, CallId Call, InstrumentId Instrument, string Capability, Arguments Arguments, int Attempt) : RunEvent
{
    /// <summary>What it is about to move and to use up; null when it does neither.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Matter? Matter { get; init; }
}

/// <param name="Record">SHA-256 of the sealed record.</param>
public sealed record StepDone(RunId Run, CallId Call, int Attempt, int Samples, string Record) : RunEvent
{
    /// <summary>Volume that this attempt has moved, as the device says; null when it does not say.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quantity? Moved { get; init; }
}

/// <param name="Fault">The name of a <see cref="Instruments.Fault"/>, or <see cref="Cancelled"/>.</param>
public sealed record StepFailed(RunId Run, CallId Call, int Attempt, string Fault, string Message) : RunEvent
{
    /// <summary>The call was ended because another failed or the run was aborted.</summary>
    public const string Cancelled = "Cancelled";

    /// <summary>Volume that had been moved at least, as far as the device had told.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quantity? Moved { get; init; }
}

/// <summary>What was found out about an invocation whose end was not seen.</summary>
/// <param name="By">The device, or the person who decided.</param>
public sealed record StepReconciled(
    RunId Run, CallId Call, CallProgress Progress, string Evidence, string By) : RunEvent
{
    /// <summary>By itself, and not a person.</summary>
    public const string Device = "device";

    /// <summary>For <see cref="CallProgress.Partial"/>: the arguments that do the rest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Arguments? Remaining { get; init; }

    /// <summary>Volume that the latest attempt turned out to have moved, where that is known.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Quantity? Moved { get; init; }
}

public sealed record WaitStarted(RunId Run, string Step, DateTimeOffset Until) : RunEvent;

public sealed record Analysed(
    RunId Run, string Step, string Analysis, IReadOnlyDictionary<string, Measured> Values) : RunEvent
{
    /// <summary>Branches that would have given records to it and were given up, as paths below the run; null for
    /// none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LeftOut { get; init; }
}

/// <param name="Error">Null when the device was shown to be safe.</param>
public sealed record SafeEntered(RunId Run, InstrumentId Instrument, string State, string? Error) : RunEvent;

public sealed record Resulted(RunId Run, IReadOnlyDictionary<string, Measured> Values) : RunEvent
{
    /// <summary>Branches that were given up on the way, as paths below the run; null for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? LeftOut { get; init; }
}

public sealed record CampaignStarted(
    string Name, ulong Seed, string CampaignDigest, string ProtocolDigest, string LabDigest,
    bool Dry, string Author) : RunEvent;

public sealed record Proposed(int Experiment, Proposal Proposal) : RunEvent;

/// <summary>What an experiment was to contain, and what it contains as far as pumps and balance tell.</summary>
/// <param name="Nominal">As proposed.</param>
/// <param name="Volumes">Stock volumes that were asked for.</param>
/// <param name="Actual">Estimated from the volumes, the pumps' accuracy and the weighed mass.</param>
/// <param name="ActualVolumes">Estimated stock volumes with their uncertainty.</param>
/// <param name="Mass">Weighed mass.</param>
public sealed record Mixed(
    int Experiment, RunId Run, Formulation Nominal, IReadOnlyDictionary<string, Quantity> Volumes,
    Formulation Actual, IReadOnlyDictionary<string, Measured> ActualVolumes, Measured Mass) : RunEvent;

/// <param name="Value">The protocol's result that counts most; null where the experiment failed.</param>
public sealed record Observed(int Experiment, RunId Run, Observation Observation, Measured? Value) : RunEvent;

/// <summary>A person wants this experiment next.</summary>
public sealed record Suggested(DesignPoint At, string By, string Why) : RunEvent;

/// <summary>A person rules out a part of the space.</summary>
public sealed record Vetoed(Veto Veto, string By) : RunEvent;

public sealed record CampaignEnded(RunState State, string Why) : RunEvent;
