namespace Sdl.Store.Exports;

/// <summary>What the cells of a column hold. Numbers and counts are doubles, NaN where nothing stands.</summary>
public enum BdfKind { Number, Count, Text }

/// <summary>One column of the Battery Data Format.</summary>
/// <param name="Label">Preferred label, which stands in the first row: <c>Test Time / s</c>.</param>
/// <param name="Name">Machine name, the end of its IRI: <c>test_time_second</c>.</param>
public sealed record BdfColumn(string Label, string Name, BdfKind Kind = BdfKind.Number)
{
    public string Iri => $"{BdfColumns.Vocabulary}{Name}";

    /// <summary>Not of the format: kept and not judged.</summary>
    public bool IsForeign => Name.Length == 0;
}

/// <summary>The vocabulary of BDF 1.3.0 (Battery Data Alliance, battery-data-format.ttl: prefLabel and
/// notation).</summary>
public static class BdfColumns
{
    public const string Version = "1.3.0",
        Vocabulary = "https://w3id.org/battery-data-alliance/ontology/battery-data-format#";

    public static readonly BdfColumn
        TestTime = new("Test Time / s", "test_time_second"),
        Voltage = new("Voltage / V", "voltage_volt"),
        Current = new("Current / A", "current_ampere"),
        UnixTime = new("Unix Time / s", "unix_time_second"),
        CycleCount = new("Cycle Count / 1", "cycle_count", BdfKind.Count),
        StepCount = new("Step Count / 1", "step_count", BdfKind.Count),
        AmbientTemperature = new("Ambient Temperature / degC", "ambient_temperature_celsius"),
        StepId = new("Step ID", "step_id", BdfKind.Text),
        StepRecordIndex = new("Step Record Index / 1", "step_record_index", BdfKind.Count),
        StepTime = new("Step Time / s", "step_time_second"),
        StepType = new("Step Type", "step_type", BdfKind.Text),
        RecordIndex = new("Record Index / 1", "record_index", BdfKind.Count),
        Frequency = new("Frequency / Hz", "frequency_hertz"),
        RealImpedance = new("Real Impedance / ohm", "real_impedance_ohm"),
        ImaginaryImpedance = new("Imaginary Impedance / ohm", "imaginary_impedance_ohm"),
        AbsoluteImpedance = new("Absolute Impedance / ohm", "absolute_impedance_ohm"),
        Phase = new("Phase / deg", "phase_degree"),
        SurfaceTemperature = new("Surface Temperature / degC", "surface_temperature_celsius");

    /// <summary>Without these a file is none.</summary>
    public static IReadOnlyList<BdfColumn> Required { get; } = [TestTime, Voltage, Current];

    public static IReadOnlyList<string> Scopes { get; } = ["", "Cycle ", "Step "];

    public static IReadOnlyList<BdfColumn> All { get; } = [.. Everything()];

    private static readonly Dictionary<string, BdfColumn> ByLabel = All.ToDictionary(c => c.Label),
        ByName = All.ToDictionary(c => c.Name);

    /// <summary>The running sums of charge and energy.</summary>
    /// <param name="scope">Empty for the test, or <c>Cycle </c> or <c>Step </c>.</param>
    /// <param name="sense">Charging, Discharging, Cumulative (their sum) or Net (their difference).</param>
    /// <param name="what">Capacity or Energy.</param>
    public static BdfColumn Sum(string scope, string sense, string what)
    {
        var label = $"{scope}{sense} {what} / {(what == "Energy" ? "Wh" : "Ah")}";
        return new BdfColumn(label, label.Replace(" / ", "_", StringComparison.Ordinal).Replace(' ', '_')
            .ToLowerInvariant());
    }

    public static BdfColumn? Find(string label) => ByLabel.GetValueOrDefault(label);

    /// <summary>The column that a header means which is not spelt as the format asks for: by machine name, or with
    /// other capitals or spaces.</summary>
    public static BdfColumn? Meant(string header)
    {
        var plain = Plain(header);
        return ByName.GetValueOrDefault(header.Trim()) ?? All.FirstOrDefault(c => Plain(c.Label) == plain);
    }

    private static string Plain(string text) =>
        string.Concat(text.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static IEnumerable<BdfColumn> Everything()
    {
        foreach (var column in new[]
        {
            TestTime, Voltage, Current, UnixTime, CycleCount, StepCount, AmbientTemperature, StepId, StepRecordIndex,
            StepTime, StepType, RecordIndex, Frequency, RealImpedance, ImaginaryImpedance, AbsoluteImpedance, Phase,
            SurfaceTemperature, new("Internal Resistance / ohm", "internal_resistance_ohm"),
            new("DC Internal Resistance / ohm", "dc_internal_resistance_ohm"),
            new("AC Internal Resistance / ohm", "ac_internal_resistance_ohm"), new("Power / W", "power_watt"),
            new("Ambient Pressure / Pa", "ambient_pressure_pa"), new("Applied Pressure / Pa", "applied_pressure_pa"),
            new("Surface Pressure / Pa", "surface_pressure_pa"),
        })
            yield return column;
        for (var i = 1; i <= 5; i++)
            yield return new($"Temperature T{i} / degC", $"temperature_t{i}_celsius");
        foreach (var what in new[] { "Capacity", "Energy" })
        {
            foreach (var scope in Scopes)
                foreach (var sense in new[] { "Charging", "Discharging", "Cumulative", "Net" })
                    yield return Sum(scope, sense, what);
            yield return Sum("Schedule ", "Charging", what);
            yield return Sum("Schedule ", "Discharging", what);
        }
    }
}
