namespace Sdl.Store.Exports;

/// <summary>Writes one file of the Battery Data Format, batch by batch.</summary>
public interface IBdfWriter : IAsyncDisposable
{
    /// <param name="batch">Of the columns that the writer was made for; free again when this returns.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    ValueTask WriteAsync(BdfBatch batch, CancellationToken ct);
}

/// <summary>Names and kinds of files.</summary>
public static class BdfFile
{
    public const string Csv = ".bdf.csv", Parquet = ".bdf.parquet";

    /// <summary><c>Institution__Cell__YYYYMMDD_NNN</c>, as the format recommends, without extension. What may not stand
    /// in a name becomes a hyphen; two underscores only separate.</summary>
    public static string Name(string institution, string cell, DateTimeOffset start, int number) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{CellName(institution, cell)}__{start.UtcDateTime:yyyyMMdd}_{number:000}");

    /// <summary>Its first two parts.</summary>
    public static string CellName(string institution, string cell) => $"{Part(institution)}__{Part(cell)}";

    /// <summary>Writes by the extension of <paramref name="path"/>.</summary>
    /// <exception cref="ArgumentException">It is neither of the two.</exception>
    public static async ValueTask<IBdfWriter> CreateAsync(
        string path, IReadOnlyList<BdfColumn> columns, CancellationToken ct) =>
        path.EndsWith(Csv, StringComparison.Ordinal) ? new BdfCsvWriter(path, columns)
        : path.EndsWith(Parquet, StringComparison.Ordinal) ? await BdfParquetWriter.CreateAsync(path, columns, ct)
        : throw new ArgumentException($"'{path}' should end in {Csv} or {Parquet}");

    private static string Part(string text)
    {
        var safe = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' ? c : '-'));
        while (safe.Contains("__", StringComparison.Ordinal))
            safe = safe.Replace("__", "_", StringComparison.Ordinal);
        return safe.Trim('_') is { Length: > 0 } part ? part : "unknown";
    }
}
