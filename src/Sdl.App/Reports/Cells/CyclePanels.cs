using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports.Cells;

/// <summary>Voltage above current, a pair of panels for each cycle with a time of its own: a slow cycle takes ten times
/// as long as a fast one.</summary>
public static class CyclePanels
{
    private const double Left = 70, Width = 890, Gap = 14;

    // More points than pixels show nothing more.
    private const int MostPoints = 600;

    public static string Draw(CellReportData data)
    {
        var rows = data.Shown.SelectMany(s => s.Rows).ToList();
        var volts = Ticks.Over(rows.Min(r => r.Volt), rows.Max(r => r.Volt), 5);
        var amperes = Ticks.Over(1e3 * rows.Min(r => r.Ampere), 1e3 * rows.Max(r => r.Ampere), 4);
        var svg = new Svg("cycles", 960 + 16, 470, "Voltage and current of some cycles",
            $"Voltage and current over time in {People.Count(data.Shown.Count, "cycle")} of {data.Cycles.Count}.");
        var unit = UnitOf(data);
        var width = (Width - Gap * (data.Shown.Count - 1)) / data.Shown.Count;
        for (var i = 0; i < data.Shown.Count; i++)
        {
            var (shown, left) = (data.Shown[i], Left + i * (width + Gap));
            var most = Math.Max(shown.Rows[^1].Hour / unit.Hours, 1e-3);
            var hours = new Scale(0, most, left, left + width);
            var above = new Frame(hours, new Scale(volts.Min, volts.Max, 260, 34));
            var below = new Frame(hours, new Scale(amperes.Min, amperes.Max, 416, 286));
            svg.Text("name", new(left + width / 2, 22), $"cycle {shown.Cycle}", "middle");
            Panel(svg, above, volts, i == 0, null);
            Panel(svg, below, amperes, i == 0, Ticks.Within(0, most, Math.Max(3, (int)(width / 60))));
            svg.Path($"trace c{i}", Svg.Through(Thin.Of(
                [.. shown.Rows.Select(r => above.At(r.Hour / unit.Hours, r.Volt))], MostPoints)));
            svg.Path($"trace c{i}", Svg.Through(Thin.Of(
                [.. Held(shown).Select(r => below.At(r.Hour / unit.Hours, 1e3 * r.Ampere))], MostPoints)));
        }
        svg.Text("name", new(16, 147), "voltage / V", "middle", -90);
        svg.Text("name", new(16, 351), "current / mA", "middle", -90);
        svg.Text("name", new(Left + Width / 2, 458), $"time since the cycle began / {unit.Name}", "middle");
        return svg.ToString();
    }

    public static string Caption(CellReportData data) => data.Shown.Count == 1 ? ""
        : "Each cycle has its own scale of time: they took "
            + string.Join(", ", data.Shown.Select(s => People.Duration(TimeSpan.FromHours(s.Rows[^1].Hour)))) + ".";

    private static (string Name, double Hours) UnitOf(CellReportData data) =>
        data.Shown.Max(s => s.Rows[^1].Hour) switch
        {
            < 0.1 => ("s", 1 / 3600.0),
            < 2 => ("min", 1 / 60.0),
            _ => ("h", 1),
        };

    // The current goes up and down at once when a step begins.
    private static IEnumerable<(double Hour, double Ampere)> Held(ShownCycle shown)
    {
        var before = 0.0;
        foreach (var (hour, _, ampere) in shown.Rows)
        {
            if (Math.Abs(ampere - before) > 0.2 * Math.Max(Math.Abs(ampere), Math.Abs(before)))
                yield return (hour, before);
            yield return (hour, before = ampere);
        }
    }

    private static void Panel(Svg svg, Frame frame, Ticks y, bool named, Ticks? hours)
    {
        foreach (var value in y.Values)
        {
            svg.Line("grid", new(frame.Left, frame.Y.At(value)), new(frame.Right, frame.Y.At(value)));
            if (named)
                svg.Text("tick", new(frame.Left - 8, frame.Y.At(value) + 4), y.Text(value), "end");
        }
        svg.Line("axis", new(frame.Left, frame.Bottom), new(frame.Right, frame.Bottom));
        foreach (var value in hours?.Values ?? [])
        {
            svg.Line("axis", new(frame.X.At(value), frame.Bottom), new(frame.X.At(value), frame.Bottom + 5));
            svg.Text("tick", new(frame.X.At(value), frame.Bottom + 19), hours!.Text(value), "middle");
        }
    }
}
