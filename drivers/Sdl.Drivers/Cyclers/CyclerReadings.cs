using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Cyclers;

/// <summary>What every cycler shows of the cell at its terminals, whatever it is doing.</summary>
internal static class CyclerReadings
{
    private static readonly Unit Volt = Unit.Parse("V"), Ampere = Unit.Parse("A");

    /// <summary>Beyond its limits a device still measures: this far.</summary>
    /// <param name="least">V.</param>
    /// <param name="most">V.</param>
    /// <param name="ampere">A in either direction.</param>
    /// <param name="hasTemperature">It has a sensor at the cell.</param>
    public static IReadOnlyList<Reading> Of(double least, double most, double ampere, bool hasTemperature)
    {
        List<Reading> readings =
        [
            new("voltage", Volt, Quantity.Of(least, Volt), Quantity.Of(most, Volt), "at the terminals"),
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
