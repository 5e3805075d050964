using System.Globalization;
using System.Text;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Writes a setting file of BioLogic's EC-Lab (.mps): one technique "Modulo Bat", a row for each parameter and
/// a column of 20 characters for each sequence. Its text is cp1252, see <see cref="Encoding"/>; steps count from 0, and
/// a loop counts its repetitions. Source: reference/battery-formats.md, 3.1; row names and words as EC-Lab 11 saves
/// them.</summary>
public static class BioLogicExport
{
    private const string Target = "EC-Lab";
    private const int Width = 20, MostLimits = 3;
    private const double LongestDelay = 1;

    // All characters that are written here are the same in cp1252.
    public static Encoding Encoding => Encoding.Latin1;

    /// <exception cref="Core.Protocols.FindingsException">It holds what Modulo Bat cannot be told.</exception>
    /// <exception cref="CellProtocolException">A C-rate without a capacity, or a current above every range.</exception>
    public static CellExport Write(CellProtocol protocol, CellExportOptions options)
    {
        var losses = new Losses(Target, options);
        var steps = FlatMethod.Of(protocol, losses, s => s is CellStep.Rest or CellStep.ConstantCurrent
            or CellStep.ConstantVoltage or CellStep.Impedance, hasRecords: true);
        var isWide = protocol.Steps.Any(s => Voltages(s).Any(v => v is < 0 or > 5));
        var columns = steps.Select((s, i) => Column(s, i, i == 0 ? null : steps[i - 1], protocol, isWide, losses))
            .ToList();
        if (protocol.Steps.OfType<CellStep.ConstantCurrent>().FirstOrDefault(s => s.Current.Value < 0) is { } discharge)
            losses.Warn(discharge.At, "the sign of the current is its direction, as an MPG-2 reads it with EC-Lab 11.52 "
                + "and 11.61; on another instrument see in EC-Lab that this step discharges before you start");
        var text = new StringBuilder();
        foreach (var line in Head(protocol, isWide, losses))
            text.Append(line).Append("\r\n");
        foreach (var row in Blank(0, isWide).Keys.Where(r => IsUsed(r, columns)))
            text.Append(row.PadRight(Width)).AppendJoin("", columns.Select(c => c[row].PadRight(Width))).Append("\r\n");
        return losses.Done(text.ToString());
    }

    private static IEnumerable<string> Head(CellProtocol protocol, bool isWide, Losses losses) =>
    [
        "EC-LAB SETTING FILE", "", "Number of linked techniques : 1", "Device : MPG-2",
        "CE vs. WE compliance from -10 V to 10 V", "Electrode connection : standard", "Potential control : Ewe",
        isWide ? "Ewe ctrl range : min = -10.00 V, max = 10.00 V" : "Ewe ctrl range : min = 0.00 V, max = 5.00 V",
        "Safety Limits :", .. Safety(protocol, losses), "\tDo not start on E overload",
        $"Comments : {protocol.Sample.Name}", "Cycle Definition : Charge/Discharge alternance",
        "Do not turn to OCV between techniques", "", "Technique : 1", "Modulo Bat",
    ];

    private static IEnumerable<string> Safety(CellProtocol protocol, Losses losses)
    {
        var (safety, capacity, at) = (protocol.Safety, protocol.Sample.Capacity, protocol.At);
        if (safety.MinVoltage is { } least)
            yield return $"\tEwe min = {Fixed(least)} V";
        if (safety.MaxVoltage is { } most)
            yield return $"\tEwe max = {Fixed(most)} V";
        // There is one limit of the size of the current: the nearer one keeps the cell safe in both directions.
        var sizes = ((double?[])[safety.MaxCurrent?.In(capacity), -safety.MinCurrent?.In(capacity)]).OfType<double>()
            .ToList();
        if (sizes.Any(s => s <= 0))
            losses.Lose(at, "a safety limit of the current at or beyond zero");
        else if (sizes.Count > 0)
        {
            if (sizes.Count < 2 || sizes[0] != sizes[1])
                losses.Warn(at, $"{Target} has one limit for both directions of the current: the nearer one is taken");
            yield return $"\t|I| = {Fixed(sizes.Min() * 1000)} mA";
        }
        if (safety.MaxCharge is { } charge)
            yield return $"\t|Q-Qo| = {Fixed(charge.In(capacity) * 1000)} mA.h";
        if (safety.MaxTemperature is not null || safety.MinTemperature is not null)
            losses.Lose(at, "the safety limit of the temperature");
        if (safety.Delay > LongestDelay)
            losses.Warn(at, $"{Target} waits 1000 ms at the most before a safety limit acts");
        if (safety.Delay is { } delay)
            yield return $"\tfor t > {DecimalText.Of(Math.Round(Math.Min(delay, LongestDelay) * 1000))} ms";
    }

