using System.Buffers.Binary;
using System.Text.Json;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Store;

/// <summary>How samples and columns are stored: a row is its UTC ticks and its values, eight bytes each, little endian;
/// columns are a JSON array of name and unit.</summary>
internal static class RecordFormat
{
    /// <param name="samples">At least one; all of one width.</param>
    public static byte[] Block(IReadOnlyList<Sample> samples)
    {
        var width = samples[0].Values.Length + 1;
        var data = new byte[samples.Count * width * 8];
        for (var i = 0; i < samples.Count; i++)
        {
            var row = data.AsSpan(i * width * 8);
            BinaryPrimitives.WriteInt64LittleEndian(row, samples[i].At.UtcTicks);
            for (var j = 1; j < width; j++)
                BinaryPrimitives.WriteDoubleLittleEndian(row[(8 * j)..], samples[i].Values.Span[j - 1]);
        }
        return data;
    }

    /// <exception cref="InvalidDataException">It is no whole number of rows of that width.</exception>
    public static IEnumerable<Sample> Samples(byte[] block, int columns)
    {
        var width = (columns + 1) * 8;
        if (block.Length % width != 0)
            throw new InvalidDataException($"a block of {block.Length} bytes does not hold rows of {width}");
        for (var at = 0; at < block.Length; at += width)
        {
            var values = new double[columns];
            for (var j = 0; j < columns; j++)
                values[j] = BinaryPrimitives.ReadDoubleLittleEndian(block.AsSpan(at + 8 * (j + 1)));
            var ticks = BinaryPrimitives.ReadInt64LittleEndian(block.AsSpan(at));
            if ((ulong)ticks > (ulong)DateTime.MaxValue.Ticks)
                throw new InvalidDataException($"a block holds the time {ticks}, which is none");
            yield return new Sample(new DateTimeOffset(ticks, TimeSpan.Zero), values);
        }
    }

    public static string Columns(IReadOnlyList<Column> columns) =>
        JsonSerializer.Serialize(columns.Select(c => new[] { c.Name, c.Unit.Symbol }));

    /// <exception cref="InvalidDataException">The text names no columns.</exception>
    public static List<Column> Columns(string text)
    {
        try
        {
            return (JsonSerializer.Deserialize<string[][]>(text) ?? [])
                .Select(c => new Column(c[0], Unit.Parse(c[1]))).ToList();
        }
        catch (Exception e) when (e is JsonException or FormatException or NullReferenceException
            or IndexOutOfRangeException)
        {
            throw new InvalidDataException($"'{text}' names no columns", e);
        }
    }
}
