using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Forecasts;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Forecasts;

public class ForecastTests
{
    private static readonly Mark At = new("lab.yaml", 7, 3);

    [Fact]
    public void Timeline_shows_invocations_waits_and_how_busy_each_instrument_is()
    {
        var test = new TestRun("steps: [{do: a.work, with: {time: 10 s}}, {name: pause, wait: 20 s}, {parallel: "
            + "[{do: a.work, with: {time: 30 s}}, {name: other, do: b.work, with: {time: 10 s}}]}]");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var timeline = Timeline.Of(new MemoryJournal(test.Disk, test.Time).Read());
        Assert.Equal(["a.work", "pause", "parallel/a.work", "parallel/other"], timeline.Bars.Select(b => b.Step));
        Assert.Equal([10.0, 20, 30, 10], timeline.Bars.Select(b => b.Length.TotalSeconds));
        Assert.Equal([0.0, 10, 30, 30], timeline.Bars.Select(b => (b.Start - timeline.Start).TotalSeconds));
        Assert.All(timeline.Bars, b => Assert.Equal((BarEnd.Done, TimeSpan.Zero), (b.How, b.Waited)));
        Assert.Equal(40, timeline.Busy(new InstrumentId("a")).TotalSeconds);
        Assert.Equal(60, timeline.Length.TotalSeconds);
    }

    [Fact]
    public void Bar_ends_where_the_journal_broke_off_and_the_rest_is_another()
    {
        var test = new TestRun("steps: [{do: a.dispense, with: {volume: 2 mL}}]");
        var journal = new MemoryJournal(test.Disk, test.Time, new Mortal());
        Assert.Null(test.Process(die: -4)); // before the rows of the dose are on the disk
        test.Time.MoveTo(test.Time.GetUtcNow() + TimeSpan.FromHours(1));
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var bars = Timeline.Of(journal.Read()).Bars;
        Assert.All(bars, b => Assert.InRange(b.Length.TotalSeconds, 0, 21));
        Assert.Equal(BarEnd.Open, bars[0].How);
        Assert.Equal(BarEnd.Done, bars[^1].How);
    }

    [Fact]
    public void Comparison_puts_the_step_that_was_furthest_off_first()
    {
        var (before, after) = (Times(10, 30), Times(12, 75));
        var comparison = Comparison.Of(before, after);
        Assert.Equal(["b.work", "a.work"], comparison.Worst(5).Select(s => s.Step));
        Assert.Equal(2.5, comparison.Steps.Single(s => s.Step == "b.work").Ratio);
        Assert.Equal((40, 87), (comparison.Predicted.TotalSeconds, comparison.Actual.TotalSeconds));
        Assert.Equal("b.work", Assert.Single(comparison.Worst(1)).Step);
        Assert.Empty(Comparison.Of(before, before).Worst(5));
    }

    [Theory]
    [InlineData(10, 0.5, 3, 3, 3)]
    [InlineData(10, 0.5, 5, 4, 4)] // the reserve takes the fifth
    [InlineData(10, 4, 3, 1, 1)]
    [InlineData(1, 0, 3, 0, 0)]
    public void Supply_says_for_how_many_experiments_it_lasts(
        double volume, double uncertainty, int planned, int sure, int expected)
    {
        var supply = Assert.Single(Supply.Of(
            Takes(2), Inventory(volume, uncertainty), planned, new Dictionary<string, Quantity>()));
        Assert.Equal((sure, expected), (supply.Sure, supply.Expected));
        Assert.Equal(At, supply.At);
    }

