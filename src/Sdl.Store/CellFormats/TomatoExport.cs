using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes a payload of tomato 0.2.3 for a BioLogic MPG-2. It knows no safety limits: they are set in the
/// instrument. Source: reference/battery-formats.md, 3.1.</summary>
public static class TomatoExport
{
    private const string Target = "tomato 0.2.3";

    /// <exception cref="Core.Protocols.FindingsException">It holds what tomato cannot be told.</exception>
    /// <exception cref="CellProtocolException">A C-rate without a capacity.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        SafetyWords.Lose(protocol, losses);
        var method = new JsonArray();
        foreach (var step in FlatMethod.Of(protocol, losses, s => s is CellStep.Rest
            or CellStep.ConstantCurrent { Current.Value: not 0 } or CellStep.ConstantVoltage))
            method.Add(step is FlatStep.Loop loop
                ? new JsonObject
                {
                    ["device"] = "MPG2", ["technique"] = "loop", ["goto"] = loop.Target, ["n_gotos"] = loop.Cycles - 1,
                }
                : Step((FlatStep.Do)step, protocol.Sample.Capacity, losses));
        var payload = new JsonObject
        {
            ["version"] = "0.1",
            ["sample"] = new JsonObject
            {
                ["name"] = protocol.Sample.Name,
                ["capacity_mAh"] = ExportJson.Number(protocol.Sample.Capacity, 3),
            },
            ["method"] = method,
            ["tomato"] = new JsonObject
            {
                ["unlock_when_done"] = true,
                ["verbosity"] = "INFO",
                ["output"] = new JsonObject { ["prefix"] = protocol.Sample.Name },
            },
        };
        return losses.Done(ExportJson.Text(payload));
    }

    private static JsonObject Step(FlatStep.Do line, double? capacity, Losses losses)
    {
        var json = new JsonObject { ["device"] = "MPG2" };
        switch (line.Step)
        {
            case CellStep.Rest:
                losses.KeepEnds(line.Step, CellQuantity.Time);
                json["technique"] = "open_circuit_voltage";
                break;
            case CellStep.ConstantCurrent s:
                losses.KeepEnds(line.Step, CellQuantity.Time, CellQuantity.Voltage);
                json["technique"] = "constant_current";
                json["current"] = Current(s.Current, capacity);
                break;
            case CellStep.ConstantVoltage s:
                losses.KeepEnds(line.Step, CellQuantity.Time, CellQuantity.Current);
                if (s.CurrentLimit is { } limit)
                    losses.Lose(s.At, $"the current limit of {limit} while a voltage is held");
                json["technique"] = "constant_voltage";
                json["voltage"] = ExportJson.Number(s.Voltage);
                break;
            default:
                losses.Refuse(line.Step.At, FlatMethod.Name(line.Step));
                return json;
        }
        json["measure_every_dt"] = ExportJson.Number(line.Record.Time);
        if (line.Record.Current is not null)
            json["measure_every_dI"] = ExportJson.Number(line.Record.Current);
        if (line.Record.Voltage is not null)
            json["measure_every_dE"] = ExportJson.Number(line.Record.Voltage);
        json["I_range"] = Range(line.Step, capacity);
        json["E_range"] = "+-5.0 V";
        foreach (var end in line.Step.Ends)
            AddEnd(json, line.Step, end, capacity);
        return json;
    }

    private static void AddEnd(JsonObject json, CellStep step, CellEnd end, double? capacity)
    {
        switch (end.Quantity)
        {
            case CellQuantity.Time:
                json["time"] = ExportJson.Number(end.Value);
                break;
            case CellQuantity.Voltage:
                json[end.Above ? "limit_voltage_max" : "limit_voltage_min"] = ExportJson.Number(end.Value);
                break;
            case CellQuantity.Current:
                var discharges = ((CellStep.ConstantVoltage)step).Discharges;
                json[discharges ? "limit_current_max" : "limit_current_min"] = Current(
                    new CellCurrent(discharges ? -end.Value : end.Value, end.IsRelative), capacity);
                break;
        }
    }

    // The range of the current itself; the device finds that of a held voltage.
    private static string Range(CellStep step, double? capacity) => step is CellStep.ConstantCurrent s
        ? CurrentRange.Of(s.Current.In(capacity)) : "10 mA";

    private static JsonNode? Current(CellCurrent current, double? capacity)
    {
        _ = current.In(capacity);
        return !current.IsRate ? ExportJson.Number(current.Value)
            : JsonValue.Create(DecimalText.Of(Math.Abs(current.Value)) + (current.Value < 0 ? "D" : "C"));
    }
}
