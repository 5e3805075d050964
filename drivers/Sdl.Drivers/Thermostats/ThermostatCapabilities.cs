using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers.Thermostats;

/// <summary>What every thermostat can do, spelt alike, so that a protocol can bind any of them.</summary>
public static class ThermostatCapabilities
{
    public const string Settle = "settle";
    public const string SetTemperature = "set_temperature";
    public const string ReadTemperature = "read_temperature";
    public const string Standby = "standby";

    public static readonly Column Time = new("time", Unit.Parse("s"), "since the start of the wait");
    public static readonly Column Temperature = new("temperature", Unit.Celsius, "measured by the controller's sensor");
    public static readonly Column Output = new("output", Unit.Parse("%"), "heating power; negative when it cools");

    private static readonly Unit Second = Unit.Parse("s");
    private static readonly Unit Kelvin = Unit.Parse("K");

    /// <summary>The four capabilities of a thermostat that may be set from <paramref name="min"/> to
    /// <paramref name="max"/>. All are <see cref="Replay.Safe"/>: they say where to go, not by how much.</summary>
    /// <param name="approach">How long it usually takes to come into the band.</param>
    public static IReadOnlyList<Capability> Of(Quantity min, Quantity max, TimeSpan approach)
    {
        var temperature = new QuantityInput("temperature", Unit.Celsius, min, max, "where to");
        return
        [
            new Capability(
                Settle, "sets a temperature and waits until it has stayed there",
                [
                    temperature,
                    new QuantityInput("band", Kelvin, new(0.001, Kelvin.Dimension), new(10, Kelvin.Dimension),
                        "largest distance from the set-point that counts as there", Quantity.Of(0.1, Kelvin)),
                    Seconds("hold", 0, 86400, 180, "how long it must stay in the band"),
                    Seconds("timeout", 1, 604800, 1800, "after which it fails"),
                ],
                [Time, Temperature, Output], Replay.Safe,
                a => approach + a.Quantity("hold").ToTimeSpan(), Holds: true)
            {
                Limit = a => a.Quantity("timeout").ToTimeSpan(),
            },
            new Capability(SetTemperature, "sets a temperature and does not wait", [temperature], [],
                Replay.Safe, Holds: true),
            new Capability(ReadTemperature, "reads the temperature once", [], [Temperature, Output], Replay.Safe),
            new Capability(Standby, "stops heating and cooling", [], [], Replay.Safe, Holds: true),
        ];
    }

    /// <summary>What every thermostat shows.</summary>
    /// <param name="decimals">Decimal places of a display of 16 bits.</param>
    public static IReadOnlyList<Reading> Readings(int decimals)
    {
        // From the coldest to the hottest sensor that such controllers take, thermocouples J and C.
        var digits = Math.Pow(10, decimals);
        var least = Quantity.Of(Math.Max(-210, short.MinValue / digits), Unit.Celsius);
        var most = Quantity.Of(Math.Min(2300, short.MaxValue / digits), Unit.Celsius);
        return
        [
            new(Temperature.Name, Temperature.Unit, least, most, Temperature.Description),
            new("setpoint", Unit.Celsius, least, most, "where the controller steers to just now"),
            new(Output.Name, Output.Unit, Quantity.Of(-100, Output.Unit), Quantity.Of(100, Output.Unit),
                Output.Description),
        ];
    }

    private static QuantityInput Seconds(string name, double min, double max, double otherwise, string description) =>
        new(name, Second, Quantity.Of(min, Second), Quantity.Of(max, Second), description,
            Quantity.Of(otherwise, Second));
}
