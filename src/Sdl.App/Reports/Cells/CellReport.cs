using System.Globalization;
using System.Text;
using Sdl.App.Reports.Plots;
using Sdl.Core.Cells;
using static Sdl.App.Reports.PageParts;

namespace Sdl.App.Reports.Cells;

/// <summary>The report of one cell test as one HTML page.</summary>
public static class CellReport
{
    // What a reader asks first; the whole record lies beside the page.
    private static readonly (string Key, string Name, string Unit)[] Facts =
    [
        (CellKeys.RateCapacity, "Nominal capacity", "mAh"), (CellKeys.Ratio, "N:P ratio", ""),
        (CellKeys.ElectrolyteAmount, "Electrolyte", "µL"), (CellKeys.WetToCrimp, "Wet to crimp", "s"),
        ("Cathode mass (mg)", "Cathode", "mg"), ("Anode mass (mg)", "Anode", "mg"),
    ];

    /// <exception cref="IOException">It cannot be written.</exception>
    public static Task WriteAsync(string path, CellReportData data, CancellationToken ct) =>
        File.WriteAllTextAsync(path, Write(data), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);

    public static string Write(CellReportData data)
    {
        var page = new StringBuilder();
        Open(page, $"{data.Name}: cell test");
        Head(page, data);
        if (data.Shown.Count > 0)
            Section(page, "Voltage and current", "The first cycle, the last, and some between them.",
                Figure(CyclePanels.Draw(data), wide: true, caption: CyclePanels.Caption(data)));
        if (data.Whole.Count > 1)
            Section(page, "What each cycle gave", CapacityPlot.Describe(data),
                Figure(CapacityPlot.Draw(data), wide: true));
        Pair(page, data);
        if (data.Spectra.Count > 0)
            Section(page, "Impedance", Circuits(data.Spectra), "<div class=\"pair\">" + Figure(NyquistPlot.Draw(
                data.Spectra, "Nyquist plot", $"of {data.Name}", whole: true)) + "</div>\n");
        Foot(page, data);
        return Close(page);
    }

    private static void Head(StringBuilder page, CellReportData data)
    {
        page.Append("<header>\n").Append(data.IsDry
            ? "<span class=\"tag dry\">Dry run: a simulated cell.</span>\n" : "<span class=\"tag\">Cell test</span>\n");
        page.Append($"<span class=\"slug\">{Svg.Escape(data.Test.Protocol)} on {data.Test.Instrument}</span>\n")
            .Append($"<h1>{Svg.Escape(data.Name)}</h1>\n</header>\n<dl class=\"facts\">\n");
        void Fact(string name, string value, string more = "") =>
            page.Append($"<div><dt>{name}</dt><dd>{value}")
                .Append(more.Length > 0 ? $"<small>{more}</small>" : "").Append("</dd></div>\n");
        foreach (var (key, name, unit) in Facts)
            if (data.Cell.Number(key) is { } value)
                Fact(name, value.ToString("G4", CultureInfo.InvariantCulture) + (unit.Length > 0 ? " " + unit : ""),
                    key == CellKeys.ElectrolyteAmount && data.Cell.Number(CellKeys.ElectrolyteUncertainty) is { } u
                        ? string.Create(CultureInfo.InvariantCulture, $"± {u:0.##} µL") : "");
        Fact("Whole cycles", data.Whole.Count.ToString(CultureInfo.InvariantCulture));
        Fact("Test", People.Duration(data.Test.End - data.Start));
        page.Append("</dl>\n");
        if (data.Cell.Text(CellKeys.ElectrolyteName) is { } electrolyte)
            page.Append($"<p class=\"quiet lower\">Electrolyte: {Svg.Escape(People.Prose(electrolyte))}.</p>\n");
    }

    private static void Pair(StringBuilder page, CellReportData data)
    {
        var differential = data.Shown.Any(s => s.Halves.Count > 0);
        if (!differential && data.Whole.Count < 2)
            return;
        page.Append("<div class=\"pair\">\n");
        if (differential)
            Section(page, "Differential capacity", "Charges go up, discharges down.",
                Figure(DifferentialPlot.Draw(data), caption: DifferentialPlot.Caption(data)));
        if (data.Fade is not null)
            Section(page, "How it fades", FadePlot.Verdict(data), Figure(FadePlot.Draw(data), caption:
                FormattableString.Invariant($"{data.Aged.Count} cycles that were discharged at ")
                + FormattableString.Invariant($"{1e3 * data.Aged[0].Current.Discharge:0.00} mA, ")
                + "relative to the first of them; others, as those of the formation, do not count."));
        else if (data.Whole.Count > 1)
            Section(page, "How it fades", $"{People.Count(data.Aged.Count, "cycle")} at one current are too few to "
                + "say; four do.", "");
        page.Append("</div>\n");
    }

    private static string Circuits(IReadOnlyList<Spectrum> spectra)
    {
        var fits = spectra.Where(s => s.Fit is not null).Select(s => s.Fit!).ToList();
        if (fits.Count == 0)
            return "No circuit describes these spectra; only the points are drawn.";
        return "Circles are measured, lines fitted: " + string.Join("; ", fits.Select(f =>
            $"<code>{Svg.Escape(f.Circuit.ToString())}</code> with " + string.Join(", ", f.Circuit.Parameters
                .Select((p, i) => (p, i)).Where(p => p.p.Name[0] == 'R')
                .Select(p => $"{p.p.Name} {People.WithUncertainty(f.Values[p.i], f.Deviations[p.i])} Ω")))) + ".";
    }

    private static void Foot(StringBuilder page, CellReportData data)
    {
        page.Append("<footer>\n<dl>\n");
        void Entry(string name, string value) => page.Append($"<dt>{name}</dt><dd>{value}</dd>\n");
        Entry("Test", $"<code>{Svg.Escape(data.Test.Name)}</code>, {People.Time(data.Start)} to "
            + $"{People.Time(data.Test.End)}{(data.IsDry ? " (virtual)" : "")}");
        Entry("Protocol", $"{Svg.Escape(data.Test.Protocol)}, file {Digest(data.Test.ProtocolDigest)}");
        if (data.Cell.Text(CellKeys.CrimpedAt) is { } crimped)
            Entry("Crimped", Svg.Escape(crimped));
        if (data.Cell.Text(CellKeys.Comment) is { } comment)
            Entry("Comment", Svg.Escape(comment));
        page.Append("</dl>\n<p>Everything shown here was read from the journal; rows, cycles, spectra and the record "
            + "of the cell lie beside this page under the same name.</p>\n</footer>\n");
    }
}
