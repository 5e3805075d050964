using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Cells;

public sealed class CellTestRunTests
{
    private const string Head = """
        cell-protocol: test
        record: {time: 10 s, voltage: 5 mV}
        safety: {max_voltage: 4.5 V, min_voltage: 2 V, max_current: 5C, min_current: -5C, max_temperature: 60 degC,
          delay: 1 s}
        method:

        """;

    [Fact]
    public void The_path_of_each_call_tells_tag_and_cycle()
    {
        var run = Do("""
              - rest: 1 h
              - loop: 2
                tag: formation
                steps:
                  - {charge: C/10, until: {voltage: 3.5 V}}
                  - {discharge: C/10, until: {voltage: 3.2 V}}
              - tag: check
              - {discharge: 1C, until: {time: 1 s}}
            """);
        Assert.Equal(
            [
                "cycling/rest", "cycling/formation[1]/charge", "cycling/formation[1]/discharge",
                "cycling/formation[2]/charge", "cycling/formation[2]/discharge", "cycling/check/discharge",
            ],
            run.Select(c => c.Id.Value.Replace("run/", "")));
    }

    [Fact]
    public void Rates_follow_the_capacity_that_the_run_is_given_and_limits_go_with_every_call()
    {
        var call = Assert.Single(Do("  - {charge: C/4, until: {charge: 10 %}, record: {time: 2 s}}"));
        var a = call.Arguments;
        Assert.Equal(CellTechniques.ConstantCurrent, call.Capability);
        Assert.Equal(0.25, a.Quantity("current").In("A"), 12);
        Assert.Equal(0.1, a.Quantity("until_charge").In("Ah"), 12);
        Assert.Equal(2, a.Quantity("record_time").Si);
        Assert.Equal(0.005, a.Quantity("record_voltage").Si);
        Assert.Equal(4.5, a.Quantity("max_voltage").Si);
        Assert.Equal(2, a.Quantity("min_voltage").Si);
        Assert.Equal(5, a.Quantity("max_current").Si, 12);
        Assert.Equal(-5, a.Quantity("min_current").Si, 12);
        Assert.Equal(333.15, a.Quantity("max_temperature").Si, 9);
        Assert.Equal(1, a.Quantity("safety_delay").Si);
    }

    [Fact]
    public void A_loop_ends_when_what_was_measured_says_so()
    {
        // Each discharge takes away a tenth: 1, 0.9, 0.81, 0.73, 0.66.
        var run = Do("""
              - loop: 100
                steps:
                  - {charge: 1C, until: {voltage: 4.2 V, time: 10 h}}
                  - {name: discharge, discharge: 1C, until: {voltage: 3 V}}
                until: abs(discharge.charge) < 70 %
            """);
        Assert.Equal(10, run.Count);
    }

    [Fact]
    public void A_branch_looks_at_why_a_step_ended()
    {
        var run = Do("""
              - {name: first, charge: 1C, until: {voltage: 3.5 V, time: 10 h}}
              - when: first.end == voltage
                then: [{rest: 1 s}]
                else: [{rest: 2 s}]
              - when: first.voltage > 3.6 V
                then: [{rest: 3 s}]
            """);
        Assert.Equal([1.0], run.Skip(1).Select(c => c.Arguments.Quantity("until_time").Si));
    }

    [Fact]
    public void A_state_of_charge_is_counted_through_the_records_since_it_was_known()
    {
        var run = Do("""
              - {charge: 1C, until: {voltage: 4 V, time: 10 h}}
              - soc: 100 %
              - {discharge: 1C, until: {time: 6 min}}
              - {discharge: C/2, until: {soc: 50 %}}
              - {charge: C/2, until: {soc: 60 %}}
            """);
        Assert.Equal(0.4, run[2].Arguments.Quantity("until_charge").In("Ah"), 9);
        Assert.Equal(0.1, run[3].Arguments.Quantity("until_charge").In("Ah"), 9);
    }

    [Fact]
    public void A_train_of_pulses_ends_with_the_round_in_which_its_voltage_is_reached()
    {
        var run = Do("""
              - {charge: 1C, until: {voltage: 3.5 V, time: 10 h}}
              - name: gitt
                pulses: 50
                each: [{discharge: C/10, time: 1 h, rest: 1 h}]
                until: {voltage: 3.25 V}
            """);
        // Three pulses of 0.1 Ah; the third stops half-way.
        Assert.Equal(1 + 3 * 2, run.Count);
        Assert.Equal("cycling/gitt[3]/gitt-rest-1", run[^1].Id.Value.Replace("run/", ""));
    }

