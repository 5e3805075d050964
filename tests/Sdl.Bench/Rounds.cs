using System.Globalization;

namespace Sdl.Bench;

/// <summary>Competitors measured in turn, round after round, because the machine is never equally quick twice: what
/// counts is the ratio within a round.</summary>
public static class Rounds
{
    /// <summary>Runs each contender once a round and gives the medians, in the order of the contenders.</summary>
    /// <param name="measure">Gives a rate (more is better) or a time, as the caller likes.</param>
    public static double[] Medians(int rounds, params Func<double>[] measure)
    {
        var all = measure.Select(_ => new List<double>()).ToList();
        for (var round = 0; round < rounds; round++)
            for (var i = 0; i < measure.Length; i++)
                all[i].Add(measure[i]());
        return all.Select(Median).ToArray();
    }

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count % 2 == 1
            ? sorted[sorted.Count / 2]
            : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>One line: what was measured, its value, and how it stands against its target.</summary>
    public static void Print(string what, string value, string target, bool isMet) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-52} {value,-26} {(isMet ? "meets" : "MISSES")} {target}"));
}
