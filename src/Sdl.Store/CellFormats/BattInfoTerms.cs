using System.Text.Json.Nodes;
using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>Quantities in the terms of BattINFO and EMMO.</summary>
internal static class BattInfoTerms
{
    public static JsonObject Of(string type, double value, int places, string unit) =>
        Quantity(JsonValue.Create(type), value, places, unit);

    public static JsonObject Volts(string type, double value) => Of(type, value, 0, "emmo:Volt");

    public static JsonObject Number(string type, double value) => Of(type, value, 0, "emmo:UnitOne");

    /// <summary>Reaching it ends the step.</summary>
    public static JsonObject Ending(string type, double value, int places, string unit) =>
        Quantity(new JsonArray(type, "TerminationQuantity"), value, places, unit);

    /// <summary>The size of a current: in mA as far as it is known, and as a C-rate if it was given so.</summary>
    public static IEnumerable<JsonObject> Current(CellCurrent current, double? capacity)
    {
        var size = current with { Value = Math.Abs(current.Value) };
        if (!size.IsRate || capacity is not null)
            yield return Of("ElectricCurrent", ExportJson.Tidy(size.In(capacity)), 3, "emmo:MilliAmpere");
        if (size.IsRate)
            yield return Of("CRate", size.Value, 0, "echem:CRateUnit");
    }

    /// <inheritdoc cref="Current"/>
    public static IEnumerable<JsonObject> CurrentEnd(CellCurrent current, double? capacity)
    {
        if (!current.IsRate || capacity is not null)
            yield return Ending("LowerCurrentLimit", ExportJson.Tidy(current.In(capacity)), 3, "emmo:MilliAmpere");
        if (current.IsRate)
            yield return Ending("LowerCRateLimit", current.Value, 0, "echem:CRateUnit");
    }

    private static JsonObject Quantity(JsonNode type, double value, int places, string unit) => new()
    {
        ["@type"] = type,
        ["hasNumericalPart"] = new JsonObject
        {
            ["@type"] = "RealData",
            ["hasNumberValue"] = ExportJson.Number(value, places),
        },
        ["hasMeasurementUnit"] = unit,
    };
}
