namespace Sdl.App.Reports.Plots;

/// <summary>Finds places for small labels beside points so that neither labels nor points cover each other.</summary>
public sealed class Labels
{
    private const double Height = 11, CharacterWidth = 6.4;
    private readonly List<(double Left, double Top, double Right, double Bottom)> _taken = [];

    /// <param name="marks">What labels must not cover.</param>
    public Labels(IEnumerable<(Point At, double Radius)> marks) =>
        _taken.AddRange(marks
            .Select(m => (m.At.X - m.Radius, m.At.Y - m.Radius, m.At.X + m.Radius, m.At.Y + m.Radius)));

    /// <summary>The base-line middle of a label for <paramref name="at"/>: the nearest place that is free, or the one
    /// that covers least.</summary>
    public Point Place(Point at, string text)
    {
        var width = text.Length * CharacterWidth;
        var best = (Cost: double.MaxValue, Box: default((double Left, double Top, double Right, double Bottom)));
        foreach (var distance in new[] { 7.0, 12, 18, 25 })
            for (var k = 0; k < 12; k++)
            {
                var angle = Math.PI / 2 - k * Math.PI / 6;
                var x = at.X + Math.Cos(angle) * (distance + width / 2);
                var y = at.Y - Math.Sin(angle) * (distance + Height / 2);
                var box = (Left: x - width / 2, Top: y - Height / 2, Right: x + width / 2, Bottom: y + Height / 2);
                var cost = distance / 10 + _taken.Sum(t => Overlap(t, box));
                if (cost < best.Cost)
                    best = (cost, box);
            }
        _taken.Add(best.Box);
        return new Point((best.Box.Left + best.Box.Right) / 2, best.Box.Bottom - 1.5);
    }

    private static double Overlap(
        (double Left, double Top, double Right, double Bottom) a,
        (double Left, double Top, double Right, double Bottom) b) =>
        Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left))
        * Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top));
}
