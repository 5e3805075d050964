using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes a step file of Neware's BTS 8: times in ms, voltages in 0.1 mV, currents in mA, capacities in mA·s.
/// Source: reference/battery-formats.md, 3.1; files that BTS Client 8.0 wrote.</summary>
public static class NewareExport
{
    private const string Target = "Neware BTS 8";

    // Step_Type of the format.
    private const int Charge = 1, Discharge = 2, HoldCharging = 3, Rest = 4, Loop = 5, End = 6, HoldDischarging = 19;

    /// <exception cref="Core.Protocols.FindingsException">It holds what BTS cannot be told.</exception>
    /// <exception cref="CellProtocolException">A C-rate without a capacity.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        var steps = FlatMethod.Of(protocol, losses, s => s is CellStep.Rest
            or CellStep.ConstantCurrent { Current.Value: not 0 } or CellStep.ConstantVoltage, hasRecords: true);
        var capacity = protocol.Sample.Capacity;
        var lines = steps.Select((s, i) => s is FlatStep.Do d
            ? Step(d, i == 0 ? null : (steps[i - 1] as FlatStep.Do)?.Step, i + 1, protocol, losses)
            : Looped((FlatStep.Loop)s, i + 1)).Append(Line(steps.Count + 1, End)).ToList();
        var config = new XElement("config",
            new XAttribute("type", "Step File"), new XAttribute("version", "17"),
            new XAttribute("client_version", "BTS Client 8.0.0.478(2024.06.24)(R3)"),
            new XAttribute("date", options.At.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)),
            new XElement("Head_Info",
                Value("Operate", "66"), Value("Scale", "1"),
                new XElement("Start_Step", new XAttribute("Value", "1"), new XAttribute("Hide_Ctrl_Step", "0")),
                Value("Creator", "sdl"), Value("Remark", protocol.Sample.Name ?? ""),
                // 103: the rates are for people, the currents count.
                Value("RateType", "103"),
                capacity is { } all ? Value("MultCap", Number(all, 3600e3)) : null),
            new XElement("Whole_Prt",
                new XElement("Protect", new XElement("Main", Protect(protocol, losses))),
                new XElement("Record", new XElement("Main", Record(protocol.Record)))),
            new XElement("Step_Info", new XAttribute("Num", lines.Count), lines),
            new XElement("SMBUS", new XElement("SMBUS_Info",
                new XAttribute("Num", "0"), new XAttribute("AdjacentInterval", "0"))));
        // The same protocol has the same identity, so that nothing but its content tells two files apart.
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(config.ToString()));
        config.Add(new XAttribute("Guid", new Guid(digest.AsSpan(0, 16)).ToString()));
        var text = new XElement("root", config).ToString().ReplaceLineEndings("\n");
        return losses.Done("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" + text + "\n");
    }

    private static XElement Step(
        FlatStep.Do line, CellStep? before, int number, CellProtocol protocol, Losses losses)
    {
        var capacity = protocol.Sample.Capacity;
        var (kind, limits) = line.Step switch
        {
            CellStep.Rest => (Rest, new List<XElement>()),
            CellStep.ConstantCurrent s => (
                s.Current.Value > 0 ? Charge : Discharge, Current(s.Current, capacity)),
            _ => Hold((CellStep.ConstantVoltage)line.Step, before, capacity),
        };
        AddEnds(line.Step, limits, capacity, losses);
        var element = Line(number, kind);
        if (line.Step.Record is not null)
            element.Add(new XElement("Record", new XElement("Main", Record(line.Record))));
        element.Add(new XElement("Limit", new XElement("Main", limits)));
        return element;
    }

    private static (int Kind, List<XElement> Limits) Hold(
        CellStep.ConstantVoltage step, CellStep? before, double? capacity)
    {
        var limits = new List<XElement> { Value("Volt", Volts(step.Voltage)) };
        var current = before as CellStep.ConstantCurrent;
        var follows = current?.Ends.Any(e => e.Quantity == CellQuantity.Voltage && e.Value == step.Voltage) == true;
        // With the current that brought it there the voltage is held without a jump of the current.
        if (step.CurrentLimit is { } limit)
            limits.AddRange(Current(limit, capacity));
        else if (follows)
            limits.AddRange(Current(current!.Current, capacity));
        return (step.Discharges || follows && current!.Current.Value < 0 ? HoldDischarging : HoldCharging, limits);
    }

    private static void AddEnds(CellStep step, List<XElement> limits, double? capacity, Losses losses)
    {
        switch (step)
        {
            case CellStep.Rest:
                losses.KeepEnds(step, CellQuantity.Time);
                break;
            case CellStep.ConstantVoltage:
                losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Current, CellQuantity.Charge);
                break;
            case CellStep.ConstantCurrent s:
                losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Voltage, CellQuantity.Charge);
                foreach (var end in step.Ends.Where(e => e.Quantity == CellQuantity.Voltage
                    && e.Above != s.Current.Value > 0))
                    losses.Lose(step.At, $"an end at {end} against the direction of the current");
                break;
        }
        foreach (var end in step.Ends)
            switch (end.Quantity)
            {
                case CellQuantity.Time:
                    limits.Add(Value("Time", Number(end.Value, 1000)));
                    break;
                case CellQuantity.Voltage:
                    limits.Add(Value("Stop_Volt", Volts(end.Value)));
                    break;
                case CellQuantity.Charge:
                    limits.Add(Value("Cap", Number(new CellCharge(end.Value, end.IsRelative).In(capacity), 3600e3)));
                    break;
                case CellQuantity.Current:
                    if (end.IsRelative)
                        limits.Add(Value("Stop_Rate", Number(end.Value)));
                    limits.Add(Value("Stop_Curr",
                        Number(new CellCurrent(end.Value, end.IsRelative).In(capacity), 1000)));
                    break;
            }
    }

    private static XElement Looped(FlatStep.Loop loop, int number)
    {
        var element = Line(number, Loop);
        element.Add(new XElement("Limit", new XElement("Other",
            Value("Start_Step", Number(loop.Target + 1)), Value("Cycle_Count", Number(loop.Cycles)))));
        return element;
    }

    private static IEnumerable<XElement> Protect(CellProtocol protocol, Losses losses)
    {
        var (safety, capacity) = (protocol.Safety, protocol.Sample.Capacity);
        if (safety.MaxTemperature is not null || safety.MinTemperature is not null)
            losses.Lose(protocol.At, "the safety limit of the temperature");
        XElement Pair(string name, string? upper, string? lower) => new(name,
            upper is null ? null : Value("Upper", upper), lower is null ? null : Value("Lower", lower));
        // Zero is a limit like any other.
        if (safety.MaxVoltage is not null || safety.MinVoltage is not null)
            yield return Pair("Volt", safety.MaxVoltage is { } v ? Volts(v) : null,
                safety.MinVoltage is { } w ? Volts(w) : null);
        if (safety.MaxCurrent is not null || safety.MinCurrent is not null)
            yield return Pair("Curr", safety.MaxCurrent is { } i ? Number(i.In(capacity), 1000) : null,
                safety.MinCurrent is { } j ? Number(j.In(capacity), 1000) : null);
        if (safety.Delay is { } delay)
            yield return Value("Delay_Time", Number(delay, 1000));
        if (safety.MaxCharge is { } charge)
            yield return Pair("Cap", Number(charge.In(capacity), 3600e3), null);
    }

    private static IEnumerable<XElement> Record(RecordConditions record)
    {
        if (record.Time is { } time)
            yield return Value("Time", Number(time, 1000));
        if (record.Voltage is { } voltage)
            yield return Value("Volt", Volts(voltage));
        if (record.Current is { } current)
            yield return Value("Curr", Number(current, 1000));
    }

    private static List<XElement> Current(CellCurrent current, double? capacity)
    {
        var size = current with { Value = Math.Abs(current.Value) };
        List<XElement> elements = [Value("Curr", Number(size.In(capacity), 1000))];
        if (size.IsRate)
            elements.Insert(0, Value("Rate", Number(size.Value)));
        return elements;
    }

    private static XElement Line(int number, int kind) => new(
        "Step" + Number(number), new XAttribute("Step_ID", number), new XAttribute("Step_Type", kind));

    private static XElement Value(string name, string value) => new(name, new XAttribute("Value", value));

    private static string Volts(double volts) => Number(volts, 10_000);

    // Twelve digits: no rounding of binary fractions shows, and no cycler resolves more.
    private static string Number(double value, double factor = 1) =>
        DecimalText.Of(double.Parse((value * factor).ToString("G12", CultureInfo.InvariantCulture),
            CultureInfo.InvariantCulture));
}
