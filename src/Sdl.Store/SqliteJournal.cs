using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using SQLitePCL;

namespace Sdl.Store;

/// <summary>The journal of one result folder: <c>journal.db</c>, SQLite in WAL mode, its rows linked into a hash chain.
/// One process writes, any may read.</summary>
public sealed class SqliteJournal : IJournal, IDisposable
{
    public const string FileName = "journal.db";

    // Each of these is computed anew whenever the journal is opened for writing.
    private const int TailLinks = 100;

    // After so long a person who reads the file beside a dry run sees how it stands, and with no append in so long the
    // index follows.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    private readonly Database _database;
    private readonly JournalReader _reader;
    private readonly JournalWriter? _writer;
    private readonly GroupCommit? _group;
    private readonly OpenTransaction? _open;
    private readonly FileStream? _owner;
    private readonly TimeProvider _clock;
    private readonly Timer? _pause;
    private long? _seen;
    private JournalException? _broken;

    private SqliteJournal(Database database, FileStream? owner, TimeProvider clock, Durability durability)
    {
        (_database, _owner, _clock) = (database, owner, clock);
        _reader = new JournalReader(database, JournalSchema.VersionOf(database));
        if (owner is not null)
            _writer = new JournalWriter(database);
        if (durability == Durability.PowerCut)
            _group = new GroupCommit(Commit);
        else
            _open = new OpenTransaction(database);
        if (owner is not null)
            _pause = new Timer(_ => Pause());
    }

    /// <summary>Called after each append with what was appended, one event at a time, in the order of the journal. A
    /// handler that throws fails the run: it must not.</summary>
    public event Action<RunEvent>? Appended;

    public JournalEntry? Last => _reader.Last;

    /// <summary>Opens the journal of a folder for writing, and creates it if need be; one of an older version is
    /// brought to this one. The last links of its chain are checked; <see cref="Verify"/> checks all.</summary>
    /// <param name="maxPages">Largest size in pages of 4 KiB; for tests of a full disk.</param>
    /// <exception cref="IOException">Another process writes it, or it cannot be written here.</exception>
    /// <exception cref="InvalidDataException">It was written by a newer version, or changed since it
    /// was written.</exception>
    public static SqliteJournal Open(
        string folder, TimeProvider clock, Durability durability = Durability.PowerCut, int? maxPages = null)
    {
        Directory.CreateDirectory(folder);
        var owner = TakeOwnership(folder);
        Database? database = null;
        SqliteJournal? journal = null;
        try
        {
            database = new Database(Path.Combine(folder, FileName), SqliteOpenMode.ReadWriteCreate);
            RefuseNewer(database);
            database.Execute(durability == Durability.PowerCut
                ? "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"
                : "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA wal_autocheckpoint=8000");
            if (maxPages is { } pages)
                database.Execute($"PRAGMA max_page_count={pages}");
            JournalSchema.Prepare(database);
            RefuseChanged(database, folder);
            return journal = new SqliteJournal(database, owner, clock, durability);
        }
        catch (SqliteException e)
        {
            throw new IOException($"the journal in '{folder}' cannot be opened: {e.Message}", e);
        }
        finally
        {
            if (journal is null)
            {
                database?.Dispose();
                owner.Dispose();
            }
        }
    }

