using System.Globalization;
using System.Text.Json;

namespace Sdl.Tests.Runtime.Planning;

/// <summary>JSON that nobody should send: drawn from the words of the dialogue, or a good line with a mistake in it.
/// </summary>
internal static class RandomRequest
{
    private static readonly string[] Words =
    [
        "op", "create", "tell", "ask", "recommend", "predict", "pending", "suggest", "veto", "space", "parameters",
        "mixtures", "linear", "objectives", "constraints", "sources", "name", "type", "min", "max", "levels", "sum",
        "x", "y", "sd", "x1", "a", "b", "c", "count", "points", "where", "why", "seed", "goal", "noise", "continuous",
        "ordered", "categorical", "integer", "when", "descriptors", "", "\n", "\u2028", "\ud83d\ude00", ".", "null",
    ];

    private static readonly string[] Numbers =
        ["0", "-1", "1e308", "-1e308", "1e999", "0.5", "1e-320", "3", "99999999999999999999", "1.0"];

    public static string Line(Random random) => Node(random, 0);

    /// <summary>One character, word or number of the line is another.</summary>
    public static string Mutated(Random random, string line)
    {
        var at = random.Next(line.Length);
        return random.Next(4) switch
        {
            0 => line.Remove(at, 1),
            1 => line.Insert(at, Numbers[random.Next(Numbers.Length)]),
            2 => line.Replace(Words[random.Next(40)], Words[random.Next(40)], StringComparison.Ordinal),
            _ => line[..at] + Node(random, 2) + line[at..],
        };
    }

    private static string Node(Random random, int depth) => random.Next(depth > 4 ? 3 : 6) switch
    {
        0 => JsonSerializer.Serialize(Word(random)),
        1 => Numbers[random.Next(Numbers.Length)],
        2 => random.Next(3) switch
        {
            0 => "null",
            1 => "true",
            _ => random.NextDouble().ToString(CultureInfo.InvariantCulture),
        },
        3 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => Node(random, depth + 1)))}]",
        _ => $"{{{string.Join(',', Enumerable.Range(0, random.Next(6)).Select(
            _ => $"{JsonSerializer.Serialize(Word(random))}:{Node(random, depth + 1)}"))}}}",
    };

    private static string Word(Random random) => Words[random.Next(Words.Length)];
}
