using System.Globalization;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>Which parameters matter: bars of <see cref="ModelSlice.Share"/>, the largest first.</summary>
public static class ImportancePlot
{
    private const double Left = 130, Right = 900, Row = 26;

    public static string Draw(string id, string outcome, IReadOnlyList<ModelSlice> slices)
    {
        var ordered = slices.OrderByDescending(s => s.Share).ToList();
        var bottom = 8 + ordered.Count * Row;
        var svg = new Svg(id, 960, bottom + 52, $"Which parameters {outcome} follows", Words(ordered));
        var frame = new Frame(new Scale(0, 1, Left, Right), new Scale(0, 1, bottom, 8));
        for (var share = 0; share <= 100; share += 20)
        {
            svg.Line("grid", new(frame.X.At(share / 100.0), frame.Top), new(frame.X.At(share / 100.0), bottom));
            svg.Text("tick", new(frame.X.At(share / 100.0), bottom + 19), $"{share} %", "middle");
        }
        foreach (var (i, slice) in ordered.Index())
        {
            var top = 8 + i * Row + 4;
            svg.Text("tick", new(Left - 8, top + 13), People.Component(slice.Parameter.Name), "end");
            svg.Add("rect", ("class", "share"), ("x", Left), ("y", top), ("width", frame.X.At(slice.Share) - Left),
                ("height", Row - 8));
            svg.Text("tick", new(frame.X.At(slice.Share) + 6, top + 13), Percent(slice.Share));
        }
        svg.Line("axis", new(Left, frame.Top), new(Left, bottom));
        svg.Text("name", new((Left + Right) / 2, bottom + 42),
            "share of the model's variation that this parameter alone explains", "middle");
        return svg.ToString();
    }

    /// <summary>The same in a sentence.</summary>
    public static string Words(IReadOnlyList<ModelSlice> slices) => string.Join(", ",
        slices.OrderByDescending(s => s.Share).Select(s => $"{People.Component(s.Parameter.Name)} {Percent(s.Share)}"));

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0} %");
}
