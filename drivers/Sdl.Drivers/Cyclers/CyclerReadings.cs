using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Cyclers;

/// <summary>What every cycler shows of the cell at its terminals, whatever it is doing.</summary>
internal static class CyclerReadings
{
    private static readonly Unit Volt = Unit.Parse("V"), Ampere = Unit.Parse("A");

    /// <param name="hasTemperature">It has a sensor at the cell.</param>
    public static IReadOnlyList<Reading> Of(CellLimits limits, bool hasTemperature)
    {
        // Beyond its limits it still measures: twice as far, and at least as far as a lab's supplies reach.
        var volt = Math.Max(100, 2 * limits.MaxVoltage);
        var ampere = Math.Max(100, 2 * limits.MaxCurrent);
        List<Reading> readings =
        [
            new("voltage", Volt, Quantity.Of(-volt, Volt), Quantity.Of(volt, Volt), "at the terminals"),
            new("current", Ampere, Quantity.Of(-ampere, Ampere), Quantity.Of(ampere, Ampere), "positive charges"),
        ];
        if (hasTemperature)
            readings.Add(new("temperature", Unit.Celsius, Quantity.Of(-100, Unit.Celsius),
                Quantity.Of(300, Unit.Celsius), "of the cell, by the channel's own sensor"));
        return readings;
    }

    /// <param name="celsius">Null where nobody measures it.</param>
    public static IReadOnlyDictionary<string, Quantity> Values(double voltage, double current, double? celsius)
    {
        var values = new SortedDictionary<string, Quantity>(StringComparer.Ordinal)
        {
            ["voltage"] = Quantity.Of(voltage, Volt), ["current"] = Quantity.Of(current, Ampere),
        };
        if (celsius is { } temperature)
            values["temperature"] = Quantity.Of(temperature, Unit.Celsius);
        return values;
    }
}