    /// <summary>Opens the journal of a folder for reading only, also while another process writes it.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It cannot be read, or is no journal.</exception>
    /// <exception cref="InvalidDataException">It was written by a newer version.</exception>
    public static SqliteJournal OpenForReading(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"'{folder}' holds no {FileName}: it is not the result folder of a run or campaign");
        Database? database = null;
        SqliteJournal? journal = null;
        try
        {
            database = new Database(path, SqliteOpenMode.ReadOnly);
            RefuseNewer(database);
            // Its writer died before the tables were there, or has not come so far.
            if (JournalSchema.VersionOf(database) == 0)
                throw NothingYet(folder);
            if (JournalSchema.VersionOf(database) < JournalSchema.Version)
                JournalSchema.Supplement(database);
            return journal = new SqliteJournal(database, null, TimeProvider.System, Durability.ProcessDeath);
        }
        catch (SqliteException e) when (e.SqliteExtendedErrorCode == raw.SQLITE_READONLY_ROLLBACK)
        {
            // Its writer died while it made the file, and only a writer may undo that.
            throw NothingYet(folder);
        }
        catch (SqliteException e)
        {
            throw new IOException($"the journal in '{folder}' cannot be read: {e.Message}", e);
        }
        finally
        {
            if (journal is null)
                database?.Dispose();
        }
    }

    public ValueTask AppendAsync(RunEvent happened, CancellationToken ct)
    {
        var body = JournalJson.WriteUtf8(happened);
        return WriteAsync(writer => writer.Add(_clock.GetUtcNow().UtcTicks, body), happened);
    }

    public ValueTask AddSamplesAsync(CallId call, int attempt, IReadOnlyList<Sample> samples, CancellationToken ct)
    {
        var block = RecordFormat.Block(samples);
        return WriteAsync(writer => writer.Add(call, attempt, block), null);
    }

    public ValueTask SealAsync(StepDone happened, Record record, CancellationToken ct)
    {
        var body = JournalJson.WriteUtf8(happened);
        return WriteAsync(writer =>
        {
            writer.Add(record, happened.Attempt);
            writer.Add(_clock.GetUtcNow().UtcTicks, body);
        }, happened);
    }

    public IEnumerable<JournalEntry> Read(long seq = 0) => _reader.Read(seq);

    public IReadOnlyList<JournalEntry> Find(JournalQuery query) => _reader.Find(query);

    public IReadOnlyList<JournalEntry> OpenCalls(RunId run) => _reader.OpenCalls(run);

    /// <summary>How SQLite answers a query: by which index, if not by reading all.</summary>
    public string Plan(JournalQuery query) => _reader.Plan(query);

    /// <exception cref="KeyNotFoundException">No sealed record belongs to this call.</exception>
    /// <exception cref="InvalidDataException">What is stored does not match its digest.</exception>
    public Record ReadRecord(CallId call) => _reader.Record(call);

    /// <summary>The latest link of the chain, hex: equal for two journals exactly when the same happened at the same
    /// times and the same was measured.</summary>
    public string Hash() => Convert.ToHexStringLower(_reader.Head());

    /// <summary>Computes the whole chain anew and the digest of every sealed record.</summary>
    /// <param name="noted">A hash that <see cref="Hash"/> gave at some time: it must be a link of the chain. Only so is
    /// an end that was cut off noticed.</param>
    public JournalVerdict Verify(string? noted = null) => new JournalVerifier(_database, _reader).Verify(noted);

    /// <summary>Hands everything that was appended to the operating system. With <see cref="Durability.PowerCut"/> that
    /// is the case already.</summary>
    /// <returns>False when it cannot: then what was appended since the last time is lost, and nothing more can
    /// be.</returns>
    public bool Flush()
    {
        lock (_database.Gate)
        {
            try
            {
                if (_broken is null && !_database.IsClosed)
                    _open?.Commit();
            }
            catch (SqliteException e)
            {
                Break(e);
            }
            return _broken is null;
        }
    }

    public void Dispose()
    {
        _pause?.Dispose();
        CatchUp();
        _database.Dispose();
        _owner?.Dispose();
    }

    private ValueTask WriteAsync(Action<JournalWriter> apply, RunEvent? happened)
    {
        var write = new Write(apply, happened);
        if (_group is not null)
            _group.Add(write);
        else
            Commit([write]);
        return new ValueTask(write.Done);
    }

    private void Commit(IReadOnlyList<Write> writes)
    {
        try
        {
            lock (_database.Gate)
                Store(writes);
        }
        catch (JournalException e)
        {
            foreach (var write in writes)
                write.Fail(e);
            return;
        }
        foreach (var write in writes)
            Tell(write);
    }

    private void Store(IReadOnlyList<Write> writes)
    {
        if (_broken is not null)
            throw _broken;
        if (_database.IsClosed)
            throw new JournalException(
                $"the journal {_database.Path} is closed", new ObjectDisposedException(nameof(SqliteJournal)));
        try
        {
            if (_open is null)
                _database.InTransaction(Apply);
            else
                _open.Do(Apply);
            if (_seen is null)
                PauseLater();
        }
        catch (SqliteException e)
        {
            throw Break(e);
        }

        void Apply()
        {
            foreach (var write in writes)
                write.Apply(_writer!);
        }
    }

    private void PauseLater()
    {
        _seen = _writer!.Seq;
        _pause!.Change(Moment, Timeout.InfiniteTimeSpan);
    }

    private void Pause()
    {
        lock (_database.Gate)
        {
            if (_database.IsClosed)
                return;
            if (_writer!.Seq != _seen)
            {
                Flush();
                PauseLater();
                return;
            }
            CatchUp();
            _seen = null;
        }
    }

    private void CatchUp()
    {
        lock (_database.Gate)
        {
            if (_writer is null || _broken is not null || _database.IsClosed)
                return;
            try
            {
                if (_open is null)
                    _database.InTransaction(_writer.Index);
                else
                    _open.Do(_writer.Index);
            }
            catch (SqliteException e)
            {
                Break(e);
            }
            Flush();
        }
    }

    private JournalException Break(SqliteException e) => _broken = new JournalException(
        $"the journal {_database.Path} cannot be written ({e.Message}); free the disk, then resume", e);

    private void Tell(Write write)
    {
        try
        {
            if (write.Happened is { } happened)
                Appended?.Invoke(happened);
            write.Succeed();
        }
        catch (Exception e)
        {
            // Whatever a handler throws concerns the one who appended, and nobody else.
            write.Fail(e);
        }
    }

    private static FileNotFoundException NothingYet(string folder) =>
        new($"the journal of '{folder}' holds nothing yet: nothing has begun there");

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

    private static void RefuseNewer(Database database)
    {
        if (JournalSchema.VersionOf(database) is > JournalSchema.Version and var version)
            throw new InvalidDataException(
                $"{FileName} has schema version {version}; this sdl knows {JournalSchema.Version}: "
                + "use the newer sdl that wrote it");
    }

    private static void RefuseChanged(Database database, string folder)
    {
        using var tail = ChainWalk.OfTail(database, TailLinks);
        while (tail.Next())
        {
        }
        if (tail.Wrong is { } wrong)
            throw new InvalidDataException(
                $"the journal in '{folder}' was changed after it was written: event {tail.Seq}: {wrong}. "
                + "It cannot be gone on with; sdl journal verify tells more");
    }
}
