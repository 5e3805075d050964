using Sdl.Core.Instruments;

namespace Sdl.Core.Runs;

/// <summary>An attempt failed that is going to be repeated: the call has not ended.</summary>
/// <param name="Attempt">The latest one that was intended.</param>
/// <param name="Fault">The name of a <see cref="Instruments.Fault"/>.</param>
/// <param name="Delay">The rest before the instrument is connected anew and the attempt repeated.</param>
public sealed record StepRetried(
    RunId Run, CallId Call, int Attempt, string Fault, string Message, TimeSpan Delay) : RunEvent;

/// <summary>Connecting to an instrument, or asking it, failed and is going to be repeated: nothing was to
/// move.</summary>
/// <param name="What">Such as <c>connecting</c>.</param>
/// <param name="Attempt">From 1.</param>
public sealed record ContactRetried(
    RunId Run, InstrumentId Instrument, string What, int Attempt, string Fault, string Message,
    TimeSpan Delay) : RunEvent;

public sealed record TroubleChanged(
    InstrumentId Instrument, TroubleState From, TroubleState To, string Why) : RunEvent;

/// <summary>Something that a person should look at; the run goes on.</summary>
/// <param name="Subject">What it is about, such as the id of a call.</param>
public sealed record AlarmRaised(RunId Run, string Subject, string Message) : RunEvent;
