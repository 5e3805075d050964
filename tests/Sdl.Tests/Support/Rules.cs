using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;

namespace Sdl.Tests.Support;

/// <summary>Interlocks in one line.</summary>
internal static class Rules
{
    private static readonly Mark At = new("lab.yaml", 1, 1);

    public static Interlock Rule(
        string when, string? reset = null, InterlockAction action = InterlockAction.Abort, double settle = 0,
        string name = "rule", string? safe = null)
    {
        var trips = Condition.From(ExpressionParser.Parse(when));
        return new Interlock(
            name, trips, reset is null ? trips.Negated : Condition.From(ExpressionParser.Parse(reset)), action,
            "look", At)
        {
            Settle = TimeSpan.FromSeconds(settle),
            Instrument = safe is null ? null : new InstrumentId(safe),
        };
    }
}
