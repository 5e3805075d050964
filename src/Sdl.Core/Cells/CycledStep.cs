using System.Text.RegularExpressions;
using Sdl.Core.Instruments;
using Sdl.Core.Records;

namespace Sdl.Core.Cells;

/// <summary>One step of a cell test with its rows and its place in the test.</summary>
/// <param name="Number">From 1, one more with every step.</param>
/// <param name="Cycle">From 1, see <see cref="CycleCount"/>.</param>
/// <param name="Technique">One of <see cref="CellTechniques"/>.</param>
/// <param name="Record">At least one row; columns of the technique.</param>
public sealed partial record CycledStep(int Number, int Cycle, string Technique, Record Record)
{
    /// <summary>The place in the protocol, the same in every turn of a loop: the call without its run and its turns.
    /// </summary>
    public string Id { get; } = PlaceOf(Record.Call);

    /// <summary>An impedance spectrum, whose columns are other ones.</summary>
    public bool IsSpectrum => Technique is CellTechniques.PotentiostaticImpedance
        or CellTechniques.GalvanostaticImpedance;

    /// <summary>When the step began: rows may arrive late, but never before they were measured, so the one that was
    /// under way for the shortest time tells.</summary>
    public DateTimeOffset Start { get; } = StartOf(Technique, Record);

    /// <inheritdoc cref="Id"/>
    public static string PlaceOf(CallId call) =>
        Turn().Replace(call.Value[(call.Value.IndexOf('/', StringComparison.Ordinal) + 1)..], "");

    /// <summary>Whether a capability is a step of a cell test.</summary>
    public static bool IsTechnique(string capability) => capability is CellTechniques.Rest
        or CellTechniques.ConstantCurrent or CellTechniques.ConstantVoltage or CellTechniques.ConstantPower
        or CellTechniques.ConstantResistance or CellTechniques.VoltageScan or CellTechniques.PotentiostaticImpedance
        or CellTechniques.GalvanostaticImpedance;

    private static DateTimeOffset StartOf(string technique, Record record)
    {
        if (technique is CellTechniques.PotentiostaticImpedance or CellTechniques.GalvanostaticImpedance)
            return record.Samples[0].At;
        var time = record["time"];
        return record.Samples.Select((s, i) => s.At - TimeSpan.FromSeconds(time[i])).Min();
    }

    [GeneratedRegex(@"\[\d+\]|~\d+")]
    private static partial Regex Turn();
}

/// <summary>Counts cycles: the direction in which charge first flows begins every cycle, so that a cycle is a charge
/// and the discharge that follows, or a discharge and the charge that follows; rests belong to the cycle before
/// them.</summary>
/// <param name="leastCharge">Ah: steps that move less in either direction (pulses) begin no cycle.</param>
public sealed class CycleCount(double leastCharge = 0)
{
    private int _number, _cycle = 1, _first, _latest;

    /// <summary>Whether cycles begin with a charge; null as long as none has begun.</summary>
    public bool? BeginsWithCharge => _first == 0 ? null : _first > 0;

    /// <summary>Puts the next record of the test into its place.</summary>
    public CycledStep Next(string technique, Record record)
    {
        var moved = technique is CellTechniques.PotentiostaticImpedance or CellTechniques.GalvanostaticImpedance
            ? 0 : record["charge"][^1];
        if (Math.Abs(moved) > leastCharge)
        {
            var direction = Math.Sign(moved);
            if (_first == 0)
                _first = direction;
            else if (direction == _first && _latest == -_first)
                _cycle++;
            _latest = direction;
        }
        return new CycledStep(++_number, _cycle, technique, record);
    }

    /// <summary>The same for a whole test; records without rows are passed over.</summary>
    public IEnumerable<CycledStep> Of(IEnumerable<(string Technique, Record Record)> records)
    {
        // No Select: its Last() would count the last record only.
        foreach (var (technique, record) in records)
            if (record.Samples.Count > 0)
                yield return Next(technique, record);
    }
}
