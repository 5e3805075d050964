namespace Sdl.Runtime.Forecasts;

/// <param name="Step">Path below the run.</param>
/// <param name="Predicted">Mean over the runs that were predicted; null when it was not.</param>
/// <param name="Actual">Mean over the runs in which it was done; null when it was not.</param>
public sealed record StepComparison(string Step, string Instrument, TimeSpan? Predicted, TimeSpan? Actual)
{
    /// <summary>Actual by predicted; null when either is missing, or the prediction is nothing.</summary>
    public double? Ratio => Predicted is { } p && Actual is { } a && p > TimeSpan.Zero ? a / p : null;

    /// <summary>How far off it was.</summary>
    public TimeSpan Off => ((Actual ?? TimeSpan.Zero) - (Predicted ?? TimeSpan.Zero)).Duration();
}

/// <summary>A prediction against what happened. Attempts at one step count together.</summary>
/// <param name="Predicted">The whole; of a campaign, for as many experiments as were done.</param>
public sealed record Comparison(IReadOnlyList<StepComparison> Steps, TimeSpan Predicted, TimeSpan Actual)
{
    public double? Ratio => Predicted > TimeSpan.Zero ? Actual / Predicted : null;

    /// <summary>The steps that were furthest off, the worst first.</summary>
    public IReadOnlyList<StepComparison> Worst(int count) =>
        Steps.Where(s => s.Off > TimeSpan.Zero).OrderByDescending(s => s.Off).Take(count).ToList();

    public static Comparison Of(Forecast predicted, Forecast actual)
    {
        var (before, after) = (ByStep(predicted.Timeline), ByStep(actual.Timeline));
        var steps = before.Keys.Union(after.Keys).Select(key => new StepComparison(
            key.Step, key.Instrument,
            before.TryGetValue(key, out var p) ? p : null, after.TryGetValue(key, out var a) ? a : null)).ToList();
        return new Comparison(
            steps, predicted.Length * ((double)actual.Experiments / predicted.Experiments), actual.Length);
    }

    private static Dictionary<(string Step, string Instrument), TimeSpan> ByStep(Timeline timeline) => timeline.Bars
        .GroupBy(b => (b.Step, b.Instrument?.Value ?? "wait"))
        .ToDictionary(g => g.Key, g => new TimeSpan(
            g.Sum(b => b.Length.Ticks) / g.Select(b => b.Run).Distinct().Count()));
}
