namespace Sdl.Core.Runs;

/// <summary>Name of one execution of a protocol; unique in its journal, readable, and derived (see CallId).</summary>
public readonly record struct RunId(string Value)
{
    public override string ToString() => Value;
}

public enum RunState
{
    Queued, Running, Pausing, Paused, Stopping, Aborting,

    /// <summary>The process died; only recovery leads out of it.</summary>
    Interrupted,

    Completed, Stopped, Aborted, Failed,
}

public enum RunCommand
{
    /// <summary>At the next step. Asked for again within 10 s: now.</summary>
    Pause,
    Resume,

    /// <summary>Finish the current invocations, then Finally. Asked for again within 10 s: cancel
    /// them first.</summary>
    Stop,

    /// <summary>Cancel now and make safe.</summary>
    Abort,
}
