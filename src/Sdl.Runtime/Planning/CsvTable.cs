using System.Globalization;
using System.Text;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>A table with a header line (RFC 4180), which knows where each field stands.</summary>
internal sealed record CsvTable(IReadOnlyList<string> Columns, IReadOnlyList<CsvRow> Rows)
{
    /// <exception cref="FindingsException">There is no such file, or it is no table.</exception>
    public static CsvTable Load(string path, Findings findings)
    {
        try
        {
            return Parse(File.ReadAllText(path), path, findings);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw findings.Fatal(new Mark(path, 1, 1), e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file" : $"the file cannot be read: {e.Message}");
        }
    }

    private static CsvTable Parse(string text, string path, Findings findings)
    {
        var lines = Split(text, path, findings);
        if (lines.Count == 0)
            throw findings.Fatal(new Mark(path, 1, 1), "the file is empty; its first line should name the columns");
        List<string> columns = [.. lines[0].Fields.Select(f => f.Text.Trim())];
        foreach (var twice in columns.GroupBy(c => c).Where(g => g.Count() > 1))
            findings.Add(new Mark(path, 1, 1), $"the column '{twice.Key}' is there twice");
        var rows = new List<CsvRow>();
        foreach (var (number, fields) in lines.Skip(1).Where(l => l.Fields.Any(f => f.Text.Trim().Length > 0)))
            if (fields.Count == columns.Count)
                rows.Add(new CsvRow(columns, fields, new Mark(path, number, 1), findings));
            else
                findings.Add(new Mark(path, number, 1), $"there are {fields.Count} fields for {columns.Count} columns");
        findings.ThrowIfAny();
        return new CsvTable(columns, rows);
    }

    private static List<(int Line, List<(string Text, int Column)> Fields)> Split(
        string text, string path, Findings findings)
    {
        var lines = new List<(int, List<(string, int)>)>();
        var (fields, field, quoted) = (new List<(string, int)>(), new StringBuilder(), false);
        var (line, first, column, begun) = (1, 1, 1, 1);
        void End()
        {
            fields.Add((field.ToString(), begun));
            field.Clear();
            begun = column + 1;
        }
        void EndLine()
        {
            End();
            lines.Add((first, fields));
            (fields, begun) = ([], 1);
        }
        for (var i = 0; i < text.Length; i++, column++)
        {
            var c = text[i];
            if (quoted && c == '"' && i + 1 < text.Length && text[i + 1] == '"') (_, i) = (field.Append('"'), i + 1);
            else if (c == '"' && (quoted || field.Length == 0)) quoted = !quoted;
            else if (!quoted && c == ',') End();
            else if (!quoted && c == '\n')
            {
                EndLine();
                (line, column) = (line + 1, 0);
                first = line;
            }
            else if (c == '\n') (_, line, column) = (field.Append(c), line + 1, 0);
            else if (c != '\r' || quoted) field.Append(c);
        }
        if (quoted)
            throw findings.Fatal(new Mark(path, first, 1), "a quotation mark is opened in this line and never closed");
        if (field.Length > 0 || fields.Count > 0)
            EndLine();
        return lines;
    }
}

internal sealed class CsvRow(
    IReadOnlyList<string> columns, List<(string Text, int Column)> fields, Mark at, Findings findings)
{
    /// <summary>Empty where the column is missing, too.</summary>
    public string Text(string column) => Find(column) is >= 0 and var i ? fields[i].Text.Trim() : "";

    /// <summary>Null for an empty field.</summary>
    public double? Number(string column)
    {
        var text = Text(column);
        if (text.Length == 0)
            return null;
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value))
            return value;
        Refuse(column, $"'{text}' should be a finite number with a point, such as 0.25");
        return null;
    }

    public void Refuse(string column, string why) => findings.Add(
        at with { Column = Find(column) is >= 0 and var i ? fields[i].Column : 1 }, $"{column}: {why}");

    private int Find(string column)
    {
        for (var i = 0; i < columns.Count; i++)
            if (columns[i] == column) return i;
        return -1;
    }
}
