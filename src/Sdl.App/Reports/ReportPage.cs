using System.Text;
using Sdl.App.Reports.Cells;
using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using static Sdl.App.Reports.PageParts;

namespace Sdl.App.Reports;

/// <summary>The report as one HTML page that needs nothing but itself.</summary>
public static class ReportPage
{
    public static string Write(ReportData data)
    {
        var page = new StringBuilder();
        Open(page, $"{data.Plan.Name}: campaign report");
        ReportHead.Write(page, data);
        if (data.Measured.Count > 0)
            Figures(page, data);
        if (data.Rows.Count > 0)
            Rows(page, data);
        GivenUpTable.Write(page, data);
        Foot(page, data);
        return Close(page);
    }

    private static void Figures(StringBuilder page, ReportData data)
    {
        Section(page, "How the best value was found", BestSoFar(data), Figure(BestSoFarPlot.Draw(data), wide: true));
        if (data.Plane is { } plane)
        {
            Section(page, "Where the campaign looked",
                "Numbers give the order of the experiments, colours the measured value; places are what the vials hold "
                + "by dosed volumes and weighed mass.",
                Figure(TernaryPlot.Draw(data, plane), wide: true));
            if (data.Measured.Count > 1 && SurfacePlot.Draw(data, plane) is var (mean, deviation))
                Section(page, "What the model believes now",
                    "First its mean, then its standard deviation: where the second picture is bright, the first one is "
                    + $"a guess. The third component, {Svg.Escape(People.Component(plane.Rest))}, is the rest. Dots "
                    + "are measured formulations, the cross is the recommended one.",
                    $"<div class=\"pair\">{Figure(mean)}{Figure(deviation)}</div>");
        }
        else
            Section(page, "Where the campaign looked",
                "The composition triangle and the surface of the model are drawn for "
                + "mixtures of three components; the table below has every composition.", "");
        ModelSection.Write(page, data);
        if (data.Cells.Count > 0)
            Section(page, $"The cells of experiment {data.Best!.Number}", CellsPlot.Describe(data.Cells),
                Figure(CellsPlot.Draw(data.Cells), wide: true));
        var calibrated = CalibrationPlot.Rows(data).Count > 0;
        if (data.Spectra.Count == 0 && !calibrated)
            return;
        page.Append("<div class=\"pair\">\n");
        if (data.Spectra.Count > 0)
            Section(page, $"The spectra of experiment {data.Best!.Number}", Circuits(data),
                Figure(NyquistPlot.Draw(data), caption: NyquistPlot.Caption(data.Spectra)));
        if (calibrated)
            Section(page, "Was the model right?", CalibrationPlot.Verdict(data), Figure(CalibrationPlot.Draw(data),
                caption: "Bars are one standard deviation: of the prediction across, of the measurement upright."));
        page.Append("</div>\n");
    }

    private static string BestSoFar(ReportData data)
    {
        var best = data.Best!;
        var text = $"The best measured value, {People.WithUncertainty(best.Seen!.Value, best.Seen.Uncertainty)}"
            + $"{Svg.Escape(data.Unit.Suffix)}, came in experiment {best.Number} of "
            + $"{data.Measured.Count}. ";
        const string caution =
            "The best of several noisy values flatters; the model's optimum, which weighs all of them, is fairer.";
        return data.Measured.Count < 3 ? text : text + caution;
    }

    private static string Circuits(ReportData data)
    {
        var fits = data.Spectra.Select(s => s.Fit).ToList();
        var resistances = fits.Where(f => f is not null).Select(f => f!["R0"]).ToList();
        if (resistances.Count == 0)
            return "No circuit describes these spectra; only the points are drawn.";
        var circuits = string.Join(", ",
            fits.Where(f => f is not null).Select(f => $"<code>{Svg.Escape(f!.Circuit.ToString())}</code>").Distinct());
        var misfit = fits.Where(f => f is not null).Max(f => Math.Sqrt(f!.ChiSquare / 2));
        return FormattableString.Invariant(
            $"Circles are measured, lines the fitted circuit {circuits}. Series resistance: ")
            + string.Join(", ", resistances.Select(r => People.WithUncertainty(r.Value, r.Deviation))) + " Ω. "
            + FormattableString.Invariant($"Root mean square misfit at most {100 * misfit:G2} %.");
    }

