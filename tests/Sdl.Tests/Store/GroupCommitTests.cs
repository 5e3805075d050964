using Sdl.Core.Runs;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store;

/// <summary>Parallel lanes write at once; what they were promised holds for each of them.</summary>
public class GroupCommitTests
{
    private static readonly Moved Event = new(SampleJournal.Run, RunState.Running, RunState.Paused, "");

    [Fact]
    public async Task Lanes_that_append_at_once_each_find_their_events_in_order_and_all_are_told_in_the_journals_order()
    {
        using var folder = new TempFolder();
        const int lanes = 10, each = 60;
        var told = new List<string>();
        using (var journal = SqliteJournal.Open(folder.Path, TimeProvider.System))
        {
            journal.Appended += e => told.Add(((Moved)e).Why);
            await Task.WhenAll(Enumerable.Range(0, lanes).Select(lane => Task.Run(async () =>
            {
                for (var i = 0; i < each; i++)
                {
                    await journal.AppendAsync(Event with { Why = $"{lane} {i}" }, CancellationToken.None);
                    // Whoever was answered is on the disk.
                    if (i % 20 == 0)
                    {
                        using var reader = SqliteJournal.OpenForReading(folder.Path);
                        Assert.Contains(reader.Read(), e => ((Moved)e.Event).Why == $"{lane} {i}");
                    }
                }
            })));
        }
        using var again = SqliteJournal.OpenForReading(folder.Path);
        var written = again.Read().Select(e => ((Moved)e.Event).Why).ToList();
        Assert.Equal(lanes * each, written.Count);
        Assert.Equal(written, told);
        for (var lane = 0; lane < lanes; lane++)
            Assert.Equal(Enumerable.Range(0, each).Select(i => $"{lane} {i}"),
                written.Where(w => w.StartsWith($"{lane} ", StringComparison.Ordinal)));
        Assert.Null(again.Verify().Wrong);
    }

    [Fact]
    public async Task An_append_does_not_keep_its_caller_while_the_disk_is_at_work()
    {
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, TimeProvider.System);
        using var told = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        journal.Appended += _ =>
        {
            told.Set();
            goOn.Wait(TestContext.Current.CancellationToken);
        };
        var first = journal.AppendAsync(Event, CancellationToken.None).AsTask();
        told.Wait(TestContext.Current.CancellationToken);
        // While the first group is held up, these gather; none of them blocks this thread.
        var others = Enumerable.Range(0, 20)
            .Select(_ => journal.AppendAsync(Event, CancellationToken.None).AsTask()).ToList();
        Assert.DoesNotContain(others.Append(first), t => t.IsCompleted);
        goOn.Set();
        await Task.WhenAll(others.Append(first));
        Assert.Equal(21, journal.Last!.Seq);
    }

    [Theory]
    [InlineData(Durability.PowerCut)]
    [InlineData(Durability.ProcessDeath)]
    public async Task A_listener_that_throws_fails_the_append_that_it_was_told_of_and_no_other(Durability durability)
    {
        using var folder = new TempFolder();
        using var journal = SqliteJournal.Open(folder.Path, TimeProvider.System, durability);
        void Throw(RunEvent e) => throw new InvalidOperationException("the screen is gone");
        journal.Appended += Throw;
        var e = await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await journal.AppendAsync(Event, CancellationToken.None));
        Assert.Equal("the screen is gone", e.Message);
        journal.Appended -= Throw;
        await journal.AppendAsync(Event, CancellationToken.None);
        Assert.Equal(2, journal.Read().Count());
    }

    [Theory]
    [InlineData(Durability.PowerCut)]
    [InlineData(Durability.ProcessDeath)]
    public async Task A_closed_journal_takes_nothing_more(Durability durability)
    {
        using var folder = new TempFolder();
        var journal = SqliteJournal.Open(folder.Path, TimeProvider.System, durability);
        await journal.AppendAsync(Event, CancellationToken.None);
        journal.Dispose();
        var e = await Assert.ThrowsAsync<JournalException>(
            async () => await journal.AppendAsync(Event, CancellationToken.None));
        Assert.Contains("is closed", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_disk_is_full_all_that_were_to_be_committed_together_fail_together()
    {
        using var folder = new TempFolder();
        var acknowledged = 0;
        using (var journal = SqliteJournal.Open(folder.Path, TimeProvider.System, maxPages: 40))
        {
            var lanes = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    await journal.AppendAsync(Event with { Why = new string('x', 700) }, CancellationToken.None);
                    Interlocked.Increment(ref acknowledged);
                }
            })).ToList();
            foreach (var lane in lanes)
                await Assert.ThrowsAsync<JournalException>(async () => await lane);
        }
        using var again = SqliteJournal.Open(folder.Path, TimeProvider.System);
        Assert.Equal(acknowledged, again.Read().Count());
        Assert.Null(again.Verify().Wrong);
    }
}
