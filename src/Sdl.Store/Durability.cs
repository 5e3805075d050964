namespace Sdl.Store;

/// <summary>What an event that was appended outlives.</summary>
public enum Durability
{
    /// <summary>A power cut: the disk has it when the append returns. Appends that come while the disk is at work are
    /// committed together, on a thread of the pool.</summary>
    PowerCut,

    /// <summary>The death of the process, kill -9 included, but not that of the computer, and only once <see
    /// cref="SqliteJournal.Flush"/> was called; a moment later in any case. The append is done when it returns, on the
    /// caller's thread. For dry runs: their devices are a file as well, so it is enough that nothing is said to one
    /// before the journal has been flushed.</summary>
    ProcessDeath,
}
