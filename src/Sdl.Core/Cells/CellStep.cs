using Sdl.Core.Protocols;

namespace Sdl.Core.Cells;

/// <summary>One step of a cell protocol. Steps that touch the cell have <see cref="Ends"/>.</summary>
public abstract record CellStep
{
    /// <summary>Given by the author; null when none was. A step that a condition looks
    /// at has a name of its own.</summary>
    public string? Name { get; init; }

    /// <summary>Where it stands in its file.</summary>
    public Mark At { get; init; }

    /// <summary>The first of them that is reached ends the step.</summary>
    public IReadOnlyList<CellEnd> Ends { get; init; } = [];

    /// <summary>When points are recorded, where it differs from the protocol; null: as the protocol says.</summary>
    public RecordConditions? Record { get; init; }

    /// <summary>No current; the voltage is watched.</summary>
    public sealed record Rest : CellStep;

    public sealed record ConstantCurrent(CellCurrent Current) : CellStep;

    /// <param name="Voltage">V.</param>
    /// <param name="CurrentLimit">Largest current in either direction; null: as much as the device gives.</param>
    public sealed record ConstantVoltage(double Voltage, CellCurrent? CurrentLimit = null) : CellStep
    {
        /// <summary>The current that it begins with discharges the cell: some cyclers want to know.</summary>
        public bool Discharges { get; init; }
    }

    /// <summary>CC-CV: constant current until the voltage is reached, which is held then. The ends are of the whole.
    /// </summary>
    /// <param name="Current">Its sign says whether it charges.</param>
    /// <param name="Voltage">V.</param>
    public sealed record ConstantCurrentConstantVoltage(CellCurrent Current, double Voltage) : CellStep;

    /// <param name="Power">W; positive charges.</param>
    public sealed record ConstantPower(double Power) : CellStep;

    /// <summary>Discharge through a load.</summary>
    /// <param name="Resistance">Ohm.</param>
    public sealed record ConstantResistance(double Resistance) : CellStep;

    /// <summary>Potentiostatic or galvanostatic impedance.</summary>
    /// <param name="Amplitude">V, or A for a galvanostatic one.</param>
    /// <param name="Bias">V, or A; null: the open-circuit voltage, or no current.</param>
    /// <param name="StartFrequency">Hz.</param>
    /// <param name="EndFrequency">Hz.</param>
    public sealed record Impedance(
        bool IsGalvanostatic, double Amplitude, double? Bias, double StartFrequency, double EndFrequency,
        int PointsPerDecade = 10, int Measures = 1, bool DriftCorrection = false) : CellStep;

    /// <summary>The voltage goes from start to end, and back for each further sweep: 1 is linear, 2 one whole cycle.
    /// </summary>
    /// <param name="ScanRate">V/s, positive.</param>
    public sealed record VoltageScan(double Start, double End, double ScanRate, int Sweeps = 1) : CellStep;

    /// <summary>Several pulses with rests, then a step to the next state of charge, all of it <paramref name="Count"/>
    /// times: GITT is one pulse without such a step, HPPC two pulses with one. The ends apply to each pulse and each
    /// such step; the round in which one is ended by them is the last.</summary>
    public sealed record PulseTrain(int Count, IReadOnlyList<CellPulse> Pulses, CellAdvance? Advance) : CellStep
    {
        /// <summary>The same as a loop of plain steps.</summary>
        public Loop Expand() => PulseExpansion.Of(this);
    }

    /// <summary>Brings the cell's surroundings to a temperature.</summary>
    /// <param name="Celsius">degC.</param>
    /// <param name="Hold">s that it stays within <paramref name="Band"/> before the step ends.</param>
    /// <param name="Band">K on either side.</param>
    public sealed record Temperature(double Celsius, double Hold = 0, double Band = 1) : CellStep;

    /// <summary>What follows, as far as the next tag or the end of the steps around it, is called so.</summary>
    public sealed record Tag(string Text) : CellStep;

    /// <summary>The cell is taken to be at this state of charge here, by which later ends count.</summary>
    /// <param name="Part">Of the nominal capacity, 0 to 1.</param>
    public sealed record StateOfCharge(double Part) : CellStep;

    /// <param name="Cycles">Number of passes in all, at least 1.</param>
    public sealed record Loop(int Cycles, IReadOnlyList<CellStep> Steps) : CellStep
    {
        /// <summary>Looked at after each pass: any of them ends the loop.</summary>
        public IReadOnlyList<CellCondition> Until { get; init; } = [];
    }

    public sealed record When(
        CellCondition Condition, IReadOnlyList<CellStep> Then, IReadOnlyList<CellStep> Else) : CellStep;

    /// <summary>The steps directly below this one.</summary>
    public IReadOnlyList<CellStep> Children => this switch
    {
        Loop l => l.Steps,
        When w => [.. w.Then, .. w.Else],
        _ => [],
    };

    /// <summary>This step and all below it.</summary>
    public IEnumerable<CellStep> Self => Children.SelectMany(c => c.Self).Prepend(this);

    /// <summary>It passes charge, or measures: it is an invocation when it is run.</summary>
    public bool IsMeasured => this is not (Temperature or Tag or StateOfCharge or Loop or When or PulseTrain);
}

/// <summary>A pulse of a train.</summary>
/// <param name="Time">s.</param>
/// <param name="Rest">s after it.</param>
/// <param name="RestSlope">V/s; the rest ends earlier when the voltage changes that slowly. Null: it does not.</param>
public sealed record CellPulse(CellCurrent Current, double Time, double Rest, double? RestSlope = null);

/// <summary>What changes the state of charge between two rounds of pulses.</summary>
/// <param name="Current">Its sign says in which direction.</param>
/// <param name="Rest">s after it.</param>
public sealed record CellAdvance(CellCurrent Current, CellCharge Charge, double Rest);
