namespace Sdl.Store;

/// <summary>Whether a journal is as it was written.</summary>
/// <param name="Events">Events that were found in order.</param>
/// <param name="Records">Sealed records that were found in order.</param>
/// <param name="Hash">The latest link of the chain, hex; empty when something is wrong.</param>
/// <param name="IsChained">Whether there is a chain: version 1 of the schema had none.</param>
/// <param name="Seq">The event where something is wrong; null when all is well, or it concerns no event.</param>
/// <param name="Wrong">The first thing that is wrong; null when all is well.</param>
public sealed record JournalVerdict(
    long Events, long Records, string Hash, bool IsChained, long? Seq, string? Wrong);
