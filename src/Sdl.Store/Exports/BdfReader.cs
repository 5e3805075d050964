using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text;
using Parquet;
using Parquet.Meta.Proto;
using Parquet.Schema;

namespace Sdl.Store.Exports;

/// <summary>Reads files of the Battery Data Format batch by batch: <c>.bdf.csv</c>, <c>.bdf.parquet</c>, and either
/// comma-separated form packed as <c>.gz</c>. Columns that the format does not know are kept as texts.</summary>
public static class BdfReader
{
    private const int CsvRows = 1 << 14;

    /// <summary>Batches in order, one at least. Each may be used until the next is asked for.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no such file: what is wrong, and where.</exception>
    public static IAsyncEnumerable<BdfBatch> ReadAsync(string path, CancellationToken ct)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no file '{path}'");
        return path.EndsWith(".parquet", StringComparison.OrdinalIgnoreCase) ? ParquetAsync(path, ct)
            : CsvAsync(path, ct);
    }

    private static BdfColumn ColumnOf(string header) => BdfColumns.Find(header)
        ?? BdfColumns.Meant(header) ?? new BdfColumn(header, "", BdfKind.Text);

    private static async IAsyncEnumerable<BdfBatch> CsvAsync(
        string path, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var file = File.OpenRead(path);
        await using Stream stream = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase)
            ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var csv = new CsvRows(reader);
        var header = await csv.NextAsync(ct)
            ?? throw new InvalidDataException($"{path} is empty: its first row should hold the labels of its columns");
        var labels = header.ToArray();
        BdfColumn[] columns = [.. labels.Select(ColumnOf)];
        var row = 1L;
        while (true)
        {
            var batch = new BdfBatch(columns, CsvRows) { FirstRow = row };
            if (row == 1)
                BdfHeader.Judge(labels, batch.Faults);
            for (; batch.Count < CsvRows && await csv.NextAsync(ct) is { } cells; row++)
                Fill(batch, labels, cells);
            yield return batch;
            if (batch.Count < CsvRows)
                yield break;
        }
    }

    private static void Fill(BdfBatch batch, string[] labels, List<string> cells)
    {
        var row = batch.FirstRow + batch.Count;
        if (cells.Count != labels.Length)
            batch.Faults.Add(new BdfFault(row, cells.Count < labels.Length ? labels[cells.Count] : labels[^1],
                $"the row has {cells.Count} cells, the header {labels.Length}"));
        for (var i = 0; i < labels.Length; i++)
        {
            var text = i < cells.Count ? cells[i] : "";
            if (batch.Columns[i].Kind == BdfKind.Text)
                batch.Texts(i)[batch.Count] = text;
            else if (!Number(text, out batch.Numbers(i)[batch.Count]))
                batch.Faults.Add(new BdfFault(row, labels[i], $"'{text}' is no number; decimals begin with a point"));
        }
        batch.Count++;
    }

    // No thousands, no blanks inside; an empty cell and NaN say that nothing was measured.
    private static bool Number(string text, out double value)
    {
        value = double.NaN;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        if (double.TryParse(text, System.Globalization.NumberStyles.Float,
            System.Globalization.CultureInfo.InvariantCulture, out value))
            return true;
        value = double.NaN;
        return false;
    }

    private static async IAsyncEnumerable<BdfBatch> ParquetAsync(
        string path, [EnumeratorCancellation] CancellationToken ct)
    {
        await using var reader = await UndamagedAsync(
            path, () => ParquetReader.CreateAsync(path, cancellationToken: ct));
        var fields = await UndamagedAsync(path, () => Task.FromResult(reader.Schema.DataFields));
        string[] labels = [.. fields.Select(f => f.Name)];
        BdfColumn[] columns = [.. labels.Select(ColumnOf)];
        var row = 1L;
        for (var g = 0; g == 0 || g < reader.RowGroupCount; g++)
        {
            var batch = await UndamagedAsync(path, () => GroupAsync(reader, g, columns, fields, ct));
            batch.FirstRow = row;
            if (row == 1)
                BdfHeader.Judge(labels, batch.Faults);
            row += batch.Count;
            yield return batch;
        }
    }

    private static async Task<BdfBatch> GroupAsync(
        ParquetReader reader, int index, BdfColumn[] columns, DataField[] fields, CancellationToken ct)
    {
        if (index >= reader.RowGroupCount)
            return new BdfBatch(columns, 0);
        using var group = reader.OpenRowGroupReader(index);
        var batch = new BdfBatch(columns, checked((int)group.RowCount));
        batch.Count = batch.Capacity;
        for (var i = 0; i < fields.Length; i++)
            await ParquetCells.ReadAsync(group, fields[i], batch, i, ct);
        return batch;
    }

    // Damaged bytes make the library stumble in many ways, a lack of memory for an absurd length included. These are
    // the kinds that thousands of files with changed bits have brought about, and those next to them.
    private static bool IsDamage(Exception e) => e is IOException or InvalidDataException or ParquetException
        or ThriftProtocolException or ArgumentException or NotSupportedException or NotImplementedException
        or InvalidOperationException or ArithmeticException or NullReferenceException or IndexOutOfRangeException
        or InvalidCastException or FormatException or KeyNotFoundException or OutOfMemoryException;

    private static async Task<T> UndamagedAsync<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new InvalidDataException($"{path} is no Parquet file, or a damaged one: {e.Message}", e);
        }
    }
}

