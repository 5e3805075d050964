using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>What unicycler and the test protocol of BattINFO spell alike.</summary>
internal static class TestFields
{
    /// <summary>The entry <c>record</c>, in s, V and mA.</summary>
    public static RecordConditions Record(JsonFields root)
    {
        if (root.Object("record") is not { } fields)
        {
            root.Add(root.At, "'record' is missing");
            return new RecordConditions(null);
        }
        var record = new RecordConditions(
            fields.Needed("time_s"), fields.Number("voltage_V"), fields.Number("current_mA", -3));
        if (record.Time <= 0 || record.Voltage <= 0 || record.Current <= 0)
            fields.Add(fields.At, "what triggers a record should be above zero");
        fields.RefuseUnread("'record'");
        return record;
    }

    /// <summary>The entry <c>safety</c>, in V, mA, mAh, s and degC.</summary>
    /// <param name="hasTemperature">It may limit the temperature as well.</param>
    public static CellSafety Safety(JsonFields? fields, bool hasTemperature)
    {
        if (fields is null)
            return CellSafety.None;
        CellCurrent? Current(string name) =>
            fields.Number(name, -3) is { } value ? CellCurrent.Amperes(value) : null;
        var safety = new CellSafety
        {
            MaxVoltage = fields.Number("max_voltage_V"),
            MinVoltage = fields.Number("min_voltage_V"),
            MaxCurrent = Current("max_current_mA"),
            MinCurrent = Current("min_current_mA"),
            MaxCharge = fields.Number("max_capacity_mAh", -3) is { } most ? CellCharge.AmpereHours(most) : null,
            MaxTemperature = hasTemperature ? fields.Number("max_temperature_degC") : null,
            MinTemperature = hasTemperature ? fields.Number("min_temperature_degC") : null,
            Delay = fields.Number("delay_s"),
        };
        if (safety.MaxVoltage <= safety.MinVoltage || safety.MaxCurrent?.Value <= safety.MinCurrent?.Value
            || safety.MaxTemperature <= safety.MinTemperature)
            fields.Add(fields.At, "safety: the upper limit should be above the lower one");
        if (safety.Delay < 0 || safety.MaxCharge?.Value < 0)
            fields.Add(fields.At, "safety: a delay and a capacity are not below zero");
        fields.RefuseUnread("'safety'");
        return safety;
    }
}
