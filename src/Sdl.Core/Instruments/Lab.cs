using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;

namespace Sdl.Core.Instruments;

/// <summary>A set of instruments and what they work with, as the lab file says.</summary>
/// <param name="Digest">SHA-256 of the file, hex.</param>
/// <param name="Instruments">In file order.</param>
/// <param name="Roles">Default bindings: role name to instrument.</param>
public sealed record Lab(
    string Name, string Digest, IReadOnlyList<LabInstrument> Instruments,
    IReadOnlyDictionary<string, InstrumentId> Roles, IReadOnlyDictionary<string, Stock> Stocks)
{
    /// <summary>The instruments that are made safe first, in this order.</summary>
    public IReadOnlyList<InstrumentId> SafeOrder { get; init; } = [];

    /// <summary>All instruments in the order in which they are made safe: those of <see cref="SafeOrder"/>, then the
    /// others in file order.</summary>
    public IReadOnlyList<InstrumentId> InSafeOrder =>
        [.. SafeOrder, .. Instruments.Select(i => i.Id).Where(i => !SafeOrder.Contains(i))];

    /// <summary>What is watched while runs are under way, in file order.</summary>
    public IReadOnlyList<Interlock> Interlocks { get; init; } = [];

    /// <summary>What is there when the lab is set up.</summary>
    public Inventory Inventory { get; init; } = Inventory.None;

    public Prices Prices { get; init; } = Prices.None;

    /// <summary>The same lab with every address answered by a simulator.</summary>
    public Lab ToSimulated() =>
        this with { Instruments = Instruments.Select(i => i with { Address = i.Address.ToSimulated() }).ToList() };
}

/// <param name="Driver">Kind, such as <c>pump.ne1000</c>.</param>
/// <param name="Settings">For the driver (and the simulator, which plays a device that is set up like this).</param>
/// <param name="Simulation">For the simulator alone: what it is connected to on the bench, how
/// badly it behaves.</param>
/// <param name="At">Where it stands in the lab file.</param>
/// <param name="SettingsAt">Where each setting stands.</param>
public sealed record LabInstrument(
    InstrumentId Id, string Driver, Address Address,
    IReadOnlyDictionary<string, string> Settings, IReadOnlyDictionary<string, string> Simulation,
    Mark At, IReadOnlyDictionary<string, Mark> SettingsAt)
{
    /// <summary>The name of <see cref="Deadman"/> in lab files and in messages.</summary>
    public const string DeadmanKey = "deadman";

    /// <summary>After how long a silence of the runtime the device goes safe by itself; null for never.</summary>
    public TimeSpan? Deadman { get; init; }

    public InstrumentPatience Patience { get; init; } = InstrumentPatience.Default;
}
