using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Tests.Support;

namespace Sdl.Tests.Core.Safety;

public class InterlockTests
{
    [Fact]
    public void An_interlock_concerns_all_runs_or_those_that_use_its_instruments_or_the_one_made_safe()
    {
        var rule = Rules.Rule("a.x > 1", "b.x < 1");
        Assert.True(rule.Concerns(Set("c")));
        var users = rule with { Scope = InterlockScope.Users };
        Assert.True(users.Concerns(Set("c", "b")));
        Assert.False(users.Concerns(Set("c")));
        var safe = Rules.Rule("a.x > 1", action: InterlockAction.Safe, safe: "c");
        Assert.True(safe.Concerns(Set("c")));
        Assert.False(safe.Concerns(Set("a")));
    }

    [Fact]
    public void An_entry_stands_where_it_was_written_or_where_the_interlock_stands()
    {
        var place = new Mark("lab.yaml", 7, 3);
        var rule = Rules.Rule("a.x > 1") with { Places = new Dictionary<string, Mark> { ["when"] = place } };
        Assert.Equal(place, rule.PlaceOf("when"));
        Assert.Equal(rule.At, rule.PlaceOf("reset"));
        Assert.Equal(["a.x"], rule.Readings.Select(r => r.ToString()));
    }

    [Fact]
    public void A_reading_includes_what_it_can_show()
    {
        var reading = new Reading("x", Unit.Parse("g"), Quantity.Of(0, "g"), Quantity.Of(5, "g"), "");
        Assert.True(reading.Includes(Quantity.Of(5, "g")));
        Assert.False(reading.Includes(Quantity.Of(5.1, "g")));
        Assert.False(reading.Includes(Quantity.Of(-0.1, "g")));
        Assert.False(reading.Includes(Quantity.Of(1, "s")));
        Assert.False(reading.IsFlag);
        Assert.True(Reading.Flag("f", "").IsFlag);
    }

    [Theory]
    [InlineData("<=", 0, true)]
    [InlineData("<=", 1, false)]
    [InlineData(">=", 0, true)]
    [InlineData("==", 0, true)]
    [InlineData("==", -1, false)]
    [InlineData("!=", -1, true)]
    [InlineData("<", -1, true)]
    [InlineData(">", 1, true)]
    public void A_comparator_holds_by_order(string word, int order, bool holds)
    {
        var comparator = ComparatorWords.Find(word)!.Value;
        Assert.Equal(holds, comparator.Holds(order));
        Assert.Equal(!holds, comparator.Negated().Holds(order));
        Assert.Equal(holds, comparator.Mirrored().Holds(-order));
        Assert.Null(ComparatorWords.Find("+"));
    }

    private static HashSet<InstrumentId> Set(params string[] ids) => ids.Select(i => new InstrumentId(i)).ToHashSet();
}
