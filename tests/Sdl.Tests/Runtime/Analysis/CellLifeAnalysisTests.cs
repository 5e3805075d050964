using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Analysis;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Runtime.Analysis;

public class CellLifeAnalysisTests
{
    [Theory]
    [InlineData(0.8, 401)]
    [InlineData(0.9, 101)]
    public void Cells_that_fade_with_the_root_of_their_cycles_live_as_long_as_that_says(double end, double expected)
    {
        // Shares of 1 - 0.01 sqrt(n) after n further cycles.
        var values = Analyse(end, Cell("a", 3, 0.01), Cell("b", 2.9, 0.01));
        Assert.Equal(expected, values["life"].Value.Si, 0.01 * expected);
        Assert.Equal(Math.Log10(values["life"].Value.Si), values["log_life"].Value.Si, 1e-12);
        Assert.Equal(2.95, values["capacity"].Value.In(Unit.Parse("mAh")), 1e-9);
        Assert.Equal(2, values["good"].Value.Si);
    }

    [Fact]
    public void A_broken_cell_does_not_count_and_is_told_of()
    {
        var whole = Analyse(0.8, Cell("a", 3, 0.01), Cell("b", 3, 0.02));
        var values = Analyse(0.8, Cell("a", 3, 0.01), Cell("b", 3, 0.02), Cell("dead", 0, 0.01));
        Assert.Equal(whole["life"], values["life"]);
        Assert.Equal((2, 1), (values["good"].Value.Si, values["broken"].Value.Si));
        // Geometric: a quarter of the life and a whole one give a half.
        Assert.Equal(Math.Sqrt(401 * 101), values["life"].Value.Si, 2);
    }

    [Fact]
    public void More_cells_that_agree_make_the_life_more_certain_and_never_quite()
    {
        var two = Uncertainty(2);
        var eight = Uncertainty(8);
        Assert.InRange(eight, 0.001, two / 2);

        double Uncertainty(int cells) => Analyse(
            0.8, [.. Enumerable.Range(0, cells).Select(i => Cell($"c{i}", 3, 0.01))])["log_life"].Uncertainty.Si;
    }

    [Fact]
    public void A_cell_that_shows_no_fade_counts_as_the_longest_life() =>
        Assert.Equal(5000, Analyse(0.8, Cell("a", 3, 0))["life"].Value.Si, 1);

    [Fact]
    public void Where_no_cell_gives_anything_there_is_no_value()
    {
        Assert.Throws<AnalysisException>(() => Analyse(0.8, Cell("a", 0, 0)));
        Assert.Throws<AnalysisException>(() => Analyse(0.8));
    }

    private static IReadOnlyDictionary<string, Measured> Analyse(double end, params IEnumerable<Record>[] cells)
    {
        // As they come: one discharge of each cell, then the next of each.
        var records = cells.SelectMany(c => c.Select((r, n) => (r, n))).OrderBy(r => r.n).Select(r => r.r).ToList();
        return new CellLifeAnalysis().Analyse(records, Arguments.Of(
            ("end_of_life", Quantity.Of(end, "1")), ("longest_life", Quantity.Of(5000, "1"))));
    }

    private static IEnumerable<Record> Cell(string id, double milliampereHours, double fade) =>
        Enumerable.Range(0, 40).Select(n => Record.Seal(
            new CallId($"run/{id}/life[{n + 1}]/discharge"), new InstrumentId(id), CellTechniques.Columns,
            [
                new Sample(DateTimeOffset.UnixEpoch.AddHours(n), new[]
                {
                    3600, 2.8, -3e-3, -1e-3 * milliampereHours * (1 - fade * Math.Sqrt(n)), -0.01, double.NaN, 2,
                }),
            ]));
}
