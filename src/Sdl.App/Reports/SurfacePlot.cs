using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>What the model believes over the whole allowed region: bands of equal width with a line between each
/// two.</summary>
public static class SurfacePlot
{
    private const int Cells = 44, Bands = 22;
    private static readonly Frame Page = new(new Scale(0, 1, 72, 392), new Scale(0, 1, 330, 16));

    /// <returns>The mean and the standard deviation; null when the planner has no finite answer.</returns>
    public static (string Mean, string Deviation)? Draw(ReportData data, CompositionPlane plane)
    {
        var mesh = new Mesh(plane.Region, Cells);
        var model = data.Predict(mesh.Points.ConvertAll(plane.Formulation));
        if (model.Count != mesh.Points.Count
            || !model.All(p => double.IsFinite(p.Mean) && double.IsFinite(p.Deviation)))
            return null;
        var what = $"{data.Plan.Objective.Result} / {data.Unit}";
        return (
            Panel("mean", data, plane, mesh, model.Select(p => p.Mean).ToList(), ColourMap.Viridis,
                $"Mean of the model, {what}"),
            Panel("deviation", data, plane, mesh, model.Select(p => p.Deviation).ToList(), ColourMap.Magma,
                $"Standard deviation of the model, {what}"));
    }

    private static string Panel(
        string id, ReportData data, CompositionPlane plane, Mesh mesh, List<double> values, ColourMap colours,
        string title)
    {
        var (left, right) = (plane.Region.Min(p => p.X), plane.Region.Max(p => p.X));
        var (low, high) = (plane.Region.Min(p => p.Y), plane.Region.Max(p => p.Y));
        var (x, y) = (Ticks.Within(left, right, 6), Ticks.Within(low, high, 6));
        var frame = new Frame(Page.X with { Min = left, Max = right }, Page.Y with { Min = low, Max = high });
        var levels = Ticks.Over(values.Min(), values.Max(), Bands);
        var svg = new Svg(id, 470, 384, title, Description(title, plane, values));
        frame.Draw(svg, x, y, $"x({People.Component(plane.First)})", $"x({People.Component(plane.Second)})");
        svg.Path("", Svg.Through(plane.Region.Select(frame.At), closed: true),
            ("fill", colours.At(ColourBar.Band(0, levels))));
        var lines = new List<string>();
        for (var k = 1; k + 1 < levels.Values.Count; k++)
        {
            var contours = Contours.At(mesh, values, levels.Values[k]);
            svg.Path("", string.Concat(contours.Areas.Select(ring => Svg.Through(ring.Select(frame.At), closed: true))),
                ("fill", colours.At(ColourBar.Band(k, levels))));
            lines.AddRange(contours.Lines.Select(line => Svg.Through(line.Select(frame.At))));
        }
        svg.Path("contour", string.Concat(lines));
        svg.Path("region", Svg.Through(plane.Region.Select(frame.At), closed: true));
        foreach (var row in data.Measured.Where(r => Inside(r.Seen!.At)))
            svg.Circle("place", frame.At(plane.At(row.Seen!.At)), 3.2);
        if (data.Summary.Best is { } best)
            TernaryPlot.Cross(svg, frame.At(plane.At(best.Formulation)));
        ColourBar.Bands(svg, colours, levels, frame);
        return svg.ToString();

        // What was mixed may lie a little outside what was proposed, but not off the picture.
        bool Inside(Formulation at) =>
            plane.At(at) is var p && p.X >= left - 0.02 * (right - left) && p.X <= right + 0.02 * (right - left)
            && p.Y >= low - 0.02 * (high - low) && p.Y <= high + 0.02 * (high - low);
    }

    private static string Description(string title, CompositionPlane plane, List<double> values) =>
        $"{title}, over the mole fractions of {plane.First} and {plane.Second}: from "
        + $"{People.Value(values.Min(), null)} to {People.Value(values.Max(), null)}. "
        + "Measured formulations are dots, the recommended one is a cross.";
}
