using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Core.Units;

namespace Sdl.Tests.Core.Safety;

public class ConditionTests
{
    private static readonly ReadingId[] Ids =
        [new(new("a"), "x"), new(new("a"), "y"), new(new("b"), "x")];

    [Theory]
    [InlineData("t.x > 65 degC", "t.x > 65 degC")]
    [InlineData("65 degC < t.x", "t.x > 65 degC")]
    [InlineData("5 <= t.x", "t.x >= 5")]
    [InlineData("5 > t.x", "t.x < 5")]
    [InlineData("5 >= t.x", "t.x <= 5")]
    [InlineData("5 == t.x or 1 != t.y", "t.x == 5 or t.y != 1")]
    [InlineData("t.x < -5 degC", "t.x < -5 degC")]
    [InlineData("a.x > 1 and b.x > 2 or c.x > 3", "a.x > 1 and b.x > 2 or c.x > 3")]
    [InlineData("a.x > 1 and (b.x > 2 or c.x > 3)", "a.x > 1 and (b.x > 2 or c.x > 3)")]
    [InlineData("(a.x > 1 or b.x > 2) and c.x > 3", "(a.x > 1 or b.x > 2) and c.x > 3")]
    public void A_condition_says_itself(string text, string words)
    {
        Assert.Equal(words, Parse(text).ToString());
        Assert.Equal(words, Parse(Parse(text).ToString()).ToString());
    }

    [Theory]
    [InlineData("t.x", "compares one reading")]
    [InlineData("1 > 2", "compares one reading")]
    [InlineData("a.x > b.x", "compares one reading")]
    [InlineData("a.x + 1 > 2", "compares one reading")]
    [InlineData("1 < a.x + 1", "compares one reading")]
    [InlineData("a.x + 1", "compares one reading")]
    [InlineData("1 + a.x", "compares one reading")]
    [InlineData("temperature > 5", "'temperature' names no reading")]
    [InlineData("a.b.c > 5", "'a.b.c' names no reading")]
    [InlineData("a. > 5", "'a.' names no reading")]
    public void What_is_no_comparison_of_a_reading_is_refused(string text, string why) =>
        Assert.Contains(why, Assert.Throws<ExpressionException>(() => Parse(text)).Message);

    [Fact]
    public void A_reading_without_an_instrument_is_refused() => Assert.Throws<ExpressionException>(
        () => Condition.From(new Expression.Binary(
            ">", new Expression.Reference(".x"), new Expression.Literal(Number(1)))));

    [Fact]
    public void Readings_come_once_and_in_order() =>
        Assert.Equal(["b.x", "a.y"], Parse("b.x > 1 and a.y < 2 or b.x < 0").Readings.Select(r => r.ToString()));

    [Theory]
    [InlineData("a.x > 0 and a.y > 0", 1.0, null, null)]
    [InlineData("a.x > 0 and a.y > 0", -1.0, null, false)]
    [InlineData("a.y > 0 and a.x > 0", -1.0, null, false)]
    [InlineData("a.x > 0 or a.y > 0", 1.0, null, true)]
    [InlineData("a.y > 0 or a.x > 0", 1.0, null, true)]
    [InlineData("a.x > 0 or a.y > 0", -1.0, null, null)]
    [InlineData("a.x > 0 and a.y > 0", 1.0, 1.0, true)]
    [InlineData("a.x > 0 or a.y > 0", -1.0, -1.0, false)]
    public void What_is_not_known_decides_only_where_it_matters(string text, double x, double? y, bool? holds) =>
        Assert.Equal(holds, Parse(text).Holds(
            id => id.Name == "x" ? Number(x) : y is { } known ? Number(known) : null));

    [Property(MaxTest = 500)]
    public void The_negation_holds_where_the_condition_does_not_and_regions_say_where(int seed)
    {
        var random = new Random(seed);
        var condition = Draw(random, 3);
        for (var i = 0; i < 20; i++)
        {
            var values = Ids.ToDictionary(id => id, _ => (double)random.Next(-3, 4));
            var holds = condition.Holds(id => Number(values[id]));
            Assert.Equal(!holds, condition.Negated.Holds(id => Number(values[id])));
            Assert.Equal(holds, condition.Regions.Any(r => IsIn(r, values)));
            Assert.Equal(!holds, condition.Negated.Regions.Any(r => IsIn(r, values)));
        }
    }

    [Property(MaxTest = 500)]
    public void A_condition_is_the_same_when_it_is_read_from_its_words(int seed)
    {
        var condition = Draw(new Random(seed), 3);
        Assert.Equal(condition.ToString(), Parse(condition.ToString()).ToString());
    }

    [Fact]
    public void A_condition_of_very_many_alternatives_is_refused()
    {
        var text = string.Join(" and ", Enumerable.Range(0, 9).Select(i => $"(a.x{i} > 1 or b.x{i} > 1)"));
        Assert.Contains("too many alternatives", Assert.Throws<ExpressionException>(() => Parse(text).Regions).Message);
    }

    [Fact]
    public void What_meets_nowhere_is_no_region()
    {
        Assert.Empty(Parse("a.x > 2 and a.x < 1").Regions);
        Assert.Empty(Parse("a.x > 2 and a.x <= 2").Regions);
        Assert.Empty(Parse("a.x >= 2 and a.x < 2").Regions);
        Assert.Single(Parse("a.x >= 2 and a.x <= 2").Regions);
        Assert.Single(Parse("a.x > 2 and b.x < 2").Regions);
    }

    [Fact]
    public void A_region_of_readings_is_all_that_they_show()
    {
        var reading = new Reading("x", Unit.One, Number(-1), Number(5), "");
        var all = Region.Of([(Ids[0], reading)]);
        Assert.Equal(new Interval(-1, true, 5, true), all.Intervals[Ids[0]]);
        Assert.Null(all.Meet(Region.Of(Ids[0], Interval.Above(5, included: false))));
        Assert.NotNull(all.Meet(Region.Of(Ids[0], Interval.Above(5, included: true))));
    }

    private static bool IsIn(Region region, Dictionary<ReadingId, double> values) => region.Intervals.All(
        i => !i.Value.Meet(new Interval(values[i.Key], true, values[i.Key], true)).IsEmpty);

    private static Condition Draw(Random random, int depth)
    {
        if (depth == 0 || random.Next(4) == 0)
            return new Condition.Comparison(
                Ids[random.Next(Ids.Length)], (Comparator)random.Next(6), Number(random.Next(-2, 3)));
        var (left, right) = (Draw(random, depth - 1), Draw(random, depth - 1));
        return random.Next(2) == 0 ? new Condition.Both(left, right) : new Condition.Either(left, right);
    }

    private static Quantity Number(double value) => Quantity.Of(value, Unit.One);

    private static Condition Parse(string text) => Condition.From(ExpressionParser.Parse(text));
}
