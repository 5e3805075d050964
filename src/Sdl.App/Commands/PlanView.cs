using System.Text.RegularExpressions;
using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Forecasts;
using Sdl.Store;
using Spectre.Console;

namespace Sdl.App.Commands;

/// <summary>Shows what was predicted, judges whether there is enough for it, and compares it with what
/// happened.</summary>
internal static partial class PlanView
{
    private const int Worst = 5;

    public static IReadOnlyDictionary<string, Quantity> AsPredicted { get; } = new Dictionary<string, Quantity>();

    /// <param name="planned">Experiments of the whole campaign; 1 for a run.</param>
    /// <param name="svg">Where the chart goes as a file, or null.</param>
    public static int Show(
        Shell shell, Forecast forecast, Lab lab, IReadOnlyList<Supply> supplies, int planned, string? svg)
    {
        foreach (var line in ForecastText.Lines(
            forecast, lab, supplies, planned, Math.Min(160, shell.Console.Profile.Width)))
            Write(shell, line);
        if (svg is not null)
        {
            File.WriteAllText(svg, GanttPlot.Draw(forecast));
            shell.Line($"chart: {svg}");
        }
        var whole = (double)planned / forecast.Experiments;
        shell.Document(new
        {
            plan = PlanFile.ToJson(forecast), experiments = planned, seconds = (forecast.Length * whole).TotalSeconds,
            cost = forecast.Currency is null ? null : (double?)(forecast.TotalCost * whole),
            supplies = supplies.Select(s => new
            {
                name = s.Each.Name, isShort = s.IsShort, surely = s.Sure, expected = s.Expected, text = s.Text,
            }),
            chart = svg,
        });
        return forecast.State == RunState.Completed && supplies.All(s => s.Expected > 0 && (planned > 1 || !s.IsShort))
            ? ExitCode.Ok
            : ExitCode.Failed;
    }

    /// <summary>Refuses a run for which there is not enough, and a campaign whose first experiment cannot be done; says
    /// after which experiment something may run out.</summary>
    /// <exception cref="FindingsException">There is not enough.</exception>
    public static void Judge(Shell shell, IReadOnlyList<Supply> supplies)
    {
        var refused = supplies.Where(s => s.Planned == 1 ? s.IsShort : s.Expected == 0)
            .Select(s => new Finding(s.At, s.Text)).ToList();
        if (refused.Count > 0)
            throw new FindingsException(refused);
        foreach (var supply in supplies.Where(s => s.IsShort))
            shell.Line($"may run out: {supply.Text}");
    }

    /// <summary>What was predicted for a folder against what its journal says; null when nothing was.</summary>
    public static Comparison? Compare(string folder, Lab lab)
    {
        if (PlanFile.Read(folder) is not { } predicted)
            return null;
        using var journal = SqliteJournal.OpenForReading(folder);
        return Comparison.Of(predicted, Forecast.Of(predicted.Title, journal.Read().ToList(), lab));
    }

    public static void Show(Shell shell, Comparison comparison)
    {
        foreach (var line in ForecastText.Lines(comparison, Worst))
            shell.Line(line);
    }

    private static void Write(Shell shell, string line)
    {
        if (shell.IsJson || System.Console.IsOutputRedirected)
            shell.Line(line);
        else
            shell.Console.MarkupLine(Shades().Replace(Markup.Escape(line), "[blue]$0[/]"));
    }

    [GeneratedRegex("[░▒▓█·]+")]
    private static partial Regex Shades();
}
