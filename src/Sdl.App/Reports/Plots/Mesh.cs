namespace Sdl.App.Reports.Plots;

/// <summary>A convex region cut into small triangles that end exactly at its border.</summary>
public sealed class Mesh
{
    private readonly Dictionary<(long, long), int> _numbers = [];
    private readonly double _grain;

    /// <param name="cells">Along the longer way across the region's bounding box, and along the shorter one
    /// alike.</param>
    public Mesh(IReadOnlyList<Point> region, int cells)
    {
        var (left, right) = (region.Min(p => p.X), region.Max(p => p.X));
        var (low, high) = (region.Min(p => p.Y), region.Max(p => p.Y));
        var (dx, dy) = ((right - left) / cells, (high - low) / cells);
        _grain = Math.Min(dx, dy) * 1e-6;
        for (var i = 0; i < cells; i++)
            for (var j = 0; j < cells; j++)
            {
                Point Corner(int a, int b) => new(left + (i + a) * dx, low + (j + b) * dy);
                Add([Corner(0, 0), Corner(1, 0), Corner(1, 1)], region);
                Add([Corner(0, 0), Corner(1, 1), Corner(0, 1)], region);
            }
    }

    public List<Point> Points { get; } = [];

    /// <summary>Numbers of three points each, counter-clockwise.</summary>
    public List<(int A, int B, int C)> Triangles { get; } = [];

    private void Add(IReadOnlyList<Point> triangle, IReadOnlyList<Point> region)
    {
        var part = Polygon.Clip(triangle, region);
        var corners = part.Select(Number).ToList();
        for (var i = 2; i < corners.Count; i++)
            if (corners[0] != corners[i - 1] && corners[i - 1] != corners[i] && corners[i] != corners[0])
                Triangles.Add((corners[0], corners[i - 1], corners[i]));
    }

    // Neighbours compute a shared corner each for themselves: rounding makes it one point.
    private int Number(Point p)
    {
        var key = ((long)Math.Round(p.X / _grain), (long)Math.Round(p.Y / _grain));
        if (!_numbers.TryGetValue(key, out var number))
        {
            number = _numbers[key] = Points.Count;
            Points.Add(p);
        }
        return number;
    }
}
