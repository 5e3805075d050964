namespace Sdl.Core.Instruments;

/// <summary>Marks the driver of a kind of instrument: <c>[Driver("pump.ne1000")]</c>.</summary>
/// <param name="kind">Class and model, as the lab file writes it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class DriverAttribute(string kind) : Attribute
{
    public string Kind => kind;

    /// <summary>What it drives, in one line for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>When it last drove the real device, or empty.</summary>
    public string VerifiedOnHardware { get; init; } = "";
}

/// <summary>Marks the simulator of the same kind.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SimulatesAttribute(string kind) : Attribute
{
    public string Kind => kind;
}
