using System.Globalization;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Runtime.Forecasts;

namespace Sdl.App.Reports;

/// <summary>A Gantt chart in characters: one line an instrument. The darker a place, the longer the instrument is in
/// use in the time that it stands for; a dot says that a run waits for it.</summary>
public static class GanttText
{
    private const int MostLabel = 16, TickRoom = 12;
    private const string Shades = " ░▒▓█";

    private static readonly TimeSpan[] Steps =
    [
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(s => TimeSpan.FromSeconds(s)),
        .. new[] { 1, 2, 5, 10, 15, 30 }.Select(m => TimeSpan.FromMinutes(m)),
        .. new[] { 1, 2, 3, 6, 12 }.Select(h => TimeSpan.FromHours(h)),
        .. new[] { 1, 2, 5, 10, 20, 50, 100 }.Select(d => TimeSpan.FromDays(d)),
    ];

    /// <param name="width">Columns; at least 40.</param>
    public static IReadOnlyList<string> Lines(Forecast forecast, int width)
    {
        var timeline = forecast.Timeline;
        if (timeline.Length <= TimeSpan.Zero)
            return [];
        var rows = forecast.Instruments.Select(i => (Name: i.Instrument.Value, Id: (InstrumentId?)i.Instrument,
            Share: string.Create(CultureInfo.InvariantCulture, $"{100 * i.Share,3:0} %"))).ToList();
        if (timeline.Bars.Any(b => b.Instrument is null))
            rows.Add(("(waits)", null, ""));
        var label = Math.Min(MostLabel, rows.Max(r => r.Name.Length));
        var cells = Math.Max(20, Math.Max(40, width) - label - 7);
        var lines = rows.ConvertAll(r => $"{Fit(r.Name, label)} {Cells(timeline, r.Id, cells)} {r.Share}".TrimEnd());
        lines.AddRange(Axis(timeline.Length, cells).Select(l => new string(' ', label + 1) + l));
        return lines;
    }

    /// <summary>Round times along an axis, at most <paramref name="count"/> of them beside zero.</summary>
    public static IReadOnlyList<TimeSpan> Ticks(TimeSpan length, int count)
    {
        var step = Steps.FirstOrDefault(s => length / s <= count, Steps[^1]);
        return Enumerable.Range(0, (int)(length / step) + 1).Select(i => step * i).ToList();
    }

    /// <summary>A time on an axis.</summary>
    public static string Tick(TimeSpan time) => time == TimeSpan.Zero ? "0" : People.Duration(time) switch
    {
        var text when text.EndsWith(".0 s", StringComparison.Ordinal) => text[..^4] + " s",
        var text => text,
    };

    private static string Cells(Timeline timeline, InstrumentId? instrument, int cells)
    {
        var (used, awaited) = (new double[cells], new double[cells]);
        foreach (var bar in timeline.Bars.Where(b => b.Instrument == instrument))
        {
            Spread(timeline, bar.Start, bar.End, used);
            Spread(timeline, bar.Start - bar.Waited, bar.Start, awaited);
        }
        var text = new StringBuilder();
        for (var i = 0; i < cells; i++)
            text.Append(used[i] > 0 ? Shades[1 + Math.Min(3, (int)(used[i] * 4))]
                : awaited[i] > 0.25 ? '·'
                : ' ');
        return text.ToString();
    }

    /// <summary>Adds the share of each cell that an interval covers.</summary>
    private static void Spread(Timeline timeline, DateTimeOffset from, DateTimeOffset to, double[] cells)
    {
        var scale = cells.Length / timeline.Length.TotalSeconds;
        var (a, b) = ((from - timeline.Start).TotalSeconds * scale, (to - timeline.Start).TotalSeconds * scale);
        for (var i = Math.Max(0, (int)a); i < Math.Min(cells.Length, Math.Ceiling(b)); i++)
            cells[i] = Math.Min(1, cells[i] + Math.Min(b, i + 1) - Math.Max(a, i));
    }

    private static string[] Axis(TimeSpan length, int cells)
    {
        var (line, text) = (new string('─', cells).ToCharArray(), new string(' ', cells + 7).ToCharArray());
        var free = 0;
        foreach (var tick in Ticks(length, cells / TickRoom))
        {
            var at = Math.Min(cells - 1, (int)(tick / length * cells));
            line[at] = '┴';
            var name = Tick(tick);
            if (at < free || at + name.Length > text.Length)
                continue;
            name.CopyTo(text.AsSpan(at));
            free = at + name.Length + 1;
        }
        line[0] = '└';
        return [new string(line), new string(text).TrimEnd()];
    }

    private static string Fit(string name, int width) =>
        name.Length <= width ? name.PadRight(width) : name[..(width - 1)] + "…";
}
