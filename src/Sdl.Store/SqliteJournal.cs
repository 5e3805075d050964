using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Store;

/// <summary>The journal of one result folder: <c>journal.db</c>, SQLite in WAL mode. Events are committed with
/// synchronous=FULL before an append returns; one process writes, any may read.</summary>
public sealed class SqliteJournal : IJournal, IDisposable
{
    public const string FileName = "journal.db";
    private const int SchemaVersion = 1;

    private readonly SqliteConnection _connection;
    private readonly FileStream? _owner;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private JournalException? _broken;

    private SqliteJournal(SqliteConnection connection, FileStream? owner, TimeProvider clock)
    {
        _connection = connection;
        _owner = owner;
        _clock = clock;
    }

    /// <summary>Called after each append, with what was appended. A handler that throws fails the
    /// run: it must not.</summary>
    public event Action<RunEvent>? Appended;

    /// <summary>Opens the journal of a folder for writing, and creates it if need be.</summary>
    /// <param name="maxPages">Largest size in pages of 4 KiB; for tests of a full disk.</param>
    /// <exception cref="IOException">Another process writes it, or it cannot be written here.</exception>
    /// <exception cref="InvalidDataException">It was written by a newer version.</exception>
    public static SqliteJournal Open(string folder, TimeProvider clock, int? maxPages = null)
    {
        Directory.CreateDirectory(folder);
        var owner = TakeOwnership(folder);
        var journal = new SqliteJournal(Connection(folder, "ReadWriteCreate"), owner, clock);
        try
        {
            journal._connection.Open();
            journal.RefuseNewer();
            journal.Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;");
            if (maxPages is { } pages)
                journal.Execute($"PRAGMA max_page_count={pages};");
            journal.Prepare();
            return journal;
        }
        catch (SqliteException e)
        {
            journal.Dispose();
            throw new IOException($"the journal in '{folder}' cannot be opened: {e.Message}", e);
        }
        catch (InvalidDataException)
        {
            journal.Dispose();
            throw;
        }
    }

