using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public sealed class CellProtocolReaderTests
{
    [Theory]
    [InlineData("  - {charge: 0.1, until: {time: 1 h}}", "has no unit: write 0.1 mA, or 0.1C", 14)]
    [InlineData("  - {charge: -1 mA, until: {time: 1 h}}", "is negative", 14)]
    [InlineData("  - {charge: 1 mA}", "never ends", 5)]
    [InlineData("  - {rest: 1 h, colour: red}", "no entry 'colour'", 17)]
    [InlineData("  - {rest: 1 V}", "wrong unit", 12)]
    [InlineData("  - {charge: 1 mA, rest: 1 h}", "has rest and charge", 5)]
    [InlineData("  - {hold: 4 V, until: {voltage: 3 V}}", "voltage_above or voltage_below", 34)]
    [InlineData("  - {charge: 1 mA, until: {voltage_below: 3 V}}", "never be reached: it charges", 5)]
    [InlineData("  - {charge: 1 mA, until: {voltage: 4.4 V}}", "4.4 V passes the safety limit of 4.3 V", 5)]
    [InlineData("  - {hold: 4.4 V, until: {time: 1 h}}", "4.4 V passes the safety limit of 4.3 V", 5)]
    [InlineData("  - {discharge: 3C, until: {time: 1 h}}", "passes the safety limit", 5)]
    [InlineData("  - {charge: 1 mA, until: {current: 0.5 mA}}", "the current is constant", 5)]
    [InlineData("  - {hold: 4 V, until: {voltage_above: 4.1 V}}", "another voltage is held", 5)]
    [InlineData("  - {loop: 0, steps: [{rest: 1 s}]}", "from 1 to 1000000 cycles", 5)]
    [InlineData("  - {loop: 2, steps: []}", "nothing in this loop", 5)]
    [InlineData("  - {when: a.charge > 1 mAh, then: [{rest: 1 s}]}", "no step 'a' before", 5)]
    [InlineData("  - {when: a.colour > 1 mAh, then: [{rest: 1 s}]}", "'colour' is not measured", 12)]
    [InlineData("  - {impedance: 10 mV, from: 1 kHz}", "'to' is missing", 5)]
    [InlineData("  - {impedance: 10 mV, from: 1 kHz, to: 1 nHz}", "frequencies are from", 5)]
    [InlineData("  - {scan: 3 V, to: 3 V, rate: 1 mV/s}", "another voltage", 5)]
    [InlineData("  - {soc: 120 %}", "from 0 % to 100 %", 11)]
    public void A_wrong_step_is_refused_with_its_place(string step, string word, int column)
    {
        var error = Assert.Throws<FindingsException>(() => Read(step));
        Assert.Contains(word, error.Findings[0].Text);
        Assert.Equal((6, column), (error.Findings[0].At.Line, error.Findings[0].At.Column));
    }

    [Fact]
    public void A_jump_between_current_and_voltage_is_a_warning_and_no_error()
    {
        var verdict = CellProtocolChecker.Check(Read("""
              - {charge: C/10, until: {voltage: 4.1 V}}
              - {hold: 4.2 V, until: {time: 1 h}}
            """));
        Assert.Empty(verdict.Errors);
        Assert.Contains("4.1 V, and 4.2 V is held next", Assert.Single(verdict.Warnings).Text);
    }

    [Fact]
    public void A_C_rate_without_a_capacity_and_no_limits_are_warnings()
    {
        using var folder = new TempFolder();
        var verdict = CellProtocolChecker.Check(CellProtocolReader.Read(folder.Write("c.yaml",
            "cell-protocol: c\nrecord: {time: 1 s}\nmethod:\n  - {charge: C/10, until: {time: 1 h}}\n")));
        Assert.Equal(2, verdict.Warnings.Count);
        Assert.Equal(4, verdict.Warnings[1].At.Line);
    }

    [Fact]
    public void Zero_is_a_value_everywhere()
    {
        var protocol = Read("  - {discharge: 1 mA, until: {voltage: 0 V, charge: 0 Ah}}", "-1 V");
        Assert.Equal(
            [CellEnd.VoltageBelow(0), CellEnd.AfterCharge(CellCharge.AmpereHours(0))], protocol.Method[0].Ends);
    }

    private static CellProtocol Read(string method, string least = "2 V")
    {
        using var folder = new TempFolder();
        return CellProtocolReader.Read(folder.Write("cell.yaml", $$"""
            cell-protocol: c
            cell: {capacity: 2 mAh}
            record: {time: 1 s}
            safety: {max_voltage: 4.3 V, min_voltage: {{least}}, max_current: 5 mA, min_current: -5 mA}
            method:
            {{method}}
            """));
    }
}
