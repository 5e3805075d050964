using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Forecasts;

namespace Sdl.App.Reports;

/// <summary>A prediction, and a prediction against what happened, in lines for people.</summary>
public static class ForecastText
{
    private const int Longest = 5;

    /// <param name="planned">Experiments of the whole campaign; 1 for a run.</param>
    public static IEnumerable<string> Lines(
        Forecast forecast, Lab lab, IReadOnlyList<Supply> supplies, int planned, int width)
    {
        yield return $"{forecast.Title}: {People.Duration(forecast.Length)}"
            + (forecast.Experiments > 1 ? $" for {forecast.Experiments} experiments" : "");
        if (planned > forecast.Experiments)
            yield return $"{planned} experiments at this pace: "
                + People.Duration(forecast.Length * ((double)planned / forecast.Experiments));
        if (forecast.State != RunState.Completed)
            yield return $"it ends early: {forecast.State.ToString().ToLowerInvariant()}: {forecast.Why}";
        yield return "";
        foreach (var line in GanttText.Lines(forecast, width))
            yield return line;
        yield return "";
        yield return $"longest: {string.Join(", ", LongestSteps(forecast))}";
        foreach (var line in Consumption(forecast, lab, planned).Concat(Cost(forecast, planned)))
            yield return line;
        foreach (var supply in supplies.Where(s => s.IsShort))
            yield return $"short: {supply.Text}";
        foreach (var (text, i) in forecast.Assumptions.Select((a, i) => (a, i)))
            yield return $"{(i == 0 ? "assumed: " : "         ")}{text}";
    }

    /// <summary>One line, for what is about to begin.</summary>
    public static string Head(Forecast forecast) => $"predicted: {People.Duration(forecast.Length)}"
        + (forecast.Currency is { } currency
            ? string.Create(CultureInfo.InvariantCulture, $", {forecast.TotalCost:0.00} {currency}")
            : "");

    public static IEnumerable<string> Lines(Comparison comparison, int worst)
    {
        yield return $"predicted {People.Duration(comparison.Predicted)}, took {People.Duration(comparison.Actual)}"
            + Ratio(comparison.Ratio);
        foreach (var step in comparison.Worst(worst))
            yield return $"  {step.Step} ({step.Instrument}): "
                + (step.Predicted is { } p ? $"predicted {People.Duration(p)}" : "not predicted") + ", "
                + (step.Actual is { } a ? $"took {People.Duration(a)}{Ratio(step.Ratio)}" : "not done");
    }

    private static IEnumerable<string> LongestSteps(Forecast forecast) => forecast.Timeline.Bars
        .GroupBy(b => (Name: b.Step.Split('/')[^1], b.Instrument))
        .OrderByDescending(g => g.Max(b => b.Length)).ThenBy(g => g.First().Start).Take(Longest)
        .Select(g => $"{g.Key.Name} {People.Duration(g.Max(b => b.Length))}"
            + (g.Count() > 1 ? $" × {g.Count()}" : ""));

    private static IEnumerable<string> Consumption(Forecast forecast, Lab lab, int planned)
    {
        var rows = forecast.Consumption.Select(used => (
            used.Name,
            Material: used.Volume is null || used.Material == used.Name ? "" : used.Material,
            Takes: used.Volume is { } volume ? volume.ToString() : $"{used.Count}",
            All: planned <= forecast.Experiments ? "" : used.Volume is { } v
                ? $"about {new Quantity(v.Si * planned / forecast.Experiments, v.Dimension)} in all"
                : $"{used.Count * planned / forecast.Experiments} in all",
            Has: Has(lab, used))).ToList();
        if (rows.Count == 0)
            yield break;
        var (name, material) = (rows.Max(r => r.Name.Length), rows.Max(r => r.Material.Length));
        var (takes, all) = (rows.Max(r => r.Takes.Length), rows.Max(r => r.All.Length));
        foreach (var (row, i) in rows.Select((r, i) => (r, i)))
            yield return ($"{(i == 0 ? "takes: " : "       ")}{row.Name.PadRight(name)}  "
                + $"{row.Material.PadRight(material)}  "
                + $"{row.Takes.PadLeft(takes)}{(all > 0 ? "  " + row.All.PadRight(all) : "")}  {row.Has}").TrimEnd();
    }

    private static string Has(Lab lab, Consumption used) =>
        used.Volume is not null && lab.Inventory.Containers.TryGetValue(used.Name, out var container)
            ? $"of {container.Volume}"
            : used.Count is not null && lab.Inventory.Parts.TryGetValue(used.Name, out var part)
                ? $"of {part.Count}"
                : "";

    private static IEnumerable<string> Cost(Forecast forecast, int planned)
    {
        if (forecast.Currency is not { } currency || forecast.Cost.Count == 0)
            yield break;
        string Money(double amount) => amount.ToString("0.00", CultureInfo.InvariantCulture);
        var lines = forecast.Cost.OrderByDescending(c => c.Amount).Take(3).Select(c => $"{c.What} {Money(c.Amount)}");
        yield return $"cost: {Money(forecast.TotalCost)} {currency}, most of it {string.Join(", ", lines)}"
            + (planned > forecast.Experiments
                ? $"; {Money(forecast.TotalCost * planned / forecast.Experiments)} {currency} in all"
                : "");
    }

    private static string Ratio(double? ratio) =>
        ratio is { } r ? string.Create(CultureInfo.InvariantCulture, $" ({r:0.00} ×)") : "";
}