    /// <summary>Opens the journal of a folder for reading only, also while another process writes it.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read, or is no journal.</exception>
    /// <exception cref="InvalidDataException">It was written by a newer version.</exception>
    public static SqliteJournal OpenForReading(string folder)
    {
        if (!File.Exists(Path.Combine(folder, FileName)))
            throw new FileNotFoundException(
                $"'{folder}' holds no {FileName}: it is not the result folder of a run or campaign");
        var journal = new SqliteJournal(Connection(folder, "ReadOnly"), null, TimeProvider.System);
        try
        {
            journal._connection.Open();
            journal.RefuseNewer();
            journal.RefuseUnprepared(folder);
            return journal;
        }
        catch (SqliteException e)
        {
            journal.Dispose();
            throw new IOException($"the journal in '{folder}' cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is InvalidDataException or FileNotFoundException)
        {
            journal.Dispose();
            throw;
        }
    }

    public ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        Write(() => Insert(happened));
        Appended?.Invoke(happened);
        return ValueTask.CompletedTask;
    }

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct)
    {
        Write(() => InsertBlock(call, attempt, samples));
        return ValueTask.CompletedTask;
    }

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct)
    {
        Write(() =>
        {
            using var transaction = _connection.BeginTransaction();
            using var command = Command(
                "INSERT INTO record(call, attempt, instrument, columns, sha256) "
                + "VALUES($call, $attempt, $instrument, $columns, $sha256)",
                ("$call", record.Call.Value), ("$attempt", happened.Attempt), ("$instrument", record.Instrument.Value),
                ("$columns", JsonSerializer.Serialize(record.Columns.Select(c => new[] { c.Name, c.Unit.Symbol }))),
                ("$sha256", record.Sha256));
            command.ExecuteNonQuery();
            Insert(happened);
            transaction.Commit();
        });
        Appended?.Invoke(happened);
        return ValueTask.CompletedTask;
    }

    public IEnumerable<JournalEntry> Read(long seq = 0)
    {
        foreach (var (n, at, body) in Rows(seq))
            yield return new JournalEntry(n, new DateTimeOffset(at, TimeSpan.Zero), JournalJson.Read(body));
    }

    /// <exception cref="InvalidDataException">What is stored does not match its digest.</exception>
    public Record ReadRecord(CallId call)
    {
        lock (_gate)
        {
            using var command = Command(
                "SELECT attempt, instrument, columns, sha256 FROM record WHERE call = $call",
                ("$call", call.Value));
            using var row = command.ExecuteReader();
            if (!row.Read())
                throw new KeyNotFoundException($"no sealed record belongs to {call}");
            var columns = JsonSerializer.Deserialize<string[][]>(row.GetString(2))!
                .Select(c => new Column(c[0], Unit.Parse(c[1]))).ToList();
            var record = Record.Seal(
                call, new InstrumentId(row.GetString(1)), columns, Samples(call, row.GetInt32(0), columns.Count));
            return record.Sha256 == row.GetString(3) ? record
                : throw new InvalidDataException(
                    $"the record of {call} in {_connection.DataSource} was changed after it was sealed");
        }
    }

    /// <summary>SHA-256 over all events: equal for two journals exactly when the same happened at the same times.
    /// Records are covered through the digests in their step-done events.</summary>
    public string Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (seq, at, body) in Rows(0))
            hash.AppendData(Encoding.UTF8.GetBytes($"{seq}\t{at}\t{body}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        _connection.Dispose();
        _owner?.Dispose();
    }

    private static FileStream TakeOwnership(string folder)
    {
        try
        {
            return new FileStream(
                Path.Combine(folder, "journal.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException($"'{folder}' is in use by another sdl process; wait for it or stop it first", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"'{folder}' cannot be written: {e.Message}", e);
        }
    }

    private static SqliteConnection Connection(string folder, string mode) =>
        new($"Data Source={Path.Combine(folder, FileName)};Mode={mode};Pooling=False");

    private void RefuseNewer()
    {
        using var command = Command("PRAGMA user_version");
        var version = (long)command.ExecuteScalar()!;
        if (version > SchemaVersion)
            throw new InvalidDataException(
                $"{FileName} has schema version {version}; this sdl knows {SchemaVersion}: "
                + "use the newer sdl that wrote it");
    }

    // Its writer died before the tables were there, or has not come so far.
    private void RefuseUnprepared(string folder)
    {
        using var command = Command("PRAGMA user_version");
        if (command.ExecuteScalar() is 0L)
            throw new FileNotFoundException($"the journal of '{folder}' holds nothing yet: nothing has begun there");
    }

    private void Prepare()
    {
        Execute("""
            CREATE TABLE IF NOT EXISTS event(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS record(call TEXT PRIMARY KEY, attempt INTEGER NOT NULL, instrument TEXT NOT NULL,
                columns TEXT NOT NULL, sha256 TEXT NOT NULL);
            CREATE TABLE IF NOT EXISTS block(call TEXT NOT NULL, attempt INTEGER NOT NULL, n INTEGER NOT NULL,
                data BLOB NOT NULL, PRIMARY KEY(call, attempt, n)) WITHOUT ROWID;
            """);
        Execute($"PRAGMA user_version={SchemaVersion}");
    }

    private void Write(Action write)
    {
        lock (_gate)
            try
            {
                if (_broken is not null)
                    throw _broken;
                write();
            }
            catch (SqliteException e)
            {
                throw _broken = new JournalException(
                    $"the journal {_connection.DataSource} cannot be written ({e.Message}); "
                    + "free the disk, then resume", e);
            }
    }

    private void Insert(RunEvent happened)
    {
        using var command = Command("INSERT INTO event(at, body) VALUES($at, $body)",
            ("$at", _clock.GetUtcNow().UtcTicks), ("$body", JournalJson.Write(happened)));
        command.ExecuteNonQuery();
    }

    private void InsertBlock(CallId call, int attempt, IReadOnlyList<Sample> samples)
    {
        var width = samples[0].Values.Length + 1;
        var data = new byte[samples.Count * width * 8];
        for (var i = 0; i < samples.Count; i++)
        {
            var row = data.AsSpan(i * width * 8);
            BinaryPrimitives.WriteInt64LittleEndian(row, samples[i].At.UtcTicks);
            for (var j = 1; j < width; j++)
                BinaryPrimitives.WriteDoubleLittleEndian(row[(8 * j)..], samples[i].Values.Span[j - 1]);
        }
        using var command = Command("""
            INSERT INTO block(call, attempt, n, data)
            SELECT $call, $attempt, coalesce(max(n) + 1, 0), $data FROM block WHERE call = $call AND attempt = $attempt
            """, ("$call", call.Value), ("$attempt", attempt), ("$data", data));
        command.ExecuteNonQuery();
    }

    private List<Sample> Samples(CallId call, int attempt, int columns)
    {
        using var command = Command("SELECT data FROM block WHERE call = $call AND attempt = $attempt ORDER BY n",
            ("$call", call.Value), ("$attempt", attempt));
        using var rows = command.ExecuteReader();
        var samples = new List<Sample>();
        while (rows.Read())
        {
            var data = (byte[])rows.GetValue(0);
            for (var at = 0; at < data.Length; at += (columns + 1) * 8)
            {
                var values = new double[columns];
                for (var j = 0; j < columns; j++)
                    values[j] = BinaryPrimitives.ReadDoubleLittleEndian(data.AsSpan(at + 8 * (j + 1)));
                var ticks = BinaryPrimitives.ReadInt64LittleEndian(data.AsSpan(at));
                samples.Add(new Sample(new DateTimeOffset(ticks, TimeSpan.Zero), values));
            }
        }
        return samples;
    }

    private IEnumerable<(long Seq, long At, string Body)> Rows(long after)
    {
        // One statement at a time on a connection, so rows are fetched in pages rather than held open between yields.
        while (true)
        {
            var page = new List<(long, long, string)>();
            lock (_gate)
            {
                using var command = Command(
                    "SELECT seq, at, body FROM event WHERE seq > $after ORDER BY seq LIMIT 1000",
                    ("$after", after));
                using var rows = command.ExecuteReader();
                while (rows.Read())
                    page.Add((rows.GetInt64(0), rows.GetInt64(1), rows.GetString(2)));
            }
            foreach (var row in page)
                yield return row;
            if (page.Count == 0)
                yield break;
            after = page[^1].Item1;
        }
    }

    private SqliteCommand Command(string sql, params (string Name, object Value)[] parameters)
    {
        var command = _connection.CreateCommand();
#pragma warning disable CA2100 // every text is a literal of this file
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        return command;
    }

    private void Execute(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }
}
