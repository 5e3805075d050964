using System.Globalization;
using Sdl.Shared.Tests.Storm;

namespace Sdl.Lab.Tests;

/// <summary>The short form of <c>tests/Sdl.Bench -- storm</c>: fixed storms, and fresh ones whose seed is
/// printed.</summary>
public sealed class StormTests(ITestOutputHelper output)
{
    private const int Fresh = 20;

    [Fact]
    public async Task What_must_hold_holds_in_every_storm()
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("SDL_STORM_SEED"), CultureInfo.InvariantCulture,
            out var given) ? given : (ulong)TimeProvider.System.GetTimestamp() % 1_000_000;
        output.WriteLine($"SDL_STORM_SEED={seed} repeats the fresh storms");
        var (lab, struck, broken) = (TimeSpan.Zero, 0, new List<string>());
        foreach (var each in Enumerable.Range(1, 30).Select(i => (ulong)i).Concat(Enumerable.Range(0, Fresh)
                     .Select(i => seed + (ulong)i)))
        {
            var result = await StormRun.RunAsync(each);
            lab += result.LabTime;
            struck += result.Struck;
            broken.AddRange(result.Broken.Select(b => $"seed {each}: {b}"));
        }
        output.WriteLine($"{lab.TotalDays:0.0} lab-days, {struck} faults struck");
        Assert.True(broken.Count == 0, string.Join('\n', broken));
        Assert.True(struck > 20, "hardly anything went wrong");
    }
}
