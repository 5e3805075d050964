using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>Reads events and records; takes the gate of the database for each piece.</summary>
/// <param name="version">Of the schema.</param>
internal sealed class JournalReader(Database database, long version)
{
    public long Version => version;

    // Few enough that a writer on the same connection is not kept waiting for a millisecond.
    private const int Page = 256;

    private const string Row = "SELECT seq, at, body FROM event";

    public JournalEntry? Last
    {
        get
        {
            lock (database.Gate)
                return Entries(database[$"{Row} ORDER BY seq DESC LIMIT 1"]).SingleOrDefault();
        }
    }

    /// <summary>The latest link of the chain.</summary>
    public byte[] Head()
    {
        lock (database.Gate)
            return version == 1 ? JournalSchema.HashOfVersion1(database) : JournalChain.Head(database);
    }

    public IEnumerable<JournalEntry> Read(long after)
    {
        // A statement is not held open between yields: one at a time on a connection.
        while (true)
        {
            List<JournalEntry> page;
            lock (database.Gate)
                page = Entries(database[$"{Row} WHERE seq > ? ORDER BY seq LIMIT ?"].Bind(1, after).Bind(2, Page));
            foreach (var entry in page)
                yield return entry;
            if (page.Count < Page)
                yield break;
            after = page[^1].Seq;
        }
    }

    public List<JournalEntry> Find(JournalQuery query)
    {
        lock (database.Gate)
        {
            var statement = database[Sql(query)].Bind(1, query.Until).Bind(2, query.Latest);
            if (query.Run is { } run)
                statement.Bind(3, run.Value);
            if (query.Subject is { } subject)
                statement.Bind(4, subject);
            if (query.Below is { } below)
                statement.Bind(5, below + "/").Bind(6, below + "0"); // the character behind the slash
            if (query.Use is var (instrument, capability))
                statement.Bind(7, instrument.Value).Bind(8, capability);
            var found = Entries(statement);
            found.Reverse();
            return found;
        }
    }

    public string Plan(JournalQuery query)
    {
        lock (database.Gate)
        {
            using var plan = database.Prepare($"EXPLAIN QUERY PLAN {Sql(query)}");
            var lines = new List<string>();
            while (plan.Step())
                lines.Add(plan.Text(3));
            return string.Join('\n', lines);
        }
    }

    public List<JournalEntry> OpenCalls(RunId run)
    {
        lock (database.Gate)
            return Entries(database[$"{Row} WHERE seq IN ({JournalIndex.OpenCalls}) ORDER BY seq"].Bind(1, run.Value));
    }

    /// <exception cref="KeyNotFoundException">No sealed record belongs to this call.</exception>
    /// <exception cref="InvalidDataException">What is stored does not match its digest.</exception>
    public Record Record(CallId call)
    {
        lock (database.Gate)
        {
            var stored = Sealed(call);
            var columns = RecordFormat.Columns(stored.Columns);
            var record = Core.Records.Record.Seal(
                call, new InstrumentId(stored.Instrument), columns, Samples(call, stored.Attempt, columns.Count));
            return record.Sha256 == stored.Sha256 ? record
                : throw new InvalidDataException(
                    $"the record of {call} in {database.Path} was changed after it was sealed");
        }
    }

    /// <summary>A sealed record as it stands in its table; the caller holds the gate.</summary>
    /// <exception cref="KeyNotFoundException">No sealed record belongs to this call.</exception>
    public (long Attempt, string Instrument, string Columns, string Sha256) Sealed(CallId call)
    {
        var row = database["SELECT attempt, instrument, columns, sha256 FROM record WHERE call = ?"]
            .Bind(1, call.Value);
        if (!row.Step())
            throw new KeyNotFoundException($"no sealed record belongs to {call}");
        var stored = (row.Long(0), row.Text(1), row.Text(2), row.Text(3));
        row.Reset();
        return stored;
    }

    private List<Sample> Samples(CallId call, long attempt, int columns)
    {
        using var rows = database.Prepare(
            $"SELECT data FROM block WHERE call = ? AND attempt = ? ORDER BY {(version == 1 ? "n" : "id")}");
        rows.Bind(1, call.Value).Bind(2, attempt);
        var samples = new List<Sample>();
        while (rows.Step())
            samples.AddRange(RecordFormat.Samples(rows.Bytes(0).ToArray(), columns));
        return samples;
    }

    // Each question has its own text, so that each is prepared once.
    private static string Sql(JournalQuery query) =>
        $"{Row} WHERE {(query.Kinds is [] ? JournalIndex.Conditions(query) : $"seq IN ({JournalIndex.Find(query)})")} "
        + "ORDER BY seq DESC LIMIT ?2";

    private static List<JournalEntry> Entries(Statement rows)
    {
        var entries = new List<JournalEntry>();
        try
        {
            while (rows.Step())
                entries.Add(new JournalEntry(
                    rows.Long(0), new DateTimeOffset(rows.Long(1), TimeSpan.Zero), JournalJson.Read(rows.Bytes(2))));
        }
        finally
        {
            rows.Reset();
        }
        return entries;
    }
}
