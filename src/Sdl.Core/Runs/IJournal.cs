using Sdl.Core.Instruments;
using Sdl.Core.Records;

namespace Sdl.Core.Runs;

/// <param name="Seq">From 1, without gaps.</param>
public sealed record JournalEntry(long Seq, DateTimeOffset At, RunEvent Event);

/// <summary>What happened, in order, on disk, and the records that belong to it. Once a write has failed every later
/// one fails likewise, so that the journal ends where it broke, as if the process had died there.</summary>
public interface IJournal
{
    /// <summary>Durable when it returns.</summary>
    /// <exception cref="JournalException">It could not be written; the run must stop in its safe state.</exception>
    ValueTask AppendAsync(RunEvent happened, CancellationToken ct);

    /// <summary>Adds a batch of samples to the unsealed record of a call. They survive the death of the process; a
    /// power cut may take the last batches.</summary>
    /// <exception cref="JournalException">As above.</exception>
    ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct);

    /// <summary>Seals the record of a call and appends its end, both or neither.</summary>
    /// <exception cref="JournalException">As above.</exception>
    ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct);

    /// <summary>The latest event; null when nothing has happened.</summary>
    JournalEntry? Last { get; }

    /// <summary>Everything after <paramref name="seq"/>.</summary>
    IEnumerable<JournalEntry> Read(long seq = 0);

    /// <summary>What the query asks for, in the order in which it happened.</summary>
    IReadOnlyList<JournalEntry> Find(JournalQuery query);

    /// <summary>The intentions of a run whose end is not in the journal, in order.</summary>
    IReadOnlyList<JournalEntry> OpenCalls(RunId run);

    /// <exception cref="KeyNotFoundException">No sealed record belongs to this call.</exception>
    Record ReadRecord(CallId call);
}

/// <summary>The journal cannot be written: a full disk, a lost drive.</summary>
public sealed class JournalException(string message, Exception inner) : Exception(message, inner);
