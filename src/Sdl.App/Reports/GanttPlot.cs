using System.Globalization;
using Sdl.App.Reports.Plots;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Forecasts;

namespace Sdl.App.Reports;

/// <summary>A Gantt chart as one SVG file that stands alone: one row an instrument, one bar an invocation.</summary>
public static class GanttPlot
{
    private const double Width = 960, Right = 66, Top = 76, Row = 30, Bar = 18, CharacterWidth = 6.6;

    // So many bars are still told apart; of more, neighbours closer than half a pixel are drawn as one.
    private const int MostBars = 3000;

    private const string Css = """

        svg { --paper: #ffffff; --ink: #17202a; --quiet: #55616e; --grid: #e6eaee; --alarm: #a3211b; --wait: #8a96a3;
          --b0: #1b5fa7; --b1: #4a86c5; --b2: #7a3e9d; --b3: #157a5b; --b4: #a85a00; --b5: #0f6f86;
          background: var(--paper); font: 13px -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial,
            sans-serif; font-variant-numeric: tabular-nums; }
        @media (prefers-color-scheme: dark) { svg { --paper: #12161b; --ink: #e8ecf0; --quiet: #a3afbb; --grid: #252d35;
          --alarm: #ff9d94; --wait: #6d7884; --b0: #79b4f2; --b1: #4f8fd0; --b2: #cfa0ee; --b3: #63cfa8; --b4: #f2a35c;
          --b5: #6cc6dc; } }
        text { fill: var(--quiet); } .title { fill: var(--ink); font-size: 17px; font-weight: 600; }
        .row { fill: var(--ink); } .grid { stroke: var(--grid); } .axis { stroke: var(--quiet); }
        .inside { fill: var(--paper); font-size: 11.5px; pointer-events: none; }
        .failed { fill: var(--alarm); } .rest { fill: none; stroke: var(--wait); stroke-width: 1.4; }
        .awaited { stroke: var(--wait); stroke-width: 1.4; stroke-dasharray: 3 3; }
        .b0 { fill: var(--b0); } .b1 { fill: var(--b1); } .b2 { fill: var(--b2); } .b3 { fill: var(--b3); }
        .b4 { fill: var(--b4); } .b5 { fill: var(--b5); }

        """;

    public static string Draw(Forecast forecast)
    {
        var timeline = forecast.Timeline;
        var rows = forecast.Instruments.Select(i => (InstrumentId?)i.Instrument).ToList();
        if (timeline.Bars.Any(b => b.Instrument is null))
            rows.Add(null);
        var names = rows.ConvertAll(r => r?.Value ?? "waits");
        var left = 24 + CharacterWidth * names.Select(n => n.Length).DefaultIfEmpty(0).Max();
        var bottom = Top + Row * rows.Count;
        var seconds = Math.Max(1e-3, timeline.Length.TotalSeconds);
        var frame = new Frame(new Scale(0, seconds, left, Width - Right), new Scale(0, 1, bottom, Top));
        var svg = new Svg("gantt", Width, bottom + 44, $"Time plan of {forecast.Title}", Description(forecast));
        svg.Style(Css);
        svg.Text("title", new(16, 30), $"{forecast.Title}: {People.Duration(timeline.Length)}");
        svg.Text("note", new(16, 51), Subtitle(forecast));
        Axis(svg, frame, timeline.Length);
        for (var i = 0; i < rows.Count; i++)
            DrawRow(svg, frame, forecast, rows[i], names[i], Top + Row * i);
        return svg.ToString();
    }

    private static void DrawRow(Svg svg, Frame frame, Forecast forecast, InstrumentId? row, string name, double top)
    {
        var middle = top + Row / 2;
        svg.Open("g", ("role", "list"), ("aria-label", name));
        svg.Text("row", new(16, middle + 4.5), name);
        if (forecast.Instruments.FirstOrDefault(i => i.Instrument == row) is { } use && row is not null)
            svg.Text("share", new(frame.Right + 10, middle + 4.5),
                string.Create(CultureInfo.InvariantCulture, $"{100 * use.Share:0.#} %"));
        var runs = forecast.Timeline.Bars.Select(b => b.Run).Distinct().ToList();
        foreach (var (bars, index) in Joined(frame, forecast.Timeline, row).Select((b, i) => (b, i)))
            DrawBar(svg, frame, forecast.Timeline, bars, Colour(runs, bars[0].Run, index), middle);
        svg.Close();
    }

