using System.Globalization;
using Sdl.Core.Safety;

namespace Sdl.Runtime.Interlocks;

/// <summary>An interlock as a person would say it.</summary>
public static class InterlockWords
{
    public static string Of(Interlock rule)
    {
        var settle = rule.Settle == TimeSpan.Zero ? "" : $" for {Seconds(rule.Settle)}";
        var loss = rule.OnLoss == OnLoss.Trip
            ? $", or when that cannot be read for {Seconds(rule.Stale)}"
            : $"; what cannot be read for {Seconds(rule.Stale)} is ignored";
        var end = rule.Latch
            ? $"It clears when {rule.Reset} and a person has acknowledged it."
            : $"It clears by itself when {rule.Reset}.";
        return $"When {rule.When}{settle}{loss}, {Action(rule)}. {end} Read every {Seconds(rule.Sample)}."
            + (rule.Message.Length > 0 ? $" ({rule.Message})" : "");
    }

    private static string Action(Interlock rule)
    {
        var runs = rule.Scope == InterlockScope.All
            ? "all runs"
            : $"the runs that use {string.Join(" or ", rule.Readings.Select(r => r.Instrument).Distinct())}";
        return rule.Action switch
        {
            InterlockAction.Pause => $"{runs} are paused",
            InterlockAction.Stop => $"{runs} are stopped",
            InterlockAction.Abort => $"{runs} are aborted and their instruments made safe",
            _ => $"{rule.Instrument} is made safe and nothing more is begun with it",
        };
    }

    private static string Seconds(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.###} s");
}
