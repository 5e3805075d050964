using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Store;
using Sdl.Tests.Support;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Runtime.Engine;

/// <summary>What a run that is taken up again is told of its past, and how much of the journal it takes.</summary>
public sealed class RunHistoryTests : IDisposable
{
    private static readonly RunId Run = SampleJournal.Run;
    private readonly TempFolder _folder = new();
    private readonly SqliteJournal _journal;

    public RunHistoryTests() =>
        _journal = SqliteJournal.Open(_folder.Path, TimeProvider.System, Durability.ProcessDeath);

    public void Dispose()
    {
        _journal.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(0, 10, 1)]
    [InlineData(1, 10, 1)]
    [InlineData(2, 10, 2)]
    [InlineData(7, 7, 7)]
    [InlineData(7, 1_000_000, 7)]
    [InlineData(300, 301, 300)]
    [InlineData(5, 0, 1)]
    public void The_iteration_that_was_begun_last_is_found(int begun, int times, int expected)
    {
        Start();
        for (var n = 1; n <= begun; n++)
            Intend($"e001/cycle[{n}]/pump.dispense");
        Assert.Equal(expected, RunHistory.Of(Run, _journal).LastBegun("e001/cycle", times));
    }

    [Fact]
    public void A_run_that_is_new_asks_the_journal_for_nothing_more()
    {
        Intend("e001/a");
        var history = RunHistory.Of(Run, _journal);
        Assert.Null(history.Find(new CallId("e001/a")));
        Assert.Null(history.WaitEnd("e001/a"));
        Assert.Equal(1, history.LastBegun("e001/cycle", 5));
        Assert.Empty(history.Open);
    }

    [Fact]
    public void A_call_that_was_never_intended_has_no_past_whatever_else_is_said_of_it()
    {
        Start();
        var call = new CallId("e001/a");
        Append(new StepReconciled(Run, call, CallProgress.Done, "I looked", "ann"));
        Append(new StepSuspended(Run, call, 1, "it was paused"));
        Append(new StepFailed(Run, call, 1, "Timeout", "no answer"));
        Assert.Null(RunHistory.Of(Run, _journal).Find(call));
    }

    [Theory]
    [InlineData("e001/steps", true)]
    [InlineData("e001#finally/steps", false)]
    public void Only_a_time_limit_of_the_body_ends_the_body(string step, bool ends)
    {
        Start();
        Append(new StepTimedOut(Run, step, Quantity.Of(1, "s")));
        Assert.Equal(ends, RunHistory.Of(Run, _journal).BodyIsOver);
    }

    [Theory]
    [InlineData("e001/a", true)]
    [InlineData("e001/a/b", true)]
    [InlineData("e001/a[2]/b", true)]
    [InlineData("e001/a#finally/b", true)]
    [InlineData("e001/ab", false)]
    [InlineData("e001/b", false)]
    public void A_path_lies_within_a_step_and_not_within_one_whose_name_begins_alike(string path, bool isWithin) =>
        Assert.Equal(isWithin, RunPaths.IsWithin(path, "e001/a"));

    [Fact]
    public void What_happens_after_it_was_taken_up_does_not_change_what_is_known_of_its_past()
    {
        Start();
        Intend("e001/a");
        var history = RunHistory.Of(Run, _journal);
        Append(new StepFailed(Run, new CallId("e001/a"), 1, "Timeout", "no answer"));
        Intend("e001/b");
        Append(new WaitStarted(Run, "e001/wait", SampleJournal.At));
        Assert.Null(history.Find(new CallId("e001/a"))!.End);
        Assert.Null(history.Find(new CallId("e001/b")));
        Assert.Null(history.WaitEnd("e001/wait"));
        Assert.Null(history.BodyFailure);
        Assert.Equal("no answer", RunHistory.Of(Run, _journal).BodyFailure!.Message);
    }

