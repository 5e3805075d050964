using System.Text;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Store.CellFormats;
using Sdl.Tests.Support;

namespace Sdl.Tests.Store.CellFormats;

public sealed class UnicyclerImportTests
{
    private const string Rest = """{"step": "open_circuit_voltage", "until_time_s": 60}""";

    [Fact]
    public void The_first_example_of_the_reference_is_the_yaml_that_comes_with_the_program()
    {
        var import = Read("""
            { "sample": {"name": "cell-017", "capacity_mAh": 3.5},
              "record": {"time_s": 30, "voltage_V": 0.01},
              "safety": {"max_voltage_V": 4.35, "min_voltage_V": 2.4, "max_current_mA": 8,
                         "min_current_mA": -8, "delay_s": 1},
              "method": [
                {"step": "open_circuit_voltage", "until_time_s": 28800},
                {"step": "tag", "tag": "formation"},
                {"step": "constant_current", "rate_C": 0.1, "until_voltage_V": 4.2, "until_time_s": 54000},
                {"step": "constant_voltage", "voltage_V": 4.2, "until_rate_C": 0.02, "until_time_s": 7200},
                {"step": "constant_current", "rate_C": -0.1, "until_voltage_V": 2.8, "until_time_s": 54000},
                {"step": "loop", "loop_to": "formation", "cycle_count": 3},
                {"step": "tag", "tag": "life"},
                {"step": "constant_current", "rate_C": "C/2", "until_voltage_V": 4.2},
                {"step": "constant_voltage", "voltage_V": 4.2, "until_rate_C": "C/20"},
                {"step": "constant_current", "rate_C": "D/2", "until_voltage_V": 2.8},
                {"step": "loop", "loop_to": "life", "cycle_count": 100} ] }
            """);
        Assert.Empty(import.Warnings);
        string[] without = ["Description", "Kind", "Name"];
        Assert.Equal(
            CellDump.Of(Examples.Read("formation-and-life"), without), CellDump.Of(import.Protocol, without));
        Assert.Equal("cell-017", import.Protocol.Sample.Name);
    }

    [Fact]
    public void Numbers_as_strings_empty_strings_and_nulls_are_understood()
    {
        var protocol = Read("""
            {"unicycler": {"version": "0.4.1"}, "sample": {"name": "$NAME", "capacity_mAh": ""},
             "record": {"time_s": "10", "voltage_V": null, "current_mA": ""},
             "method": [{"step": "constant_current", "rate_C": "", "current_mA": "-0.35", "until_time_s": "1e3",
                         "until_voltage_V": "", "id": "first"}]}
            """).Protocol;
        Assert.Equal(CellSample.Any, protocol.Sample);
        Assert.Equal(new RecordConditions(10), protocol.Record);
        var step = Assert.IsType<CellStep.ConstantCurrent>(Assert.Single(protocol.Method));
        Assert.Equal(CellCurrent.Amperes(-0.00035), step.Current);
        Assert.Equal([CellEnd.AfterTime(1000)], step.Ends);
        Assert.Equal("first", step.Name);
    }

    [Theory]
    [InlineData("0.2", 0.2)]
    [InlineData("\"1/5\"", 0.2)]
    [InlineData("\"C/3\"", 1 / 3.0)]
    [InlineData("\"2C/3\"", 2 / 3.0)]
    [InlineData("\"D/2\"", -0.5)]
    public void A_rate_may_be_spelt_in_many_ways(string text, double rate)
    {
        var protocol = Method($$"""{"step": "constant_current", "rate_C": {{text}}, "until_time_s": 9}""").Protocol;
        Assert.Equal(CellCurrent.Rate(rate), ((CellStep.ConstantCurrent)protocol.Method[0]).Current);
    }

    [Fact]
    public void A_rate_wins_over_a_current_and_that_is_said()
    {
        var import = Method("""{"step": "constant_current", "rate_C": 1, "current_mA": 2, "until_time_s": 9}""");
        Assert.Equal(CellCurrent.Rate(1), ((CellStep.ConstantCurrent)import.Protocol.Method[0]).Current);
        Assert.Contains("current_mA", Assert.Single(import.Warnings).Text);
    }

