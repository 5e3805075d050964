using System.Text.Json.Nodes;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>Writes the sentences of a PyBaMM experiment as a JSON list; loops are written out. Each says how long and
/// until what, and how often a point is taken. Source: reference/battery-formats.md, 3.1.</summary>
public static class PybammExport
{
    private const string Target = "a PyBaMM experiment";
    private const int MostSentences = 100_000;

    /// <exception cref="FindingsException">It holds what a sentence cannot say.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        var steps = FlatMethod.Of(protocol, losses, s => s is CellStep.Rest
            or CellStep.ConstantCurrent { Current.Value: not 0 } or CellStep.ConstantVoltage
            or CellStep.ConstantPower { Power: not 0 }, hasRecords: true);
        // A simulation harms no cell: its limits are those of the model.
        if (protocol.Safety != CellSafety.None)
            losses.Warn(protocol.At, "left out: the safety limits, which a simulation does not watch");
        if (protocol.Record.Voltage is not null || protocol.Record.Current is not null)
            losses.Warn(protocol.At, "left out: points at changes of voltage or current; a simulation has a period");
        var said = new List<(int Line, List<string> Text)>();
        for (var i = 0; i < steps.Count; i++)
            if (steps[i] is FlatStep.Do line)
                said.Add((i, [Sentence(line, losses)]));
            else if (steps[i] is FlatStep.Loop loop)
                Repeat(said, loop, losses);
        return losses.Done(ExportJson.Text(new JsonArray(
            [.. said.SelectMany(s => s.Text).Select(t => (JsonNode?)JsonValue.Create(t))])));
    }

    private static void Repeat(List<(int Line, List<string> Text)> said, FlatStep.Loop loop, Losses losses)
    {
        var first = said.FindIndex(s => s.Line >= loop.Target);
        var once = said.Skip(first).SelectMany(s => s.Text).ToList();
        var line = said[first].Line;
        said.RemoveRange(first, said.Count - first);
        if ((long)once.Count * loop.Cycles > MostSentences)
            losses.Refuse(loop.From.At, $"more than {MostSentences} sentences, and this loop makes them");
        else
            said.Add((line, Enumerable.Repeat(once, loop.Cycles).SelectMany(t => t).ToList()));
    }

    private static string Sentence(FlatStep.Do line, Losses losses)
    {
        var (step, record) = line;
        losses.KeepEnds(step, step is CellStep.Rest ? [CellQuantity.Time] : step is CellStep.ConstantVoltage
            ? [CellQuantity.Time, CellQuantity.Current] : [CellQuantity.Time, CellQuantity.Voltage]);
        var text = step switch
        {
            CellStep.Rest => "Rest",
            CellStep.ConstantCurrent s => $"{Verb(s.Current.Value)} at {Amount(s.Current)}",
            CellStep.ConstantPower s => $"{Verb(s.Power)} at {DecimalText.Of(Math.Abs(s.Power), 3)} mW",
            CellStep.ConstantVoltage s => $"Hold at {DecimalText.Of(s.Voltage)} V",
            _ => "",
        };
        if (step is CellStep.ConstantVoltage { CurrentLimit: { } limit })
            losses.Lose(step.At, $"the current limit of {limit} while a voltage is held");
        if (step.Ends.FirstOrDefault(e => e.Quantity == CellQuantity.Time) is { } time)
            text += $" for {DecimalText.Of(time.Value)} seconds";
        if (step.Ends.FirstOrDefault(e => e.Quantity is CellQuantity.Voltage or CellQuantity.Current) is { } end)
            text += $"{(text.Contains(" for ", StringComparison.Ordinal) ? " or" : "")} until "
                + (end.Quantity == CellQuantity.Voltage ? $"{DecimalText.Of(end.Value)} V"
                    : Amount(new CellCurrent(end.Value, end.IsRelative)));
        return record.Time is { } period ? $"{text} ({DecimalText.Of(period)} second period)" : text;
    }

    private static string Verb(double direction) => direction > 0 ? "Charge" : "Discharge";

    private static string Amount(CellCurrent current) => current.IsRate
        ? $"{DecimalText.Of(Math.Abs(current.Value))}C" : $"{DecimalText.Of(Math.Abs(current.Value), 3)} mA";
}
