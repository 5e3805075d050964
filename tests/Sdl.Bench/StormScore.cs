using System.Globalization;
using Sdl.Core.Runs;
using Sdl.Shared.Tests.Storm;

namespace Sdl.Bench;

/// <summary>Drives simulated laboratories through storms of faults, crashes, operators and full disks until so many
/// lab-days have passed, and tells what did not hold, each with the seed that repeats it.</summary>
public static class StormScore
{
    /// <param name="args"><c>[--days N] [--seed N [--folder F]]</c>; without a seed a fresh one begins, with a seed
    /// alone only that storm is driven, and left in the folder named behind <c>--folder</c>.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var given = Option(args, "--seed");
        var days = Option(args, "--days") ?? (given is null ? 1000UL : 0);
        var first = given ?? (ulong)TimeProvider.System.GetTimestamp() % 1_000_000;
        var (lab, start, storms, struck, lives) = (TimeSpan.Zero, TimeProvider.System.GetTimestamp(), 0, 0, 0);
        var broken = new List<StormResult>();
        var ends = new SortedDictionary<RunState, int>();
        Console.WriteLine($"storms from seed {first} on, until {days} lab-days have passed");
        for (var seed = first; storms == 0 || lab.TotalDays < days; seed++, storms++)
        {
            var result = await StormRun.RunAsync(seed, Text(args, "--folder"));
            lab += result.LabTime;
            (struck, lives) = (struck + result.Struck, lives + result.Lives);
            ends[result.State] = ends.GetValueOrDefault(result.State) + 1;
            if (result.Broken.Count > 0)
                broken.Add(result);
            if (result.Broken.Count > 0 || given is not null && days == 0)
                Tell(result);
        }
        var wall = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var counted = string.Join(", ", ends.Select(e => $"{e.Value} {e.Key.ToString().ToLowerInvariant()}"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{lab.TotalDays:0.0} lab-days in {storms} storms, {wall:0.0} s: {lab.TotalDays / wall:0.0} lab-days per s"
            + $"; {lives} lives of the program, {struck} faults struck; {counted}"));
        Console.WriteLine(broken.Count == 0 ? "everything held" : $"{broken.Count} storms broke something");
        return broken.Count == 0 ? 0 : 1;
    }

    private static void Tell(StormResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"seed {result.Seed}: {result.State} after {result.LabTime.TotalDays:0.00} lab-days and "
            + $"{result.Lives} lives{(result.Why.Length > 0 ? $" ({result.Why})" : "")}"));
        foreach (var sentence in result.Broken.Distinct())
            Console.WriteLine($"  {sentence}");
        if (result.Broken.Count > 0)
            Console.WriteLine($"  dotnet run -c Release --project tests/Sdl.Bench -- storm --seed {result.Seed}");
    }

    private static ulong? Option(string[] args, string name) =>
        Text(args, name) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : null;

    private static string? Text(string[] args, string name) =>
        Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : null;
}
