using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Sdl.Store;

/// <summary>One connection to <c>journal.db</c>. Whoever uses it holds <see cref="Gate"/>: one statement at a
/// time.</summary>
internal sealed class Database : IDisposable
{
    // A reader may hold the file for a moment while it makes the log ready for use.
    private const int PatienceInMilliseconds = 30_000;

    private readonly SqliteConnection _connection;
    private readonly Dictionary<string, Statement> _statements = [];

    /// <exception cref="SqliteException">The file cannot be opened.</exception>
    public Database(string path, SqliteOpenMode mode)
    {
        Path = path;
        _connection = new SqliteConnection(
            new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        _connection.Open();
        raw.sqlite3_busy_timeout(Handle, PatienceInMilliseconds);
    }

    public string Path { get; }

    public Lock Gate { get; } = new();

    public bool IsClosed { get; private set; }

    private sqlite3 Handle => _connection.Handle!;

    /// <summary>The statement of that text, prepared once.</summary>
    public Statement this[string sql] =>
        _statements.TryGetValue(sql, out var known) ? known : _statements[sql] = Prepare(sql);

    /// <summary>A statement of the caller's own.</summary>
    public Statement Prepare(string sql) => new(Handle, sql);

    public void Execute(string sql)
    {
        using var command = _connection.CreateCommand();
#pragma warning disable CA2100 // every text is a literal of this project
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>The single number that a query gives; 0 for none.</summary>
    public long Number(string sql)
    {
        using var query = Prepare(sql);
        query.Step();
        return query.Long(0);
    }

    /// <summary>Both or neither, all or nothing.</summary>
    public void InTransaction(Action work)
    {
        this["BEGIN IMMEDIATE"].Run();
        try
        {
            work();
            this["COMMIT"].Run();
        }
        finally
        {
            RollBack();
        }
    }

    /// <summary>Undoes the transaction that is open, if one is: a full disk may have undone it already.</summary>
    public void RollBack()
    {
        if (raw.sqlite3_get_autocommit(Handle) == 0)
            Execute("ROLLBACK");
    }

    public void Dispose()
    {
        lock (Gate)
        {
            IsClosed = true;
            foreach (var statement in _statements.Values)
                statement.Dispose();
            _statements.Clear();
            _connection.Dispose();
        }
    }
}
