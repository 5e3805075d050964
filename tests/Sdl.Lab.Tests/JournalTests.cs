using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;
using Sdl.Store;

namespace Sdl.Lab.Tests;

/// <summary>Journals of each version that was ever released, and what the command line tells of them.</summary>
public class JournalTests
{
    public static TheoryData<int> Versions => [1, 2];

    [Theory, MemberData(nameof(Versions))]
    public async Task A_campaign_that_an_earlier_version_has_begun_is_gone_on_with_to_its_end(int version)
    {
        using var scratch = new Scratch();
        var folder = Copy(version, scratch);
        var begun = CampaignTraces.Events(folder);
        Assert.IsType<StepIntended>(begun[^1]);
        var result = await SdlProcess.RunAsync("campaign", "resume", folder, "--json");
        result.Expect(0);
        Assert.Equal(2, result.Json().GetProperty("experiments").GetInt32());
        var events = CampaignTraces.Events(folder);
        Assert.Equal(RunState.Completed, Assert.IsType<CampaignEnded>(events[^1]).State);
        // What was there is there still, and the dose that was under way was asked for once.
        Assert.Equal(begun.Select(JournalJson.Write), events.Take(begun.Count).Select(JournalJson.Write));
        var verified = await SdlProcess.RunAsync(
            "journal", "verify", folder, "--noted", result.Json().GetProperty("journalHash").GetString()!, "--json");
        verified.Expect(0);
        Assert.Equal(events.Count, verified.Json().GetProperty("events").GetInt32());
        var pumps = CampaignTraces.Of(folder).Doses;
        Assert.All(pumps.Values, doses => Assert.Equal(2, doses.Count));
    }

    [Fact]
    public async Task Verify_says_what_is_in_order_and_what_is_not()
    {
        using var scratch = new Scratch();
        var folder = Copy(2, scratch);
        var hash = (await SdlProcess.RunAsync("journal", "hash", folder)).Output.Trim();
        var whole = await SdlProcess.RunAsync("journal", "verify", folder, "--noted", hash.ToUpperInvariant());
        whole.Expect(0);
        Assert.Matches(@"^\d+ events and \d+ records are as they were written\n$", whole.Output);

        var other = await SdlProcess.RunAsync("journal", "verify", folder, "--noted", new string('a', 64));
        other.Expect(1);
        Assert.Contains("the end was cut off since that was noted", other.Output, StringComparison.Ordinal);

        var path = Path.Combine(folder, SqliteJournal.FileName);
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        // Pages keep stale copies in their free space: every one is changed.
        for (var at = 0; bytes.AsSpan(at).IndexOf("\"samples\":1,"u8) is >= 0 and var found; at += found + 1)
            bytes[at + found + 10] = (byte)'2';
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        var changed = await SdlProcess.RunAsync("journal", "verify", folder);
        changed.Expect(1);
        Assert.Contains("The journal was changed after it was written", changed.Output, StringComparison.Ordinal);
        Assert.Matches(@"^event \d+: ", changed.Output);
        var json = await SdlProcess.RunAsync("journal", "verify", folder, "--json");
        json.Expect(1);
        Assert.False(json.Json().GetProperty("asWritten").GetBoolean());
    }

    [Fact]
    public async Task A_journal_without_a_chain_is_said_to_have_none()
    {
        using var scratch = new Scratch();
        var verified = await SdlProcess.RunAsync("journal", "verify", Copy(1, scratch));
        verified.Expect(0);
        Assert.Contains("version 1 of the journal kept no chain", verified.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Show_prints_the_events_of_one_run_only_when_asked()
    {
        using var scratch = new Scratch();
        var folder = Copy(2, scratch);
        var all = await SdlProcess.RunAsync("journal", "show", folder);
        var one = await SdlProcess.RunAsync("journal", "show", folder, "--run", "e002");
        one.Expect(0);
        Assert.Equal(
            all.Output.Split('\n').Where(l => l.Contains("\"run\":\"e002\"", StringComparison.Ordinal)),
            one.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        (await SdlProcess.RunAsync("journal", "show", folder, "--run", "e002", "--json")).Expect(0);
        (await SdlProcess.RunAsync("journal", "show", folder, "--run", "e009")).Expect(2);
    }

    private static string Copy(int version, Scratch scratch)
    {
        var home = Path.Combine(Repository.Root, "tests", "Sdl.Tests", "Golden", "journals", $"v{version}");
        foreach (var file in Directory.EnumerateFiles(home, "*", SearchOption.AllDirectories))
        {
            var to = Path.Combine(scratch.Folder, Path.GetRelativePath(home, file));
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }
        return scratch.Folder;
    }
}
