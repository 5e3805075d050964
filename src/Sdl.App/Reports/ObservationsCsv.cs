using System.Globalization;
using System.Text;
using Sdl.Core.Planning;

namespace Sdl.App.Reports;

/// <summary>The observations of a campaign as a table for other programs: RFC 4180 with a header line, numbers with a
/// point and enough digits to read back the same value, times in UTC.</summary>
/// <remarks>A text that a spreadsheet would take for a formula gets an apostrophe in front.</remarks>
public static class ObservationsCsv
{
    public static string Write(ReportData data)
    {
        var text = new StringBuilder();
        var components = data.Plan.Mixture.Components.Select(c => c.Name).ToList();
        var (result, unit) = (data.Plan.Objective.Result, data.Unit.Symbol);
        Line(text,
        [
            "experiment", "run",
            .. components.Select(c => $"proposed x({c}) (mol/mol)"),
            .. components.Select(c => $"nominal x({c}) (mol/mol)"),
            .. components.Select(c => $"actual x({c}) (mol/mol)"),
            $"{result} ({unit})", $"uncertainty ({unit})", $"predicted mean ({unit})",
            $"predicted standard deviation ({unit})",
            "reason", "time (UTC)", "left out",
        ]);
        foreach (var row in data.Measured)
            Line(text,
            [
                row.Number.ToString(CultureInfo.InvariantCulture), row.Experiment.Observed!.Run.Value,
                .. Fractions(row.Proposed, components), .. Fractions(row.Experiment.Mixed?.Nominal, components),
                .. Fractions(row.Seen!.At, components),
                Number(row.Seen.Value), Number(row.Seen.Uncertainty), Number(row.Predicted?.Mean),
                Number(row.Predicted?.Deviation),
                row.Experiment.Proposal.Reason,
                row.At?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "",
                string.Join(' ', row.Experiment.GivenUp.Select(g => g.Name)),
            ]);
        return text.ToString();
    }

    /// <summary>One field, quoted where it has to be.</summary>
    public static string Field(string text)
    {
        if (text.Length > 0 && text[0] is '=' or '+' or '-' or '@' or '\t' or '\r'
            && !double.TryParse(text, CultureInfo.InvariantCulture, out _))
            text = "'" + text;
        return text.AsSpan().IndexOfAny(",\"\r\n") < 0 ? text
            : $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static void Line(StringBuilder text, IEnumerable<string> fields) =>
        text.AppendJoin(',', fields.Select(Field)).Append("\r\n");

    private static IEnumerable<string> Fractions(Formulation? x, IEnumerable<string> components) =>
        components.Select(c => x is null ? "" : Number(x[c]));

    private static string Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture) ?? "";
}
