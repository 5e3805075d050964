using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Engine;
using Sdl.Store;

namespace Sdl.Bench;

/// <summary>The journal against what the disk, SQLite and a JSON parser can do at best on the same machine in the same
/// minutes. Rounds alternate; the median of the rounds' ratios counts.</summary>
public static class JournalSpeed
{
    private const int Rounds = 7, Lanes = 10, Appends = 200;
    private static readonly RunId Run = new("e001");
    private static readonly InstrumentId Pump = new("salt_carbonate_pump");

    /// <param name="args">Lengths of the journals that are replayed; without: 100000 1000000.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var lengths = args.Length > 0
            ? args.Select(a => int.Parse(a, CultureInfo.InvariantCulture)).ToArray()
            : [100_000, 1_000_000];
        var folder = Directory.CreateTempSubdirectory("sdl-journal-").FullName;
        try
        {
            foreach (var length in lengths)
                await ReadAsync(Path.Combine(folder, $"{length}"), length);
            await CommitAsync(folder);
            await DryAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
        return 0;
    }

    private static async Task ReadAsync(string folder, int length)
    {
        await FillAsync(folder, length);
        var (floors, replays, resumes) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round < (length > 300_000 ? 3 : Rounds); round++)
        {
            floors.Add(Milliseconds(() => Floor(folder)));
            replays.Add(Milliseconds(() => Replay(folder, length)));
            resumes.Add(Resume(folder, length));
        }
        var ratios = replays.Zip(floors, (r, f) => r / f);
        Say($"replay {length} events", $"{Median(replays):0} ms, SQLite read + JSON parse {Median(floors):0} ms",
            $"ratio {Median(ratios):0.00}", "at most 2");
        Say($"resume behind {length} events", $"first {resumes[0]:0.0} ms", $"{Median(resumes):0.00} ms",
            "at most 5 ms");
    }

    private static async Task CommitAsync(string folder)
    {
        using var journal = SqliteJournal.Open(Path.Combine(folder, "commit"), TimeProvider.System);
        using var floor = new CommitFloor(Path.Combine(folder, "floor.db"));
        var lanes = Enumerable.Range(0, Lanes).Select(i => Events(i, Appends)).ToArray();
        var (floors, together) = (new List<double>(), new List<double>());
        var (singles, groups) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            floors.Add(Milliseconds(() => floor.Commit(Appends)) / Appends);
            together.Add(Milliseconds(() => floor.CommitTogether(Appends, Lanes)) / Appends / Lanes);
            singles.Add(await MillisecondsAsync(() => LaneAsync(journal, lanes[0])) / Appends);
            groups.Add(await MillisecondsAsync(() => Task.WhenAll(
                lanes.Select(lane => Task.Run(() => LaneAsync(journal, lane))))) / Appends / Lanes);
        }
        Say("durable append of one event",
            $"{Median(singles):0.000} ms, SQLite WAL FULL commit {Median(floors):0.000} ms",
            $"{Median(floors.Zip(singles, (f, s) => f / s)):0.00} of its rate", "at least 0.9");
        Say($"the same in {Lanes} lanes at once", $"{Median(groups):0.000} ms an event",
            $"{Median(singles.Zip(groups, (s, g) => s / g)):0.0} times the rate of one", "at least 8");
        Say($"SQLite's own {Lanes} rows a commit", $"{Median(together):0.000} ms a row",
            $"{Median(floors.Zip(together, (s, g) => s / g)):0.0} times the rate of one", "(the limit on this disk)");
    }

    private static async Task DryAsync(string folder)
    {
        using var journal = SqliteJournal.Open(
            Path.Combine(folder, "dry"), TimeProvider.System, Durability.ProcessDeath);
        var times = new List<double>();
        var events = Events(0, 10_000);
        var before = Environment.CpuUsage.TotalTime;
        for (var round = 0; round < Rounds; round++)
            times.Add(await MillisecondsAsync(() => LaneAsync(journal, events)) / 10_000 * 1000);
        var processor = (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / 10_000 / Rounds;
        Say("append of one event in a dry run", $"{processor:0.0} µs of the processor",
            $"{Median(times):0.0} µs", "20 to 40 µs");
    }

    // Made before the clock runs, as the row of the floor is.
    private static StepIntended[] Events(int lane, int appends) =>
        [.. Enumerable.Range(lane * appends, appends).Select(Intended)];

    private static async Task LaneAsync(SqliteJournal journal, StepIntended[] events)
    {
        foreach (var happened in events)
            await journal.AppendAsync(happened, CancellationToken.None);
    }

    private static async Task FillAsync(string folder, int length)
    {
        using var journal = SqliteJournal.Open(folder, TimeProvider.System);
        await journal.AppendAsync(
            new RunStarted(Run, "cycle", "", "", Arguments.None, new Dictionary<string, InstrumentId>(), "bench"),
            CancellationToken.None);
        await journal.AppendAsync(new Moved(Run, RunState.Queued, RunState.Running, ""), CancellationToken.None);
        var set = new CallId("e001/thermostat.set");
        await journal.AppendAsync(
            new StepIntended(Run, set, new("thermostat"), "set", Arguments.None, 1), CancellationToken.None);
        await journal.AppendAsync(new StepDone(Run, set, 1, 0, new string('0', 64)), CancellationToken.None);
        await journal.AppendAsync(new WaitStarted(Run, "e001/wait", TimeProvider.System.GetUtcNow()), default);
        for (var i = 5; i < length - 1;)
        {
            var group = new List<Task>();
            for (; group.Count < 1000 && i < length - 1; i++)
                group.Add(journal.AppendAsync(
                    i % 2 != 0 ? Intended(i / 2 - 1) : Done(i / 2 - 2), CancellationToken.None).AsTask());
            await Task.WhenAll(group);
        }
        await journal.AppendAsync(Intended(length / 2 - 2), CancellationToken.None);
    }

    private static CallId Call(int iteration) => new($"e001/cycle[{iteration}]/prepare/salt_carbonate_pump.dispense");

    private static StepIntended Intended(int iteration) => new(
        Run, Call(iteration), Pump, "dispense",
        Arguments.Of(("volume", Quantity.Of(0.001 * (iteration % 997 + 1), "mL")), ("rate", Quantity.Of(1.5, "mL/min")))
            .With("note", new Argument("the same dose again, as the protocol of the formation asks for in its loop")),
        1);

    private static StepDone Done(int iteration) =>
        new(Run, Call(iteration), 1, iteration % 40, Convert.ToHexStringLower(BitConverter.GetBytes(iteration))
            .PadLeft(64, 'a'));

    private static void Floor(string folder)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, SqliteJournal.FileName)};Mode=ReadOnly;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT seq, at, body FROM event ORDER BY seq";
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            _ = rows.GetInt64(0) + rows.GetInt64(1);
            using var document = JsonDocument.Parse(rows.GetString(2));
            _ = document.RootElement.GetProperty("event").ValueKind;
        }
    }

    private static void Replay(string folder, int length)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var seen = journal.Read().Count(e => e.Event is not null);
        if (seen != length)
            throw new InvalidOperationException($"{seen} of {length} events were read");
    }

    // All that is read before the run acts again: who holds what, what is open, where the loop stands.
    private static double Resume(string folder, int length)
    {
        var watch = Stopwatch.StartNew();
        using var journal = SqliteJournal.Open(folder, TimeProvider.System);
        var history = RunHistory.Of(Run, journal);
        var begun = history.LastBegun("e001/cycle", 1_000_000);
        if (history.Open.Count != 1 || history.LastDone(new("thermostat"), "set") is null || begun != length / 2 - 2)
            throw new InvalidOperationException($"the run was taken up wrongly, at {begun}");
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Milliseconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static async Task<double> MillisecondsAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return 0.5 * (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]);
    }

    private static void Say(string what, FormattableString measured, FormattableString result, string target) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{what,-34} {measured.ToString(CultureInfo.InvariantCulture),-62} "
            + $"{result.ToString(CultureInfo.InvariantCulture),-26} wanted: {target}"));

    /// <summary>What SQLite does at best: one prepared insert of the same text, one durable commit.</summary>
    private sealed class CommitFloor : IDisposable
    {
        private readonly SqliteConnection _connection;
        private readonly SqliteCommand _insert;
        private readonly string _body = JournalJson.Write(Intended(1));

        public CommitFloor(string path)
        {
            _connection = new SqliteConnection($"Data Source={path};Pooling=False");
            _connection.Open();
            using var create = _connection.CreateCommand();
            create.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; "
                + "CREATE TABLE event(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL)";
            create.ExecuteNonQuery();
            _insert = _connection.CreateCommand();
            _insert.CommandText = "INSERT INTO event(at, body) VALUES($at, $body)";
            _insert.Parameters.AddWithValue("$at", 1L);
            _insert.Parameters.AddWithValue("$body", _body);
            _insert.Prepare();
        }

        public void Commit(int times)
        {
            for (var i = 0; i < times; i++)
                _insert.ExecuteNonQuery();
        }

        /// <summary>Several of these rows in each transaction: the most that lanes which wait for each other's commit
        /// can have.</summary>
        public void CommitTogether(int times, int rows)
        {
            for (var i = 0; i < times; i++)
            {
                using var transaction = _connection.BeginTransaction();
                _insert.Transaction = transaction;
                Commit(rows);
                transaction.Commit();
            }
            _insert.Transaction = null;
        }

        public void Dispose()
        {
            _insert.Dispose();
            _connection.Dispose();
        }
    }
}
