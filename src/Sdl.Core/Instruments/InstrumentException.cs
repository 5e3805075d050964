namespace Sdl.Core.Instruments;

public enum Fault
{
    /// <summary>No port, no cable, no listener; or the line went away.</summary>
    Disconnected,

    /// <summary>Nothing, or too little, came in time.</summary>
    Timeout,

    /// <summary>Something came that is no valid reply.</summary>
    BadReply,

    /// <summary>The device understood and said no.</summary>
    Rejected,

    /// <summary>The device reports trouble of its own: a stall, an overload, a protective stop.</summary>
    DeviceFault,

    /// <summary>Outside a limit, found before anything moved.</summary>
    OutOfRange,
}

/// <summary>The one exception of the hardware side: which instrument, what was asked, what came
/// back, what to do.</summary>
public sealed class InstrumentException(InstrumentId id, Fault fault, string message, Exception? inner = null)
    : Exception($"{id}: {message}", inner)
{
    public InstrumentId Id => id;
    public Fault Fault => fault;

    /// <summary>The message without the instrument's name.</summary>
    public string Text => message;

    /// <summary>Whether it may pass when it is tried again: trouble on the line, unless who throws it knows better (a
    /// weight that does not settle is late, too, and nothing is wrong with the line).</summary>
    public bool IsTransient { get; init; } = fault is Fault.Disconnected or Fault.Timeout or Fault.BadReply;
}