/// <summary>Judges the first row.</summary>
internal static class BdfHeader
{
    public static void Judge(IReadOnlyList<string> labels, List<BdfFault> faults)
    {
        foreach (var column in BdfColumns.Required)
            if (!labels.Any(l => ColumnOf(l)?.Name == column.Name))
                faults.Add(new BdfFault(0, column.Label, "this column is required and missing"));
        foreach (var label in labels)
            if (BdfColumns.Find(label) is null && ColumnOf(label) is { } meant)
                faults.Add(new BdfFault(0, label, $"should read '{meant.Label}', the preferred label"));
        foreach (var twice in labels.Select(l => ColumnOf(l)?.Label ?? l).CountBy(l => l).Where(l => l.Value > 1))
            faults.Add(new BdfFault(0, twice.Key, $"this column is there {twice.Value} times"));
    }

    private static BdfColumn? ColumnOf(string label) => BdfColumns.Find(label) ?? BdfColumns.Meant(label);
}

/// <summary>Reads the cells of a column of any of the types that others write.</summary>
internal static class ParquetCells
{
    public static async Task ReadAsync(
        ParquetRowGroupReader group, DataField field, BdfBatch batch, int i, CancellationToken ct)
    {
        if (batch.Columns[i].Kind == BdfKind.Text)
        {
            if (field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>))
                await group.ReadAsync(field, batch.Texts(i).AsMemory(), cancellationToken: ct);
            return;
        }
        var numbers = batch.Numbers(i);
        switch (Type.GetTypeCode(field.ClrType))
        {
            case TypeCode.Double:
                await IntoAsync<double>(v => v);
                break;
            case TypeCode.Single:
                await IntoAsync<float>(v => v);
                break;
            case TypeCode.Int64:
                await IntoAsync<long>(v => v);
                break;
            case TypeCode.Int32:
                await IntoAsync<int>(v => v);
                break;
            case TypeCode.UInt32:
                await IntoAsync<uint>(v => v);
                break;
            case TypeCode.UInt64:
                await IntoAsync<ulong>(v => v);
                break;
            case TypeCode.Int16:
                await IntoAsync<short>(v => v);
                break;
            default:
                batch.Faults.Add(new BdfFault(0, field.Name, $"holds {field.ClrType.Name} where numbers belong"));
                Array.Fill(numbers, double.NaN);
                break;
        }

        async Task IntoAsync<T>(Func<T, double> convert)
            where T : struct
        {
            if (field.IsNullable)
            {
                var values = new T?[numbers.Length];
                await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: ct);
                for (var k = 0; k < values.Length; k++)
                    numbers[k] = values[k] is { } value ? convert(value) : double.NaN;
            }
            else
            {
                var values = new T[numbers.Length];
                await group.ReadAsync<T>(field, values.AsMemory(), cancellationToken: ct);
                for (var k = 0; k < values.Length; k++)
                    numbers[k] = convert(values[k]);
            }
        }
    }
}
