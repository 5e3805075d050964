using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Drivers.Potentiostats;

namespace Sdl.Instruments.Tests.Potentiostats;

public class DataPackageTests
{
    // The literal packages were read with the vendor's own parser (PalmSens MethodSCRIPT examples, Python).

    [Fact]
    public void Package_of_a_voltammogram_is_read_with_status_and_range() => Assert.Equal(
        [new PackageValue("da", 5137370e-9), new PackageValue("ba", 2799987e-15, 4, 0x84)],
        DataPackage.Parse("Pda84E63DAn;ba82AB973f,14,284"));

    [Fact]
    public void Negative_values_lie_below_the_offset() => Assert.Equal(
        [new PackageValue("da", -499905e-6), new PackageValue("ba", -57847747e-12, 0, 0x88)],
        DataPackage.Parse("Pda7F85F3Fu;ba48D503Dp,10,288"));

    [Fact]
    public void Package_of_an_impedance_is_read() => Assert.Equal(
        [new PackageValue("dc", 99.999732), new PackageValue("cc", 9885.956, 0, 0x87),
            new PackageValue("cd", 2.9946, 0, 0x87)],
        DataPackage.Parse("PdcDF5DFF4u;cc896D904m,10,287;cd82DB1A8u,10,287").Select(v =>
            v with { Value = Math.Round(v.Value, 9) }));

    [Fact]
    public void Last_meta_item_of_a_line_counts() => Assert.Equal(
        [new PackageValue("eb", 0.1), new PackageValue("da", 0.1), new PackageValue("ba", 10e-6, 0, 9)],
        DataPackage.Parse("Peb8000064m;da80186A0u;ba8002710n,10,209"));

    [Fact]
    public void Missing_value_is_not_a_number_and_a_trailing_space_is_a_prefix()
    {
        Assert.Equal([new PackageValue("cc", double.NaN, 2), new PackageValue("dc", 100)],
            DataPackage.Parse("Pcc     nan,12;dc8000064 "));
        Assert.Equal(-3, Assert.Single(DataPackage.Parse("Pee7FFFFFDi")).Value);
    }

    [Theory]
    [InlineData("da84E63DAn")]
    [InlineData("P")]
    [InlineData("Pda84E63Dn")]
    [InlineData("Pda84E63DAn;")]
    [InlineData("Pda84E63DAx")]
    [InlineData("Pda84G63DAn")]
    [InlineData("PDA84E63DAn")]
    [InlineData("Pda84E63DAn,1")]
    [InlineData("Pda84E63DAn,1X")]
    [InlineData("Pda84E63DAn,2123")]
    [InlineData("Pda-4E63DAn")]
    [InlineData("Pda     naN")]
    public void Torn_package_is_refused(string line) => Assert.Throws<FormatException>(() => DataPackage.Parse(line));

    [Fact]
    public void Package_with_any_one_character_missing_is_never_read_as_the_same_number_of_other_values()
    {
        const string line = "PdcDF5DFF4u;cc896D904m,10,287;cd82DB1A8u,10,287";
        for (var i = 0; i < line.Length; i++)
            try
            {
                var torn = DataPackage.Parse(line.Remove(i, 1));
                Assert.Equal(DataPackage.Parse(line).Select(v => (v.Type, v.Value)),
                    torn.Select(v => (v.Type, v.Value)));
            }
            catch (FormatException)
            {
                // Found out: that is the other way to be right.
            }
    }

    [Property(MaxTest = 500)]
    public void Any_text_is_read_or_refused(NonNull<string> text)
    {
        try
        {
            Assert.NotEmpty(DataPackage.Parse("P" + text.Get));
        }
        catch (FormatException)
        {
            Assert.DoesNotMatch("^[a-z]{2}[0-9A-F]{7}[afpnum kMGTPEi]$", text.Get);
        }
    }

    [Property(MaxTest = 500)]
    public Property Every_raw_number_under_every_prefix_is_read() => Prop.ForAll(
        Gen.Choose(0, 0xFFFFFFF).ToArbitrary(), Gen.Elements("afpnum kMGTPE".ToCharArray()).ToArbitrary(),
            (raw, prefix) =>
        {
            var value = Assert.Single(DataPackage.Parse($"Pba{raw:X7}{prefix}")).Value;
            var expected = (raw - 0x8000000) * Math.Pow(10, 3 * "afpnum kMGTPE".IndexOf(prefix) - 18);
            Assert.Equal(expected, value, Math.Abs(expected) * 1e-14);
        });

    [Theory]
    [InlineData(0.01, "10m")]
    [InlineData(-0.5, "-500m")]
    [InlineData(200e3, "200k")]
    [InlineData(100, "100")]
    [InlineData(0, "0")]
    [InlineData(-0.0125, "-12500u")]
    [InlineData(12345.678, "12345678m")]
    [InlineData(0.1 + 0.2, "300m")]
    [InlineData(5e-3, "5m")]
    [InlineData(100e-9, "100n")]
    public void Literal_is_an_integer_with_a_prefix(double value, string text) =>
        Assert.Equal(text, MethodScript.Number(value));

    [Property(MaxTest = 500)]
    public Property Literal_keeps_seven_digits() => Prop.ForAll(
        Gen.Choose(-1_000_000_000, 1_000_000_000).ToArbitrary(), Gen.Choose(-12, 6).ToArbitrary(), (digits, exponent) =>
        {
            var value = digits * Math.Pow(10, exponent);
            var text = MethodScript.Number(value);
            Assert.Matches("^-?[0-9]{1,9}[afpnumkMGTPE]?$", text);
            var number = long.Parse(text.TrimEnd([.. "afpnumkMGTPE"]),
                System.Globalization.CultureInfo.InvariantCulture);
            var scale = char.IsAsciiLetter(text[^1]) ? Math.Pow(10, 3 * "afpnum kMGTPE".IndexOf(text[^1]) - 18) : 1;
            Assert.Equal(value, number * scale, Math.Abs(value) * 1e-5);
        });

    [Fact]
    public void Number_that_is_none_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MethodScript.Number(double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(() => MethodScript.Number(double.PositiveInfinity));
    }
}
