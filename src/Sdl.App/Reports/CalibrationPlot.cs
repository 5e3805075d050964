using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>What the model said before each experiment against what came.</summary>
public static class CalibrationPlot
{
    private const double Side = 400, Left = 76, Top = 20;

    public static string Draw(ReportData data)
    {
        var rows = Rows(data);
        var ends = rows.SelectMany(r => new[]
        {
            r.Predicted!.Mean - r.Predicted.Deviation, r.Predicted.Mean + r.Predicted.Deviation,
            r.Seen!.Value - (r.Seen.Uncertainty ?? 0), r.Seen.Value + (r.Seen.Uncertainty ?? 0),
        }).ToList();
        var ticks = Ticks.Over(ends.Min(), ends.Max());
        var frame = new Frame(
            new Scale(ticks.Min, ticks.Max, Left, Left + Side), new Scale(ticks.Min, ticks.Max, Top + Side, Top));
        var svg = new Svg("calibration", Left + Side + 24, Top + Side + 54, "Predicted against measured values",
            Verdict(data));
        frame.Draw(svg, ticks, ticks, $"predicted / {data.Unit}", $"measured / {data.Unit}");
        svg.Line("reference", frame.At(ticks.Min, ticks.Min), frame.At(ticks.Max, ticks.Max));
        foreach (var row in rows)
        {
            var (p, s) = (row.Predicted!, row.Seen!);
            svg.Open("g").Note(
                $"Experiment {row.Number}: predicted {People.WithUncertainty(p.Mean, p.Deviation)}, "
                + $"measured {People.WithUncertainty(s.Value, s.Uncertainty)} {data.Unit}");
            svg.Line("error model-error", frame.At(p.Mean - p.Deviation, s.Value),
                frame.At(p.Mean + p.Deviation, s.Value));
            if (s.Uncertainty is { } u)
                svg.Line("error", frame.At(p.Mean, s.Value - u), frame.At(p.Mean, s.Value + u));
            svg.Circle("measured", frame.At(p.Mean, s.Value), 4).Close();
        }
        return svg.ToString();
    }

    /// <summary>Those that were predicted before they were measured.</summary>
    public static IReadOnlyList<ReportRow> Rows(ReportData data) =>
        data.Measured.Where(r => r.Predicted is not null).ToList();

    /// <summary>How many results fell where the model said they would.</summary>
    public static string Verdict(ReportData data)
    {
        var rows = Rows(data);
        int Within(double k) => rows.Count(r =>
            Math.Abs(r.Seen!.Value - r.Predicted!.Mean)
            <= k * Math.Sqrt(Math.Pow(r.Predicted.Deviation, 2) + Math.Pow(r.Seen.Uncertainty ?? 0, 2)));
        var (one, two) = (Within(1), Within(2));
        return $"{one} of {rows.Count} results came within one standard deviation of what was predicted and {two} "
            + "within two; a well calibrated model would have about "
            + $"{0.683 * rows.Count:0} and {0.954 * rows.Count:0}.";
    }
}
