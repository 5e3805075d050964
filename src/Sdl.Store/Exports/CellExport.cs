using Sdl.Core.Cells;
using Sdl.Core.Runs;

namespace Sdl.Store.Exports;

/// <summary>Writes all files of one cell test: the series as <c>.bdf.csv</c> and <c>.bdf.parquet</c>, the spectra
/// likewise, the table of cycles, the cell record with its derived values, and the description as JSON-LD. Holds one
/// step and one batch of rows.</summary>
/// <param name="folder">Where the files go.</param>
/// <param name="institution">First part of the names.</param>
/// <param name="leastShare">Steps that move less than this share of the cell's capacity begin no cycle.</param>
public sealed class CellExport(string folder, string institution, double leastShare = 0.05)
{
    /// <summary>Writes the fits of the spectra to a path, and says whether there was one; null: nobody fits them.
    /// </summary>
    public Func<string, IEnumerable<CycledStep>, CancellationToken, Task<bool>>? Fit { get; init; }

    /// <summary>Ah: steps that move less begin no cycle; 0 where the capacity of the cell is not known.</summary>
    public double LeastCharge(CellRecord cell) =>
        leastShare * 1e-3 * (CellDerivation.Complete(cell).Number(CellKeys.RateCapacity) ?? 0);

    /// <summary>Writes the record of a cell that was not tested.</summary>
    /// <returns>Path of the file.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public async Task<string> WriteCellAsync(string cellName, CellRecord cell, CancellationToken ct)
    {
        var path = Path.Combine(folder, BdfFile.CellName(institution, cellName) + ".cell.json");
        await TextAsync(path, CellDerivation.Complete(cell).ToJson(), ct);
        return path;
    }

    /// <param name="cellName">Second part of the names.</param>
    /// <param name="number">Last part.</param>
    /// <returns>Paths of the files.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public async Task<IReadOnlyList<string>> WriteAsync(
        IJournal journal, CellTest test, string cellName, CellRecord cell, int number, CancellationToken ct)
    {
        var complete = CellDerivation.Complete(cell);
        var least = LeastCharge(complete);
        var first = test.Steps(journal, least).First();
        var name = BdfFile.Name(institution, cellName, first.Start, number);
        var steps = new List<(string Id, string Technique, double Charge, int Times)>();
        var files = new List<DataFile>();
        files.AddRange(await SeriesAsync(Path.Combine(folder, name), Seen(), ct));
        files.AddRange(await SpectraAsync(
            Path.Combine(folder, name + "_eis"), test.Steps(journal, least).Where(s => s.IsSpectrum), first.Start, ct));
        var fits = Path.Combine(folder, name + "_eis.fit.csv");
        if (Fit is not null && await Fit(fits, test.Steps(journal, least), ct))
            files.Add(await FileAsync(fits, [], ct));
        files.Add(await CyclesAsync(
            Path.Combine(folder, name + ".cycles.csv"), test.Steps(journal, least), complete, ct));
        files.Add(await TextAsync(Path.Combine(folder, name + ".cell.json"), complete.ToJson(), ct));
        files.Add(await TextAsync(Path.Combine(folder, name + ".jsonld"), BattInfo.Write(
            cellName, complete, new TestFacts(
                test.Protocol, test.ProtocolDigest, test.Instrument.Value, first.Start, test.End, steps), files), ct));
        return files.ConvertAll(f => Path.Combine(folder, f.Name));

        IEnumerable<CycledStep> Seen()
        {
            foreach (var step in test.Steps(journal, least))
            {
                var charge = step.IsSpectrum ? 0 : step.Record["charge"][^1];
                var i = steps.FindIndex(s => s.Id == step.Id && s.Technique == step.Technique);
                if (i < 0)
                    steps.Add((step.Id, step.Technique, charge, 1));
                else
                    steps[i] = steps[i] with { Times = steps[i].Times + 1 };
                yield return step;
            }
        }
    }

    private static async Task<IReadOnlyList<DataFile>> SeriesAsync(
        string path, IEnumerable<CycledStep> steps, CancellationToken ct)
    {
        await using (var writers = await Pair.CreateAsync(path, CyclingSeries.Columns, ct))
        {
            var series = new CyclingSeries(writers.WriteAsync);
            foreach (var step in steps)
                await series.AddAsync(step, ct);
            await series.FlushAsync(ct);
        }
        return await Pair.FilesAsync(path, CyclingSeries.Columns, ct);
    }

    private static async Task<IReadOnlyList<DataFile>> SpectraAsync(
        string path, IEnumerable<CycledStep> spectra, DateTimeOffset start, CancellationToken ct)
    {
        Pair? writers = null;
        try
        {
            foreach (var spectrum in spectra)
            {
                writers ??= await Pair.CreateAsync(path, SpectrumSeries.Columns, ct);
                await writers.WriteAsync(SpectrumSeries.Of(spectrum, start), ct);
            }
        }
        finally
        {
            if (writers is not null)
                await writers.DisposeAsync();
        }
        return writers is null ? [] : await Pair.FilesAsync(path, SpectrumSeries.Columns, ct);
    }

    private static async Task<DataFile> CyclesAsync(
        string path, IEnumerable<CycledStep> steps, CellRecord cell, CancellationToken ct)
    {
        await using (var file = new StreamWriter(path) { NewLine = "\r\n" })
        {
            var table = new CycleTable(cell.Number("Cathode active material mass (mg)"));
            await file.WriteLineAsync(CycleTable.Header.AsMemory(), ct);
            foreach (var cycle in CycleTotals.Of(steps))
                await file.WriteLineAsync(table.Row(cycle).AsMemory(), ct);
        }
        return await FileAsync(path, [], ct);
    }

    private static async Task<DataFile> TextAsync(string path, string text, CancellationToken ct)
    {
        await File.WriteAllTextAsync(path, text, ct);
        return await FileAsync(path, [], ct);
    }

    private static async Task<DataFile> FileAsync(
        string path, IReadOnlyList<BdfColumn> columns, CancellationToken ct) => new(
            Path.GetFileName(path), RoCrate.MediaType(path), await RoCrate.Sha256Async(path, ct), columns);

    /// <summary>Both forms of one table.</summary>
    private sealed class Pair(IBdfWriter csv, IBdfWriter parquet) : IAsyncDisposable
    {
        public static async Task<Pair> CreateAsync(
            string path, IReadOnlyList<BdfColumn> columns, CancellationToken ct) => new(
                await BdfFile.CreateAsync(path + BdfFile.Csv, columns, ct),
                await BdfFile.CreateAsync(path + BdfFile.Parquet, columns, ct));

        public static async Task<IReadOnlyList<DataFile>> FilesAsync(
            string path, IReadOnlyList<BdfColumn> columns, CancellationToken ct) =>
            [await FileAsync(path + BdfFile.Csv, columns, ct), await FileAsync(path + BdfFile.Parquet, columns, ct)];

        public async ValueTask WriteAsync(BdfBatch batch, CancellationToken ct)
        {
            await csv.WriteAsync(batch, ct);
            await parquet.WriteAsync(batch, ct);
        }

        public async ValueTask DisposeAsync()
        {
            await csv.DisposeAsync();
            await parquet.DisposeAsync();
        }
    }
}