    private static void DrawBar(
        Svg svg, Frame frame, Timeline timeline, IReadOnlyList<Bar> bars, string colour, double middle)
    {
        var bar = bars[0];
        var (from, to) = (X(frame, timeline, bar.Start), X(frame, timeline, bars[^1].End));
        if (bar.Waited > TimeSpan.Zero && bars.Count == 1 && bar.Instrument is not null)
            svg.Line("awaited", new(X(frame, timeline, bar.Start - bar.Waited), middle), new(from, middle));
        svg.Open("g", ("role", "listitem")).Note(Note(timeline, bars));
        var style = bar.Instrument is null ? "rest" : bars.Any(b => b.How == BarEnd.Failed) ? "failed" : colour;
        svg.Add("rect", ("class", style), ("x", from), ("y", middle - Bar / 2), ("width", Math.Max(0.8, to - from)),
            ("height", Bar), ("rx", Math.Min(2, (to - from) / 4)));
        var text = bar.Step.Split('/')[^1];
        if (bars.Count == 1 && bar.Instrument is not null && to - from > text.Length * CharacterWidth + 8)
            svg.Text("inside", new((from + to) / 2, middle + 4), text, "middle");
        svg.Close();
    }

    private static void Axis(Svg svg, Frame frame, TimeSpan length)
    {
        foreach (var tick in GanttText.Ticks(length, 8))
        {
            var x = frame.X.At(tick.TotalSeconds);
            svg.Line("grid", new(x, frame.Top), new(x, frame.Bottom));
            svg.Line("axis", new(x, frame.Bottom), new(x, frame.Bottom + 5));
            svg.Text("tick", new(x, frame.Bottom + 20), GanttText.Tick(tick), "middle");
        }
        svg.Line("axis", new(frame.Left, frame.Bottom), new(frame.Right, frame.Bottom));
    }

    /// <summary>The bars of a row; in a crowd, those that touch are one.</summary>
    private static List<List<Bar>> Joined(Frame frame, Timeline timeline, InstrumentId? row)
    {
        var groups = new List<List<Bar>>();
        var crowded = timeline.Bars.Count > MostBars;
        foreach (var bar in timeline.Bars.Where(b => b.Instrument == row).OrderBy(b => b.Start))
            if (crowded && groups.Count > 0
                && X(frame, timeline, bar.Start) - X(frame, timeline, groups[^1][^1].End) < 0.5)
                groups[^1].Add(bar);
            else
                groups.Add([bar]);
        return groups;
    }

    // Neighbours differ; with several runs each run has its colour.
    private static string Colour(List<RunId> runs, RunId run, int index) =>
        runs.Count > 1 ? $"b{runs.IndexOf(run) % 6}" : $"b{index % 2}";

    private static double X(Frame frame, Timeline timeline, DateTimeOffset at) =>
        frame.X.At(Math.Max(0, (at - timeline.Start).TotalSeconds));

    private static string Note(Timeline timeline, IReadOnlyList<Bar> bars)
    {
        var bar = bars[0];
        var place = $"from {GanttText.Tick(bar.Start - timeline.Start)} to "
            + $"{GanttText.Tick(bars[^1].End - timeline.Start)}";
        if (bars.Count > 1)
            return $"{bars.Count} invocations {place}";
        var how = bar.How switch { BarEnd.Failed => ", failed", BarEnd.Open => ", end not seen", _ => "" };
        return $"{bar.Run}: {bar.Step} ({bar.Instrument?.Value ?? "no instrument"} {bar.Doing}), "
            + $"{People.Duration(bar.Length)}, {place}{how}";
    }

    private static string Subtitle(Forecast forecast)
    {
        var cost = forecast.Currency is { } currency
            ? string.Create(CultureInfo.InvariantCulture, $" · {forecast.TotalCost:0.00} {currency}")
            : "";
        var many = forecast.Experiments > 1 ? $"{People.Count(forecast.Experiments, "experiment")} · " : "";
        return $"{many}{People.Count(forecast.Timeline.Bars.Count, "invocation")}{cost} · share of the time in which "
            + "each instrument is in use on the right";
    }

    private static string Description(Forecast forecast) =>
        $"{People.Duration(forecast.Length)} in all. " + string.Join(", ", forecast.Instruments.Select(i =>
            string.Create(CultureInfo.InvariantCulture,
                $"{i.Instrument} {People.Duration(i.Busy)} ({100 * i.Share:0} %)"))) + ".";
}
