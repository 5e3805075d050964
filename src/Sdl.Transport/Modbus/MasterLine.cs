using System.Runtime.CompilerServices;

namespace Sdl.Transport.Modbus;

/// <summary>What all masters on one line must agree on: the next transaction id, so that a late reply to one master is
/// not taken by another, and when the line was last busy.</summary>
internal sealed class MasterLine
{
    private static readonly ConditionalWeakTable<Line, MasterLine> Known = [];

    public ushort Transaction { get; set; }

    /// <summary>Timestamp of the clock; null before the first exchange.</summary>
    public long? LastTraffic { get; set; }

    public static MasterLine Of(Line line) => Known.GetValue(line, _ => new MasterLine());
}
