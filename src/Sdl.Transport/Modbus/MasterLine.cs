using System.Runtime.CompilerServices;

namespace Sdl.Transport.Modbus;

/// <summary>What all masters on one line must agree on: the next transaction id, so that a late reply to one master is
/// not taken by another, how long the line must stay quiet, and which units may still answer an earlier
/// request.</summary>
internal sealed class MasterLine
{
    private static readonly ConditionalWeakTable<Line, MasterLine> Known = [];

    // Timestamps of the clock and what has to pass since.
    private readonly Dictionary<byte, (long Since, TimeSpan For)> _unanswered = [];
    private (long Since, TimeSpan For)? _quiet;

    public ushort Transaction { get; set; }

    public static MasterLine Of(Line line) => Known.GetValue(line, _ => new MasterLine());

    public void QuietFrom(long now, TimeSpan duration) => _quiet = (now, duration);

    public void Unanswered(byte unit, long now, TimeSpan late) => _unanswered[unit] = (now, late);

    /// <summary>How long the line has to be left alone yet.</summary>
    public TimeSpan Quiet(TimeProvider clock) =>
        _quiet is { } quiet ? quiet.For - clock.GetElapsedTime(quiet.Since) : TimeSpan.Zero;

    /// <summary>How long an earlier reply of the unit may yet come.</summary>
    public TimeSpan Late(byte unit, TimeProvider clock) => _unanswered.Remove(unit, out var open)
        ? open.For - clock.GetElapsedTime(open.Since)
        : TimeSpan.Zero;
}