    private static Dictionary<string, string> Column(
        FlatStep line, int index, FlatStep? before, CellProtocol protocol, bool isWide, Losses losses)
    {
        var column = Blank(index, isWide);
        if (line is FlatStep.Loop loop)
        {
            column["ctrl_type"] = "Loop";
            column["ctrl_seq"] = Whole(loop.Target);
            column["ctrl_repeat"] = Whole(loop.Cycles - 1);
            return column;
        }
        var (step, record) = (FlatStep.Do)line;
        var capacity = protocol.Sample.Capacity;
        switch (step)
        {
            case CellStep.Rest:
                column["ctrl_type"] = "Rest";
                break;
            case CellStep.ConstantCurrent s:
                column["ctrl_type"] = "CC";
                // The sign is the direction, with "charge/discharge" left alone: so Empa's exporter writes it, tested
                // on an MPG-2, for which this file is, with EC-Lab 11.52 and 11.61 (aurora-unicycler,
                // docs/biologic.md). Files that EC-Lab saved for a VSP-300 and BT-Lab for a BCS-815 hold the size here and the direction
                // there, so that others may need it so.
                Control(column, 1, s.Current.In(capacity), "A", losses, s);
                column["ctrl1_val_vs"] = "<None>";
                column["I Range"] = CurrentRange.Of(s.Current.In(capacity));
                break;
            case CellStep.ConstantVoltage s:
                column["ctrl_type"] = "CV";
                column["ctrl1_val"] = Checked(s.Voltage, s, losses);
                column["ctrl1_val_unit"] = "V";
                column["ctrl1_val_vs"] = "Ref";
                if (s.CurrentLimit is { } limit)
                    losses.Lose(s.At, $"the current limit of {limit} while a voltage is held");
                if (before is FlatStep.Do { Step: CellStep.ConstantCurrent cc }
                    && cc.Ends.Any(e => e.Quantity == CellQuantity.Voltage && e.Value == s.Voltage))
                    column["I Range"] = CurrentRange.Of(cc.Current.In(capacity));
                break;
            case CellStep.Impedance s:
                Spectrum(column, s, losses);
                return column;
        }
        AddLimits(column, step, capacity, losses);
        AddRecord(column, step, record);
        return column;
    }

    private static void Spectrum(Dictionary<string, string> column, CellStep.Impedance step, Losses losses)
    {
        column["ctrl_type"] = step.IsGalvanostatic ? "GEIS" : "PEIS";
        if (step.Bias is not null and not 0)
            losses.Lose(step.At, "the bias of an impedance");
        Control(column, 1, step.Amplitude, step.IsGalvanostatic ? "A" : "V", losses, step);
        Control(column, 2, step.StartFrequency, "Hz", losses, step);
        Control(column, 3, step.EndFrequency, "Hz", losses, step);
        column["ctrl_Nd"] = Whole(step.PointsPerDecade);
        column["ctrl_Na"] = Whole(step.Measures);
        column["ctrl_corr"] = step.DriftCorrection ? "1" : "0";
        // An alternating current fills its range with half the amplitude.
        if (step.IsGalvanostatic)
            column["I Range"] = CurrentRange.Of(step.Amplitude * 2);
    }

    private static void AddLimits(
        Dictionary<string, string> column, CellStep step, double? capacity, Losses losses)
    {
        losses.KeepEnds(step, step switch
        {
            CellStep.Rest => [CellQuantity.Time],
            CellStep.ConstantCurrent => [CellQuantity.Time, CellQuantity.Voltage],
            _ => [CellQuantity.Time, CellQuantity.Current],
        });
        var number = 0;
        foreach (var end in step.Ends.Take(MostLimits))
        {
            var (type, comparator, value, unit) = end.Quantity switch
            {
                CellQuantity.Time => ("Time", ">", end.Value, "s"),
                CellQuantity.Voltage => ("Ewe", end.Above ? ">" : "<", end.Value, "V"),
                CellQuantity.Current => (
                    "|I|", "<", new CellCurrent(end.Value, end.IsRelative).In(capacity), "A"),
                _ => ("", "", 0, ""),
            };
            if (type.Length == 0)
                continue;
            number++;
            column[$"lim{number}_type"] = type;
            column[$"lim{number}_comp"] = comparator;
            (column[$"lim{number}_value"], column[$"lim{number}_value_unit"]) = unit == "A"
                ? Scaled(value, unit, losses, step) : (Checked(value, step, losses), unit);
        }
        column["lim_nb"] = Whole(number);
    }

