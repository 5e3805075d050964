using FsCheck.Xunit;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Tests.Core.Protocols;

public class ExpressionTests
{
    [Theory]
    [InlineData("2 + 3 * 4", 14)]
    [InlineData("(2 + 3) * 4", 20)]
    [InlineData("-2 - -3", 1)]
    [InlineData("10 - 4 - 3", 3)]
    [InlineData("12 / 4 / 3", 1)]
    [InlineData("1 mL / 1 uL", 1000)]
    [InlineData("0.5 mL/min * 2 min / 1 mL", 1)]
    [InlineData("max(1, 2, -3) - min(4, 5) + abs(-1)", -1)]
    [InlineData("1 < 2 and 2 < 1 or 1 == 1", 1)]
    [InlineData("2 * x", 6)]
    [InlineData("1e2 + 1E-2", 100.01)]
    public void An_expression_gives_what_arithmetic_gives(string text, double expected) =>
        Assert.Equal(
            expected, ExpressionParser.Parse(text).Evaluate(n => n == "x" ? Quantity.Of(3, Unit.One) : null).Si, 9);

    [Theory]
    [InlineData("", "ends where a value is expected")]
    [InlineData("1 +", "ends where a value is expected")]
    [InlineData("1 x", "an operator is expected at 'x'")]
    [InlineData("(1", "ends where ')' is expected")]
    [InlineData("abs 1", "'(' is expected")]
    [InlineData("1.2.3", "not a quantity")]
    [InlineData("1e999", "not a finite number")]
    [InlineData("NaN + 1", "there is no value 'NaN' here")]
    [InlineData("1 / 0", "division by zero")]
    [InlineData("1e308 + 1e308", "no finite number")]
    [InlineData("-1e308 - 1e308", "no finite number")]
    [InlineData("1 mL + 1 s", "one dimension")]
    [InlineData("1 < 1 s", "one dimension")]
    [InlineData("(1 < 2) + 1", "not on conditions")]
    [InlineData("1 and 2", "joins two conditions")]
    [InlineData("1 m100 * 1 m100", "beyond all measure")]
    public void What_makes_no_sense_is_refused_with_words(string text, string why)
    {
        var e = Assert.Throws<ExpressionException>(() =>
        {
            var expression = ExpressionParser.Parse(text);
            expression.TypeIn(_ => null);
            expression.Evaluate(_ => null);
        });
        Assert.Contains(why, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Depth_and_length_are_bounded_so_that_no_file_can_exhaust_the_stack()
    {
        string[] texts =
            [new string('(', 5000), new string('-', 5000) + "1", string.Join('+', Enumerable.Repeat("1", 100_000))];
        foreach (var text in texts)
            Assert.Null(ExpressionParser.TryParse(text, out _));
    }

    [Property(MaxTest = 2000)]
    public bool Any_text_is_an_expression_or_an_error(FsCheck.UnicodeString text) => IsReadOrRefused(text.Get ?? "");

    [Property(MaxTest = 2000)]
    public bool Any_jumble_of_its_own_words_is_an_expression_or_an_error(byte[] words)
    {
        string[] vocabulary =
            ["1", "0", "1e308", "x", "(", ")", "+", "-", "*", "/", "<", "==",
                "and", "or", "abs", "min", ",", "mL", "s-1", "%", "°C", "1e", ".", "m99"];
        return IsReadOrRefused(string.Join(' ', words.Select(w => vocabulary[w % vocabulary.Length])));
    }

    [Property]
    public bool A_quantity_comes_back_from_its_exact_text(FsCheck.NormalFloat si, sbyte length, sbyte time)
    {
        var quantity = new Quantity(si.Get, new Dimension(Length: length, Time: time));
        return Quantity.Parse(quantity.ToExactString()).Equals(quantity);
    }

    [Theory]
    [InlineData("m99*m99")]
    [InlineData("fm99*fm99")]
    [InlineData("m/")]
    [InlineData("m--1")]
    [InlineData("Gm127")]
    public void A_unit_beyond_all_measure_is_refused(string text) => Assert.False(Unit.TryParse(text, out _, out _));

    private static bool IsReadOrRefused(string text)
    {
        if (ExpressionParser.TryParse(text, out var error) is not { } expression)
            return !string.IsNullOrEmpty(error);
        try
        {
            expression.TypeIn(_ => Dimension.None);
            expression.Evaluate(_ => Quantity.Of(2, Unit.One));
        }
        catch (ExpressionException)
        {
        }
        return true;
    }
}
