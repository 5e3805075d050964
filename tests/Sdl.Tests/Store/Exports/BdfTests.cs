using System.IO.Compression;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Cells;
using Sdl.Store.Exports;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store.Exports;

public sealed class BdfTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(BdfFile.Csv)]
    [InlineData(BdfFile.Parquet)]
    public async Task Series_that_was_written_is_valid_and_reads_back_as_it_was(string extension)
    {
        var path = await WriteAsync(extension, batchRows: 17);
        var verdict = await BdfValidator.ValidateAsync(path, CancellationToken.None);
        Assert.Equal([], verdict.Faults);
        var written = await BatchAsync();
        await foreach (var batch in BdfReader.ReadAsync(path, CancellationToken.None))
            for (var row = 0; row < batch.Count; row++)
                Assert.Equal(Row(written, (int)batch.FirstRow - 1 + row), Row(batch, row));
        Assert.Equal(written.Count, verdict.Rows);
    }

    [Fact]
    public async Task Spectra_are_valid_too()
    {
        var steps = SampleCellTest.Steps();
        var path = Path.Combine(_folder.Path, "x" + BdfFile.Parquet);
        await using (var writer = await BdfFile.CreateAsync(path, SpectrumSeries.Columns, CancellationToken.None))
            await writer.WriteAsync(SpectrumSeries.Of(steps[^1], steps[0].Start), CancellationToken.None);
        var verdict = await BdfValidator.ValidateAsync(path, CancellationToken.None);
        Assert.Equal([], verdict.Faults);
        Assert.Equal(5, verdict.Rows);
    }

    [Fact]
    public async Task Csv_looks_as_the_golden_file_does()
    {
        var path = await WriteAsync(BdfFile.Csv, steps: SampleCellTest.Steps(cycles: 1, rows: 4));
        var text = await File.ReadAllTextAsync(path, CancellationToken.None);
        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
        Golden.Check("cell-test.bdf.csv", text.Replace("\r\n", "\n"));
    }

    // Column, and what its value becomes; the row is any but the first three and the last.
    public static readonly (string Column, Func<BdfBatch, int, double, double> Break)[] Corruptions =
    [
        ("Test Time / s", (_, _, _) => double.NaN),
        ("Voltage / V", (_, _, _) => double.NaN),
        ("Current / A", (_, _, _) => double.PositiveInfinity),
        ("Test Time / s", (b, row, _) => b.Numbers(0)[row - 1] - 0.001),
        ("Unix Time / s", (_, _, v) => v + 900),
        ("Unix Time / s", (_, _, v) => v - 900),
        ("Charging Capacity / Ah", (_, _, v) => v - 1e-4),
        ("Discharging Capacity / Ah", (_, _, v) => v - 1e-4),
        ("Cumulative Capacity / Ah", (_, _, v) => v - 1e-4),
        ("Cumulative Capacity / Ah", (_, _, v) => v + 1e-7),
        ("Net Capacity / Ah", (_, _, v) => v + 1e-7),
        ("Charging Energy / Wh", (_, _, v) => v - 1e-3),
        ("Discharging Energy / Wh", (_, _, v) => v - 1e-3),
        ("Cumulative Energy / Wh", (_, _, v) => v + 1e-6),
        ("Net Energy / Wh", (_, _, v) => v - 1e-6),
        ("Cycle Count / 1", (_, _, v) => v - 1),
        ("Cycle Count / 1", (_, _, _) => -1),
        ("Step Record Index / 1", (_, _, v) => v + 1),
        ("Step Record Index / 1", (_, _, _) => 0),
    ];

    [Property(MaxTest = 300)]
    public async Task One_broken_rule_is_found_at_its_row(byte rule, ushort where, bool parquet)
    {
        var (column, break_) = Corruptions[rule % Corruptions.Length];
        var batch = await BatchAsync();
        // Past the first row of the first cycle, so that every sum has begun.
        var row = 5 + where % (batch.Count - 6);
        var values = batch.Numbers(batch.Columns.ToList().FindIndex(c => c.Label == column));
        values[row] = break_(batch, row, values[row]);
        var path = Path.Combine(_folder.Path, "broken" + (parquet ? BdfFile.Parquet : BdfFile.Csv));
        await using (var writer = await BdfFile.CreateAsync(path, batch.Columns, CancellationToken.None))
            await writer.WriteAsync(batch, CancellationToken.None);
        var verdict = await BdfValidator.ValidateAsync(path, CancellationToken.None);
        Assert.False(verdict.IsValid, $"{column} in row {row + 1}");
        Assert.Equal(row + 1, verdict.Faults[0].Row);
        Assert.Contains(verdict.Faults, f => f.Row == row + 1 && f.Column == RelatedTo(column, f.Column));
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1 / 60.0)]
    public async Task Test_time_in_another_unit_is_found(double factor)
    {
        var batch = await BatchAsync();
        for (var row = 0; row < batch.Count; row++)
            batch.Numbers(0)[row] *= factor;
        var path = Path.Combine(_folder.Path, "x" + BdfFile.Csv);
        await using (var writer = await BdfFile.CreateAsync(path, batch.Columns, CancellationToken.None))
            await writer.WriteAsync(batch, CancellationToken.None);
        Assert.Contains((await BdfValidator.ValidateAsync(path, CancellationToken.None)).Faults,
            f => f is { Row: 2, Column: "Unix Time / s" });
    }

    [Theory]
    [InlineData("Test Time / s,Voltage / V\n1,2\n", 0, "Current / A", "required")]
    [InlineData("test_time_second,Voltage / V,Current / A\n1,2,3\n", 0, "test_time_second", "should read")]
    [InlineData("Test Time / s,Voltage / V,Current / A,Current / A\n1,2,3,3\n", 0, "Current / A", "2 times")]
    [InlineData("Test Time / s,Voltage / V,Current / A\n1,2,3\n2,2,3,4\n", 2, "Current / A", "4 cells")]
    [InlineData("Test Time / s,Voltage / V,Current / A\n1,2,3\n2,\"3,7\",3\n", 2, "Voltage / V", "no number")]
    [InlineData("Test Time / s,Voltage / V,Current / A\n1,2,3\n2,,3\n", 2, "Voltage / V", "no value")]
    [InlineData("Test Time / s,Voltage / V,Current / A\n", 0, "Test Time / s", "no rows")]
    [InlineData("Test Time / s,Voltage / V,Current / A,Cycle Count / 1\n1,2,3,1.5\n", 1, "Cycle Count / 1", "whole")]
    [InlineData("Test Time / s,Voltage / V,Current / A,Step Record Index / 1\n1,2,3,2\n", 1, "Step Record Index / 1",
        "begins with 2")]
    [InlineData("Test Time / s,Voltage / V,Current / A,Cycle Count / 1,Cycle Charging Capacity / Ah\n"
        + "1,2,3,1,0.1\n2,2,3,2,0\n3,2,3,2,0.2\n4,2,3,2,0.1\n", 4, "Cycle Charging Capacity / Ah", "falls")]
    public async Task Bad_file_is_told_what_is_wrong(string text, long row, string column, string why)
    {
        var verdict = await BdfValidator.ValidateAsync(_folder.Write("x.bdf.csv", text), CancellationToken.None);
        var fault = Assert.Single(verdict.Faults);
        Assert.Equal((row, column), (fault.Row, fault.Column));
        Assert.Contains(why, fault.Text);
    }

    [Fact]
    public async Task Foreign_columns_quotes_and_packing_do_no_harm()
    {
        var path = Path.Combine(_folder.Path, "x.bdf.gz");
        await using (var packed = new GZipStream(File.Create(path), CompressionLevel.Fastest))
            packed.Write("Remark,Test Time / s,Voltage / V,Current / A\r\n\"a \"\"b\"\",\r\nc\",0,3,-1e-3\r\n"u8);
        Assert.True((await BdfValidator.ValidateAsync(path, CancellationToken.None)).IsValid);
        await foreach (var batch in BdfReader.ReadAsync(path, CancellationToken.None))
            Assert.Equal("a \"b\",\nc", batch.Texts(0)[0]);
    }

    [Fact]
    public async Task What_is_no_parquet_is_refused() => await Assert.ThrowsAsync<InvalidDataException>(
        () => BdfValidator.ValidateAsync(_folder.Write("x.bdf.parquet", "no such thing"), CancellationToken.None));

    [Property(MaxTest = 300)]
    public async Task Damaged_parquet_is_judged_or_refused_and_never_a_crash(ushort where, byte bits, bool cut)
    {
        var path = await WriteAsync(BdfFile.Parquet);
        var bytes = await File.ReadAllBytesAsync(path, CancellationToken.None);
        var at = where % bytes.Length;
        bytes[at] ^= (byte)(bits | 1);
        await File.WriteAllBytesAsync(path, cut ? bytes[..at] : bytes, CancellationToken.None);
        try
        {
            await BdfValidator.ValidateAsync(path, CancellationToken.None);
        }
        catch (InvalidDataException e)
        {
            Assert.Contains(path, e.Message);
        }
    }

    [Fact]
    public void Every_label_has_its_machine_name_and_comes_once()
    {
        Assert.Equal(58, BdfColumns.All.Count);
        Assert.Equal("cycle_discharging_capacity_ah", BdfColumns.Find("Cycle Discharging Capacity / Ah")!.Name);
        Assert.Equal("schedule_charging_energy_wh", BdfColumns.Find("Schedule Charging Energy / Wh")!.Name);
        Assert.Equal(BdfColumns.All.Count, BdfColumns.All.DistinctBy(c => c.Name).Count());
    }

    [Theory]
    [InlineData("KIT", "cell-017", "KIT__cell-017__20260301_002")]
    [InlineData("A  B/C", "__x__y", "A--B-C__x_y__20260301_002")]
    public void File_name_is_the_recommended_one(string institution, string cell, string name) =>
        Assert.Equal(name, BdfFile.Name(institution, cell, SampleCellTest.Start, 2));

    // A sum that is off shows where it is compared with others as well.
    private static string RelatedTo(string column, string found) =>
        column.EndsWith('h') && found.EndsWith(column[^9..], StringComparison.Ordinal) ? found : column;

    private static object?[] Row(BdfBatch batch, int row) => [.. batch.Columns.Select(
        (c, i) => c.Kind == BdfKind.Text ? batch.Texts(i)[row] : (object)batch.Numbers(i)[row])];

    private static async Task<BdfBatch> BatchAsync()
    {
        BdfBatch? full = null;
        var series = new CyclingSeries((batch, _) =>
        {
            full = batch;
            return ValueTask.CompletedTask;
        }, 1000);
        foreach (var step in SampleCellTest.Steps())
            await series.AddAsync(step, CancellationToken.None);
        var count = (int)series.Rows;
        await series.FlushAsync(default);
        full!.Count = count;
        full.FirstRow = 1;
        return full;
    }

    private async Task<string> WriteAsync(
        string extension, int batchRows = 100, IReadOnlyList<CycledStep>? steps = null)
    {
        var path = Path.Combine(_folder.Path, "x" + extension);
        await using var writer = await BdfFile.CreateAsync(path, CyclingSeries.Columns, CancellationToken.None);
        var series = new CyclingSeries(writer.WriteAsync, batchRows);
        foreach (var step in steps ?? SampleCellTest.Steps())
            await series.AddAsync(step, CancellationToken.None);
        await series.FlushAsync(default);
        return path;
    }
}
