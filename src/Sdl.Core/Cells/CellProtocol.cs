using Sdl.Core.Protocols;

namespace Sdl.Core.Cells;

/// <summary>What is done to one cell, as an immutable tree, whichever cycler does it. A superset of the test-protocol
/// model of BattINFO (schema 0.2.0) and of aurora-unicycler's method. Units, unless a name says otherwise: V, A, Ah, W,
/// Ohm, s, Hz, V/s, degC. Positive current charges. Zero is a value, null is none.</summary>
public sealed record CellProtocol(
    string Name, string Description, CellSample Sample, RecordConditions Record, CellSafety Safety,
    IReadOnlyList<CellStep> Method, Mark At)
{
    /// <summary>What kind of test it is, in the words of BattINFO: cycling, formation, hppc, eis …; null when nobody
    /// says.</summary>
    public string? Kind { get; init; }

    /// <summary>SHA-256 of the file that it was read from, hex.</summary>
    public string Digest { get; init; } = "";

    /// <summary>Every step with all below it, in the order of the document.</summary>
    public IEnumerable<CellStep> Steps => Method.SelectMany(s => s.Self);
}

/// <summary>The cell that a protocol is for.</summary>
/// <param name="Name">Null in a protocol for any cell.</param>
/// <param name="Capacity">Nominal capacity in Ah, by which C-rates are meant; null when the protocol leaves it to the
/// cell record.</param>
public sealed record CellSample(string? Name, double? Capacity)
{
    public static CellSample Any { get; } = new(null, null);
}

/// <summary>When a point is recorded: after so much time, and after so large a change; null: not for that reason. In a
/// step, null means as the protocol says.</summary>
/// <param name="Time">s.</param>
/// <param name="Voltage">V.</param>
/// <param name="Current">A.</param>
public sealed record RecordConditions(double? Time, double? Voltage = null, double? Current = null)
{
    /// <summary>These, and those of <paramref name="protocol"/> where this says nothing.</summary>
    public RecordConditions Over(RecordConditions protocol) =>
        new(Time ?? protocol.Time, Voltage ?? protocol.Voltage, Current ?? protocol.Current);
}

/// <summary>Limits that no step may pass: whoever runs the protocol opens the circuit when one is broken for longer
/// than <see cref="Delay"/>. Null: no such limit.</summary>
public sealed record CellSafety
{
    /// <summary>V.</summary>
    public double? MaxVoltage { get; init; }

    /// <summary>V.</summary>
    public double? MinVoltage { get; init; }

    /// <summary>Signed: the largest charging current.</summary>
    public CellCurrent? MaxCurrent { get; init; }

    /// <summary>Signed: a negative one limits the discharge.</summary>
    public CellCurrent? MinCurrent { get; init; }

    /// <summary>Passed in one step, in either direction.</summary>
    public CellCharge? MaxCharge { get; init; }

    /// <summary>degC.</summary>
    public double? MaxTemperature { get; init; }

    /// <summary>degC.</summary>
    public double? MinTemperature { get; init; }

    /// <summary>s; how long a limit must be broken. Null: at once.</summary>
    public double? Delay { get; init; }

    public static CellSafety None { get; } = new();
}
