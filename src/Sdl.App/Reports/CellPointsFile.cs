using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.App.Reports;

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
