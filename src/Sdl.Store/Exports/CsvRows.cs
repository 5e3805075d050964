using System.Text;

namespace Sdl.Store.Exports;

/// <summary>Splits comma-separated values into cells (RFC 4180: quotes, doubled quotes, line breaks in
/// quotes).</summary>
internal sealed class CsvRows(TextReader reader)
{
    private readonly List<string> _cells = [];
    private readonly StringBuilder _cell = new();

    /// <returns>The cells of the next row, valid until the one after it; null at the end. Empty lines are passed
    /// over.</returns>
    public async ValueTask<List<string>?> NextAsync(CancellationToken ct)
    {
        string? line;
        do
            line = await reader.ReadLineAsync(ct);
        while (line is { Length: 0 });
        if (line is null)
            return null;
        _cells.Clear();
        if (!line.Contains('"', StringComparison.Ordinal))
        {
            _cells.AddRange(line.Split(','));
            return _cells;
        }
        var quoted = Split(line, false);
        while (quoted && await reader.ReadLineAsync(ct) is { } more)
        {
            _cell.Append('\n');
            quoted = Split(more, true);
        }
        _cells.Add(_cell.ToString());
        _cell.Clear();
        return _cells;
    }

    /// <returns>Whether the line ends within quotes.</returns>
    private bool Split(string line, bool quoted)
    {
        for (var i = 0; i < line.Length; i++)
            if (line[i] == '"' && quoted && i + 1 < line.Length && line[i + 1] == '"')
                _cell.Append(line[i++]);
            else if (line[i] == '"')
                quoted = !quoted;
            else if (line[i] == ',' && !quoted)
            {
                _cells.Add(_cell.ToString());
                _cell.Clear();
            }
            else
                _cell.Append(line[i]);
        return quoted;
    }
}
