using System.Globalization;
using Sdl.Core.Protocols;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a step <c>each: {n: 1..8}</c> or <c>each: {n: [a, b]}</c>: its steps once for each value, in which
/// <c>$n</c> means the value; one value after the other, or all at once with <c>together: true</c>, of which with
/// <c>least: N</c> only so many have to succeed.</summary>
internal static class EachReader
{
    public const string Key = "each";

    private const string Least = "least";
    private const int Most = 1000;

    /// <summary>Branches that go at once, of which <c>least: N</c> have to succeed; left out: all.</summary>
    public static Step.Parallel Together(YamlMap map, string name, IReadOnlyList<Step> branches)
    {
        var all = new Step.Parallel(name, map.At, branches);
        if (map.Scalar(Least) is not { } least || branches.Count == 0)
            return all;
        if (Whole(least.Text) is { } n && n >= 1 && n <= branches.Count)
            return all with { Least = n };
        map.Findings.Add(least.At, $"{Least}: '{least.Text}' should be a whole number from 1 to {branches.Count}, the "
            + "number of branches: so many of them have to succeed");
        return all;
    }

    /// <param name="steps">Reads the steps for one value, which concern a cell if that is not null.</param>
    public static Step? Read(YamlMap map, string name, Func<CellTerms?, YamlMap, List<Step>> steps)
    {
        if (map.Map(Key) is not { } each)
            return null;
        if (each.Keys.ToList() is not [{ Length: > 0 } variable] || !variable.All(char.IsAsciiLetterOrDigit))
        {
            map.Findings.Add(each.At, "'each' should name one variable of letters and digits and its values, such as "
                + "{n: 1..8} or {n: [a, b]}");
            return null;
        }
        var together = map.Text("together") switch
        {
            null or "false" => false,
            "true" => true,
            var other => Refuse(map, $"together: '{other}' should be true or false"),
        };
        var turns = Values(each, variable)
            .Select(v => Turn(map.Meaning(variable, v), v, steps)).ToList();
        if (turns.GroupBy(t => t.Name).FirstOrDefault(g => g.Count() > 1) is { Key: var twice })
            map.Findings.Add(each.At, $"'{variable}' has the value '{twice}' twice");
        if (!together && map.Scalar(Least) is { } alone)
            map.Findings.Add(alone.At, $"'{Least}' says how many of several branches have to succeed: it needs "
                + "'together: true'");
        return together ? Together(map, name, turns) : new Step.Sequence(name, map.At, turns);
    }

    private static Step Turn(YamlMap map, string value, Func<CellTerms?, YamlMap, List<Step>> steps)
    {
        var cell = CellTermsReader.Read(map);
        return new Step.Sequence(value, map.At, steps(cell, map))
        {
            Terms = StepTerms.None with { Cell = cell },
        };
    }

    private static List<string> Values(YamlMap each, string variable)
    {
        if (each.IsList(variable))
            return [.. each.Texts(variable).Select(t => Usable(each, t.Text))];
        var text = each.Text(variable) ?? "";
        if (text.Split("..") is [var first, var last] && Whole(first) is { } from && Whole(last) is { } to
            && from <= to && to - from < Most)
            return [.. Enumerable.Range(from, to - from + 1).Select(n => n.ToString(CultureInfo.InvariantCulture))];
        Refuse(each, $"{variable}: '{text}' should be a range such as 1..8, or a list such as [a, b]");
        return [];
    }

    private static int? Whole(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : null;

    private static string Usable(YamlMap each, string value)
    {
        if (value.Length == 0 || value.AsSpan().ContainsAny('/', '[', '#'))
            Refuse(each, $"'{value}' cannot name a step: it should have no '/', '[' or '#'");
        return value;
    }

    private static bool Refuse(YamlMap map, string why)
    {
        map.Findings.Add(map.At, why);
        return false;
    }
}
