using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>The plane of a mixture of three components: two of them are free coordinates, the third one is the
/// rest.</summary>
/// <param name="Rest">The component with the highest lower bound: the bulk of the mixture.</param>
/// <param name="Region">What the space allows, as a convex polygon of (<paramref name="First"/>,
/// <paramref name="Second"/>).</param>
public sealed record CompositionPlane(string First, string Second, string Rest, double Sum, IReadOnlyList<Point> Region)
{
    /// <returns>Null when the space is no mixture of three, or holds no area.</returns>
    public static CompositionPlane? Of(SearchSpace space)
    {
        if (space.Parameters.Count != 3 || space.Mixtures is not [{ Parameters.Count: 3, Sum: var sum }])
            return null;
        var parts = space.Parameters.OfType<ContinuousParameter>().ToList();
        var rest = parts.OrderByDescending(a => a.Min).ThenByDescending(a => a.Max).First();
        var free = parts.Where(a => a != rest).ToList();
        var (x, y) = (free[0], free[1]);
        var region = Polygon.Box(x.Min, x.Max, y.Min, y.Max);
        region = Polygon.Clip(region, 1, 1, sum - rest.Min);
        region = Polygon.Clip(region, -1, -1, rest.Max - sum);
        foreach (var c in space.Constraints)
        {
            double Coefficient(ContinuousParameter part) => c.Coefficients.GetValueOrDefault(part.Name);
            var k = Coefficient(rest);
            region = Polygon.Clip(region, Coefficient(x) - k, Coefficient(y) - k, c.Max - k * sum);
        }
        return Polygon.Area(region) > 1e-9 ? new CompositionPlane(x.Name, y.Name, rest.Name, sum, region) : null;
    }

    public Point At(Formulation x) => new(x[First], x[Second]);

    public Formulation Formulation(Point p) =>
        new(new Dictionary<string, double> { [First] = p.X, [Second] = p.Y, [Rest] = Sum - p.X - p.Y });
}
