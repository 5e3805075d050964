using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Drivers;

internal static class WholeNumbers
{
    /// <exception cref="SettingException">It is no whole number, or outside the limits.</exception>
    public static int Whole(this Settings settings, string name, int otherwise, int min, int max)
    {
        var value = settings.Quantity(name, "1", Quantity.Of(otherwise, Unit.One)).Si;
        return value == Math.Truncate(value) && value >= min && value <= max
            ? (int)value
            : throw new SettingException(name, $"= {value} should be a whole number from {min} to {max}");
    }
}
