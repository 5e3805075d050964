namespace Sdl.Store;

/// <summary>Walks the chain from one link to the end, in the order in which its rows were written, and computes every
/// link anew.</summary>
internal sealed class ChainWalk : IDisposable
{
    private readonly Statement _events, _blocks;
    private bool _hasEvent, _hasBlock;
    private long _seq;
    private byte[] _link;

    /// <param name="seq">The walk begins behind this event and</param>
    /// <param name="id">behind this block; 0 and 0 is the beginning.</param>
    /// <param name="link">The link there.</param>
    public ChainWalk(Database database, long seq, long id, byte[] link)
    {
        (_seq, _link) = (seq, link);
        _events = database.Prepare("SELECT seq, at, body, hash FROM event WHERE seq > ? ORDER BY seq").Bind(1, seq);
        _blocks = database.Prepare(
            "SELECT id, after, call, attempt, data, hash FROM block WHERE id > ? AND after >= ? ORDER BY id")
            .Bind(1, id).Bind(2, seq);
        _hasEvent = _events.Step();
        _hasBlock = _blocks.Step();
    }

    /// <summary>The number of the event that was come to.</summary>
    public long Seq => _seq;

    /// <summary>What is wrong where the walk has stopped; null while all is well.</summary>
    public string? Wrong { get; private set; }

    /// <summary>The event that was come to, as it is stored.</summary>
    public byte[] Body { get; private set; } = [];

    /// <summary>A walk over the last links only, from one that is taken for granted.</summary>
    public static ChainWalk OfTail(Database database, int links)
    {
        var seq = Math.Max(0, database.Number("SELECT max(seq) FROM event") - links);
        var id = Math.Max(0, database.Number("SELECT max(id) FROM block") - links);
        using var block = database.Prepare("SELECT after, hash FROM block WHERE id = ?").Bind(1, id);
        if (block.Step() && block.Long(0) >= seq)
            return new ChainWalk(database, block.Long(0), id, block.Bytes(1).ToArray());
        using var start = database.Prepare("SELECT hash FROM event WHERE seq = ?").Bind(1, seq);
        return new ChainWalk(database, seq, id, start.Step() ? start.Bytes(0).ToArray() : JournalChain.Genesis);
    }

    /// <summary>Goes on to the next event, over the blocks before it.</summary>
    /// <returns>False at the end, or where something is wrong.</returns>
    public bool Next()
    {
        while (Wrong is null && _hasBlock && (!_hasEvent || _blocks.Long(1) < _events.Long(0)))
            TakeBlock();
        if (Wrong is not null || !_hasEvent)
            return false;
        TakeEvent();
        return Wrong is null;
    }

    public void Dispose()
    {
        _events.Dispose();
        _blocks.Dispose();
    }

    private void TakeEvent()
    {
        if (_events.Long(0) != ++_seq)
            Wrong = "it is missing, and perhaps others behind it";
        Body = _events.Bytes(2).ToArray();
        _link = JournalChain.Event(_link, _events.Long(0), _events.Long(1), Body);
        if (Wrong is null && !_events.Bytes(3).SequenceEqual(_link))
            Wrong = "its text or its time is not what was written there, or samples before it are missing";
        _hasEvent = _events.Step();
    }

    private void TakeBlock()
    {
        var call = _blocks.Text(2);
        _link = JournalChain.Block(
            _link, _blocks.Long(0), _blocks.Long(1), call, _blocks.Long(3), _blocks.Bytes(4));
        if (!_blocks.Bytes(5).SequenceEqual(_link))
            Wrong = $"a block of samples of {call}, written behind it, is not what was written there, "
                + "or one before it is missing";
        _hasBlock = _blocks.Step();
    }
}
