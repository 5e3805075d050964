namespace Sdl.App.Reports.Plots;

/// <summary>A place in the coordinates of the data, or on the page.</summary>
public readonly record struct Point(double X, double Y)
{
    public static Point Between(Point a, Point b, double t) => new(a.X + t * (b.X - a.X), a.Y + t * (b.Y - a.Y));
}

/// <summary>Convex polygons as the list of their corners.</summary>
public static class Polygon
{
    public static IReadOnlyList<Point> Box(double left, double right, double bottom, double top) =>
        [new(left, bottom), new(right, bottom), new(right, top), new(left, top)];

    /// <summary>The part where <paramref name="a"/> x + <paramref name="b"/> y ≤ <paramref name="max"/> (Sutherland and
    /// Hodgman, Commun. ACM 17 (1974) 32).</summary>
    public static IReadOnlyList<Point> Clip(IReadOnlyList<Point> corners, double a, double b, double max)
    {
        var kept = new List<Point>();
        for (var i = 0; i < corners.Count; i++)
        {
            var (p, q) = (corners[i], corners[(i + 1) % corners.Count]);
            var (dp, dq) = (a * p.X + b * p.Y - max, a * q.X + b * q.Y - max);
            if (dp <= 0)
                kept.Add(p);
            if ((dp < 0 && dq > 0) || (dp > 0 && dq < 0))
                kept.Add(Point.Between(p, q, dp / (dp - dq)));
        }
        return kept;
    }

    /// <summary>The part inside a convex polygon whose corners go counter-clockwise.</summary>
    public static IReadOnlyList<Point> Clip(IReadOnlyList<Point> corners, IReadOnlyList<Point> window)
    {
        for (var i = 0; i < window.Count; i++)
        {
            var (p, q) = (window[i], window[(i + 1) % window.Count]);
            // Inside lies to the left of each edge.
            var (a, b) = (q.Y - p.Y, p.X - q.X);
            corners = Clip(corners, a, b, a * p.X + b * p.Y);
        }
        return corners;
    }

    /// <summary>Positive when the corners go counter-clockwise.</summary>
    public static double Area(IReadOnlyList<Point> corners) => Enumerable.Range(0, corners.Count).Sum(i =>
    {
        var (p, q) = (corners[i], corners[(i + 1) % corners.Count]);
        return (p.X * q.Y - q.X * p.Y) / 2;
    });
}