    private static void Rows(StringBuilder page, ReportData data)
    {
        var components = data.Plan.Mixture.Components;
        page.Append("<section class=\"long\">\n<h2>Every experiment, and why it was chosen</h2>\n"
            + "<table class=\"rows\">\n<thead><tr><th class=\"n\" scope=\"col\">no.</th>");
        foreach (var c in components)
            page.Append($"<th class=\"n\" scope=\"col\">x({Svg.Escape(People.Component(c.Name))})</th>");
        var unit = Svg.Escape(data.Unit.Suffix.TrimStart());
        page.Append($"<th class=\"n\" scope=\"col\">predicted<br>{unit}</th>"
            + $"<th class=\"n\" scope=\"col\">measured<br>{unit}</th>"
            + "<th scope=\"col\">why</th></tr></thead>\n<tbody>\n");
        foreach (var row in data.Rows)
            Row(page, data, row, components);
        page.Append("</tbody>\n</table>\n<p class=\"quiet\">Mole fractions of measured experiments are estimated from "
            + "dosed volumes and weighed mass; of others they are as proposed. All of it, with more digits, is in "
            + $"<code>{CampaignReport.TableName}</code>.</p>\n</section>\n");
    }

    private static void Row(
        StringBuilder page, ReportData data, ReportRow row, IReadOnlyList<ContinuousParameter> components)
    {
        page.Append(row == data.Best ? "<tr class=\"top\">" : "<tr>")
            .Append($"<td class=\"n\" data-name=\"experiment\">{row.Number}</td>");
        foreach (var c in components)
            page.Append($"<td class=\"n\" data-name=\"x({Svg.Escape(People.Component(c.Name))})\">")
                .Append(People.Fraction((row.Seen?.At ?? row.Proposed)[c.Name])).Append("</td>");
        var predicted = row.Predicted is { } p ? People.WithUncertainty(p.Mean, p.Deviation) : "–";
        var measured = row.Seen is { } s ? People.WithUncertainty(s.Value, s.Uncertainty)
            : Outcome(row.Experiment.State);
        var again = row.Experiment.Attempts > 1
            ? $" <span class=\"quiet\">({row.Experiment.Attempts} attempts)</span>" : "";
        again += GivenUpTable.Note(row);
        page.Append($"<td class=\"n\" data-name=\"predicted\">{predicted}</td>"
            + $"<td class=\"n\" data-name=\"measured\">{measured}</td>"
            + $"<td class=\"why\">{Svg.Escape(People.Prose(row.Experiment.Proposal.Reason))}{again}</td></tr>\n");
    }

    private static string Outcome(RunState state) => state switch
    {
        RunState.Queued => "not started",
        RunState.Completed => "no result",
        RunState.Stopped or RunState.Aborted or RunState.Failed or RunState.Interrupted =>
            state.ToString().ToLowerInvariant(),
        _ => "not finished",
    };

    private static void Foot(StringBuilder page, ReportData data)
    {
        var started = data.History.Started;
        page.Append("<footer>\n<dl>\n");
        void Entry(string name, string value) => page.Append($"<dt>{name}</dt><dd>{value}</dd>\n");
        Entry("Campaign", $"{Svg.Escape(data.Plan.Name)}, file {Digest(started?.CampaignDigest ?? data.Plan.Digest)}");
        if (started is not null)
        {
            Entry("Protocol", Digest(started.ProtocolDigest));
            Entry("Laboratory", Digest(started.LabDigest) + (started.Dry ? ", every instrument simulated" : ""));
            Entry("Asked for by", Svg.Escape(started.Author));
        }
        if (data.Started is { } from && data.Ended is { } to)
            Entry("Lab clock", $"{People.Time(from)} to {People.Time(to)}{(data.Dry ? " (virtual)" : "")}");
        Entry("Seed", $"<code>{data.Summary.Seed}</code>");
        Entry("Folder", $"<code>{Svg.Escape(data.Summary.Folder)}</code>");
        if (data.Summary.JournalHash is { Length: > 0 } hash)
            Entry("Journal hash", $"<code>{hash}</code>");
        page.Append("</dl>\n<p>Digests are the first twelve digits of SHA-256. Everything shown here was read from the "
            + "campaign's journal; the model was fitted anew to what the journal holds.</p>\n</footer>\n");
    }
}
