using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Store.Exports;

namespace Sdl.Bench;

/// <summary>Ten million rows of a cell test as <c>.bdf.parquet</c>, against the same columns written plainly to the
/// same disk in the same run.</summary>
public static class ParquetSpeed
{
    private const int StepRows = 10_000;

    /// <param name="args">Rows; without: 10000000.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var rows = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 10_000_000;
        var folder = Directory.CreateTempSubdirectory("sdl-parquet-").FullName;
        try
        {
            var step = Step();
            var (raw, rawBytes) = await TimeAsync(step, rows, Path.Combine(folder, "raw"), RawAsync);
            var path = Path.Combine(folder, "x" + BdfFile.Parquet);
            var (parquet, bytes) = await TimeAsync(step, rows, path, ParquetAsync);
            var watch = Stopwatch.StartNew();
            var verdict = await BdfValidator.ValidateAsync(path, CancellationToken.None);
            var isMet = verdict.IsValid && verdict.Rows == rows;
            Rounds.Print(
                $"{rows / 1e6:0.#} million rows to Parquet",
                string.Create(CultureInfo.InvariantCulture, $"{rows / parquet / 1e6:0.00} M rows/s"),
                string.Create(CultureInfo.InvariantCulture,
                    $"all of them, valid: {CyclingSeries.Columns.Count} columns in {parquet:0.0} s, ")
                + string.Create(CultureInfo.InvariantCulture,
                    $"{rawBytes / parquet / 1e6:0} MB/s of columns, {bytes / 1e6:0} MB file; plain write of "
                    + $"the columns {raw:0.0} s, {rawBytes / raw / 1e6:0} MB/s, ratio {parquet / raw:0.0}; "
                    + $"validated in {watch.Elapsed.TotalSeconds:0.0} s; "
                    + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"),
                isMet);
            return isMet ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<(double Seconds, long Bytes)> TimeAsync(
        Record step, int rows, string path, Func<string, Func<CyclingSeries, Task>, Task> write)
    {
        var watch = Stopwatch.StartNew();
        await write(path, async series =>
        {
            var count = new CycleCount();
            while (series.Rows < rows)
                await series.AddAsync(count.Next(CellTechniques.ConstantCurrent, step), CancellationToken.None);
            await series.FlushAsync(CancellationToken.None);
        });
        return (watch.Elapsed.TotalSeconds, new FileInfo(path).Length);
    }

    private static async Task ParquetAsync(string path, Func<CyclingSeries, Task> fill)
    {
        await using var writer = await BdfFile.CreateAsync(path, CyclingSeries.Columns, CancellationToken.None);
        await fill(new CyclingSeries(writer.WriteAsync));
    }

    private static async Task RawAsync(string path, Func<CyclingSeries, Task> fill)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        await fill(new CyclingSeries((batch, _) =>
        {
            for (var i = 0; i < batch.Columns.Count; i++)
                if (batch.Columns[i].Kind != BdfKind.Text)
                    file.Write(MemoryMarshal.AsBytes(batch.Numbers(i).AsSpan(0, batch.Count)));
            return ValueTask.CompletedTask;
        }));
    }

    // Noisy voltages and currents, as measured ones are: they hardly compress.
    private static Record Step()
    {
        var random = new Random(1);
        var at = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        return Record.Seal(new CallId("e001/life/channel.constant_current"), new InstrumentId("channel"),
            CellTechniques.Columns, [.. Enumerable.Range(0, StepRows).Select(i => new Sample(
                at + TimeSpan.FromSeconds(i),
                new[]
                {
                    i, 3 + 1e-4 * i + 1e-4 * random.NextDouble(), 1e-3 + 1e-7 * random.NextDouble(), 1e-3 * i / 3600.0,
                    3.5e-3 * i / 3600.0, 25 + random.NextDouble(), 0,
                }))]);
    }
}