    [Fact]
    public void The_latest_finished_call_of_a_capability_is_found_past_those_that_failed_or_were_repeated()
    {
        Start();
        Assert.Null(RunHistory.Of(Run, _journal).LastDone(SampleJournal.Pump, "set"));
        foreach (var (call, end) in new[] { ("a", "done"), ("b", "done"), ("c", "failed"), ("b", "failed"), ("d", "") })
        {
            Intend($"e001/{call}", "set");
            if (end == "done")
                Append(new StepDone(Run, new CallId($"e001/{call}"), 1, 0, ""));
            if (end == "failed")
                Append(new StepFailed(Run, new CallId($"e001/{call}"), 1, "Timeout", ""));
        }
        Assert.Equal("e001/a", RunHistory.Of(Run, _journal).LastDone(SampleJournal.Pump, "set")!.Intended.Call.Value);
    }

    [Fact]
    public void The_cause_of_a_failure_is_not_the_call_that_was_cancelled_for_it_nor_one_that_was_repeated_since()
    {
        Start();
        foreach (var (call, fault) in new[]
            { ("a", StepFailed.Cancelled), ("b", "Timeout"), ("c", "DeviceFault"), ("#finally", "Timeout") })
        {
            var name = new CallId(call[0] == '#' ? $"e001{call}/x" : $"e001/{call}");
            Intend(name.Value);
            Append(new StepFailed(Run, name, 1, fault, call));
        }
        Assert.Equal("b", RunHistory.Of(Run, _journal).BodyFailure!.Message);
        Intend("e001/b");
        Assert.Equal("c", RunHistory.Of(Run, _journal).BodyFailure!.Message);
    }

    [Fact]
    public void A_repeat_that_was_nearly_done_is_not_walked_from_its_beginning()
    {
        var test = new TestRun("""
            steps:
              - repeat: 400
                name: cycle
                steps:
                  - do: a.set
                    with: {value: 7}
              - do: b.grip
            """);
        var process = new Mortal();
        var journal = new MemoryJournal(test.Disk, test.Time, process)
        {
            DieAfter = e => e is StepDone { Call.Value: "run/cycle[390]/a.set" },
        };
        Assert.Null(test.ProcessWith(journal, process));
        var again = new CountingJournal(new MemoryJournal(test.Disk, test.Time));
        Assert.Equal(RunState.Completed, test.ProcessWith(again)!.State);
        Assert.Single(test.B.Grips);
        Assert.Equal(400, test.Events.OfType<StepIntended>()
            .Count(e => e.Call.Value.StartsWith("run/cycle", StringComparison.Ordinal)));
        Assert.InRange(again.Questions, 1, 150);
        Assert.Equal(0, again.Records);
    }

    private void Start()
    {
        Append(new RunStarted(Run, "", "", "", Arguments.None, new Dictionary<string, InstrumentId>(), ""));
        Append(new Moved(Run, RunState.Queued, RunState.Running, ""));
    }

    private void Intend(string call, string capability = "dispense") =>
        Append(new StepIntended(Run, new CallId(call), SampleJournal.Pump, capability, Arguments.None, 1));

    private void Append(RunEvent happened) =>
        _journal.AppendAsync(happened, CancellationToken.None).AsTask().GetAwaiter().GetResult();

    /// <summary>Counts what is asked of a journal.</summary>
    private sealed class CountingJournal(IJournal inner) : IJournal
    {
        public int Questions { get; private set; }
        public int Records { get; private set; }
        public JournalEntry? Last => inner.Last;

        public ValueTask AppendAsync(RunEvent happened, CancellationToken ct) => inner.AppendAsync(happened, ct);

        public ValueTask AddSamplesAsync(
            CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct) =>
            inner.AddSamplesAsync(call, attempt, samples, ct);

        public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct) =>
            inner.SealAsync(happened, record, ct);

        public IEnumerable<JournalEntry> Read(long seq = 0) =>
            throw new InvalidOperationException("a run that is taken up again reads no whole journal");

        public IReadOnlyList<JournalEntry> Find(JournalQuery query)
        {
            Questions++;
            return inner.Find(query);
        }

        public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => inner.OpenCalls(run);

        public Record ReadRecord(CallId call)
        {
            Records++;
            return inner.ReadRecord(call);
        }
    }
}
