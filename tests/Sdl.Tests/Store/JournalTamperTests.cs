using System.Globalization;
using System.Text;
using FsCheck.Xunit;
using Microsoft.Data.Sqlite;
using Sdl.Store;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store;

/// <summary>Whatever is done to the file of a journal behind its back is found out.</summary>
public sealed class JournalTamperTests : IDisposable
{
    private const int Calls = 12;

    private static readonly (string Table, string Key, string[] Columns)[] Tables =
    [
        ("event", "seq", ["seq", "at", "body", "hash"]),
        ("block", "id", ["id", "after", "call", "attempt", "data", "hash"]),
        ("record", "rowid", ["call", "attempt", "instrument", "columns", "sha256"]),
    ];

    private readonly TempFolder _folder = new();
    private string _head = "";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_journal_that_nobody_touched_is_as_it_was_written()
    {
        await WriteAsync();
        var verdict = Verify(_head);
        Assert.Equal(new JournalVerdict(24, 8, _head, true, null, null), verdict);
        using var empty = new TempFolder();
        using var journal = SqliteJournal.Open(empty.Path, TimeProvider.System);
        Assert.Equal(new JournalVerdict(0, 0, new string('0', 64), true, null, null), journal.Verify());
    }

    [Property(MaxTest = 150)]
    public bool A_change_of_any_byte_is_found(ulong draw)
    {
        WriteAsync().GetAwaiter().GetResult();
        var random = new Random((int)(draw % int.MaxValue));
        var (table, key, columns) = Tables[random.Next(Tables.Length)];
        var column = columns[random.Next(columns.Length)];
        var row = RowOf(table, key, random);
        var old = SampleJournal.Value(_folder.Path, $"SELECT {column} FROM {table} WHERE {key} = {row}");
        object changed = old switch
        {
            long number => number ^ (1L << random.Next(40)),
            string text => Changed(Encoding.UTF8.GetBytes(text), random),
            _ => Changed((byte[])old, random),
        };
        var value = old is string ? "CAST($0 AS TEXT)" : "$0";
        try
        {
            Tamper($"UPDATE {table} SET {column} = {value} WHERE {key} = {row}", changed);
        }
        catch (SqliteException e) when (e.SqliteErrorCode == 19)
        {
            return true; // The name is taken: the table itself refuses.
        }
        return Verify(_head).Wrong is not null;
    }

    [Property(MaxTest = 50)]
    public bool A_row_that_was_removed_is_found(ulong draw)
    {
        WriteAsync().GetAwaiter().GetResult();
        var random = new Random((int)(draw % int.MaxValue));
        var (table, key, _) = Tables[random.Next(Tables.Length)];
        Tamper($"DELETE FROM {table} WHERE {key} = {RowOf(table, key, random)}");
        return Verify(_head).Wrong is not null;
    }

    [Property(MaxTest = 50)]
    public bool Rows_that_were_swapped_are_found(ulong draw)
    {
        WriteAsync().GetAwaiter().GetResult();
        var random = new Random((int)(draw % int.MaxValue));
        var (table, key, columns) = Tables[random.Next(Tables.Length)];
        var column = columns[^1] == "hash" ? "hash" : "sha256";
        var (one, other) = (RowOf(table, key, random), RowOf(table, key, random));
        var name = table == "record" ? "rowid" : key;
        if (one == other || table == "record" && SampleJournal.Value(_folder.Path,
            $"SELECT count(DISTINCT {column}) FROM record WHERE rowid IN ({one}, {other})") is 1L)
            return true;
        if (table == "record")
            // The name of the call stays, everything else changes places.
            Tamper($"""
                CREATE TEMP TABLE two AS SELECT rowid AS n, * FROM record WHERE rowid IN ({one}, {other});
                UPDATE record SET (attempt, columns, sha256) =
                    (SELECT attempt, columns, sha256 FROM two WHERE n <> record.rowid) WHERE rowid IN ({one}, {other})
                """);
        else
            Tamper($"""
                UPDATE {table} SET {name} = -1 WHERE {name} = {one};
                UPDATE {table} SET {name} = {one} WHERE {name} = {other};
                UPDATE {table} SET {name} = {other} WHERE {name} = -1
                """);
        return Verify(_head).Wrong is not null;
    }

