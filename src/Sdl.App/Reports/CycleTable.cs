using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.App.Reports;

/// <summary>What each cycle of a simulated cell has taken and given.</summary>
internal sealed class CycleTable
{
    // A table for a person: a long test is shown at this many cycles.
    private const int MostLines = 24;

    private readonly SortedDictionary<int, Sums> _cycles = [];
    private ProgramRow _latest;

    public IEnumerable<object> Cycles => _cycles.Select(c => new
    {
        cycle = c.Key, chargeAh = c.Value.ChargeIn, dischargeAh = c.Value.ChargeOut, chargeWh = c.Value.EnergyIn,
        dischargeWh = c.Value.EnergyOut, hours = (c.Value.To - c.Value.From) / 3600,
    });

    public void Add(ProgramRow row)
    {
        if (!_cycles.TryGetValue(row.Cycle, out var sums))
            _cycles[row.Cycle] = sums = new Sums { From = row.Time - row.StepTime };
        var isNew = row.Step != _latest.Step;
        var (charge, energy) = (
            row.Charge - (isNew ? 0 : _latest.Charge), row.Energy - (isNew ? 0 : _latest.Energy));
        if (charge > 0)
            (sums.ChargeIn, sums.EnergyIn) = (sums.ChargeIn + charge, sums.EnergyIn + energy);
        else
            (sums.ChargeOut, sums.EnergyOut) = (sums.ChargeOut - charge, sums.EnergyOut - energy);
        sums.To = row.Time;
        _latest = row;
    }

    /// <summary>Aligned text with a heading. Of many cycles some are shown, the first and the last among them.
    /// </summary>
    public IEnumerable<string> Lines()
    {
        yield return "cycle   charge  discharge  efficiency  mean charge  mean discharge     time";
        yield return "             mAh        mAh           %            V               V        h";
        var every = (_cycles.Count + MostLines - 1) / MostLines;
        foreach (var ((number, sums), i) in _cycles.Select((c, i) => (c, i)))
            if (i % Math.Max(1, every) == 0 || i == _cycles.Count - 1)
                yield return string.Create(CultureInfo.InvariantCulture, $"{number,5} {sums.ChargeIn * 1e3,8:0.0000} ")
                    + string.Create(CultureInfo.InvariantCulture, $"{sums.ChargeOut * 1e3,10:0.0000} ")
                    + $"{Ratio(100 * sums.ChargeOut, sums.ChargeIn),11} {Ratio(sums.EnergyIn, sums.ChargeIn),12} "
                    + $"{Ratio(sums.EnergyOut, sums.ChargeOut),15} "
                    + string.Create(CultureInfo.InvariantCulture, $"{(sums.To - sums.From) / 3600,8:0.00}");
    }

    private static string Ratio(double a, double b) =>
        b > 0 && a > 0 ? (a / b).ToString("0.000", CultureInfo.InvariantCulture) : "-";

    private sealed class Sums
    {
        public double ChargeIn { get; set; }
        public double ChargeOut { get; set; }
        public double EnergyIn { get; set; }
        public double EnergyOut { get; set; }
        public double From { get; init; }
        public double To { get; set; }
    }
}

/// <summary>Writes the points of a simulated cell as CSV; spectra go into a file of their own beside it.</summary>
internal sealed class CellPointsFile : IDisposable
{
    private readonly string _path;
    private readonly StreamWriter _points;
    private StreamWriter? _spectra;

    private CellPointsFile(string path)
    {
        _path = path;
        _points = Open(path, "time/s,step_time/s,voltage/V,current/A,charge/Ah,energy/Wh,temperature/degC,step,name,"
            + "cycle,end");
    }

    /// <summary>Null for no path.</summary>
    public static CellPointsFile? Create(string? path) => path is null ? null : new CellPointsFile(path);

    public void Write(ProgramRow row) => _points.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{row.Time:0.###},{row.StepTime:0.###},{row.Voltage:0.000000},{row.Current:G9},{row.Charge:G9},"
        + $"{row.Energy:G9},{row.Celsius:0.##},{row.Step},{Quoted(row.Name)},{row.Cycle},{EndOf(row.End)}"));

    public void Write(ProgramSpectrumRow row)
    {
        _spectra ??= Open(
            Path.ChangeExtension(_path, ".spectra.csv"), "time/s,step,cycle,frequency/Hz,z_real/Ohm,z_imaginary/Ohm");
        _spectra.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{row.Time:0.###},{row.Step},{row.Cycle},{row.Hertz:G9},{row.Impedance.Real:G9},"
            + $"{row.Impedance.Imaginary:G9}"));
    }

    public void Dispose()
    {
        _points.Dispose();
        _spectra?.Dispose();
    }

    private static StreamWriter Open(string path, string heading)
    {
        var file = new StreamWriter(path) { NewLine = "\n" };
        file.WriteLine(heading);
        return file;
    }

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string EndOf(StepEnd end) =>
        end == StepEnd.None ? "" : end.ToString().ToLowerInvariant();
}
