using System.Xml.Linq;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Forecasts;

namespace Sdl.Lab.Tests.Reports;

public sealed class GanttTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Chart_has_a_line_for_each_instrument_and_an_axis()
    {
        var lines = GanttText.Lines(Example(), 80);
        Assert.Equal(5, lines.Count); // two instruments, the waits, the axis and its times
        Assert.All(lines, l => Assert.InRange(l.Length, 10, 80));
        GoldenFile.Check("gantt.txt", string.Concat(lines.Select(l => l + "\n")));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3600)]
    [InlineData(30 * 86400)]
    [InlineData(3000 * 86400)]
    public void Axis_has_round_times_that_do_not_crowd(int seconds)
    {
        var ticks = GanttText.Ticks(TimeSpan.FromSeconds(seconds), 5);
        Assert.Equal(TimeSpan.Zero, ticks[0]);
        Assert.InRange(ticks.Count, 2, seconds > 1000 * 86400 ? 40 : 6);
        Assert.True(ticks[^1].TotalSeconds <= seconds);
    }

    [Fact]
    public void Picture_is_one_file_that_names_every_bar_and_holds_no_text_that_is_markup()
    {
        var forecast = Example() with { Title = "a <b> & \"c\"" };
        var svg = XDocument.Parse(GanttPlot.Draw(forecast));
        XNamespace ns = "http://www.w3.org/2000/svg";
        var bars = svg.Descendants(ns + "rect").ToList();
        Assert.Equal(forecast.Timeline.Bars.Count, bars.Count);
        Assert.Equal(bars.Count, svg.Descendants(ns + "g").Count(g => g.Attribute("role")?.Value == "listitem"));
        Assert.Contains("a <b> & \"c\"", svg.Descendants(ns + "title").First().Value, StringComparison.Ordinal);
        Assert.Contains("thermostat", svg.Descendants(ns + "desc").First().Value, StringComparison.Ordinal);
        Assert.DoesNotContain(
            svg.Descendants().Attributes(), a => a.Value.Contains("NaN", StringComparison.Ordinal));
        Assert.DoesNotContain("http", GanttPlot.Draw(forecast).Replace(ns.NamespaceName, "", StringComparison.Ordinal),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Crowd_of_bars_is_drawn_as_few()
    {
        var bars = Enumerable.Range(0, 20_000)
            .Select(i => Bar("arm", $"s{i}", i, i + 1) with { Run = new RunId($"e{i / 100}") }).ToList();
        var svg = GanttPlot.Draw(Of(bars));
        Assert.InRange(svg.Length, 1_000, 100_000);
        Assert.Contains("20000 invocations", svg, StringComparison.Ordinal);
    }

    private static Forecast Example() => Of(
    [
        Bar("arm", "fetch", 0, 420),
        Bar("thermostat", "settle", 420, 2640),
        new Bar(new RunId("run"), "rest", null, "wait", Start.AddSeconds(2640), Start.AddSeconds(2850), BarEnd.Done,
            TimeSpan.Zero),
        Bar("thermostat", "hold", 2850, 2900) with { Waited = TimeSpan.FromSeconds(200) },
        Bar("arm", "rinse", 2910, 3550) with { How = BarEnd.Failed },
    ]);

    private static Forecast Of(IReadOnlyList<Bar> bars)
    {
        var timeline = new Timeline(Start, bars.Max(b => b.End), bars);
        return new Forecast(
            "example", RunState.Completed, "", 1, timeline,
            timeline.Instruments.Select(i => new Occupancy(
                i, timeline.Busy(i), timeline.Busy(i) / timeline.Length, bars.Count(b => b.Instrument == i))).ToList(),
            [], null, []);
    }

    private static Bar Bar(string instrument, string step, double from, double to) => new(
        new RunId("run"), step, new InstrumentId(instrument), "work", Start.AddSeconds(from), Start.AddSeconds(to),
        BarEnd.Done, TimeSpan.Zero);
}
