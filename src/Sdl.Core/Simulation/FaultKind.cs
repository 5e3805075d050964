namespace Sdl.Core.Simulation;

/// <summary>What is counted to find the n-th occurrence of a fault, and to draw by a share of occurrences.</summary>
public enum FaultOccurrence
{
    /// <summary>Something that the device is told, on any of its ports; on a shared line also what is told to its
    /// neighbours.</summary>
    Request,

    /// <summary>Something that the device says.</summary>
    Reply,

    /// <summary>Something that it does to the bench: a dose, a program, a measurement.</summary>
    Effect,
}

/// <summary>A way in which a simulated device misbehaves.</summary>
/// <param name="What">One phrase for people.</param>
/// <param name="Duration">How long it lasts when the scenario does not say; zero for that one occurrence.</param>
public sealed record FaultKind(string Name, string What, FaultOccurrence Counted, TimeSpan Duration)
{
    public const string DropByte = "drop-byte", BadChecksum = "bad-checksum", LateReply = "late-reply",
        DuplicateReply = "duplicate-reply", Mute = "mute", Garbage = "garbage", Disconnect = "disconnect",
        StaleValue = "stale-value", StuckBusy = "stuck-busy", WrongUnit = "wrong-unit",
        PartialEffect = "partial-effect", PowerCycle = "power-cycle";

    private static readonly TimeSpan While = TimeSpan.FromSeconds(30);

    /// <summary>Faults of the wire, which every device has.</summary>
    public static IReadOnlyList<FaultKind> OfTheWire { get; } =
    [
        new(DropByte, "one byte of a reply, or of a request, gets lost", FaultOccurrence.Reply, TimeSpan.Zero),
        new(BadChecksum, "one bit of a reply, or of a request, is flipped", FaultOccurrence.Reply, TimeSpan.Zero),
        new(LateReply, "a reply comes late, and what follows it waits behind it", FaultOccurrence.Reply, TimeSpan.Zero),
        new(DuplicateReply, "a reply comes twice", FaultOccurrence.Reply, TimeSpan.Zero),
        new(Mute, "a reply gets lost", FaultOccurrence.Reply, TimeSpan.Zero),
        new(Garbage, "a reply is noise", FaultOccurrence.Reply, TimeSpan.Zero),
        new(Disconnect, "the cable is out: connections break, nothing gets through", FaultOccurrence.Request, While),
    ];

    /// <summary>Faults that mean the same for every device that can have them; its page says what it does.</summary>
    public static IReadOnlyList<FaultKind> OfDevices { get; } =
    [
        new(StaleValue, "a reading repeats what it was before", FaultOccurrence.Request, While),
        new(StuckBusy, "it says that it is busy and does not come to an end", FaultOccurrence.Request, While),
        new(WrongUnit, "it works in another unit than it was set to", FaultOccurrence.Request, While),
        new(PartialEffect, "only a part of what it reports is done", FaultOccurrence.Effect, TimeSpan.Zero),
        new(PowerCycle, "its power goes and comes back", FaultOccurrence.Request, TimeSpan.Zero),
    ];

    /// <summary>The kind of this name; one that only a certain device has is a state that lasts.</summary>
    public static FaultKind Of(string name) =>
        OfTheWire.Concat(OfDevices).FirstOrDefault(k => k.Name == name)
        ?? new FaultKind(name, "", FaultOccurrence.Request, While);
}
