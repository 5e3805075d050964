using Sdl.Core.Units;

namespace Sdl.Core.Records;

/// <summary>A value with one standard deviation of the same dimension; zero when it is exact.</summary>
public sealed record Measured(Quantity Value, Quantity Uncertainty)
{
    public static Measured Exact(Quantity value) => new(value, new Quantity(0, value.Dimension));

    public override string ToString()
    {
        var unit = Display.UnitFor(Value);
        // An uncertainty is a difference: the offset of degC does not apply to it.
        var spread = Uncertainty.Si / unit.Scale;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{Value.In(unit):G5} ± {spread:G2}{unit.Suffix}");
    }
}
