using System.Globalization;
using Sdl.App.Reports.Plots;

namespace Sdl.App.Reports;

/// <summary>What the measured front dominates, experiment by experiment.</summary>
public static class HypervolumePlot
{
    public static string Draw(Tradeoff tradeoff)
    {
        var volumes = tradeoff.Volumes();
        var last = Math.Max(volumes[^1].Experiment, 2);
        var (x, y) = (Ticks.Within(1, last, Math.Min(last - 1, 8)), Ticks.Over(0, volumes.Max(v => v.Volume), 5));
        var frame = new Frame(new Scale(0.4, last + 0.6, 84, 484), new Scale(y.Min, y.Max, 420, 20));
        var svg = new Svg("hypervolume", 508, 474, "Hypervolume over experiments", string.Create(
            CultureInfo.InvariantCulture,
            $"The dominated hypervolume grows from {volumes[0].Volume:G3} to {volumes[^1].Volume:G4}."));
        frame.Draw(svg, x, y, "experiment", "dominated hypervolume", gridX: false);
        var steps = new List<Point>();
        foreach (var (experiment, volume) in volumes)
        {
            if (steps.Count > 0) steps.Add(new Point(experiment, steps[^1].Y));
            steps.Add(new Point(experiment, volume));
        }
        steps.Add(new Point(last + 0.6, steps[^1].Y));
        svg.Path("best", Svg.Through(steps.Select(frame.At)));
        return svg.ToString();
    }
}
