using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Describes a cell protocol as linked data in the terms of BattINFO: each step leads to the next, a loop has
/// a task. It describes and does not control: safety limits and points have no terms there. Source:
/// reference/battery-formats.md, 3.4.</summary>
public static class BattInfoExport
{
    private const string Target = "BattINFO";

    // The writer nests one step into the other.
    private const int MostSteps = 150;

    /// <exception cref="Core.Protocols.FindingsException">It holds a step for which there is no term.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        if (protocol.Safety != CellSafety.None)
            losses.Warn(protocol.At, "left out: the safety limits, for which BattINFO has no terms");
        losses.Warn(protocol.At, "left out: when points are recorded");
        if (protocol.Steps.Any(s => s is CellStep.Tag))
            losses.Warn(protocol.At, "left out: tags");
        if (protocol.Steps.Count() > MostSteps)
            losses.Refuse(protocol.At, $"more than {MostSteps} steps");
        losses.ThrowIfAny();
        var document = new JsonObject
        {
            ["@context"] = new JsonArray("https://w3id.org/emmo/domain/battery/context", new JsonObject
            {
                ["echem"] = "https://w3id.org/emmo/domain/electrochemistry#",
                ["emmo"] = "https://w3id.org/emmo#",
            }),
        };
        foreach (var (name, value) in Chain(protocol.Method, protocol.Sample.Capacity, losses) ?? [])
            document[name] = value?.DeepClone();
        return losses.Done(ExportJson.Text(document));
    }

    private static JsonObject? Chain(IReadOnlyList<CellStep> steps, double? capacity, Losses losses)
    {
        JsonObject? next = null;
        foreach (var step in steps.Reverse())
            if (One(step, capacity, losses) is { } node)
            {
                if (next is not null)
                    node["hasNext"] = next;
                next = node;
            }
        return next;
    }

    private static JsonObject? One(CellStep step, double? capacity, Losses losses)
    {
        switch (step)
        {
            case CellStep.Tag:
                return null;
            case CellStep.StateOfCharge:
                losses.Warn(step.At, $"{Target} keeps no account of the state of charge");
                return null;
            case CellStep.PulseTrain train:
                return One(train.Expand(), capacity, losses);
            case CellStep.Loop loop:
                if (loop.Until.Count > 0)
                    losses.Lose(loop.At, "the end of the loop on what was measured");
                return Chain(loop.Steps, capacity, losses) is { } task
                    ? new JsonObject
                    {
                        ["@type"] = "IterativeWorkflow",
                        ["hasInput"] = new JsonArray(BattInfoTerms.Number("NumberOfIterations", loop.Cycles)),
                        ["hasTask"] = task,
                    } : null;
            case CellStep.Temperature t:
                losses.Lose(step.At, $"the temperature of {t.Celsius} degC");
                return null;
            case CellStep.When or CellStep.ConstantResistance or CellStep.VoltageScan { Sweeps: > 1 }:
                losses.Lose(step.At, step is CellStep.When ? "a branch on what was measured" : FlatMethod.Name(step));
                return null;
        }
        if (step is CellStep.ConstantVoltage { CurrentLimit: { } limit })
            losses.Lose(step.At, $"the current limit of {limit} while a voltage is held");
        if (step is CellStep.Impedance)
            losses.Warn(step.At, "left out: points per decade, repetitions and drift correction of an impedance");
        losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Voltage, CellQuantity.Current);
        return new JsonObject
        {
            ["@type"] = Type(step),
            ["hasInput"] = new JsonArray([.. Own(step, capacity).Concat(step.Ends.SelectMany(e => End(e, capacity)))]),
        };
    }

    private static string Type(CellStep step) => step switch
    {
        CellStep.Rest => "OpenCircuitHold",
        CellStep.ConstantCurrent s => "ConstantCurrent" + Way(s.Current.Value),
        CellStep.ConstantVoltage => "VoltageHold",
        CellStep.ConstantCurrentConstantVoltage s => "ConstantCurrentConstantVoltage" + Way(s.Current.Value),
        CellStep.ConstantPower s => "ConstantPower" + Way(s.Power),
        CellStep.Impedance => "ElectrochemicalImpedanceSpectroscopy",
        _ => "LinearScanVoltammetry",
    };

    private static string Way(double direction) => direction > 0 ? "Charging" : "Discharging";

    private static IEnumerable<JsonObject> Own(CellStep step, double? capacity) => step switch
    {
        CellStep.ConstantCurrent s => BattInfoTerms.Current(s.Current, capacity),
        CellStep.ConstantVoltage s => [BattInfoTerms.Volts("Voltage", s.Voltage)],
        CellStep.ConstantCurrentConstantVoltage s =>
            [.. BattInfoTerms.Current(s.Current, capacity), BattInfoTerms.Volts("Voltage", s.Voltage)],
        CellStep.ConstantPower s => [BattInfoTerms.Of("Power", Math.Abs(s.Power), 0, "emmo:Watt")],
        CellStep.Impedance s =>
        [
            s.IsGalvanostatic
                ? BattInfoTerms.Of("AmplitudeOfAlternatingCurrent", s.Amplitude, 3, "emmo:MilliAmpere")
                : BattInfoTerms.Volts("AmplitudeOfAlternatingVoltage", s.Amplitude),
            BattInfoTerms.Of("UpperFrequencyLimit", Math.Max(s.StartFrequency, s.EndFrequency), 0, "emmo:Hertz"),
            BattInfoTerms.Of("LowerFrequencyLimit", Math.Min(s.StartFrequency, s.EndFrequency), 0, "emmo:Hertz"),
            .. s.Bias is { } bias
                ? [s.IsGalvanostatic ? BattInfoTerms.Of("ElectricCurrent", bias, 3, "emmo:MilliAmpere")
                    : BattInfoTerms.Volts("Voltage", bias)]
                : (JsonObject[])[],
        ],
        CellStep.VoltageScan s =>
        [
            BattInfoTerms.Of("PotentialScanRate", s.End < s.Start ? -s.ScanRate : s.ScanRate, 0, "emmo:VoltPerSecond"),
            BattInfoTerms.Volts("UpperVoltageLimit", Math.Max(s.Start, s.End)),
            BattInfoTerms.Volts("LowerVoltageLimit", Math.Min(s.Start, s.End)),
        ],
        _ => [],
    };

    private static IEnumerable<JsonObject> End(CellEnd end, double? capacity) => end.Quantity switch
    {
        CellQuantity.Time => [BattInfoTerms.Of("Duration", end.Value, 0, "emmo:Second")],
        CellQuantity.Voltage => [BattInfoTerms.Ending(
            end.Above ? "UpperVoltageLimit" : "LowerVoltageLimit", end.Value, 0, "emmo:Volt")],
        CellQuantity.Current => BattInfoTerms.CurrentEnd(new CellCurrent(end.Value, end.IsRelative), capacity),
        _ => [],
    };
}
