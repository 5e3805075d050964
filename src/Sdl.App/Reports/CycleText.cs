using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.App.Reports;

/// <summary>What each cycle of a simulated cell has taken and given, as text.</summary>
internal sealed class CycleText
{
    // A table for a person: a long test is shown at this many cycles.
    private const int MostLines = 24;

    private readonly SortedDictionary<int, (CycleTotals Totals, double From, double To)> _cycles = [];
    private ProgramRow _latest;

    public IEnumerable<object> Cycles => _cycles.Values.Select(c => new
    {
        cycle = c.Totals.Cycle, chargeAh = c.Totals.Capacity.Charge, dischargeAh = c.Totals.Capacity.Discharge,
        chargeWh = c.Totals.Energy.Charge, dischargeWh = c.Totals.Energy.Discharge, hours = (c.To - c.From) / 3600,
    });

    public void Add(ProgramRow row)
    {
        if (!_cycles.TryGetValue(row.Cycle, out var cycle))
            cycle = (new CycleTotals(row.Cycle, default, default, default, true), row.Time - row.StepTime, 0);
        var before = row.Step == _latest.Step ? _latest : default;
        _cycles[row.Cycle] = (cycle.Totals.Plus(
            row.Charge - before.Charge, row.Energy - before.Energy, row.StepTime - before.StepTime),
            cycle.From, row.Time);
        _latest = row;
    }

    /// <summary>Aligned text with a heading. Of many cycles some are shown, the first and the last among them.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        yield return "cycle   charge  discharge  efficiency  mean charge  mean discharge     time";
        yield return "             mAh        mAh           %            V               V        h";
        var every = (_cycles.Count + MostLines - 1) / MostLines;
        foreach (var ((cycle, from, to), i) in _cycles.Values.Select((c, i) => (c, i)))
            if (i % Math.Max(1, every) == 0 || i == _cycles.Count - 1)
                yield return FormattableString.Invariant($"{cycle.Cycle,5} {cycle.Capacity.Charge * 1e3,8:0.0000} ")
                    + FormattableString.Invariant($"{cycle.Capacity.Discharge * 1e3,10:0.0000} ")
                    + $"{Text(100 * cycle.Capacity.Discharge / cycle.Capacity.Charge),11} "
                    + $"{Text(cycle.Voltage.Charge),12} {Text(cycle.Voltage.Discharge),15} "
                    + string.Create(CultureInfo.InvariantCulture, $"{(to - from) / 3600,8:0.00}");
    }

    private static string Text(double value) => double.IsFinite(value) && value > 0
        ? value.ToString("0.000", CultureInfo.InvariantCulture) : "-";
}
