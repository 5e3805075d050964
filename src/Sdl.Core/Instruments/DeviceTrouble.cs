namespace Sdl.Core.Instruments;

/// <summary>How well an instrument answers.</summary>
public enum TroubleState
{
    Ok,

    /// <summary>One exchange went wrong, or the device reports trouble of its own.</summary>
    Issue,

    /// <summary>The line was lost, or more than one exchange in a row went wrong: it is being connected anew.</summary>
    Reconnecting,

    /// <summary>Nobody tries any more until it is used next.</summary>
    Failed,
}

/// <summary>What an attempt to use an instrument tells about it.</summary>
public enum TroubleSign
{
    /// <summary>A good exchange.</summary>
    Answered,

    /// <summary>No reply, or none that makes sense.</summary>
    Unanswered,

    LineLost,

    /// <summary>It answers, and says that it cannot do its work.</summary>
    Faulty,

    /// <summary>The patience with it is at its end.</summary>
    GivenUp,
}

/// <summary>The trouble with one instrument: a state, and how many exchanges in a row were not answered.</summary>
public readonly record struct DeviceTrouble(TroubleState State, int InARow)
{
    /// <summary>From this many unanswered exchanges in a row the line is taken for lost.</summary>
    public const int Threshold = 2;

    /// <summary>What a failure tells about the instrument; null when nothing: a refusal is a good answer.</summary>
    public static TroubleSign? SignOf(InstrumentException failure) => failure.Fault switch
    {
        Fault.Disconnected => TroubleSign.LineLost,
        Fault.Timeout or Fault.BadReply => failure.IsTransient ? TroubleSign.Unanswered : TroubleSign.Faulty,
        Fault.DeviceFault => TroubleSign.Faulty,
        _ => null,
    };

    public DeviceTrouble After(TroubleSign sign) => sign switch
    {
        TroubleSign.Answered => default,
        TroubleSign.GivenUp => this with { State = TroubleState.Failed },
        TroubleSign.Faulty => new DeviceTrouble(TroubleState.Issue, 0),
        _ => new DeviceTrouble(
            State is TroubleState.Failed ? TroubleState.Failed
            : sign is TroubleSign.LineLost || State is TroubleState.Reconnecting || InARow + 1 >= Threshold
                ? TroubleState.Reconnecting
            : TroubleState.Issue,
            InARow + 1),
    };
}
