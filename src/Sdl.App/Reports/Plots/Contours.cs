namespace Sdl.App.Reports.Plots;

/// <summary>Where a function on a mesh, linear in each triangle, reaches a level.</summary>
/// <param name="Areas">Outlines of the parts at or above the level.</param>
/// <param name="Lines">The parts of those outlines that run inside the mesh, where the function equals the
/// level.</param>
public sealed record Contours(IReadOnlyList<IReadOnlyList<Point>> Areas, IReadOnlyList<IReadOnlyList<Point>> Lines)
{
    /// <param name="values">One for each point of the mesh.</param>
    public static Contours At(Mesh mesh, IReadOnlyList<double> values, double level)
    {
        // A corner is a mesh point (k, k) or the crossing on the edge between two; edges that two triangles share
        // cancel.
        var edges = new HashSet<((int, int) From, (int, int) To)>();
        foreach (var (a, b, c) in mesh.Triangles)
        {
            var part = Above([a, b, c], values, level);
            for (var i = 0; i < part.Count; i++)
            {
                var (from, to) = (part[i], part[(i + 1) % part.Count]);
                if (from != to && !edges.Remove((to, from)))
                    edges.Add((from, to));
            }
        }
        var next = edges.ToLookup(e => e.From, e => e.To);
        var areas = new List<IReadOnlyList<Point>>();
        var lines = new List<IReadOnlyList<Point>>();
        foreach (var ring in Rings(edges, next))
        {
            areas.Add(ring.ConvertAll(PlaceOf));
            lines.AddRange(Inner(ring).Select(run => run.ConvertAll(PlaceOf)));
        }
        return new Contours(areas, lines);

        Point PlaceOf((int A, int B) corner) => corner.A == corner.B
            ? mesh.Points[corner.A]
            : Point.Between(mesh.Points[corner.A], mesh.Points[corner.B],
                (level - values[corner.A]) / (values[corner.B] - values[corner.A]));
    }

    private static List<(int, int)> Above(int[] triangle, IReadOnlyList<double> values, double level)
    {
        var part = new List<(int, int)>();
        for (var i = 0; i < 3; i++)
        {
            var (p, q) = (triangle[i], triangle[(i + 1) % 3]);
            if (values[p] >= level)
                part.Add((p, p));
            if (values[p] >= level != values[q] >= level)
                part.Add((Math.Min(p, q), Math.Max(p, q)));
        }
        return part;
    }

    private static IEnumerable<List<(int A, int B)>> Rings(
        HashSet<((int, int) From, (int, int) To)> edges, ILookup<(int, int), (int, int)> next)
    {
        var left = new HashSet<((int, int) From, (int, int) To)>(edges);
        foreach (var start in edges.OrderBy(e => e))
        {
            if (!left.Contains(start))
                continue;
            var ring = new List<(int, int)>();
            for (var edge = start; left.Remove(edge);)
            {
                ring.Add(edge.From);
                var on = next[edge.To].Where(to => left.Contains((edge.To, to))).ToList();
                if (on.Count == 0)
                    break;
                edge = (edge.To, on[0]);
            }
            if (ring.Count > 2)
                yield return ring;
        }
    }

    // Two crossings in a row are joined by a piece of the contour; a piece with a mesh point lies on the region's
    // border.
    private static IEnumerable<List<(int A, int B)>> Inner(List<(int A, int B)> ring)
    {
        var border = ring.FindIndex(c => c.A == c.B);
        if (border < 0)
        {
            yield return [.. ring, ring[0]];
            yield break;
        }
        var run = new List<(int, int)>();
        for (var k = 1; k <= ring.Count; k++)
        {
            var corner = ring[(border + k) % ring.Count];
            if (corner.A != corner.B)
                run.Add(corner);
            else
            {
                if (run.Count > 1)
                    yield return run;
                run = [];
            }
        }
    }
}
