using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>A process that dies at any moment costs nothing: the campaign that is taken up again ends as the one that
/// was never disturbed, and no dose is given twice.</summary>
public sealed class CrashTests(ITestOutputHelper output)
{
    private const int Experiments = 3;

    private static readonly bool IsCi = Environment.GetEnvironmentVariable("CI") == "true";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Campaign_killed_at_any_moment_ends_as_if_nothing_had_happened(int lanes)
    {
        using var scratch = new Scratch();
        var together = Math.Max(2, Environment.ProcessorCount);
        var seed = int.TryParse(Environment.GetEnvironmentVariable("SDL_CRASH_SEED"), CultureInfo.InvariantCulture,
            out var given)
            ? given
            : (int)(TimeProvider.System.GetTimestamp() % int.MaxValue);
        output.WriteLine($"SDL_CRASH_SEED={seed} repeats these moments");
        // As busy as it will be when the others are killed: so the moments lie within the life of a process.
        var undisturbed = await Task.WhenAll(
            Enumerable.Range(0, together).Select(i => UndisturbedAsync(scratch.Path($"undisturbed-{i}"), lanes)));
        var life = undisturbed.Max(u => u.Life);
        var expected = undisturbed[0].Traces;
        Assert.Equal(Experiments, expected.Observations.Count);
        Assert.NotEmpty(expected.Doses);

        var tape = undisturbed[0].Tape;
        var random = new Random(seed);
        var moments = Enumerable.Range(0, IsCi ? 50 : 12)
            .Select(i => new Kill(
                scratch.Path($"kill-{i}"), lanes, Draw(i % 2 == 0), i % 4 < 2 ? Draw(i % 4 == 0) : null))
            .ToList();
        var caught = 0;
        await Parallel.ForEachAsync(
            moments,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = together, CancellationToken = TestContext.Current.CancellationToken,
            },
            async (kill, _) =>
            {
                if (await SurviveAsync(kill, expected))
                    Interlocked.Increment(ref caught);
            });
        output.WriteLine($"{caught} of {moments.Count} kills came between the first intention and the end");
        Assert.True(caught >= moments.Count / 4, $"only {caught} of {moments.Count} kills hit a campaign at work");

        // By the clock, start of the process and planning included; and by what the devices have been told, which hits
        // the laboratory at work however slow the machine is.
        Moment Draw(bool byClock) =>
            byClock ? new Moment(random.NextDouble() * life, 0) : new Moment(null, random.NextInt64(tape));
    }

    private sealed record Kill(string Folder, int Lanes, Moment First, Moment? Second);

    /// <param name="After">After the start of the process; null when <paramref name="Tape"/> counts.</param>
    /// <param name="Tape">Bytes on the tape of the devices.</param>
    private sealed record Moment(TimeSpan? After, long Tape)
    {
        public override string ToString() => After is { } after
            ? $"after {after.TotalSeconds:0.000} s"
            : $"at {Tape} bytes of the tape";
    }

    private static async Task<(CampaignTraces Traces, TimeSpan Life, long Tape)> UndisturbedAsync(
        string folder, int lanes)
    {
        var since = TimeProvider.System.GetTimestamp();
        (await SdlProcess.RunAsync(CampaignTraces.RunArguments(folder, Experiments, lanes))).Expect(0);
        var life = TimeProvider.System.GetElapsedTime(since);
        return (CampaignTraces.Of(folder), life, TapeLength(folder));
    }

    private static long TapeLength(string folder) =>
        new FileInfo(Path.Combine(folder, LabRunner.TapeName)) is { Exists: true, Length: var length } ? length : 0;

    /// <returns>Whether the kill interrupted any work.</returns>
    private async Task<bool> SurviveAsync(Kill kill, CampaignTraces expected)
    {
        await KillAsync(CampaignTraces.RunArguments(kill.Folder, Experiments, kill.Lanes), kill.Folder, kill.First);
        var interrupted = HasBegun(kill.Folder) && !HasEnded(kill.Folder);
        if (kill.Second is { } second)
            await KillAsync(Again(kill), kill.Folder, second);
        var result = await SdlProcess.RunAsync(Again(kill));
        var again = kill.Second is null ? "" : $", again {kill.Second}";
        var about = $"killed {kill.First}{again}, exit code {result.Code}\n{result.Errors}";
        Assert.True(result.Code == 0, about);
        Assert.Equal(Experiments, result.Json().GetProperty("experiments").GetInt32());
        var found = CampaignTraces.Of(kill.Folder);
        Assert.True(expected.Observations.SequenceEqual(found.Observations),
            $"{about}\nexpected {string.Join('\n', expected.Observations)}\n"
            + $"found {string.Join('\n', found.Observations)}");
        Assert.Equal(expected.Doses.Keys.Order(), found.Doses.Keys.Order());
        foreach (var (pump, doses) in expected.Doses)
            Assert.True(doses.SequenceEqual(found.Doses[pump]),
                $"{about}\npump {pump} was to give {string.Join(", ", doses)} mL and gave "
                + $"{string.Join(", ", found.Doses[pump])} mL");
        output.WriteLine(about.Split('\n')[0]);
        return interrupted;
    }

    // Whoever dies before anything was written down has begun nothing: then the same command is the way to go on.
    private static IEnumerable<string> Again(Kill kill) => File.Exists(Path.Combine(kill.Folder, "session.json"))
        ? ["campaign", "resume", kill.Folder, "--json"]
        : CampaignTraces.RunArguments(kill.Folder, Experiments, kill.Lanes);

    private static async Task KillAsync(IEnumerable<string> arguments, string folder, Moment moment)
    {
        using var process = SdlProcess.Start(arguments);
        var since = TimeProvider.System.GetTimestamp();
        while (!process.HasExited && !(moment.After is { } after
                   ? TimeProvider.System.GetElapsedTime(since) >= after
                   : TapeLength(folder) >= moment.Tape))
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        process.Kill();
        await process.EndAsync();
    }

    private static bool HasBegun(string folder) => EventsOf(folder).OfType<StepIntended>().Any();

    private static bool HasEnded(string folder) => EventsOf(folder).OfType<CampaignEnded>().Any();

    private static IReadOnlyList<RunEvent> EventsOf(string folder)
    {
        try
        {
            return CampaignTraces.Events(folder);
        }
        catch (FileNotFoundException)
        {
            // It was killed before it had a journal.
            return [];
        }
    }
}
