using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Runtime.Reading;

/// <summary>Reads what a step has to do with a cell: <c>cell: cell_$n</c>, <c>parts: cells/coin.json</c> and
/// <c>gives: {Cathode mass (mg): mass}</c>.</summary>
internal static class CellTermsReader
{
    /// <summary>Null for a step that says nothing of a cell.</summary>
    public static CellTerms? Read(YamlMap map)
    {
        var (name, file, gives) = (map.Scalar("cell"), map.Scalar("parts"), map.Map("gives")?.Scalars());
        if (name is not null && (name.Text.Length == 0 || name.Text.AsSpan().ContainsAny('/', '[', ' ')))
            map.Findings.Add(name.At, $"'{name.Text}' cannot name a cell: take a word such as cell_1");
        if (name is null && file is not null)
            map.Findings.Add(file.At, "'parts' needs a 'cell' beside it: whose parts are these?");
        if (gives is not null && !map.Has("do"))
            map.Findings.Add(map.MarkOf("gives"), "'gives' belongs to a 'do' step: a device measures or is told it");
        return name is null && file is null && gives is null ? null : new CellTerms(
            name, file is null ? null : Parts(map, file), gives is null ? StepTerms.None.Uses : Known(map, gives));
    }

    private static Dictionary<string, Scalar> Known(YamlMap map, IReadOnlyDictionary<string, Scalar> gives)
    {
        var known = new Dictionary<string, Scalar>();
        foreach (var (name, from) in gives)
            if (CellKeys.Find(name) is { IsNumber: true } key)
                known[key.Name] = from;
            else
                map.Findings.Add(from.At,
                    $"'{name}' is no number of the cell record; such keys are 'Cathode mass (mg)', 'Rack position'");
        return known;
    }

    private static CellParts? Parts(YamlMap map, Scalar file)
    {
        if (TestStepReader.Below(map, file) is not { } path)
            return null;
        try
        {
            if (CellRecordReader.Read(path) is [var record])
                return new CellParts(file.Text, record, file.At);
            map.Findings.Add(file.At, $"'{path}' should hold one cell record");
        }
        catch (FileNotFoundException e)
        {
            map.Findings.Add(file.At, e.Message);
        }
        catch (FindingsException e)
        {
            foreach (var finding in e.Findings)
                map.Findings.Add(finding.At, finding.Text);
        }
        return null;
    }
}
