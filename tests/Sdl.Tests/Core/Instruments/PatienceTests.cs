using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Tests.Core.Instruments;

public class PatienceTests
{
    [Fact]
    public void Pauses_grow_and_then_stay()
    {
        Assert.Equal([0.2, 0.5, 1, 1], Enumerable.Range(1, 4).Select(n => Patience.Usual.Pause(n).TotalSeconds));
        Assert.Equal(
            [2.0, 5], new[] { 1, 2 }.Select(n => new Patience { BackOff = Seconds(2) }.Pause(n).TotalSeconds));
    }

    [Theory]
    [InlineData(null, null, 3600)]
    [InlineData(100, null, 260)]
    [InlineData(null, 1800, 1860)]
    [InlineData(100, 1800, 1860)]
    [InlineData(1000, 1800, 2060)]
    public void An_invocation_gets_what_it_predicts_and_more(int? predicted, int? limit, int whole)
    {
        var capability = new Capability("work", "", [], [], Replay.Safe, predicted is { } p ? _ => Seconds(p) : null)
        {
            Limit = limit is { } l ? _ => Seconds(l) : null,
        };
        Assert.Equal(Seconds(whole), Patience.Usual.WholeOf(capability, Arguments.None));
        Assert.Equal(Seconds(7), new Patience { Whole = Seconds(7) }.WholeOf(capability, Arguments.None));
    }

    [Fact]
    public void What_the_lab_file_says_of_a_capability_holds_for_it_alone()
    {
        var patience = InstrumentPatience.Default with
        {
            ByCapability = new Dictionary<string, Patience> { ["dispense"] = new() { Retries = 0 } },
        };
        Assert.Equal((0, 3), (patience.For("dispense").Retries, patience.For("withdraw").Retries));
    }

    private static TimeSpan Seconds(double seconds) => Quantity.Of(seconds, "s").ToTimeSpan();
}
