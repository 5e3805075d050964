using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes the test protocol of BattINFO (schema 0.2.0). Source: reference/battery-formats.md, 3.2.</summary>
public static class TestProtocolExport
{
    private const string Target = "a BattINFO test protocol";

    /// <exception cref="Core.Protocols.FindingsException">It holds what the schema cannot say.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        var document = new JsonObject { ["name"] = protocol.Name };
        if (protocol.Description.Length > 0)
            document["description"] = protocol.Description;
        if (protocol.Kind is not null)
            document["kind"] = protocol.Kind;
        document["sample"] = Object(
            ("name", protocol.Sample.Name), ("capacity_mAh", ExportJson.Number(protocol.Sample.Capacity, 3)));
        document["record"] = Object(
            ("time_s", ExportJson.Number(protocol.Record.Time)),
            ("voltage_V", ExportJson.Number(protocol.Record.Voltage)),
            ("current_mA", ExportJson.Number(protocol.Record.Current, 3)));
        var (safety, capacity) = (protocol.Safety, protocol.Sample.Capacity);
        document["safety"] = Object(
            ("max_voltage_V", ExportJson.Number(safety.MaxVoltage)),
            ("min_voltage_V", ExportJson.Number(safety.MinVoltage)),
            ("max_current_mA", ExportJson.Number(safety.MaxCurrent?.In(capacity), 3)),
            ("min_current_mA", ExportJson.Number(safety.MinCurrent?.In(capacity), 3)),
            ("max_capacity_mAh", ExportJson.Number(safety.MaxCharge?.In(capacity), 3)),
            ("max_temperature_degC", ExportJson.Number(safety.MaxTemperature)),
            ("min_temperature_degC", ExportJson.Number(safety.MinTemperature)),
            ("delay_s", ExportJson.Number(safety.Delay)));
        document["method"] = Steps(protocol.Method, losses);
        return losses.Done(ExportJson.Text(document));
    }

    private static JsonArray Steps(IReadOnlyList<CellStep> steps, Losses losses)
    {
        var array = new JsonArray();
        var tags = new JsonArray();
        double? temperature = null;
        foreach (var step in steps)
            if (step is CellStep.Tag tag)
                tags.Add(JsonValue.Create(tag.Text));
            else if (step is CellStep.Temperature t)
                temperature = t.Celsius;
            else if (One(step, losses) is { } node)
            {
                if (step.Name is not null)
                    node["id"] = step.Name;
                if (tags.Count > 0)
                    node["tags"] = tags;
                if (temperature is not null)
                    node["temperature"] = Value(temperature.Value, 0, "degC");
                array.Add(node);
                (tags, temperature) = ([], null);
            }
        if (temperature is not null || tags.Count > 0)
            losses.Lose(steps[^1].At, "a tag or a temperature with no step after it");
        return array;
    }

    private static JsonObject? One(CellStep step, Losses losses)
    {
        switch (step)
        {
            case CellStep.StateOfCharge:
                losses.Warn(step.At, $"left out: {Target} keeps no account of the state of charge");
                return null;
            case CellStep.When:
                losses.Lose(step.At, "a branch on what was measured");
                return null;
            case CellStep.PulseTrain train:
                return One(train.Expand(), losses);
            case CellStep.Loop loop:
                if (loop.Until.Count > 0)
                    losses.Lose(step.At, "the end of the loop on what was measured");
                return new JsonObject
                {
                    ["mode"] = "group", ["count"] = loop.Cycles, ["steps"] = Steps(loop.Steps, losses),
                };
            case CellStep.Impedance or CellStep.VoltageScan:
                losses.Lose(step.At, FlatMethod.Name(step) + ", for whose frequencies or rate it has no place");
                return null;
        }
        if (step.Record is not null)
            losses.Warn(step.At, "left out: when this step is recorded otherwise than the others");
        losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Voltage, CellQuantity.Current, CellQuantity.Charge);
        var node = new JsonObject { ["mode"] = Mode(step), ["direction"] = Direction(step) };
        if (Setpoints(step, losses) is { Count: > 0 } setpoints)
            node["setpoints"] = setpoints;
        if (step.Ends.Count > 0)
            node["termination"] = new JsonArray([.. step.Ends.Select(e => End(e, losses, step)).OfType<JsonNode>()]);
        return node;
    }

    private static string Mode(CellStep step) => step switch
    {
        CellStep.Rest => "rest",
        CellStep.ConstantCurrent => "cc",
        CellStep.ConstantVoltage => "cv",
        CellStep.ConstantCurrentConstantVoltage => "cccv",
        CellStep.ConstantPower => "cp",
        _ => "cr",
    };

    private static string Direction(CellStep step) => step switch
    {
        CellStep.Rest => "rest",
        CellStep.ConstantCurrent { Current.Value: var c } => c > 0 ? "charge" : c < 0 ? "discharge" : "none",
        CellStep.ConstantCurrentConstantVoltage { Current.Value: var c } => c > 0 ? "charge" : "discharge",
        CellStep.ConstantPower { Power: var p } => p > 0 ? "charge" : p < 0 ? "discharge" : "none",
        CellStep.ConstantVoltage { Discharges: false } => "hold",
        _ => "discharge",
    };

    // Sizes: the direction stands beside them.
    private static JsonObject Setpoints(CellStep step, Losses losses)
    {
        var node = new JsonObject();
        void Current(CellCurrent current) => node[current.IsRate ? "c_rate" : "current"] =
            Value(Math.Abs(current.Value), current.IsRate ? 0 : 3, current.IsRate ? "C" : "mA");
        switch (step)
        {
            case CellStep.ConstantCurrent s:
                Current(s.Current);
                break;
            case CellStep.ConstantCurrentConstantVoltage s:
                Current(s.Current);
                node["voltage"] = Value(s.Voltage, 0, "V");
                break;
            case CellStep.ConstantVoltage s:
                node["voltage"] = Value(s.Voltage, 0, "V");
                if (s.CurrentLimit is { } limit)
                    losses.Lose(s.At, $"the current limit of {limit} while a voltage is held");
                break;
            case CellStep.ConstantPower s:
                node["power"] = Value(Math.Abs(s.Power), 0, "W");
                break;
            case CellStep.ConstantResistance s:
                node["resistance"] = Value(s.Resistance, 0, "Ohm");
                break;
        }
        return node;
    }

    private static JsonObject? End(CellEnd end, Losses losses, CellStep step)
    {
        if (end is { Quantity: CellQuantity.Charge, IsRelative: true })
        {
            losses.Lose(step.At, $"the end at {end}, a part of the capacity");
            return null;
        }
        var (quantity, places, unit) = end.Quantity switch
        {
            CellQuantity.Time => ("duration", 0, "s"),
            CellQuantity.Voltage => ("voltage", 0, "V"),
            CellQuantity.Charge => ("capacity", 3, "mAh"),
            _ => end.IsRelative ? ("c_rate", 0, "C") : ("current", 3, "mA"),
        };
        var node = new JsonObject
        {
            ["quantity"] = quantity,
            ["direction"] = end.Quantity == CellQuantity.Time ? "elapsed" : end.Above ? "above" : "below",
        };
        foreach (var (name, value) in Value(end.Value, places, unit))
            node[name] = value?.DeepClone();
        return node;
    }

    private static JsonObject Value(double value, int places, string unit) =>
        new() { ["value"] = ExportJson.Number(value, places), ["unit"] = unit };

    private static JsonObject Object(params (string Name, JsonNode? Value)[] members) =>
        new(members.Where(m => m.Value is not null).Select(m => KeyValuePair.Create(m.Name, m.Value)));
}
