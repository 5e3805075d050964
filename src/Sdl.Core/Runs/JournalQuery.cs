using Sdl.Core.Instruments;

namespace Sdl.Core.Runs;

/// <summary>Which events to look up in a journal. What a query names is found by index, however long the
/// journal is.</summary>
/// <param name="Kinds">Types of events; none means all, and reads the whole journal.</param>
public sealed record JournalQuery(params IReadOnlyList<Type> Kinds)
{
    public RunId? Run { get; init; }

    /// <summary>The call or step that they are about; wants <see cref="Run"/>.</summary>
    public string? Subject { get; init; }

    /// <summary>Only calls and steps whose path lies below this one; wants <see cref="Run"/>.</summary>
    public string? Below { get; init; }

    /// <summary>Only intentions to use this capability; wants <see cref="Run"/> and the one kind
    /// <see cref="StepIntended"/>.</summary>
    public (InstrumentId Instrument, string Capability)? Use { get; init; }

    /// <summary>The number of the last event that counts.</summary>
    public long Until { get; init; } = long.MaxValue;

    /// <summary>Only this many, the latest ones.</summary>
    public int Latest { get; init; } = int.MaxValue;
}
