using Sdl.Core.Instruments;
using Sdl.Core.Records;

namespace Sdl.Store;

/// <summary>Puts rows into the tables and links them into the chain. Whoever writes holds the gate of the database, in
/// a transaction; when that fails the writer is not used again.</summary>
internal sealed class JournalWriter
{
    private readonly Database _database;
    private long _seq, _indexed, _block;

    /// <summary>Continues behind what is there.</summary>
    public JournalWriter(Database database)
    {
        _database = database;
        _seq = database.Number("SELECT max(seq) FROM event");
        _indexed = database.Number("SELECT seq FROM indexed");
        _block = database.Number("SELECT max(id) FROM block");
        Head = JournalChain.Head(database);
    }

    /// <summary>The number of the latest event.</summary>
    public long Seq => _seq;

    /// <summary>The latest link of the chain.</summary>
    public byte[] Head { get; private set; }

    /// <param name="at">UTC ticks.</param>
    /// <param name="body">The event as <see cref="JournalJson"/> writes it.</param>
    public void Add(long at, ReadOnlySpan<byte> body)
    {
        Head = JournalChain.Event(Head, ++_seq, at, body);
        _database["INSERT INTO event VALUES(?, ?, ?, ?)"].Bind(1, _seq).Bind(2, at).BindText(3, body).BindBlob(4, Head)
            .Run();
        if (_seq - _indexed >= JournalIndex.MostBehind)
            Index();
    }

    /// <summary>Brings the index to where the events are.</summary>
    public void Index()
    {
        if (_indexed == _seq)
            return;
        JournalIndex.CatchUp(_database);
        _indexed = _seq;
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
}
