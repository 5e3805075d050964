using FsCheck.Xunit;
using Sdl.Core.Cells;

namespace Sdl.Tests.Core.Cells;

public sealed class CellRateTests
{
    [Theory]
    [InlineData("C/10", 0.1)]
    [InlineData("2C/3", 2.0 / 3)]
    [InlineData("D/2", -0.5)]
    [InlineData("0.5C", 0.5)]
    [InlineData("-C/5", -0.2)]
    [InlineData("1/5 C", 0.2)]
    [InlineData("0C", 0)]
    public void A_rate_is_read(string text, double rate)
    {
        Assert.True(CellRate.TryParse(text, out var read));
        Assert.Equal(rate, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("C/0")]
    [InlineData("C/-2")]
    [InlineData("C10")]
    [InlineData("CC")]
    [InlineData("0.5")]
    [InlineData("1e999C")]
    public void What_is_no_rate_is_refused(string text) => Assert.False(CellRate.TryParse(text, out _));

    [Property]
    public bool The_text_of_a_rate_reads_back_as_the_same_number(double rate) => !double.IsFinite(rate)
        || CellRate.TryParse(CellRate.Text(rate), out var read) && read == rate;

    [Property]
    public bool A_moved_point_moves_back(double value, sbyte places) => !double.IsFinite(value)
        || Math.Abs(value) is > 1e250 or < 1e-150
        || DecimalText.TryParse(DecimalText.Of(value, places), -places, out var read) && read == value;

    [Theory]
    [InlineData(0.00035, 3, "0.35")]
    [InlineData(-3.5, -3, "-0.0035")]
    [InlineData(0, 3, "0")]
    [InlineData(1234.5, 0, "1234.5")]
    [InlineData(1e-9, 0, "1E-9")]
    [InlineData(1e5, 3, "100000000")]
    public void A_number_is_written_as_short_as_it_can_be(double value, int places, string text) =>
        Assert.Equal(text, DecimalText.Of(value, places));
}
