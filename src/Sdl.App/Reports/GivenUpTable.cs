using System.Text;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>What the experiments went on without, and why: their values come from the rest.</summary>
public static class GivenUpTable
{
    /// <summary>What one experiment went on without, behind everything else that is said of it.</summary>
    public static string Note(ReportRow row) => row.Experiment.GivenUp is { Count: > 0 } givenUp
        ? $" <span class=\"quiet\">(without {Svg.Escape(string.Join(", ", givenUp.Select(g => g.Name)))})</span>" : "";

    public static void Write(StringBuilder page, ReportData data)
    {
        var rows = data.Rows.Where(r => r.Experiment.GivenUp.Count > 0).ToList();
        if (rows.Count == 0)
            return;
        var count = rows.Sum(r => r.Experiment.GivenUp.Count);
        page.Append("<section class=\"long\">\n<h2>What was left out</h2>\n<p>"
            + $"{(count == 1 ? "One branch" : $"{count} branches")} of "
            + $"{People.Count(rows.Count, "experiment")} failed while the others went on. Values and uncertainties of "
            + "these experiments are those of what was left.</p>\n<table class=\"rows\">\n<thead><tr>"
            + "<th class=\"n\" scope=\"col\">no.</th><th scope=\"col\">branch</th><th class=\"n\" scope=\"col\">left"
            + "</th><th scope=\"col\">why</th></tr></thead>\n<tbody>\n");
        foreach (var row in rows)
            foreach (var branch in row.Experiment.GivenUp)
                page.Append($"<tr><td class=\"n\" data-name=\"experiment\">{row.Number}</td>"
                    + $"<td data-name=\"branch\"><code>{Svg.Escape(branch.Name)}</code></td>"
                    + $"<td class=\"n\" data-name=\"left\">{branch.Left}</td>"
                    + $"<td class=\"why\">{Svg.Escape(branch.Why)}</td></tr>\n");
        page.Append("</tbody>\n</table>\n</section>\n");
    }
}
