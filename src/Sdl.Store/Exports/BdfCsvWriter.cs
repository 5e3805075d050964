using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sdl.Store.Exports;

/// <summary>Comma-separated values as RFC 4180 describes them, in UTF-8; numbers read back as the same
/// doubles.</summary>
public sealed class BdfCsvWriter : IBdfWriter
{
    private readonly FileStream _file;
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 17);

    /// <exception cref="IOException">The file cannot be made.</exception>
    public BdfCsvWriter(string path, IReadOnlyList<BdfColumn> columns)
    {
        _file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 1);
        for (var i = 0; i < columns.Count; i++)
            Text(columns[i].Label, i + 1 == columns.Count);
    }

    public async ValueTask WriteAsync(BdfBatch batch, CancellationToken ct)
    {
        for (var row = 0; row < batch.Count; row++)
        {
            for (var i = 0; i < batch.Columns.Count; i++)
                if (batch.Columns[i].Kind == BdfKind.Text)
                    Text(batch.Texts(i)[row], i + 1 == batch.Columns.Count);
                else
                    Number(batch.Numbers(i)[row], i + 1 == batch.Columns.Count);
            if (_buffer.WrittenCount > 1 << 16)
                await FlushAsync(ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FlushAsync(CancellationToken.None);
        await _file.DisposeAsync();
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        await _file.WriteAsync(_buffer.WrittenMemory, ct);
        _buffer.ResetWrittenCount();
    }

    private void Number(double value, bool last)
    {
        var span = _buffer.GetSpan(40);
        var written = 0;
        if (!double.IsNaN(value))
            value.TryFormat(span, out written, "R", CultureInfo.InvariantCulture);
        End(span, written, last);
    }

    private void Text(string? text, bool last)
    {
        text ??= "";
        if (text.AsSpan().IndexOfAny(",\"\r\n") >= 0)
            text = $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        var span = _buffer.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length) + 2);
        End(span, Encoding.UTF8.GetBytes(text, span), last);
    }

    private void End(Span<byte> span, int written, bool last)
    {
        if (last)
            span[written++] = (byte)'\r';
        span[written++] = last ? (byte)'\n' : (byte)',';
        _buffer.Advance(written);
    }
}