    private static void AddRecord(Dictionary<string, string> column, CellStep step, RecordConditions record)
    {
        var number = 0;
        void Add(string type, string value, string unit)
        {
            number++;
            (column[$"rec{number}_type"], column[$"rec{number}_value"], column[$"rec{number}_value_unit"]) =
                (type, value, unit);
        }
        if (record.Time is { } time)
            Add("Time", Fixed(time), "s");
        if (record.Voltage is { } voltage && step is not CellStep.ConstantVoltage)
            Add("Ewe", Fixed(voltage * 1000), "mV");
        if (record.Current is { } current && step is CellStep.ConstantVoltage)
            Add("I", Fixed(current * 1e6), "µA");
        column["rec_nb"] = Whole(number);
    }

    private static void Control(
        Dictionary<string, string> column, int number, double value, string unit, Losses losses, CellStep step) =>
        (column[$"ctrl{number}_val"], column[$"ctrl{number}_val_unit"]) = Scaled(value, unit, losses, step);

    private static (string Value, string Unit) Scaled(double value, string unit, Losses losses, CellStep step)
    {
        var (scale, prefix) = Math.Abs(value) switch
        {
            >= 1e3 when unit == "Hz" => (1e-3, "k"),
            0 or >= 1 => (1.0, ""),
            >= 1e-3 => (1e3, "m"),
            _ => (1e6, "µ"),
        };
        return (Checked(value * scale, step, losses), prefix + unit);
    }

    private static string Checked(double value, CellStep step, Losses losses)
    {
        var text = Fixed(value);
        var written = double.Parse(text, CultureInfo.InvariantCulture);
        if (Math.Abs(written - value) > 1e-9 * Math.Abs(value))
            losses.Warn(step.At, $"rounded to {text}: {Target} writes three decimals");
        return text;
    }

    // A file has the rows of as many limits and records as its fullest sequence uses, and of one at least.
    private static bool IsUsed(string row, List<Dictionary<string, string>> columns) =>
        !(row.Length > 4 && row[..3] is "lim" or "rec") || row[3] is '1' or '_'
        || columns.Any(c => string.CompareOrdinal(row[3..4], c[row[..3] + "_nb"]) <= 0);

    private static IEnumerable<double> Voltages(CellStep step) => step.Ends
        .Where(e => e.Quantity == CellQuantity.Voltage).Select(e => e.Value)
        .Concat(step is CellStep.ConstantVoltage s ? [s.Voltage] : (double[])[]);

    private static string Whole(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Fixed(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Blank(int index, bool isWide)
    {
        var column = new Dictionary<string, string> { ["Ns"] = Whole(index), ["ctrl_type"] = "", ["Apply I/C"] = "I" };
        column["current/potential"] = "current";
        for (var i = 1; i <= 3; i++)
            (column[$"ctrl{i}_val"], column[$"ctrl{i}_val_unit"], column[$"ctrl{i}_val_vs"]) = ("", "", "");
        foreach (var (row, value) in ((string, string)[])
        [
            ("N", "0.00"), ("charge/discharge", "Charge"), ("charge/discharge_1", "Charge"), ("Apply I/C_1", "I"),
            ("N1", "0.00"), ("ctrl4_val", ""), ("ctrl4_val_unit", ""), ("ctrl5_val", ""), ("ctrl5_val_unit", ""),
            ("ctrl_tM", "0"), ("ctrl_seq", "0"), ("ctrl_repeat", "0"), ("ctrl_trigger", "Falling Edge"),
            ("ctrl_TO_t", "0.000"), ("ctrl_TO_t_unit", "d"), ("ctrl_Nd", "6"), ("ctrl_Na", "2"), ("ctrl_corr", "0"),
            ("lim_nb", "0"),
        ])
            column[row] = value;
        for (var i = 1; i <= MostLimits; i++)
        {
            (column[$"lim{i}_type"], column[$"lim{i}_comp"], column[$"lim{i}_Q"]) = ("Time", ">", "");
            (column[$"lim{i}_value"], column[$"lim{i}_value_unit"]) = ("0.000", "s");
            (column[$"lim{i}_action"], column[$"lim{i}_seq"]) = ("Next sequence", Whole(index + 1));
        }
        column["rec_nb"] = "0";
        for (var i = 1; i <= 3; i++)
            (column[$"rec{i}_type"], column[$"rec{i}_value"], column[$"rec{i}_value_unit"]) = ("", "", "");
        (column["E range min (V)"], column["E range max (V)"]) = isWide ? ("-10.000", "10.000") : ("0.000", "5.000");
        (column["I Range"], column["I Range min"], column["I Range max"], column["I Range init"]) =
            ("Auto", "Unset", "Unset", "Unset");
        (column["auto rest"], column["Bandwidth"]) = ("1", "5");
        return column;
    }
}
