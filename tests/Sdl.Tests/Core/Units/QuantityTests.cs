using System.Text.Json;
using FsCheck.Xunit;
using Sdl.Core.Units;

namespace Sdl.Tests.Core.Units;

public class QuantityTests
{
    [Theory]
    [InlineData("0.5 mL", 0.5e-6, "m3")]
    [InlineData("1mL/min", 1e-6 / 60, "m3*s-1")]
    [InlineData("26.5 degC", 299.65, "K")]
    [InlineData("10 mHz", 0.01, "s-1")]
    [InlineData("10 mS/cm", 1.0, "kg-1*m-3*s3*A2")]
    [InlineData("1.5 M", 1500, "m-3*mol")]
    [InlineData("0.9 1/cm", 90, "m-1")]
    [InlineData("5 µm", 5e-6, "m")]
    [InlineData("-3.2e-3 V", -3.2e-3, "kg*m2*s-3*A-1")]
    [InlineData("0.12", 0.12, "1")]
    [InlineData("35 %", 0.35, "1")]
    public void Text_is_read_as_people_write_it(string text, double si, string dimension)
    {
        var quantity = Quantity.Parse(text);
        Assert.Equal(si, quantity.Si, Math.Abs(si) * 1e-12);
        Assert.Equal(dimension, quantity.Dimension.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("mL")]
    [InlineData("NaN")]
    [InlineData("1e999 V")]
    [InlineData("1 parsec")]
    [InlineData("1 mL//min")]
    [InlineData("0,5 mL")]
    public void What_is_no_quantity_is_refused_with_a_reason(string text)
    {
        Assert.False(Quantity.TryParse(text, out _, out var error));
        Assert.NotEmpty(error);
    }

    [Fact]
    public void NaN_and_infinity_cannot_become_quantities()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Quantity(double.NaN, default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Quantity.Of(double.PositiveInfinity, "V"));
    }

    [Fact]
    public void Quantities_of_different_dimensions_are_neither_added_nor_compared()
    {
        Assert.Throws<ArgumentException>(() => Quantity.Parse("1 V") + Quantity.Parse("1 A"));
        Assert.Throws<ArgumentException>(() => Quantity.Parse("1 V") > Quantity.Parse("1 A"));
    }

    [Theory]
    [InlineData("1.5e-6 m3", "1.5 mL")]
    [InlineData("299.65 K", "26.5 degC")]
    [InlineData("1.00324 S/m", "10.032 mS/cm")]
    [InlineData("0.1 K", "0.1 K")]
    [InlineData("90 s", "1.5 min")]
    [InlineData("0 V", "0 mV")]
    public void Display_takes_the_customary_unit(string text, string shown) =>
        Assert.Equal(shown, Quantity.Parse(text).ToString());

    [Property]
    public bool Exact_text_gives_the_same_bits_back(double value, sbyte length, sbyte time)
    {
        if (!double.IsFinite(value))
            return true;
        var quantity = new Quantity(value, new Dimension((sbyte)(length % 9), 0, (sbyte)(time % 9)));
        var json = JsonSerializer.Serialize(quantity);
        return JsonSerializer.Deserialize<Quantity>(json) == quantity;
    }
}
