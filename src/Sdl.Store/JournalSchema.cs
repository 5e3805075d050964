namespace Sdl.Store;

/// <summary>The tables of the journal, and how those of an older version become these.
/// <list type="bullet">
/// <item>1: events, records, blocks numbered within their attempt.</item>
/// <item>2: a hash chain over events and blocks; indexes by run; the calls that are open.</item>
/// <item>3: an index that follows the events in batches.</item>
/// </list></summary>
internal static class JournalSchema
{
    public const long Version = 3;

    private const string Event =
        "CREATE TABLE event(seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL, hash BLOB NOT NULL)";

    private const string Block = """
        CREATE TABLE block(id INTEGER PRIMARY KEY, after INTEGER NOT NULL, call TEXT NOT NULL,
            attempt INTEGER NOT NULL, data BLOB NOT NULL, hash BLOB NOT NULL)
        """;

    private const string Record = """
        CREATE TABLE record(call TEXT PRIMARY KEY, attempt INTEGER NOT NULL, instrument TEXT NOT NULL,
            columns TEXT NOT NULL, sha256 TEXT NOT NULL)
        """;

    private const string BlockIndex = "CREATE INDEX block_call ON block(call, attempt)";

    public static long VersionOf(Database database) => database.Number("PRAGMA user_version");

    /// <summary>Makes the tables of a new journal, or those of an older one into what they are now; all or
    /// nothing.</summary>
    public static void Prepare(Database database)
    {
        var version = VersionOf(database);
        if (version != Version)
            database.InTransaction(() =>
            {
                if (version == 0)
                    database.Execute($"{Event};{Record};{Block};{BlockIndex}");
                else if (version == 1)
                    FromVersion1(database);
                else
                    database.Execute("DROP INDEX event_subject; DROP INDEX event_use; DROP TABLE open");
                JournalIndex.Create(database);
                database.Execute($"PRAGMA user_version={Version}");
            });
    }

    /// <summary>Gives an older journal that is only read what its queries need; the file stays as it is.</summary>
    public static void Supplement(Database database) => JournalIndex.Create(database, "TEMP");

    /// <summary>The chain's last link of a version 1 journal, as it will be once it is migrated.</summary>
    public static byte[] HashOfVersion1(Database database) => Chain(database, "", keep: false);

    private static void FromVersion1(Database database)
    {
        database.Execute("ALTER TABLE event RENAME TO old_event; ALTER TABLE block RENAME TO old_block");
        database.Execute($"{Event};{Block}");
        Chain(database, "old_", keep: true);
        database.Execute($"DROP TABLE old_event; DROP TABLE old_block; {BlockIndex}");
    }

    // Such a journal does not say when its blocks were written, so they come behind the last event.
    private static byte[] Chain(Database database, string prefix, bool keep)
    {
        var (head, seq, id) = (JournalChain.Genesis, 0L, 0L);
        using var events = database.Prepare($"SELECT seq, at, body FROM {prefix}event ORDER BY seq");
        using var blocks = database.Prepare(
            $"SELECT call, attempt, data FROM {prefix}block ORDER BY call, attempt, n");
        while (events.Step())
        {
            seq = events.Long(0);
            head = JournalChain.Event(head, seq, events.Long(1), events.Bytes(2));
            if (keep)
                database["INSERT INTO event VALUES(?, ?, ?, ?)"].Bind(1, seq).Bind(2, events.Long(1))
                    .BindText(3, events.Bytes(2)).BindBlob(4, head).Run();
        }
        while (blocks.Step())
        {
            var (call, attempt) = (blocks.Text(0), blocks.Long(1));
            head = JournalChain.Block(head, ++id, seq, call, attempt, blocks.Bytes(2));
            if (keep)
                database["INSERT INTO block VALUES(?, ?, ?, ?, ?, ?)"].Bind(1, id).Bind(2, seq).Bind(3, call)
                    .Bind(4, attempt).BindBlob(5, blocks.Bytes(2)).BindBlob(6, head).Run();
        }
        return head;
    }
}