    [Fact]
    public void All_techniques_find_their_capability_with_zero_as_a_value()
    {
        var run = Do("""
              - {hold: 4.2 V, until: {current: C/20, time: 1 h}}
              - {charge: 1C, to: 4.2 V, until: {current: C/20, time: 1 h}}
              - {power: -3 W, until: {voltage: 0 V, time: 1 h}}
              - {resistance: 100 Ohm, until: {slope: 1 mV/h, temperature_above: 45 degC, time: 1 h}}
              - {scan: 2.5 V, to: 4.2 V, rate: 0.1 mV/s, sweeps: 2, until: {time: 1 h}}
              - {impedance: 10 mV, from: 1 kHz, to: 1 Hz}
            """, "record: {time: 10 s}");
        Assert.Equal(
            [
                "constant_voltage", "constant_voltage", "constant_power", "constant_resistance", "voltage_scan",
                "impedance",
            ],
            run.Select(c => c.Capability));
        Assert.Equal(1, run[1].Arguments.Quantity("current_limit").Si, 12);
        Assert.Equal(0, run[2].Arguments.Quantity("until_voltage_below").Si);
        Assert.Equal(1e-3 / 3600, run[3].Arguments.Quantity("until_slope_below").Si, 12);
    }

    [Fact]
    public void A_loop_of_hundreds_is_one_step()
    {
        var protocol = Read("  - {loop: 500, steps: [{charge: 1 A, until: {time: 1 h}}]}", Head);
        Assert.Equal(4, protocol.Body.Sum(Count));
        static int Count(Step step) => 1 + step.Children.Sum(Count) + (step is Step.Repeat ? 1 : 0);
    }

    [Fact]
    public void Five_hundred_cycles_are_run_to_the_last()
    {
        var run = Do("""
              - loop: 500
                tag: life
                steps:
                  - {charge: 1C, until: {time: 1 h}}
                  - {rest: 1 min}
                  - {discharge: 1C, until: {time: 1 h}}
            """);
        Assert.Equal(1500, run.Count);
        Assert.Equal("run/cycling/life[500]/discharge", run[^1].Id.Value);
    }

    [Fact]
    public void What_is_in_the_cell_protocol_is_in_the_digest()
    {
        var one = Read("  - rest: 1 h", Head);
        Assert.NotEqual(one.Digest, Read("  - rest: 2 h", Head).Digest);
        Assert.Equal(["cell.yaml"], one.Tests);
    }

    [Theory]
    [InlineData("  - {discharge: 1C, until: {soc: 50 %}}", "state of charge is not known")]
    [InlineData("  - temperature: 45 degC", "chamber: ROLE")]
    [InlineData("  - {discharge: 30 A, until: {time: 1 s}}", "above the largest")]
    public void What_cannot_be_done_is_found_before_the_run(string method, string word)
    {
        var error = Assert.Throws<FindingsException>(
            () => Inputs(Read(method, Head.Replace("max_current: 5C, min_current: -5C, ", ""))));
        Assert.Contains(word.Replace("above the largest", "below the smallest"), error.Message);
        Assert.EndsWith("cell.yaml", error.Findings[0].At.File);
    }

    private static void Inputs(Protocol protocol)
    {
        var findings = ProtocolChecker.Check(Bound(protocol, new FakeCycler(TimeProvider.System)));
        if (findings.Count > 0)
            throw new FindingsException(findings);
    }

    private static List<Invocation> Do(string method, string? head = null)
    {
        var protocol = Read(method, head is null ? Head : $"cell-protocol: test\n{head}\nmethod:\n");
        var time = new VirtualTime(TestRun.Start);
        var cycler = new FakeCycler(time);
        var bound = Bound(protocol, cycler);
        Assert.Empty(ProtocolChecker.Check(bound));
        var outcome = time.Run(async () =>
        {
            var journal = new MemoryJournal(new Disk(), time);
            using var run = new Run(
                new RunRequest(TestRun.Id, bound, ProtocolChecker.Complete(protocol, Arguments.None), "tester"),
                [new InstrumentHost(cycler, time)], journal, RunHistory.Of(TestRun.Id, journal), time);
            return await run.ExecuteAsync();
        });
        Assert.True(outcome.State == RunState.Completed, outcome.ToString());
        return cycler.Calls;
    }

    private static BoundProtocol Bound(Protocol protocol, FakeCycler cycler) => new(
        protocol, "lab", new Dictionary<string, InstrumentId> { ["cycler"] = cycler.Id },
        new Dictionary<InstrumentId, IReadOnlyList<Capability>> { [cycler.Id] = cycler.Capabilities }, []);

    private static Protocol Read(string method, string head)
    {
        using var folder = new TempFolder();
        folder.Write("cell.yaml", head + method + "\n");
        return ProtocolReader.Read(folder.Write("test.yaml", """
            protocol: test
            parameters:
              nominal: {unit: mAh, min: 1 mAh, max: 10 Ah, default: 1 Ah, description: of the cell}
            roles: {cycler: ''}
            steps:
              - {name: cycling, test: cell.yaml, on: cycler, capacity: nominal}
            """));
    }
}
