namespace Sdl.App.Reports.Plots;

/// <summary>Tells which colour stands for which number.</summary>
public static class ColourBar
{
    /// <summary>A smooth bar from left to right.</summary>
    public static void Across(
        Svg svg, string id, ColourMap colours, double low, double high, Point at, double width, string name)
    {
        svg.Open("linearGradient", ("id", $"{id}-colours"));
        for (var k = 0; k <= 10; k++)
            svg.Add("stop", ("offset", k / 10.0), ("stop-color", colours.At(k / 10.0)));
        svg.Close();
        svg.Add("rect", ("class", "bar"), ("x", at.X), ("y", at.Y), ("width", width), ("height", 10),
            ("fill", $"url(#{id}-colours)"));
        var scale = new Scale(low, high, at.X, at.X + width);
        var ticks = Ticks.Within(low, high, 8);
        foreach (var value in ticks.Values)
        {
            svg.Line("axis", new(scale.At(value), at.Y + 10), new(scale.At(value), at.Y + 14));
            svg.Text("tick", new(scale.At(value), at.Y + 26), ticks.Text(value), "middle");
        }
        svg.Text("legend", new(at.X - 10, at.Y + 9), name, "end");
    }

    /// <summary>One field for each band between two levels, from the bottom up.</summary>
    public static void Bands(Svg svg, ColourMap colours, Ticks levels, Frame beside)
    {
        var scale = new Scale(levels.Min, levels.Max, beside.Bottom, beside.Top);
        var x = beside.Right + 18;
        for (var k = 0; k + 1 < levels.Values.Count; k++)
        {
            var (low, high) = (scale.At(levels.Values[k]), scale.At(levels.Values[k + 1]));
            svg.Add("rect", ("x", x), ("y", high), ("width", 14), ("height", low - high),
                ("fill", colours.At(Band(k, levels))));
        }
        var every = (int)Math.Ceiling(levels.Values.Count / 11.0);
        for (var k = 0; k < levels.Values.Count; k += every)
            svg.Text("tick", new(x + 20, scale.At(levels.Values[k]) + 4), levels.Text(levels.Values[k]));
    }

    /// <summary>Place of band <paramref name="k"/> on the colour map: the bands divide it evenly.</summary>
    public static double Band(int k, Ticks levels) => levels.Values.Count < 3 ? 0.5 : k / (levels.Values.Count - 2.0);
}