    [Fact]
    public void A_rate_of_zero_is_none_but_an_end_at_zero_volts_is_one()
    {
        var import = Method(
            """{"step": "constant_current", "rate_C": 0, "current_mA": -2, "until_voltage_V": 0}""");
        var step = (CellStep.ConstantCurrent)import.Protocol.Method[0];
        Assert.Equal(CellCurrent.Amperes(-0.002), step.Current);
        Assert.Equal([CellEnd.VoltageBelow(0)], step.Ends);
        Assert.Contains("0 V", Assert.Single(import.Warnings).Text);
    }

    [Fact]
    public void A_loop_to_a_number_counts_tags_as_steps()
    {
        var method = Method(Rest, """{"step": "tag", "tag": "a"}""", Rest, Rest,
            """{"step": "loop", "loop_to": 3, "cycle_count": 4}""").Protocol.Method;
        Assert.IsType<CellStep.Tag>(method[1]);
        Assert.Equal(2, Assert.IsType<CellStep.Loop>(method[2]).Steps.Count);
    }

    [Fact]
    public void A_loop_without_a_target_begins_at_the_first_step_and_loops_may_be_nested()
    {
        var outer = Assert.IsType<CellStep.Loop>(Assert.Single(Method(
            Rest, Rest, """{"step": "loop", "loop_to": 2, "cycle_count": 5}""", Rest,
            """{"step": "loop", "cycle_count": 3}""").Protocol.Method));
        Assert.Equal(3, outer.Cycles);
        Assert.Equal(5, Assert.IsType<CellStep.Loop>(outer.Steps[1]).Cycles);
    }

    [Fact]
    public void Loops_that_cross_are_refused()
    {
        var error = Assert.Throws<FindingsException>(() => Method(
            Rest, """{"step": "tag", "tag": "b"}""", Rest, """{"step": "loop", "loop_to": 1, "cycle_count": 2}""",
            """{"step": "loop", "loop_to": "b", "cycle_count": 2}"""));
        Assert.Contains("crossed", Assert.Single(error.Findings).Text);
        Assert.Equal(6, error.Findings[0].At.Line);
    }

    [Theory]
    [InlineData("""{"step": "loop", "loop_to": 2, "cycle_count": 2}""", "goes back")]
    [InlineData("""{"step": "loop", "loop_to": "nowhere", "cycle_count": 2}""", "no tag 'nowhere'")]
    [InlineData("""{"step": "loop", "loop_to": 1, "cycle_count": 0}""", "above zero")]
    [InlineData("""{"step": "constant_current", "rate_C": 0, "until_time_s": 9}""", "other than zero")]
    [InlineData("""{"step": "constant_current", "rate_C": 1}""", "until_time_s or until_voltage_V")]
    [InlineData("""{"step": "constant_voltage", "voltage_V": 4, "until_time_s": 0}""", "other than zero")]
    [InlineData("""{"step": "constant_voltage", "until_time_s": 9}""", "'voltage_V' is missing")]
    [InlineData("""{"step": "fly"}""", "'fly' is no step")]
    [InlineData("""{"step": "open_circuit_voltage", "until_time_s": 9, "colour": 1}""", "no entry 'colour'")]
    [InlineData("""{"step": "constant_current", "rate_C": "fast", "until_time_s": 9}""", "no C-rate")]
    [InlineData("""{"step": "impedance_spectroscopy", "start_frequency_Hz": 1, "end_frequency_Hz": 2}""", "amplitude")]
    [InlineData("""{"step": "tag", "tag": ""}""", "empty")]
    public void A_wrong_step_is_refused_with_its_line(string step, string word)
    {
        var error = Assert.Throws<FindingsException>(() => Method(Rest, step));
        Assert.Contains(word, error.Message);
        Assert.Equal(3, error.Findings[0].At.Line);
    }

    [Fact]
    public void A_loop_to_the_tag_directly_before_it_is_refused() => Assert.Contains("no step between",
        Assert.Throws<FindingsException>(() => Method(
            Rest, """{"step": "tag", "tag": "a"}""",
            """{"step": "loop", "loop_to": "a", "cycle_count": 2}""")).Message);

    [Fact]
    public void What_is_no_JSON_is_refused_with_its_place() => Assert.Equal(
        new Mark("cell.json", 2, 3), Assert.Throws<FindingsException>(() => Read("{\n  bad")).Findings[0].At);

    private static CellImport Method(params string[] steps) => Read(
        "{\"record\": {\"time_s\": 1}, \"method\": [\n" + string.Join(",\n", steps) + "]}");

    private static CellImport Read(string json) => UnicyclerImport.Read(Encoding.UTF8.GetBytes(json), "cell.json");
}
