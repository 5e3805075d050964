using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>JSON as exports write it: two blanks, line feeds, numbers as short as they can be.</summary>
internal static class ExportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Text(JsonNode node) => node.ToJsonString(Options) + "\n";

    /// <summary>Twelve digits: what a C-rate times a capacity is meant to be.</summary>
    public static double Tidy(double value) =>
        double.Parse(value.ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>Times 10^<paramref name="places"/>, by its decimal digits.</summary>
    public static JsonNode? Number(double? value, int places = 0) =>
        value is { } given ? JsonNode.Parse(DecimalText.Of(given, places)) : null;
}

/// <summary>The current ranges of a BioLogic MPG-2.</summary>
internal static class CurrentRange
{
    private static readonly (double Most, string Name)[] Ranges =
    [
        (10e-6, "10 µA"), (100e-6, "100 µA"), (1e-3, "1 mA"), (10e-3, "10 mA"), (100e-3, "100 mA"), (1, "1 A"),
    ];

    /// <summary>The smallest that holds <paramref name="current"/> (A).</summary>
    /// <exception cref="CellProtocolException">None does.</exception>
    public static string Of(double current) => Ranges.FirstOrDefault(r => Math.Abs(current) <= r.Most).Name
        ?? throw new CellProtocolException($"{CellCurrent.Amperes(current)} is above the largest current range, 1 A");
}

/// <summary>The safety limits that a format has no place for, by name.</summary>
internal static class SafetyWords
{
    public static void Lose(CellProtocol protocol, Losses losses)
    {
        var safety = protocol.Safety;
        foreach (var (name, given) in ((string, bool)[])
        [
            ("max_voltage", safety.MaxVoltage is not null), ("min_voltage", safety.MinVoltage is not null),
            ("max_current", safety.MaxCurrent is not null), ("min_current", safety.MinCurrent is not null),
            ("max_charge", safety.MaxCharge is not null), ("max_temperature", safety.MaxTemperature is not null),
            ("min_temperature", safety.MinTemperature is not null), ("delay", safety.Delay is not null),
        ])
            if (given)
                losses.Lose(protocol.At, $"the safety limit {name}");
    }
}