    [Fact]
    public async Task The_first_place_is_named_and_what_comes_before_it_is_counted()
    {
        await WriteAsync();
        Tamper("UPDATE event SET body = replace(body, 'pump', 'bump') WHERE seq = 11");
        var verdict = Verify(null);
        Assert.Equal((10, 11L), (verdict.Events, verdict.Seq));
        Assert.StartsWith(
            "its text or its time is not what was written there", verdict.Wrong, StringComparison.Ordinal);
        Tamper("DELETE FROM event WHERE seq = 7");
        Assert.Equal((6, 7L, "it is missing, and perhaps others behind it"), Found(null));
        Tamper("UPDATE block SET data = zeroblob(48) WHERE id = 1");
        var (events, seq, wrong) = Found(null);
        Assert.Equal((3, 3L), (events, seq));
        Assert.StartsWith("a block of samples of e001/fill[1]/pump.dispense, written behind it", wrong,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM record WHERE rowid = 1", "no sealed record belongs to e001/fill[1]/pump.dispense")]
    [InlineData("UPDATE record SET columns = replace(columns, ',', ', ')", "is not the one that it sealed")]
    [InlineData("UPDATE record SET columns = 'volume'", "'volume' names no columns")]
    [InlineData("UPDATE record SET columns = '[[\"volume\",\"furlong\"]]'", "names no columns")]
    [InlineData("UPDATE record SET columns = '[[\"volume\"]]'", "names no columns")]
    [InlineData("UPDATE record SET columns = 'null'", "which is none")]
    [InlineData("UPDATE record SET columns = '[[\"volume\",\"mL\"]]'", "which is none")]
    [InlineData("UPDATE record SET columns = replace(columns, '\"s\"', '\"min\"')", "was changed after it was sealed")]
    [InlineData("UPDATE record SET columns = '[[\"a\",\"1\"],[\"b\",\"1\"],[\"c\",\"1\"]]'",
        "does not hold rows of 32")]
    [InlineData("UPDATE record SET instrument = 'other'", "is not the one that it sealed")]
    [InlineData("INSERT INTO record SELECT call || 'x', attempt, instrument, columns, sha256 FROM record "
        + "WHERE rowid = 1", "there is a record that no event has sealed")]
    [InlineData("DELETE FROM open", "the list of open calls is not what the events tell")]
    [InlineData("DELETE FROM place WHERE seq = 7", "the index is not what the events tell")]
    [InlineData("UPDATE used SET capability = 'drain'", "the index is not what the events tell")]
    [InlineData("INSERT INTO open VALUES('e001', 'x', 1)", "the list of open calls is not what the events tell")]
    [InlineData("PRAGMA writable_schema=ON; UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
        + "WHERE name = 'place') WHERE name = 'used'", "the file is damaged")]
    public async Task What_is_wrong_beside_the_chain_is_told(string sql, string message)
    {
        await WriteAsync();
        SampleJournal.Execute(_folder.Path, sql);
        Assert.Contains(message, Verify(null).Wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_told_and_no_exception()
    {
        await WriteAsync();
        var path = Path.Combine(_folder.Path, SqliteJournal.FileName);
        var root = (long)SampleJournal.Value(_folder.Path, "SELECT rootpage FROM sqlite_schema WHERE name = 'event'");
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes.AsSpan((int)(root - 1) * 4096, 4096).Fill(0xEE);
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);
        using var journal = SqliteJournal.OpenForReading(_folder.Path);
        Assert.StartsWith("the file is damaged", journal.Verify().Wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_end_that_was_cut_off_shows_only_against_a_hash_that_was_noted()
    {
        await WriteAsync();
        Tamper("DELETE FROM event WHERE seq > 22; DELETE FROM record WHERE call LIKE '%[12]%'; "
            + "DELETE FROM place WHERE seq > 22; DELETE FROM used WHERE seq > 22; UPDATE indexed SET seq = 22");
        Assert.Null(Verify(null).Wrong);
        var cut = Verify(_head);
        Assert.Equal(
            $"its chain has no link {_head}: the end was cut off since that was noted, or it is another journal",
            cut.Wrong);
        Assert.Null(cut.Seq);
        // A journal that has gone on since its hash was noted is in order.
        using var journal = SqliteJournal.Open(_folder.Path, TimeProvider.System);
        var noted = journal.Hash();
        await SampleJournal.IntendAsync(journal, 12, 1);
        await SampleJournal.SealAsync(journal, 12, 1);
        Assert.Null(journal.Verify(noted).Wrong);
    }

    [Fact]
    public async Task Whoever_opens_a_journal_for_writing_checks_the_last_links()
    {
        await WriteAsync(150);
        Tamper("UPDATE event SET at = at + 1 WHERE seq = 5");
        SqliteJournal.Open(_folder.Path, TimeProvider.System).Dispose();
        var end = SampleJournal.Value(_folder.Path, "SELECT max(seq) FROM event");
        Tamper($"UPDATE event SET at = at + 1 WHERE seq = {end}");
        var e = Assert.Throws<InvalidDataException>(() => SqliteJournal.Open(_folder.Path, TimeProvider.System));
        Assert.Contains($"event {end}: its text or its time", e.Message, StringComparison.Ordinal);
        Assert.Contains("sdl journal verify", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(99)]
    [InlineData(500)]
    public async Task A_journal_that_ends_in_samples_goes_on_in_one_chain(int blocks)
    {
        await WriteAsync(200);
        using (var journal = SqliteJournal.Open(_folder.Path, TimeProvider.System, Durability.ProcessDeath))
        {
            await SampleJournal.IntendAsync(journal, 1000, 1);
            for (var i = 0; i < blocks; i++)
                await journal.AddSamplesAsync(
                    SampleJournal.Call(1000), 1, [SampleJournal.Row(i, 0)], CancellationToken.None);
        }
        using (var journal = SqliteJournal.Open(_folder.Path, TimeProvider.System))
            await journal.AddSamplesAsync(
                SampleJournal.Call(1000), 1, [SampleJournal.Row(-1, 0)], CancellationToken.None);
        Assert.Null(Verify(null).Wrong);
    }

    private async Task WriteAsync(int calls = Calls)
    {
        foreach (var file in Directory.EnumerateFiles(_folder.Path))
            File.Delete(file);
        using var journal = SqliteJournal.Open(_folder.Path, TimeProvider.System, Durability.ProcessDeath);
        await SampleJournal.WriteAsync(journal, calls);
        _head = journal.Hash();
    }

    private JournalVerdict Verify(string? noted)
    {
        using var journal = SqliteJournal.OpenForReading(_folder.Path);
        return journal.Verify(noted);
    }

    private (long Events, long? Seq, string? Wrong) Found(string? noted)
    {
        var verdict = Verify(noted);
        return (verdict.Events, verdict.Seq, verdict.Wrong);
    }

    // The indexes refuse what is no JSON; whoever tampers would not let them.
    private void Tamper(string sql, params object[] values) => SampleJournal.Execute(
        _folder.Path, "DROP INDEX IF EXISTS event_subject; DROP INDEX IF EXISTS event_use; " + sql, values);

    private long RowOf(string table, string key, Random random)
    {
        var count = (long)SampleJournal.Value(_folder.Path, $"SELECT count(*) FROM {table}");
        return (long)SampleJournal.Value(_folder.Path, string.Create(CultureInfo.InvariantCulture,
            $"SELECT {key} FROM {table} ORDER BY {key} LIMIT 1 OFFSET {random.NextInt64(count)}"));
    }

    private static byte[] Changed(byte[] bytes, Random random)
    {
        bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
        return bytes;
    }
}
