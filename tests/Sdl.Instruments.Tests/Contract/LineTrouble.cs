namespace Sdl.Instruments.Tests.Contract;

public enum Trouble
{
    None,

    /// <summary>The device hears, but its replies get lost.</summary>
    Silence,

    /// <summary>Random bytes come before the reply.</summary>
    Garbage,

    /// <summary>One byte of the reply gets lost.</summary>
    DroppedByte,

    /// <summary>The reply comes 1.5 to 3 s late, and what follows it waits behind it.</summary>
    LateReply,

    /// <summary>The reply comes twice.</summary>
    DuplicateReply,

    /// <summary>Reading, writing and opening fail.</summary>
    Cut,
}

/// <summary>What is wrong with the lines of one host at the moment.</summary>
/// <param name="seed">Draws the details, and which replies are concerned: with a remainder of 0 by three only the
/// first, with 1 every one, with 2 one in two.</param>
internal sealed class LineTrouble(int seed, TimeProvider clock)
{
    private readonly Random _random = new(seed);
    private readonly List<TroubledTransport> _transports = [];
    private Trouble _now;
    private bool _hasStruck;

    public int Seed => seed;

    /// <summary>The program is dead: nothing that it still does goes anywhere or comes to an end.</summary>
    public bool IsDead { get; private set; }

    public bool IsCut => _now == Trouble.Cut;

    public long BytesWritten { get; set; }

    public void Add(TroubledTransport transport) => _transports.Add(transport);

    public void Set(Trouble trouble)
    {
        (_now, _hasStruck) = (trouble, false);
        if (trouble == Trouble.Cut)
            _transports.ForEach(t => t.EndReading());
    }

    /// <summary>Serial lines stay as they are; the operating system closes network connections.</summary>
    public Task Kill()
    {
        IsDead = true;
        _transports.ForEach(t => t.EndReading());
        return Task.WhenAll(_transports.Select(t => t.DisposeAsync().AsTask()));
    }

    /// <summary>When a reply comes and what comes of it.</summary>
    public IEnumerable<(DateTimeOffset At, byte[] Bytes)> Damage(byte[] reply)
    {
        var now = clock.GetUtcNow();
        if (_now == Trouble.None || !Strikes())
            return [(now, reply)];
        return _now switch
        {
            Trouble.Silence => [],
            Trouble.Garbage => [(now, [.. Noise(), .. reply])],
            Trouble.DroppedByte => [(now, Without(reply, _random.Next(reply.Length)))],
            Trouble.LateReply => [(now + TimeSpan.FromSeconds(1.5 + 1.5 * _random.NextDouble()), reply)],
            Trouble.DuplicateReply => [(now, reply), (now, reply)],
            _ => [(now, reply)],
        };
    }

    private bool Strikes()
    {
        var first = !_hasStruck;
        _hasStruck = true;
        return (seed % 3) switch { 0 => first, 1 => true, _ => _random.Next(2) == 0 };
    }

    private byte[] Noise()
    {
        var bytes = new byte[_random.Next(1, 13)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static byte[] Without(byte[] bytes, int at) => [.. bytes[..at], .. bytes[(at + 1)..]];
}
