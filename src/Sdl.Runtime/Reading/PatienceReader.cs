using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads the <c>patience</c> section of an instrument: <c>connect</c>, <c>request</c>, <c>whole</c>,
/// <c>retries</c>, <c>back_off</c>, and under the name of a capability what is different there.</summary>
internal static class PatienceReader
{
    private const int MostRetries = 100;
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);
    private static readonly Unit Second = Unit.Parse("s");

    public static InstrumentPatience Read(YamlMap instrument)
    {
        if (instrument.Map("patience") is not { } map)
            return InstrumentPatience.Default;
        var usual = Of(map, Patience.Usual) with
        {
            Connect = Time(map, "connect") ?? Patience.Usual.Connect,
            Request = Time(map, "request") ?? Patience.Usual.Request,
        };
        var byCapability = new Dictionary<string, Patience>();
        var at = new Dictionary<string, Mark>();
        foreach (var name in map.Keys)
        {
            if (name is "connect" or "request" or "whole" or "retries" or "back_off" || map.Map(name) is not { } entry)
                continue;
            byCapability[name] = Of(entry, usual);
            at[name] = entry.At;
            entry.RefuseUnread($"the patience with '{name}'");
        }
        map.RefuseUnread("patience");
        return new InstrumentPatience(usual, byCapability, at);
    }

    private static Patience Of(YamlMap map, Patience otherwise) => otherwise with
    {
        Whole = Time(map, "whole") ?? otherwise.Whole,
        Retries = Retries(map) ?? otherwise.Retries,
        BackOff = Time(map, "back_off") ?? otherwise.BackOff,
    };

    private static TimeSpan? Time(YamlMap map, string key)
    {
        if (map.Quantity(key, Second) is not { } time)
            return null;
        if (time.Si > 0 && time.Si <= Longest.TotalSeconds)
            return time.ToTimeSpan();
        map.Findings.Add(map.MarkOf(key), $"{key}: {time} should be above 0 s and at most {Longest.TotalDays} days");
        return null;
    }

    private static int? Retries(YamlMap map)
    {
        if (map.Integer("retries") is not { } retries)
            return null;
        if (retries is >= 0 and <= MostRetries)
            return retries;
        map.Findings.Add(map.MarkOf("retries"), $"retries: {retries} should be a whole number from 0 to {MostRetries}");
        return null;
    }
}
