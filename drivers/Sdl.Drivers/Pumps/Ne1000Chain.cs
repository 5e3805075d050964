using System.Runtime.CompilerServices;
using Sdl.Transport;

namespace Sdl.Drivers.Pumps;

/// <summary>The alarms of the pumps on one line that were heard in the exchange of another. In safe mode a pump reports
/// an alarm at once and once only, whoever has the line; it must reach its own driver, or a pump that has lost its
/// count would pass for one that has not begun. Used only by who has the turn on the line.</summary>
internal sealed class Ne1000Chain
{
    private static readonly ConditionalWeakTable<Line, Ne1000Chain> Known = [];

    private readonly Dictionary<int, Ne1000Reply> _heard = [];

    public static Ne1000Chain On(Line line) => Known.GetValue(line, _ => new Ne1000Chain());

    public void Note(Ne1000Reply alarm)
    {
        // Lost power explains whatever follows.
        if (_heard.GetValueOrDefault(alarm.Address) is not { Alarm: 'R' })
            _heard[alarm.Address] = alarm;
    }

    /// <summary>The alarm of a pump that others have heard, once; null when there is none.</summary>
    public Ne1000Reply? Take(int address) => _heard.Remove(address, out var alarm) ? alarm : null;
}
