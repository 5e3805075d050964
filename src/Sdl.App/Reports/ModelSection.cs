using System.Text;
using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;
using Sdl.Planner;

namespace Sdl.App.Reports;

/// <summary>The part of the page that says what the model makes of the parameters, and for several objectives what can
/// be had at the price of what.</summary>
public static class ModelSection
{
    private const int Points = 1024;

    // With fewer the model says what it was told to believe before.
    private const int Least = 4;

    public static void Write(StringBuilder page, ReportData data)
    {
        if (Tradeoff.Of(data) is { } tradeoff)
            Fronts(page, data, tradeoff);
        if (data.Measured.Count < Least || data.Recommend() is not [{ At: var best }, ..])
            return;
        var even = SpaceSample.Even(data.Problem.Space, Points, data.Summary.Seed);
        foreach (var (i, outcome) in data.Problem.Outcomes.Index())
        {
            var slices = ModelSlice.Of(data.Problem.Space, best, even, at => data.Predict(outcome, at));
            if (slices.Count > 0 && slices.All(s => s.IsDrawable))
                Outcome(page, data, outcome, $"slices-{i}", slices);
        }
    }

    private static void Fronts(StringBuilder page, ReportData data, Tradeoff tradeoff)
    {
        var objectives = data.Plan.Objectives;
        page.Append("<section>\n<h2>What can be had together</h2>\n<p>Nothing measured beats "
            + $"{tradeoff.Front.Count} of {People.Count(tradeoff.Measured.Count, "experiment")} in every objective "
            + "(filled; the others are hollow, as are those that break a constraint). Bars show where the model "
            + "expects the front, dashed lines where the hypervolume begins.</p>\n<div class=\"pair\">\n");
        for (var i = 0; i < objectives.Count; i++)
            for (var j = i + 1; j < objectives.Count; j++)
                page.Append($"<figure>\n{FrontPlot.Draw(tradeoff, objectives, i, j)}</figure>\n");
        page.Append($"<figure>\n{HypervolumePlot.Draw(tradeoff)}</figure>\n</div>\n</section>\n");
    }

    private static void Outcome(
        StringBuilder page, ReportData data, string outcome, string id, IReadOnlyList<ModelSlice> slices)
    {
        var unit = data.Plan.Outcomes.First(o => o.Result == outcome).Unit;
        var title = Svg.Escape(People.Prose(outcome));
        IEnumerable<(double, double)> Measured(Parameter parameter) => data.Observations
            .Where(o => o.Values.ContainsKey(outcome) && ModelSlice.Place(parameter, o.At) is not null)
            .Select(o => (ModelSlice.Place(parameter, o.At)!.Value, o.Values[outcome].Value));
        page.Append($"<section>\n<h2>What {title} follows</h2>\n<p>Knowing one parameter alone explains so much of the "
            + $"model's variation over the space: {Svg.Escape(ImportancePlot.Words(slices))}.")
            .Append(data.Problem.Space.Mixtures.Count > 0
                ? " The parts of a mixture know of each other, so that these may add up to more than all; along one of "
                    + "them the rest keeps its proportions."
                : "")
            .Append("</p>\n<figure class=\"wide\" tabindex=\"0\">\n")
            .Append(ImportancePlot.Draw($"{id}-share", outcome, slices))
            .Append("</figure>\n<figure class=\"wide\" tabindex=\"0\">\n")
            .Append(SlicesPlot.Draw(id, $"{outcome} / {unit}", slices, Measured)).Append("</figure>\n</section>\n");
    }
}
