using System.Text;
using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>Finds events by what they say. The tables of this index follow the events when nothing else is to be
/// written: a durable append then writes one page instead of one for each table, and whoever looks something up reads
/// the few latest events themselves.</summary>
internal static class JournalIndex
{
    /// <summary>At most this many events are not yet indexed. Indexing that many takes some 50 ms, which whoever takes
    /// up a killed run pays at the worst.</summary>
    public const int MostBehind = 4096;

    // What the JSON of an event says.
    private const string Kind = "body->>'event'", Run = "coalesce(body->>'run', '')",
        Subject = "coalesce(body->>'call', body->>'step', '')", Instrument = "body->>'instrument'",
        Capability = "body->>'capability'";

    private const string Indexed = "event WHERE seq <= (SELECT seq FROM indexed)",
        Fresh = "event WHERE seq > (SELECT seq FROM indexed)",
        Intended = $"{Kind} = 'step-intended'", OfCalls = $"{Kind} IN ('step-intended', 'step-done', 'step-failed')";

    private const string Places = $"SELECT {Kind}, {Run}, {Subject}, seq FROM ",
        Uses = $"SELECT {Run}, {Instrument}, {Capability}, {Subject}, seq FROM ";

    private static readonly string[] CatchingUp =
    [
        $"INSERT INTO place {Places}{Fresh}",
        $"INSERT INTO used {Uses}{Fresh} AND {Intended}",
        $"DELETE FROM open WHERE (run, call) IN (SELECT {Run}, {Subject} FROM {Fresh} AND {OfCalls})",
        $"INSERT INTO open {OpenIn(Fresh)}",
        "UPDATE indexed SET seq = (SELECT coalesce(max(seq), 0) FROM event)",
    ];

    /// <summary>Makes the tables and fills them.</summary>
    /// <param name="scope">Empty, or TEMP for a journal that is only read and has none.</param>
    public static void Create(Database database, string scope = "")
    {
        database.Execute($"""
            CREATE {scope} TABLE place(kind TEXT, run TEXT, subject TEXT, seq INTEGER,
                PRIMARY KEY(kind, run, subject, seq)) WITHOUT ROWID;
            CREATE {scope} TABLE used(run TEXT, instrument TEXT, capability TEXT, subject TEXT, seq INTEGER,
                PRIMARY KEY(run, instrument, capability, seq)) WITHOUT ROWID;
            CREATE {scope} TABLE open(run TEXT, call TEXT, seq INTEGER, PRIMARY KEY(run, call)) WITHOUT ROWID;
            CREATE {scope} TABLE indexed(seq INTEGER NOT NULL);
            INSERT INTO indexed VALUES(0)
            """);
        CatchUp(database);
    }

    /// <summary>Indexes the events that are not yet; the caller holds a transaction.</summary>
    public static void CatchUp(Database database)
    {
        foreach (var sql in CatchingUp)
            database[sql].Run();
    }

    /// <summary>The numbers of the calls of run ?1 whose latest event is an intention.</summary>
    public static string OpenCalls { get; } = $"""
        SELECT seq FROM open WHERE run = ?1
            AND call NOT IN (SELECT {Subject} FROM {Fresh} AND {Run} = ?1 AND {OfCalls})
        UNION ALL SELECT seq FROM ({OpenIn(Fresh)}) WHERE run = ?1
        """;

    /// <summary>The numbers of the events that a query asks for: up to ?1, of run ?3, about ?4, below ?5 to ?6, using
    /// capability ?8 of instrument ?7.</summary>
    public static string Find(JournalQuery query)
    {
        var (table, kind) = query.Use is null ? ("place", "kind") : ("used", "'step-intended'");
        return $"""
            SELECT seq FROM {table} WHERE {Conditions(query, kind, "run", "subject", "instrument", "capability")}
            UNION ALL
            SELECT seq FROM {Fresh} AND {Conditions(query)}
            """;
    }

    /// <summary>The same as a condition on the events themselves.</summary>
    public static string Conditions(JournalQuery query) =>
        Conditions(query, Kind, Run, Subject, Instrument, Capability);

    /// <summary>What in the tables is not what the events tell; null if all is.</summary>
    public static string? Wrong(Database database) =>
        Differ(database, "open", OpenIn(Indexed)) ? "the list of open calls is not what the events tell"
        : Differ(database, "place", Places + Indexed) || Differ(database, "used", $"{Uses}{Indexed} AND {Intended}")
            ? "the index is not what the events tell"
        : null;

    private static string Conditions(
        JournalQuery query, string kind, string run, string subject, string instrument, string capability)
    {
        var kinds = string.Join(", ", query.Kinds.Select(k => $"'{JournalJson.Kind(k)}'"));
        var sql = new StringBuilder("seq <= ?1");
        if (kinds.Length > 0)
            sql.Append($" AND {kind} IN ({kinds})");
        if (query.Run is not null)
            sql.Append($" AND {run} = ?3");
        if (query.Subject is not null)
            sql.Append($" AND {subject} = ?4");
        if (query.Below is not null)
            sql.Append($" AND {subject} >= ?5 AND {subject} < ?6");
        if (query.Use is not null)
            sql.Append($" AND {instrument} = ?7 AND {capability} = ?8");
        return sql.ToString();
    }

    private static string OpenIn(string events) => $"""
        SELECT run, call, seq FROM (
            SELECT {Run} AS run, {Subject} AS call, seq, {Kind} AS kind,
                row_number() OVER (PARTITION BY {Run}, {Subject} ORDER BY seq DESC) AS latest
            FROM {events} AND {OfCalls})
        WHERE latest = 1 AND kind = 'step-intended'
        """;

    private static bool Differ(Database database, string table, string told) => database.Number($"""
        SELECT count(*) FROM (SELECT * FROM (SELECT * FROM {table} EXCEPT {told})
            UNION ALL SELECT * FROM ({told} EXCEPT SELECT * FROM {table}))
        """) > 0;
}
