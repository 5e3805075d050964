using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes aurora-unicycler JSON. Lossless for what unicycler knows: rest, CC, CV, impedance, linear scans,
/// tags, loops. Source: reference/battery-formats.md, 3.1.</summary>
public static class UnicyclerExport
{
    private const string Target = "unicycler";

    /// <exception cref="Core.Protocols.FindingsException">It holds what unicycler cannot say.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        var steps = FlatMethod.Of(protocol, losses, s => s is CellStep.Tag or CellStep.Rest
            or CellStep.ConstantCurrent { Current.Value: not 0 } or CellStep.ConstantVoltage or CellStep.Impedance
            or CellStep.VoltageScan { Sweeps: 1 });
        if (protocol.Description.Length > 0 || protocol.Kind is not null)
            losses.Warn(protocol.At, "left out: unicycler has no place for a description or a kind of test");
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions
        {
            Indented = true,
            NewLine = "\n",
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }))
        {
            writer.WriteStartObject();
            WriteHead(writer, protocol, losses);
            writer.WriteStartArray("method");
            for (var i = 0; i < steps.Count; i++)
                WriteStep(writer, steps, i, losses);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return losses.Done(Encoding.UTF8.GetString(stream.ToArray()) + "\n");
    }

    private static void WriteHead(Utf8JsonWriter writer, CellProtocol protocol, Losses losses)
    {
        writer.WriteStartObject("sample");
        writer.WriteString("name", protocol.Sample.Name ?? "$NAME");
        Number(writer, "capacity_mAh", protocol.Sample.Capacity, 3);
        writer.WriteEndObject();
        writer.WriteStartObject("record");
        if (protocol.Record.Time is null)
            losses.Refuse(protocol.At, "a protocol without a record time");
        Number(writer, "time_s", protocol.Record.Time);
        Number(writer, "voltage_V", protocol.Record.Voltage);
        Number(writer, "current_mA", protocol.Record.Current, 3);
        writer.WriteEndObject();
        var (safety, capacity) = (protocol.Safety, protocol.Sample.Capacity);
        if (safety.MaxTemperature is not null || safety.MinTemperature is not null)
            losses.Lose(protocol.At, "the safety limit of the temperature");
        writer.WriteStartObject("safety");
        Number(writer, "max_voltage_V", safety.MaxVoltage);
        Number(writer, "min_voltage_V", safety.MinVoltage);
        Number(writer, "max_current_mA", safety.MaxCurrent?.In(capacity), 3);
        Number(writer, "min_current_mA", safety.MinCurrent?.In(capacity), 3);
        Number(writer, "max_capacity_mAh", safety.MaxCharge?.In(capacity), 3);
        Number(writer, "delay_s", safety.Delay);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, IReadOnlyList<FlatStep> steps, int index, Losses losses)
    {
        writer.WriteStartObject();
        if (steps[index] is FlatStep.Loop loop)
        {
            Head(writer, "loop", loop.From.Name);
            if (steps[loop.Target] is FlatStep.Do { Step: CellStep.Tag tag })
                writer.WriteString("loop_to", tag.Text);
            else
                writer.WriteNumber("loop_to", loop.Target + 1);
            writer.WriteNumber("cycle_count", loop.Cycles);
        }
        else if (steps[index] is FlatStep.Do { Step: var step })
            WriteStep(writer, step, losses);
        writer.WriteEndObject();
    }

    private static void WriteStep(Utf8JsonWriter writer, CellStep step, Losses losses)
    {
        switch (step)
        {
            case CellStep.Tag tag:
                Head(writer, "tag", step.Name);
                writer.WriteString("tag", tag.Text);
                break;
            case CellStep.Rest:
                losses.KeepEnds(step, CellQuantity.Time);
                Head(writer, "open_circuit_voltage", step.Name);
                End(writer, "until_time_s", step, CellQuantity.Time, losses);
                break;
            case CellStep.ConstantCurrent cc:
                WriteCurrent(writer, cc, losses);
                break;
            case CellStep.ConstantVoltage cv:
                WriteVoltage(writer, cv, losses);
                break;
            case CellStep.Impedance z:
                WriteSpectrum(writer, z, losses);
                break;
            case CellStep.VoltageScan { Sweeps: 1 } scan:
                losses.KeepEnds(step);
                Head(writer, "voltage_scan", step.Name);
                Number(writer, "start_voltage_V", scan.Start);
                Number(writer, "end_voltage_V", scan.End);
                Number(writer, "scan_rate_mV_per_s", scan.ScanRate, 3);
                break;
            default:
                losses.Refuse(step.At, FlatMethod.Name(step));
                break;
        }
    }

    private static void WriteCurrent(Utf8JsonWriter writer, CellStep.ConstantCurrent step, Losses losses)
    {
        losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Voltage);
        foreach (var end in step.Ends.Where(e => e.Quantity == CellQuantity.Voltage
            && e.Above != step.Current.Value > 0))
            losses.Lose(step.At, $"an end at {end} against the direction of the current");
        Head(writer, "constant_current", step.Name);
        Amount(writer, step.Current, "rate_C", "current_mA");
        End(writer, "until_time_s", step, CellQuantity.Time, losses);
        End(writer, "until_voltage_V", step, CellQuantity.Voltage, losses);
    }

    private static void WriteVoltage(Utf8JsonWriter writer, CellStep.ConstantVoltage step, Losses losses)
    {
        losses.KeepEnds(step, CellQuantity.Time, CellQuantity.Current);
        if (step.CurrentLimit is { } limit)
            losses.Lose(step.At, $"the current limit of {limit} while a voltage is held");
        Head(writer, "constant_voltage", step.Name);
        Number(writer, "voltage_V", step.Voltage);
        End(writer, "until_time_s", step, CellQuantity.Time, losses);
        if (step.Ends.FirstOrDefault(e => e.Quantity == CellQuantity.Current) is not { } end)
            return;
        if (end.Value == 0)
            losses.Lose(step.At, $"the end at {end}, which it reads as none at all");
        else
            // The sign says in which direction the current flows.
            Amount(writer, new CellCurrent(step.Discharges ? -end.Value : end.Value, end.IsRelative),
                "until_rate_C", "until_current_mA");
    }

    private static void WriteSpectrum(Utf8JsonWriter writer, CellStep.Impedance step, Losses losses)
    {
        losses.KeepEnds(step);
        if (step.Bias is { } bias && !(step.IsGalvanostatic && bias == 0))
            losses.Lose(step.At, "the bias of an impedance");
        Head(writer, "impedance_spectroscopy", step.Name);
        if (step.IsGalvanostatic)
            Number(writer, "amplitude_mA", step.Amplitude, 3);
        else
            Number(writer, "amplitude_V", step.Amplitude);
        Number(writer, "start_frequency_Hz", step.StartFrequency);
        Number(writer, "end_frequency_Hz", step.EndFrequency);
        writer.WriteNumber("points_per_decade", step.PointsPerDecade);
        writer.WriteNumber("measures_per_point", step.Measures);
        writer.WriteBoolean("drift_correction", step.DriftCorrection);
    }

    private static void Head(Utf8JsonWriter writer, string kind, string? name)
    {
        writer.WriteString("step", kind);
        if (name is not null)
            writer.WriteString("id", name);
    }

    private static void Amount(Utf8JsonWriter writer, CellCurrent current, string rate, string absolute) =>
        Number(writer, current.IsRate ? rate : absolute, current.Value, current.IsRate ? 0 : 3);

    private static void End(
        Utf8JsonWriter writer, string name, CellStep step, CellQuantity quantity, Losses losses)
    {
        if (step.Ends.FirstOrDefault(e => e.Quantity == quantity) is not { } end)
            return;
        if (end.Value == 0)
            losses.Lose(step.At, $"the end at {end}, which it reads as none at all");
        else
            Number(writer, name, end.Value);
    }

    private static void Number(Utf8JsonWriter writer, string name, double? value, int places = 0)
    {
        if (value is not { } given)
            return;
        writer.WritePropertyName(name);
        writer.WriteRawValue(DecimalText.Of(given, places));
    }
}
