using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a cell protocol: what is done to one cell, whichever cycler does it.</summary>
public static class CellProtocolReader
{
    /// <summary>The first key of such a file.</summary>
    public const string Kind = "cell-protocol";

    /// <summary>Reads a file and judges it by itself, see <see cref="CellProtocolChecker"/>; its warnings are not
    /// given here.</summary>
    /// <exception cref="FindingsException">It cannot be used; every finding has line and column.</exception>
    public static CellProtocol Read(string path)
    {
        var findings = new Findings();
        var file = YamlFile.Load(path, Kind, findings);
        var root = file.Root;
        var name = root.Required(Kind);
        var description = root.Text("description") ?? "";
        var kind = root.Text("kind");
        var sample = Sample(root.Map("cell"));
        var record = root.Map("record") is { } map ? Record(map) : null;
        if (record?.Time is null && findings.All.Count == 0)
            findings.Add(root.MarkOf("record"),
                "'record' is missing, or its 'time': say how often a point is recorded, such as {time: 30 s}");
        var protocol = new CellProtocol(
            name, description, sample, record ?? new RecordConditions(null), Safety(root.Map("safety")),
            CellStepReader.Steps(root.Maps("method")), root.At)
        {
            Kind = kind,
            Digest = file.Digest,
        };
        root.RefuseUnread("a cell protocol");
        findings.ThrowIfAny();
        foreach (var finding in CellProtocolChecker.Check(protocol).Errors)
            findings.Add(finding.At, finding.Text);
        findings.ThrowIfAny();
        return protocol;
    }

    internal static RecordConditions Record(YamlMap map)
    {
        var record = new RecordConditions(
            CellValues.Number(map, "time", "s"), CellValues.Number(map, "voltage", "V"),
            CellValues.Number(map, "current", "A"));
        map.RefuseUnread("'record'");
        return record;
    }

    private static CellSample Sample(YamlMap? map)
    {
        if (map is null)
            return CellSample.Any;
        var sample = new CellSample(map.Text("name"), CellValues.Number(map, "capacity", "Ah"));
        map.RefuseUnread("'cell'");
        return sample;
    }

    private static CellSafety Safety(YamlMap? map)
    {
        if (map is null)
            return CellSafety.None;
        var safety = new CellSafety
        {
            MaxVoltage = CellValues.Number(map, "max_voltage", "V"),
            MinVoltage = CellValues.Number(map, "min_voltage", "V"),
            MaxCurrent = CellValues.Current(map, "max_current"),
            MinCurrent = CellValues.Current(map, "min_current"),
            MaxCharge = CellValues.Charge(map, "max_charge"),
            MaxTemperature = CellValues.Number(map, "max_temperature", "degC"),
            MinTemperature = CellValues.Number(map, "min_temperature", "degC"),
            Delay = CellValues.Number(map, "delay", "s"),
        };
        map.RefuseUnread("'safety'");
        return safety;
    }
}
