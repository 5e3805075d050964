using Sdl.Core.Protocols;

namespace Sdl.Runtime.Reading;

/// <summary>Reads what any step may ask of the engine.</summary>
internal static class StepTermsReader
{
    public static StepTerms Read(YamlMap map)
    {
        var terms = new StepTerms(
            Flag(map, "resumable") ?? true, map.Scalar("time_limit"), Window(map),
            map.Map("uses")?.Scalars() ?? StepTerms.None.Uses, map.Scalar("into"))
        {
            From = map.Scalar("from"),
            // Those of 'each' are read for each value.
            Cell = map.Has(EachReader.Key) ? null : CellTermsReader.Read(map),
        };
        return terms == StepTerms.None ? StepTerms.None : terms;
    }

    private static bool? Flag(YamlMap map, string key)
    {
        if (map.Scalar(key) is not { } scalar)
            return null;
        if (bool.TryParse(scalar.Text, out var value))
            return value;
        map.Findings.Add(scalar.At, $"'{key}' should be true or false");
        return null;
    }

    private static TimeWindow? Window(YamlMap map)
    {
        var (within, after) = (map.Scalar("within"), map.Scalar("after"));
        if (within is not null && after is not null)
            return new TimeWindow(within, after.Text, within.At);
        if ((within ?? after) is { } half)
            map.Findings.Add(half.At, "a time window needs both: within: 120 s, and after: the name of a step");
        return null;
    }
}
