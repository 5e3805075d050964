using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.App.Commands;

/// <summary>One line for people about what goes wrong and is being dealt with.</summary>
internal static class TroubleText
{
    /// <returns>Null for everything else.</returns>
    public static string? Of(RunEvent happened) => happened switch
    {
        StepRetried e => $"{e.Call}: {e.Message}; attempt {e.Attempt + 1} in {Seconds(e.Delay)}",
        ContactRetried e => $"{e.Instrument}: {e.What}: {e.Message}; attempt {e.Attempt + 1} in {Seconds(e.Delay)}",
        TroubleChanged e => $"{e.Instrument}: {Word(e.From)} -> {Word(e.To)}: {e.Why}",
        BranchGivenUp e => $"{e.Branch} is given up: {e.Why}; {e.Left} are left, {e.Least} have to succeed",
        AlarmRaised e => $"ALARM {e.Subject}: {e.Message}",
        _ => null,
    };

    public static string Word(TroubleState state) => state.ToString().ToLowerInvariant();

    private static string Seconds(TimeSpan time) =>
        Quantity.Of(time.TotalSeconds, "s").ToString(Unit.Parse("s"));
}
