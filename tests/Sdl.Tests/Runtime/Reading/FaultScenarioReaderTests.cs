using Sdl.Core.Protocols;
using Sdl.Core.Simulation;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class FaultScenarioReaderTests
{
    [Fact]
    public void A_scenario_says_who_misbehaves_how_and_when()
    {
        var scenario = Read("""
            faults: night
            seed: 7
            strikes:
              - {instrument: all, kind: drop-byte, rate: 0.5 %, on: request}
              - {instrument: balance, kind: late-reply, rate: 2 1/h, delay: 4 s}
              - {line: "serial:/dev/ttyUSB0", kind: disconnect, at: [2 h, 45 min], duration: 20 s}
              - {instrument: pump, kind: partial-effect, nth: [2, 5], share: 0.4}
            """);
        Assert.Equal(("night", 7UL), (scenario.Name, scenario.Seed!.Value));
        var (drop, late, cut, partial) =
            (scenario.Faults[0], scenario.Faults[1], scenario.Faults[2], scenario.Faults[3]);
        Assert.Equal((null, null, 0.005, true), (drop.Instrument, drop.Line, drop.When.Chance, drop.OnRequest));
        Assert.Equal(("balance", 2, 4), (late.Instrument, late.When.PerHour, late.Delay.TotalSeconds));
        Assert.Equal([TimeSpan.FromHours(2), TimeSpan.FromMinutes(45)], cut.When.At);
        Assert.Equal(("serial:/dev/ttyUSB0", 20), (cut.Line, cut.Duration.TotalSeconds));
        Assert.Equal((0.4, FaultOccurrence.Effect), (partial.Share, partial.Counted));
        Assert.Equal([2L, 5L], partial.When.Nth);
    }

    [Theory]
    [InlineData("{kind: mute, rate: 1 %}", "4:5", "name an 'instrument'")]
    [InlineData("{instrument: a, line: 'serial:/dev/x', kind: mute, rate: 1 %}", "4:5", "name an 'instrument'")]
    [InlineData("{instrument: a, kind: mute}", "4:5", "say when")]
    [InlineData("{instrument: a, kind: mute, rate: 0 %}", "4:39", "above 0 and up to 100 %")]
    [InlineData("{instrument: a, kind: mute, rate: 120 %}", "4:39", "above 0 and up to 100 %")]
    [InlineData("{instrument: a, kind: mute, rate: 2 Hz}", "4:39", "once a second")]
    [InlineData("{instrument: a, kind: mute, rate: 2 mL}", "4:39", "above 0 and up to 100 %")]
    [InlineData("{instrument: a, kind: mute, at: [-1 s]}", "4:38", "should be a time from 0")]
    [InlineData("{instrument: a, kind: mute, nth: [0]}", "4:39", "should be a whole number from 1")]
    [InlineData("{instrument: a, kind: mute, nth: [1], delay: 2 s}", "4:43", "has no entry 'delay'")]
    [InlineData("{instrument: a, kind: partial-effect, nth: [1], share: 1}", "4:60", "at least 0 and below 1")]
    [InlineData("{instrument: a, kind: drop-byte, nth: [1], on: wire}", "4:52", "should be request or reply")]
    public void What_cannot_be_used_is_told_with_its_place(string strike, string place, string text)
    {
        var error = Assert.Throws<FindingsException>(() => Read($"faults: bad\n\nstrikes:\n  - {strike}"));
        var finding = Assert.Single(error.Findings);
        Assert.EndsWith($".yaml:{place}", finding.At.ToString(), StringComparison.Ordinal);
        Assert.Contains(text, finding.Text, StringComparison.Ordinal);
    }

    private static FaultScenario Read(string text)
    {
        using var folder = new TempFolder();
        return FaultScenarioReader.Read(folder.Write("faults.yaml", text));
    }
}
