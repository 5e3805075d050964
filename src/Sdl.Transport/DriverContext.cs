using Sdl.Core.Instruments;

namespace Sdl.Transport;

/// <summary>Gives the line of an address; the same endpoint gives the same line, whoever asks.</summary>
public interface ILines
{
    Line Get(InstrumentId id, Address address);
}

/// <summary>All that a driver is constructed with. A driver has one public constructor, which takes this, reads its
/// settings, computes its capabilities and touches no line.</summary>
/// <param name="Clock">The laboratory's time: what the device does takes this long.</param>
public sealed record DriverContext(
    InstrumentId Id, Address Address, Settings Settings, ILines Lines, TimeProvider Clock)
{
    /// <summary>The wire's time: how long an answer may take. Other than <see cref="Clock"/> only where the
    /// laboratory's time is quickened and real ports are not.</summary>
    public TimeProvider WireClock { get; init; } = Clock;

    /// <summary>After how long a silence the device is to go safe by itself; null for never. A driver arms the device
    /// with it where the device can do so, and talks at least every third of it while a call is under
    /// way.</summary>
    public TimeSpan? Deadman { get; init; }

    /// <summary>How long one reply may take where the lab file says so; null leaves it to the driver.</summary>
    public TimeSpan? Request { get; init; }

    /// <summary>How long to wait for a usual reply.</summary>
    /// <param name="otherwise">What is usual for this device.</param>
    public TimeSpan ReplyTime(TimeSpan otherwise) => Request ?? otherwise;

    /// <summary>How long to wait for a reply that by nature takes longer than others.</summary>
    public TimeSpan LongReplyTime(TimeSpan atLeast) => Request > atLeast ? Request.Value : atLeast;

    /// <summary>The line of the instrument's own address.</summary>
    public Line Line => Lines.Get(Id, Address);
}
