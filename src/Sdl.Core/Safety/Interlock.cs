using Sdl.Core.Instruments;
using Sdl.Core.Protocols;

namespace Sdl.Core.Safety;

/// <summary>What an interlock does when it trips.</summary>
public enum InterlockAction
{
    /// <summary>The runs begin nothing more until they are resumed.</summary>
    Pause,

    /// <summary>The runs finish what is under way, then their Finally steps.</summary>
    Stop,

    /// <summary>The runs are cancelled and their instruments made safe.</summary>
    Abort,

    /// <summary>One instrument is made safe, and nothing is begun with it.</summary>
    Safe,
}

/// <summary>What a reading that cannot be had means.</summary>
public enum OnLoss { Trip, Ignore }

/// <summary>Which runs an interlock acts on.</summary>
public enum InterlockScope
{
    /// <summary>Every run of the lab.</summary>
    All,

    /// <summary>Runs that use an instrument of the condition.</summary>
    Users,
}

/// <summary>A condition that forbids, as the lab file says.</summary>
/// <param name="When">Trips it.</param>
/// <param name="Reset">Clears it again; never holds together with <paramref name="When"/>.</param>
/// <param name="Message">What people should know and do.</param>
/// <param name="At">Where it stands in the lab file.</param>
public sealed record Interlock(
    string Name, Condition When, Condition Reset, InterlockAction Action, string Message, Mark At)
{
    /// <summary>Readings are taken no less often than this.</summary>
    public static readonly TimeSpan LongestSample = TimeSpan.FromMilliseconds(100);

    public static readonly TimeSpan LongestSettle = TimeSpan.FromDays(1);

    /// <summary>A single lost reply on a slow bus (1 s, and 2.5 s until the next may be asked) is no danger.</summary>
    public static readonly TimeSpan UsualStale = TimeSpan.FromSeconds(5);

    /// <summary>How long the condition must hold without interruption before it trips.</summary>
    public TimeSpan Settle { get; init; }

    /// <summary>Time between two readings, 100 ms at most.</summary>
    public TimeSpan Sample { get; init; } = LongestSample;

    /// <summary>Stays tripped until a person has acknowledged it.</summary>
    public bool Latch { get; init; } = true;

    /// <summary>A reading that is older than this cannot be had.</summary>
    public TimeSpan Stale { get; init; } = UsualStale;

    public OnLoss OnLoss { get; init; }

    public InterlockScope Scope { get; init; }

    /// <summary>The instrument that <see cref="InterlockAction.Safe"/> makes safe; else null.</summary>
    public InstrumentId? Instrument { get; init; }

    /// <summary>Where its entries stand in the lab file.</summary>
    public IReadOnlyDictionary<string, Mark> Places { get; init; } = new Dictionary<string, Mark>();

    /// <summary>All readings that it asks for, each once.</summary>
    public IReadOnlyList<ReadingId> Readings { get; } = When.Readings.Union(Reset.Readings).ToList();

    public Mark PlaceOf(string entry) => Places.GetValueOrDefault(entry, At);

    /// <summary>Whether it acts on a run that uses these instruments.</summary>
    public bool Concerns(IReadOnlySet<InstrumentId> instruments) =>
        Instrument is { } one ? instruments.Contains(one)
        : Scope == InterlockScope.All || Readings.Any(r => instruments.Contains(r.Instrument));
}