    [Fact]
    public void Supply_reckons_with_the_most_that_an_experiment_can_take()
    {
        var supply = Assert.Single(Supply.Of(
            Takes(1), Inventory(10, 0), 8, new Dictionary<string, Quantity> { ["A"] = Quantity.Of(4, "mL") }));
        Assert.Equal((2, 8, true), (supply.Sure, supply.Expected, supply.IsShort));
        Assert.Contains("2 of 8 experiments", supply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Cost_is_hours_of_use_and_what_is_used_up()
    {
        var test = new TestRun("steps: [{do: a.dispense, with: {volume: 2 mL}, uses: {vials: 3}}]");
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var prices = new Prices(
            "EUR", new Dictionary<InstrumentId, double> { [new("a")] = 180 },
            new Dictionary<string, double> { ["A"] = 2e6 }, new Dictionary<string, double> { ["vials"] = 0.5 });
        var instrument = new LabInstrument(
            new InstrumentId("a"), "", default!, new Dictionary<string, string>(), new Dictionary<string, string>(), At,
            new Dictionary<string, Mark>());
        var lab = new Lab(
            "lab", "", [instrument], new Dictionary<string, InstrumentId>(), new Dictionary<string, Stock>())
        {
            Prices = prices, Inventory = Inventory(10, 0),
        };
        var forecast = Forecast.Of("test", new MemoryJournal(test.Disk, test.Time).Read().ToList(), lab);
        Assert.Equal(["a 1", "A from a 4", "vials 1.5"], forecast.Cost.Select(c => FormattableString.Invariant(
            $"{c.What} {Math.Round(c.Amount, 6)}")));
        Assert.Equal("EUR", forecast.Currency);
    }

    [Fact]
    public void Assumptions_name_the_steps_that_depend_on_what_is_measured()
    {
        using var folder = new TempFolder();
        var protocol = ProtocolReader.Read(folder.Write("p.yaml", """
            protocol: p
            parameters: {n: {unit: '1', default: 2}}
            roles: {a: ''}
            steps:
              - {do: a.read, save: seen}
              - {repeat: n, steps: [{do: a.read}]}
              - {name: often, repeat: seen.value, steps: [{do: a.read}]}
              - {name: told, do: a.set, with: {value: 2 * seen.value}}
              - {name: file, do: a.set, with: {value: some.urp}}
            """));
        Assert.Equal(
            ["often: how often it is done depends on seen.value", "told: what it is told depends on seen.value"],
            Assumptions.Of(protocol));
    }

    [Fact]
    public void Branches_that_may_fail_are_an_assumption_and_those_that_did_are_in_the_forecast()
    {
        const string Steps = "steps: [{name: cells, least: 1, parallel: [{do: a.fail, name: bad}, {do: b.read}]}]";
        using var folder = new TempFolder();
        var protocol = ProtocolReader.Read(
            folder.Write("t.yaml", $"protocol: t\nroles: {{a: '', b: ''}}\n{Steps}"));
        Assert.Equal(["cells: goes on as long as 1 of its 2 branches can succeed"], Assumptions.Of(protocol));
        var test = new TestRun(Steps);
        Assert.Equal(RunState.Completed, test.Process()!.State);
        var forecast = Forecast.Of("test", new MemoryJournal(test.Disk, test.Time).Read().ToList(), Empty);
        Assert.Equal("run/cells/bad", Assert.Single(forecast.GivenUp).Branch);
    }

    private static Forecast Times(double a, double b)
    {
        var test = new TestRun(FormattableString.Invariant(
            $"steps: [{{do: a.work, with: {{time: {a} s}}}}, {{do: b.work, with: {{time: {b} s}}}}]"));
        Assert.Equal(RunState.Completed, test.Process()!.State);
        return Forecast.Of("test", new MemoryJournal(test.Disk, test.Time).Read().ToList(), Empty);
    }

    private static Lab Empty => new(
        "lab", "", [], new Dictionary<string, InstrumentId>(), new Dictionary<string, Stock>());

    private static Forecast Takes(double volume) => new(
        "test", RunState.Completed, "", 1, new Timeline(default, default, []), [],
        [new Consumption("a", "A", Quantity.Of(volume, "mL"), Quantity.Of(0, "mL"), null)], null, []);

    private static Inventory Inventory(double volume, double uncertainty) => new(
        new Dictionary<string, Container>
        {
            ["a"] = new("A", new Measured(Quantity.Of(volume, "mL"), Quantity.Of(uncertainty, "mL")), null, 0, At),
        },
        new Dictionary<string, CountedPart> { ["vials"] = new(40, At) });
}
