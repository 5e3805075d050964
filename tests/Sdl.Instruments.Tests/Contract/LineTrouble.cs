namespace Sdl.Instruments.Tests.Contract;

/// <summary>What has become of the lines of one host: in order, cut, or those of a program that is dead. What a device
/// does to them is the business of its simulator's faults.</summary>
internal sealed class LineTrouble
{
    private readonly List<TroubledTransport> _transports = [];

    /// <summary>The program is dead: nothing that it still does goes anywhere or comes to an end.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Reading, writing and opening fail.</summary>
    public bool IsCut { get; private set; }

    public long BytesWritten { get; set; }

    public void Add(TroubledTransport transport) => _transports.Add(transport);

    public void Cut()
    {
        IsCut = true;
        _transports.ForEach(t => t.EndReading());
    }

    public void Mend() => IsCut = false;

    /// <summary>Serial lines stay as they are; the operating system closes network connections.</summary>
    public Task Kill()
    {
        IsDead = true;
        _transports.ForEach(t => t.EndReading());
        return Task.WhenAll(_transports.Select(t => t.DisposeAsync().AsTask()));
    }
}
