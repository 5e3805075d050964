using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;

namespace Sdl.Store;

/// <summary>Puts rows into the tables and links them into the chain. Whoever writes holds the gate of the database, in
/// a transaction; when that fails the writer is not used again.</summary>
internal sealed class JournalWriter
{
    private readonly Database _database;
    private long _seq, _block;

    /// <summary>Continues behind what is there.</summary>
    public JournalWriter(Database database)
    {
        _database = database;
        _seq = database.Number("SELECT max(seq) FROM event");
        _block = database.Number("SELECT max(id) FROM block");
        Head = JournalChain.Head(database);
    }

    /// <summary>The latest link of the chain.</summary>
    public byte[] Head { get; private set; }

    /// <param name="at">UTC ticks.</param>
    /// <param name="body">The event as <see cref="JournalJson"/> writes it.</param>
    public void Add(RunEvent happened, long at, ReadOnlySpan<byte> body)
    {
        Head = JournalChain.Event(Head, ++_seq, at, body);
        _database["INSERT INTO event VALUES(?, ?, ?, ?)"].Bind(1, _seq).Bind(2, at).BindText(3, body).BindBlob(4, Head)
            .Run();
        if (happened is StepIntended intended)
            _database["INSERT OR REPLACE INTO open VALUES(?, ?, ?)"]
                .Bind(1, intended.Run.Value).Bind(2, intended.Call.Value).Bind(3, _seq).Run();
        else if (happened is StepDone done)
            Close(done.Run, done.Call);
        else if (happened is StepFailed failed)
            Close(failed.Run, failed.Call);
    }

    public void Add(CallId call, int attempt, ReadOnlySpan<byte> block)
    {
        Head = JournalChain.Block(Head, ++_block, _seq, call.Value, attempt, block);
        _database["INSERT INTO block VALUES(?, ?, ?, ?, ?, ?)"].Bind(1, _block).Bind(2, _seq).Bind(3, call.Value)
            .Bind(4, attempt).BindBlob(5, block).BindBlob(6, Head).Run();
    }

    public void Add(Record record, int attempt) =>
        _database["INSERT INTO record VALUES(?, ?, ?, ?, ?)"].Bind(1, record.Call.Value).Bind(2, attempt)
            .Bind(3, record.Instrument.Value).Bind(4, RecordFormat.Columns(record.Columns)).Bind(5, record.Sha256)
            .Run();

    private void Close(RunId run, CallId call) =>
        _database["DELETE FROM open WHERE run = ? AND call = ?"].Bind(1, run.Value).Bind(2, call.Value).Run();
}
