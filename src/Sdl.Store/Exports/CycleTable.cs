using System.Globalization;
using Sdl.Core.Cells;

namespace Sdl.Store.Exports;

/// <summary>The table of cycles as comma-separated values, one row for each cycle, units in the header; what a cycle
/// does not have stays empty.</summary>
/// <param name="activeMass">mg, for the specific capacity; null leaves its column empty.</param>
/// <param name="reference">Cycle whose discharge capacity counts as 100 %; null takes the first whole one.</param>
public sealed class CycleTable(double? activeMass, int? reference = null)
{
    private static readonly (string Label, Func<CycleTotals, double> Value)[] Columns =
    [
        ("Cycle", c => c.Cycle),
        ("Charge capacity / mAh", c => c.Capacity.Charge * 1e3),
        ("Discharge capacity / mAh", c => c.Capacity.Discharge * 1e3),
        ("Charge energy / mWh", c => c.Energy.Charge * 1e3),
        ("Discharge energy / mWh", c => c.Energy.Discharge * 1e3),
        ("Charge average voltage / V", c => c.Voltage.Charge),
        ("Discharge average voltage / V", c => c.Voltage.Discharge),
        ("Charge average current / mA", c => c.Current.Charge * 1e3),
        ("Discharge average current / mA", c => c.Current.Discharge * 1e3),
        ("Delta V / V", c => c.VoltageGap),
        ("Coulombic efficiency / %", c => c.CoulombicEfficiency * 100),
        ("Energy efficiency / %", c => c.EnergyEfficiency * 100),
        ("Resistance / Ohm", c => c.Resistance),
        ("Resistance after / s", c => c.ResistanceDelay),
    ];

    public static string Header { get; } = string.Join(',', Columns.Select(c => c.Label).Concat(
        ["Specific charge capacity / mAh/g", "Specific discharge capacity / mAh/g",
            "Normalised discharge capacity / %"]));

    private double? _whole;

    /// <summary>Cells of one row, without its end.</summary>
    public string Row(CycleTotals cycle)
    {
        if (reference is { } wanted ? cycle.Cycle == wanted : _whole is null && cycle.IsWhole)
            _whole = cycle.Capacity.Discharge;
        return string.Join(',', Columns.Select(c => c.Value(cycle)).Concat(
        [
            1e6 * cycle.Capacity.Charge / (activeMass ?? double.NaN),
            1e6 * cycle.Capacity.Discharge / (activeMass ?? double.NaN),
            100 * cycle.Capacity.Discharge / (_whole ?? double.NaN),
        ]).Select(v => double.IsFinite(v) ? v.ToString("G9", CultureInfo.InvariantCulture) : ""));
    }
}
