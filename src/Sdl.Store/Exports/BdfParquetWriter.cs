using Parquet;
using Parquet.Schema;

namespace Sdl.Store.Exports;

/// <summary>Parquet with one row group for each batch; doubles, 64-bit integers for counts, strings; Snappy. A column
/// that may have gaps is nullable.</summary>
public sealed class BdfParquetWriter : IBdfWriter
{
    private readonly FileStream _file;
    private readonly ParquetWriter _writer;
    private readonly DataField[] _fields;

    private BdfParquetWriter(FileStream file, ParquetWriter writer, DataField[] fields) =>
        (_file, _writer, _fields) = (file, writer, fields);

    /// <exception cref="IOException">The file cannot be made.</exception>
    public static async ValueTask<BdfParquetWriter> CreateAsync(
        string path, IReadOnlyList<BdfColumn> columns, CancellationToken ct)
    {
        var fields = columns.Select(c => new DataField(c.Label, c.Kind switch
        {
            BdfKind.Text => typeof(string),
            BdfKind.Count => typeof(long),
            _ => typeof(double),
        }, c.Kind == BdfKind.Text || !IsComplete(c))).ToArray();
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16);
        var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(fields.AsEnumerable<Field>()), file,
            new ParquetOptions { CompressionMethod = CompressionMethod.Snappy }, cancellationToken: ct);
        writer.CustomMetadata = new Dictionary<string, string> { ["bdf_version"] = BdfColumns.Version };
        return new BdfParquetWriter(file, writer, fields);
    }

    public async ValueTask WriteAsync(BdfBatch batch, CancellationToken ct)
    {
        if (batch.Count == 0)
            return;
        using var group = _writer.CreateRowGroup();
        for (var i = 0; i < _fields.Length; i++)
            await WriteAsync(group, batch, i, ct);
        group.CompleteValidate();
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _file.DisposeAsync();
    }

    private async Task WriteAsync(ParquetRowGroupWriter group, BdfBatch batch, int i, CancellationToken ct)
    {
        var column = batch.Columns[i];
        if (column.Kind == BdfKind.Text)
            await group.WriteAsync(_fields[i], new ArraySegment<string?>(batch.Texts(i), 0, batch.Count)!);
        else if (column.Kind == BdfKind.Number && IsComplete(column))
            await group.WriteAsync<double>(
                _fields[i], batch.Numbers(i).AsMemory(0, batch.Count), cancellationToken: ct);
        else if (column.Kind == BdfKind.Number)
            await group.WriteAsync<double>(
                _fields[i], Nullable(batch.Numbers(i), batch.Count), cancellationToken: ct);
        else
            await group.WriteAsync<long>(
                _fields[i], Array.ConvertAll(batch.Numbers(i)[..batch.Count], Whole), cancellationToken: ct);
    }

    private static long Whole(double count) => Math.Abs(count) < 1L << 53 && count == Math.Truncate(count)
        ? (long)count : throw new InvalidDataException($"a count of {count} cannot be written: it is no whole number");

    private static double?[] Nullable(double[] values, int count) =>
        Array.ConvertAll(values[..count], v => double.IsNaN(v) ? (double?)null : v);

    // Everything that is computed for each row of a cycling series; what was measured may have gaps.
    private static bool IsComplete(BdfColumn column) => column.Kind == BdfKind.Count
        || column == BdfColumns.TestTime || column == BdfColumns.UnixTime || column == BdfColumns.StepTime
        || column.Label.EndsWith("Ah", StringComparison.Ordinal)
        || column.Label.EndsWith("Wh", StringComparison.Ordinal);
}
