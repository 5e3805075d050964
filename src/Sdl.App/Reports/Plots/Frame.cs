namespace Sdl.App.Reports.Plots;

/// <summary>A rectangle on the page with a scale along each side.</summary>
public sealed record Frame(Scale X, Scale Y)
{
    public double Left => X.From;
    public double Right => X.To;
    public double Top => Y.To;
    public double Bottom => Y.From;

    public Point At(double x, double y) => new(X.At(x), Y.At(y));

    public Point At(Point p) => At(p.X, p.Y);

    /// <summary>Grid, numbers and names of both axes.</summary>
    public void Draw(Svg svg, Ticks x, Ticks y, string nameX, string nameY, bool gridX = true)
    {
        foreach (var value in y.Values)
        {
            svg.Line("grid", new(Left, Y.At(value)), new(Right, Y.At(value)));
            svg.Text("tick", new(Left - 8, Y.At(value) + 4), y.Text(value), "end");
        }
        foreach (var value in x.Values)
        {
            if (gridX)
                svg.Line("grid", new(X.At(value), Top), new(X.At(value), Bottom));
            svg.Line("axis", new(X.At(value), Bottom), new(X.At(value), Bottom + 5));
            svg.Text("tick", new(X.At(value), Bottom + 19), x.Text(value), "middle");
        }
        svg.Line("axis", new(Left, Bottom), new(Right, Bottom));
        svg.Text("name", new((Left + Right) / 2, Bottom + 40), nameX, "middle");
        svg.Text("name", new(16, (Top + Bottom) / 2), nameY, "middle", -90);
    }

    /// <summary>Cuts what is drawn next to the rectangle, until the group is closed.</summary>
    public void OpenClipped(Svg svg, string id)
    {
        svg.Open("clipPath", ("id", id));
        svg.Add("rect", ("x", Left), ("y", Top), ("width", Right - Left), ("height", Bottom - Top));
        svg.Close().Open("g", ("clip-path", $"url(#{id})"));
    }
}
