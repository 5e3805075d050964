using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store;

/// <summary>Journals that earlier versions have written, kept under Golden/journals: a dry campaign of two experiments
/// that was killed in the middle of a dose of the second.</summary>
public class JournalVersionTests
{
    public static TheoryData<int> Versions => [1, 2, 3];

    [Theory, MemberData(nameof(Versions))]
    public void A_journal_of_each_version_is_read_as_it_was_written(int version)
    {
        using var folder = Copy(version);
        using var journal = SqliteJournal.OpenForReading(folder.Path);
        var expected = File.ReadAllLines(Path.Combine(Home(version), "events.tsv"));
        var entries = journal.Read().ToList();
        Assert.Equal(expected.Length, entries.Count);
        foreach (var (line, entry) in expected.Zip(entries))
        {
            var parts = line.Split('\t', 3);
            Assert.Equal(
                $"{parts[0]} {parts[1]}", string.Create(CultureInfo.InvariantCulture, $"{entry.Seq} {entry.At:O}"));
            // Members may have been added since; none may be lost or changed.
            var now = JsonNode.Parse(JournalJson.Write(entry.Event))!.AsObject();
            foreach (var (name, value) in JsonNode.Parse(parts[2])!.AsObject())
                Assert.True(Keeps(value, now[name]), $"{version}, event {entry.Seq}: {name}");
        }
        foreach (var done in entries.Select(e => e.Event).OfType<StepDone>())
            Assert.Equal(done.Record, journal.ReadRecord(done.Call).Sha256);
    }

    private static bool Keeps(JsonNode? then, JsonNode? now) => then is JsonObject members
        ? now is JsonObject all && members.All(m => all.ContainsKey(m.Key) && Keeps(m.Value, all[m.Key]))
        : JsonNode.DeepEquals(then, now);

    [Theory, MemberData(nameof(Versions))]
    public void A_journal_of_each_version_is_gone_on_with_and_its_chain_begins_at_its_beginning(int version)
    {
        using var folder = Copy(version);
        string hash;
        using (var old = SqliteJournal.OpenForReading(folder.Path))
        {
            hash = old.Hash();
            Assert.Null(old.Verify(hash).Wrong);
            Assert.NotNull(old.Verify(new string('a', 64)).Wrong);
            Assert.Equal(version > 1, old.Verify().IsChained);
            AssertKnowsWhereItStands(old);
        }
        for (var time = 0; time < 2; time++)
        {
            using var now = SqliteJournal.Open(folder.Path, TimeProvider.System);
            Assert.Equal(hash, now.Hash());
            Assert.True(now.Verify(hash) is { Wrong: null, IsChained: true, Events: > 50 });
            AssertKnowsWhereItStands(now);
        }
        Assert.Equal(3L, SampleJournal.Value(folder.Path, "PRAGMA user_version"));
    }

    [Theory]
    [InlineData("DELETE FROM event WHERE seq = 30", "it is missing")]
    [InlineData("UPDATE event SET body = replace(body, '\"samples\":1,', '\"samples\":2,')",
        "is not the one that it sealed")]
    [InlineData("UPDATE event SET body = 'nonsense' WHERE seq = 3", "the file is damaged")]
    public void What_does_not_fit_together_in_a_journal_without_a_chain_is_found_all_the_same(string sql, string wrong)
    {
        using var folder = Copy(1);
        using (var journal = SqliteJournal.OpenForReading(folder.Path))
            Assert.Null(journal.Verify().Wrong);
        SampleJournal.Execute(folder.Path, sql);
        try
        {
            using var journal = SqliteJournal.OpenForReading(folder.Path);
            Assert.Contains(wrong, journal.Verify().Wrong, StringComparison.Ordinal);
        }
        catch (IOException e)
        {
            Assert.Contains("malformed JSON", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_migration_that_fails_leaves_the_journal_as_it_was()
    {
        using var folder = Copy(1);
        SampleJournal.Execute(folder.Path, "UPDATE event SET body = 'nonsense' WHERE seq = 30");
        Assert.Throws<IOException>(() => SqliteJournal.Open(folder.Path, TimeProvider.System));
        Assert.Equal(1L, SampleJournal.Value(folder.Path, "PRAGMA user_version"));
        Assert.Equal(58L, SampleJournal.Value(folder.Path, "SELECT count(*) FROM event"));
    }

    private static void AssertKnowsWhereItStands(SqliteJournal journal)
    {
        var run = new RunId("e002");
        // The pumps dose side by side.
        var open = journal.OpenCalls(run);
        Assert.InRange(open.Count, 2, 4);
        Assert.Equal(journal.Last, open[^1]);
        Assert.Empty(journal.OpenCalls(new RunId("e001")));
        var history = RunHistory.Of(run, journal);
        Assert.Equal(RunState.Running, history.State);
        Assert.Equal(open.Select(o => ((StepIntended)o.Event).Call), history.Open.Select(o => o.Intended.Call));
    }

    private static TempFolder Copy(int version)
    {
        var folder = new TempFolder();
        File.Copy(Path.Combine(Home(version), SqliteJournal.FileName),
            Path.Combine(folder.Path, SqliteJournal.FileName));
        return folder;
    }

    private static string Home(int version, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(here))!, "Golden", "journals", $"v{version}");
}
