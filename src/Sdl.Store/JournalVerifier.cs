using System.Text.Json;
using Microsoft.Data.Sqlite;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>Holds every row of a journal against the chain, and every sealed record against the event that
/// sealed it.</summary>
internal sealed class JournalVerifier(Database database, JournalReader reader)
{
    private readonly Dictionary<CallId, InstrumentId> _instruments = [];
    private long _events, _records;
    private long? _seq;

    /// <param name="noted">A hash that the journal had at some time, hex; null if none was noted.</param>
    public JournalVerdict Verify(string? noted)
    {
        string? wrong;
        lock (database.Gate)
            try
            {
                wrong = (reader.Version == 1 ? Count() : Walk()) ?? Rest(noted);
            }
            catch (Exception e) when (e is SqliteException or JsonException or FormatException)
            {
                wrong = $"the file is damaged ({e.Message})";
            }
        var hash = wrong is null ? Convert.ToHexStringLower(reader.Head()) : "";
        return new JournalVerdict(_events, _records, hash, reader.Version > 1, _seq, wrong);
    }

    private string? Walk()
    {
        using var walk = new ChainWalk(database, 0, 0, JournalChain.Genesis);
        for (; walk.Next(); _events++)
            if (Judge(JournalJson.Read(walk.Body)) is { } wrong)
                return At(walk.Seq, wrong);
        return walk.Wrong is { } broken ? At(walk.Seq, broken) : null;
    }

    // Without a chain a journal can only be held against itself.
    private string? Count()
    {
        using var events = database.Prepare("SELECT seq, body FROM event ORDER BY seq");
        for (; events.Step(); _events++)
            if (events.Long(0) != _events + 1)
                return At(_events + 1, "it is missing");
            else if (Judge(JournalJson.Read(events.Bytes(1))) is { } wrong)
                return At(_events + 1, wrong);
        return null;
    }

    private string At(long seq, string wrong)
    {
        _seq = seq;
        return wrong;
    }

    private string? Judge(RunEvent happened)
    {
        if (happened is StepIntended intended)
            _instruments[intended.Call] = intended.Instrument;
        if (happened is not StepDone done)
            return null;
        var wrong = Judge(done);
        _instruments.Remove(done.Call);
        _records++;
        return wrong;
    }

    private string? Judge(StepDone done)
    {
        try
        {
            var stored = reader.Sealed(done.Call);
            var record = reader.Record(done.Call);
            return record.Sha256 == done.Record && record.Samples.Count == done.Samples
                && stored.Attempt == done.Attempt && stored.Columns == RecordFormat.Columns(record.Columns)
                && _instruments.GetValueOrDefault(done.Call, record.Instrument) == record.Instrument
                ? null : $"the record of {done.Call} is not the one that it sealed";
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidDataException)
        {
            return e.Message;
        }
    }

    private string? Rest(string? noted)
    {
        if (database.Number("SELECT count(*) FROM record") != _records)
            return "there is a record that no event has sealed";
        using var sound = database.Prepare("PRAGMA integrity_check(1)");
        sound.Step();
        if (sound.Text(0) is not "ok" and var damage)
            return $"the file is damaged ({damage})";
        if (JournalIndex.Wrong(database) is { } unlike)
            return unlike;
        return noted is null || IsLink(noted)
            ? null
            : $"its chain has no link {noted}: the end was cut off since that was noted, or it is another journal";
    }

    private bool IsLink(string noted)
    {
        if (reader.Version == 1)
            return noted == Convert.ToHexStringLower(reader.Head());
        using var links = database.Prepare("""
            SELECT 1 FROM event WHERE lower(hex(hash)) = ?1 UNION ALL SELECT 1 FROM block WHERE lower(hex(hash)) = ?1
            """).Bind(1, noted);
        return links.Step();
    }
}
