namespace Sdl.Runtime.Interlocks;

/// <summary>How interlocks are watched.</summary>
public sealed record InterlockWatchOptions
{
    /// <summary>For a dry run: looks once in a second of lab time, because looks each 0.1 s would take longer than the
    /// run itself; and nobody is there.</summary>
    public static readonly InterlockWatchOptions Dry = new() { Sample = TimeSpan.FromSeconds(1), Attended = false };

    /// <summary>The same for the weeks in which cells are cycled: looks twice in a minute at what does nothing as long
    /// as nothing is wrong with it.</summary>
    public static readonly InterlockWatchOptions DryWeeks = Dry with { Idle = TimeSpan.FromSeconds(30) };

    /// <summary>Time between two readings; null for what each interlock says. A reading counts as lost no sooner than
    /// after three of these.</summary>
    public TimeSpan? Sample { get; init; }

    /// <summary>Time between two readings of an instrument that does nothing; null for the same as at work. A reading
    /// counts as lost no sooner than after three of these, either.</summary>
    public TimeSpan? Idle { get; init; }

    /// <summary>Whether people can acknowledge and resume. Where nobody can, a pause would last for ever: the runs are
    /// stopped instead.</summary>
    public bool Attended { get; init; } = true;
}
