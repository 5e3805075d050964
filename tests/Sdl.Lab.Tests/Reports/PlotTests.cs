using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.App.Reports;
using Sdl.App.Reports.Plots;
using Sdl.Core.Planning;

namespace Sdl.Lab.Tests.Reports;

public sealed class PlotTests
{
    [Property]
    public bool Ticks_cover_the_range_and_are_few_and_even(NormalFloat a, NormalFloat b, byte count)
    {
        if (Math.Abs(a.Get) > 1e100 || Math.Abs(b.Get) > 1e100)
            return true;
        var (min, max) = (Math.Min(a.Get, b.Get), Math.Max(a.Get, b.Get));
        var wanted = count % 12 + 2;
        var ticks = Ticks.Over(min, max, wanted);
        var slack = ticks.Step * 1e-6;
        return ticks.Min <= min + slack && ticks.Max >= max - slack && ticks.Values.Count >= 2
            && ticks.Values.Count <= wanted + 3
            && ticks.Values.Zip(ticks.Values.Skip(1)).All(p => Math.Abs(p.Second - p.First - ticks.Step) < slack)
            && ticks.Values.Select(ticks.Text).Distinct().Count() == ticks.Values.Count;
    }

    [Theory]
    [InlineData(0, 9.7, "0 2 4 6 8 10")]
    [InlineData(-0.3, 0.31, "−0.4 −0.2 0.0 0.2 0.4")]
    [InlineData(5, 5, "4.7 4.8 4.9 5.0 5.1 5.2 5.3")]
    [InlineData(0, 3e7, "0E0 5E6 1E7 1.5E7 2E7 2.5E7 3E7")]
    public void Ticks_are_round_numbers(double min, double max, string text)
    {
        var ticks = Ticks.Over(min, max);
        Assert.Equal(text, string.Join(' ', ticks.Values.Select(ticks.Text)));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Number_that_is_none_is_refused_rather_than_drawn(double value)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Svg.Number(value));
        Assert.Throws<ArgumentOutOfRangeException>(() => Ticks.Over(0, value));
    }

    [Property]
    public bool Any_text_comes_back_from_the_drawing_but_for_what_xml_cannot_hold(UnicodeString anything)
    {
        var text = anything.Get ?? "";
        var svg = new Svg("id", 10, 10, text, "d").Text("label\"<", new(1, 2), text).ToString();
        var held = string.Concat(text.EnumerateRunes()
            .Where(r => r.Value is '\t' or '\n' or >= ' ' and not 0xFFFE and not 0xFFFF)
            .Where(r => r.Value != 0xFFFD || text.Contains('\uFFFD', StringComparison.Ordinal)));
        return XElement.Parse(svg).Elements().Last().Value.Replace("\uFFFD", "", StringComparison.Ordinal)
            == held.Replace("\uFFFD", "", StringComparison.Ordinal);
    }

    [Fact]
    public void Colour_map_meets_its_published_ends_and_middle()
    {
        Assert.Equal(
            ["#440154", "#21918c", "#fde725", "#fde725"], new[] { -1, 0.5, 1, 9 }.Select(ColourMap.Viridis.At));
        Assert.Equal("#b73779", ColourMap.Magma.At(4 / 9.0));
    }

    [Property]
    public Property Mesh_fills_its_region_exactly() => Prop.ForAll(Regions(), region =>
    {
        var mesh = new Mesh(region, 9);
        var area = mesh.Triangles.Sum(t => Polygon.Area([mesh.Points[t.A], mesh.Points[t.B], mesh.Points[t.C]]));
        return Math.Abs(area - Polygon.Area(region)) < 1e-6 * Polygon.Area(region);
    });

    [Property]
    public Property Part_above_a_level_of_a_plane_is_what_a_straight_cut_leaves() => Prop.ForAll(Regions(), region =>
    {
        var mesh = new Mesh(region, 9);
        var values = mesh.Points.ConvertAll(p => 2 * p.X + p.Y);
        var level = (values.Min() + values.Max()) / 2 + 1e-7;
        var above = Contours.At(mesh, values, level);
        var cut = Polygon.Area(Polygon.Clip(region, -2, -1, -level));
        return Math.Abs(above.Areas.Sum(Polygon.Area) - cut) < 1e-6 * Polygon.Area(region)
            && above.Lines.All(line => line.All(p => Math.Abs(2 * p.X + p.Y - level) < 1e-9)) && above.Lines.Count == 1;
    });

    [Fact]
    public void Contour_around_a_hill_is_a_closed_ring_and_around_a_hollow_a_hole()
    {
        var mesh = new Mesh(Polygon.Box(-1, 1, -1, 1), 60);
        var hill = mesh.Points.ConvertAll(p => -p.X * p.X - p.Y * p.Y);
        var ring = Assert.Single(Contours.At(mesh, hill, -0.25).Lines);
        Assert.Equal(ring[0], ring[^1]);
        Assert.Equal(Math.PI / 4, Contours.At(mesh, hill, -0.25).Areas.Sum(Polygon.Area), 0.01);
        Assert.Equal(4 - Math.PI / 4, Contours.At(mesh, hill.ConvertAll(v => -v), 0.25).Areas.Sum(Polygon.Area), 0.01);
    }

    [Property]
    public bool Place_in_the_allowed_region_is_a_formulation_of_the_space(byte a, byte b, byte c)
    {
        using var campaign = new SyntheticCampaign();
        var plane = CompositionPlane.Of(campaign.Problem.Space)!;
        double[] weights = [a + 1, b + 1, c + 1];
        var corners = plane.Region.Take(3).ToList();
        var inside = new Point(corners.Zip(weights, (p, w) => p.X * w).Sum() / weights.Sum(),
            corners.Zip(weights, (p, w) => p.Y * w).Sum() / weights.Sum());
        var outside = new Point(2 * plane.Region.Max(p => p.X) - inside.X + 0.01, inside.Y);
        return plane.Rest == "EMC" && campaign.Problem.Space.Contains(DesignPoint.Of(plane.Formulation(inside)))
            && !campaign.Problem.Space.Contains(DesignPoint.Of(plane.Formulation(outside)));
    }

    [Fact]
    public void Space_without_area_has_no_plane() =>
        Assert.Null(CompositionPlane.Of(new SearchSpace(
        [
            new ContinuousParameter("A", 0.2, 0.2), new ContinuousParameter("B", 0, 1),
            new ContinuousParameter("C", 0, 1),
        ])
        { Mixtures = [new Mixture(["A", "B", "C"])] }));

    [Fact]
    public void Labels_of_a_crowd_do_not_cover_each_other()
    {
        Point[] crowd = [new(100, 100), new(108, 100), new(100, 108), new(108, 109)];
        var labels = new Labels(crowd.Select(p => (p, 5.0)));
        var places = crowd.Select(p => labels.Place(p, "12")).ToList();
        Assert.All(places.SelectMany((p, i) => places.Skip(i + 1).Select(q => (p, q))),
            pair => Assert.True(Math.Abs(pair.p.X - pair.q.X) > 12 || Math.Abs(pair.p.Y - pair.q.Y) > 10));
    }

    /// <summary>A box whose corner is cut off at random.</summary>
    private static Arbitrary<IReadOnlyList<Point>> Regions() =>
        (from width in Gen.Choose(1, 50)
         from height in Gen.Choose(1, 50)
         from cut in Gen.Choose(55, 95)
         select Polygon.Clip(Polygon.Box(0, width / 10.0, 0, height / 10.0), height, width,
             width * height / 5.0 * cut / 100))
        .ToArbitrary();
}
