using System.Text;

namespace Sdl.App.Reports;

/// <summary>What a campaign leaves behind for people and for other programs.</summary>
public static class CampaignReport
{
    public const string PageName = "report.html", TableName = "observations.csv";

    /// <summary>Writes <see cref="PageName"/> and <see cref="TableName"/> into <paramref name="folder"/>, for a
    /// campaign in any state. A reader sees the old file or the new one, never half of it.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static async Task Write(string folder, CampaignReportInput input, CancellationToken ct)
    {
        var data = new ReportData(input);
        Directory.CreateDirectory(folder);
        await Replace(Path.Combine(folder, TableName), ObservationsCsv.Write(data), ct);
        await Replace(Path.Combine(folder, PageName), ReportPage.Write(data), ct);
    }

    private static async Task Replace(string path, string text, CancellationToken ct)
    {
        var next = path + ".new";
        await File.WriteAllTextAsync(next, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), ct);
        File.Move(next, path, overwrite: true);
    }
}
