namespace Sdl.Instruments.Tests.Potentiostats;

/// <summary>The simulated device by its bytes alone, so that it is not the driver that it is checked against.</summary>
public class EmStatPicoSimulatorTests
{
    [Theory]
    [InlineData("Z\n", new[] { "Z!0006" })]
    [InlineData("\nZ\n", new[] { "Z!0006" })]
    [InlineData("i\n", new[] { "iESP20110042" })]
    [InlineData("x\n", new[] { "x!0003" })]
    [InlineData("r\n", new[] { "r!000C" })]
    [InlineData("t\n", new[] { "tespico1300#Oct 26 2020 13:11:26", "R*" })]
    public void Idle_command_is_answered(string command, string[] answer) => Dialogue(command, answer);

    [Theory]
    // Packages that the vendor's parser reads, said with a variable.
    [InlineData("5137370n da", "Pda84E63DAn")]
    [InlineData("-499905u da", "Pda7F85F3Fu")]
    [InlineData("2799987f ba", "Pba82AB973f")]
    [InlineData("-57847747p ba", "Pba48D503Dp")]
    [InlineData("99999732u dc", "PdcDF5DFF4u")]
    [InlineData("9885956m cc", "Pcc896D904m")]
    [InlineData("0 eb", "Peb8000000 ")]
    public void Value_is_packed_as_the_device_packs_it(string value, string package) => Dialogue(
        $"e\nvar x\nstore_var x {value}\npck_start\npck_add x\npck_end\n\n", "e", package, "");

    [Fact]
    public void Variable_without_a_value_is_packed_as_nan() =>
        Dialogue("e\nvar x\npck_start\npck_add x\npck_end\n\n", "e", "Paa     nan", "");

    [Theory]
    [InlineData("var p\nmeas_lop_ca p\n", "e!4001: Line 2, Col 1")]
    [InlineData("# first\n\tset_e 1.5\n", "e!4002: Line 2, Col 8")]
    [InlineData("set_e x\n", "e!4007: Line 1, Col 7")]
    [InlineData("set_range bA 1\n", "e!4006: Line 1, Col 11")]
    [InlineData("send_string \"a\n", "e!4004: Line 1, Col 13")]
    [InlineData("set_e\n", "e!4002: Line 1, Col 6")]
    [InlineData("cell_on 1\n", "e!4008: Line 1, Col 9")]
    [InlineData("endloop\n", "e!4000: Line 1, Col 1")]
    [InlineData("var p\nmeas_loop_ocp p 1 2\n", "e!4000: Line 2")]
    public void Script_that_does_not_parse_is_refused_with_its_place(string script, string answer) =>
        Dialogue("e\n" + script + "\n", answer);

    [Theory]
    [InlineData("set_e 2100m\n", "!000F: Line 1")]
    [InlineData("var p\ncell_on\nmeas_loop_ocp p 1 2\nendloop\n", "!0014: Line 3")]
    [InlineData("var f\nvar r\nvar j\nmeas_loop_eis f r j 10m 1k 100 5 0\nendloop\n", "!0023: Line 4")]
    [InlineData("var f\nvar r\nvar j\nset_pgstat_mode 3\nmeas_loop_eis f r j 300m 1k 100 5 0\nendloop\n",
        "!0012: Line 5")]
    [InlineData("var f\nvar r\nvar j\nset_pgstat_mode 3\nmeas_loop_eis f r j 10m 1M 100 5 0\nendloop\n",
        "!0011: Line 5")]
    [InlineData("var p\nvar c\nmeas_loop_ca p c 0 0 1\nendloop\n", "!000D: Line 3")]
    public void Script_that_fails_while_it_runs_says_where_and_still_finishes(string script, string error) =>
        Dialogue("e\n" + script + "on_finished:\ncell_off\nsend_string \"off\"\n\n", "e", error, "Toff", "");

    [Fact]
    public void Sweep_is_framed_by_markers() => Dialogue(
        "e\nvar p\nvar c\ncell_on\nmeas_loop_lsv p c 0 30m 10m 100m\n"
            + "pck_start\npck_add p\npck_add c\npck_end\nendloop\n"
            + "on_finished:\ncell_off\n\n",
        "e", "M0000", "Pda8989680n;ba8989680p,10,283", "Pda9312D00n;ba9312D00p,10,284",
            "Pda9C9C380n;ba9C9C380p,10,285", "*", "");

    [Fact]
    public void Scans_are_framed_each()
    {
        var bench = new PicoBench(("cell", "resistor"));
        bench.Time.Run(async () =>
        {
            var lines = await bench.Say(
                "e\nvar p\nvar c\ncell_on\nmeas_loop_cv p c 0 20m -20m 20m 1 nscans(2)\nendloop\n\n");
            Assert.Equal(["e", "M0005", "C0001", "-", "C0002", "-", "*", ""], lines);
        });
    }

    [Fact]
    public void Running_script_refuses_other_commands_and_is_aborted_through_its_last_section()
    {
        var bench = new PicoBench(("cell", "resistor"));
        bench.Time.Run(async () =>
        {
            var started = await bench.Say(
                "e\nvar p\nvar c\nset_e 1\ncell_on\nmeas_loop_ca p c 1 1 60\npck_start\npck_add p\npck_end\n"
                + "endloop\non_finished:\ncell_off\nsend_string \"off\"\n\n", 2.5);
            Assert.Equal(["e", "M0007", "Pda80F4240u", "Pda80F4240u"], started);
            Assert.True(bench.Device.CellIsOn);
            Assert.Equal(["t!0006"], await bench.Say("t\n", 0.1));
            Assert.Equal(["Z", "Toff", ""], await bench.Say("Z\n", 0.1));
            Assert.False(bench.Device.CellIsOn);
            Assert.Empty(await bench.Say("\n", 5));
        });
    }

    [Fact]
    public void Loaded_script_runs_again_on_demand()
    {
        var bench = new PicoBench(("cell", "resistor"));
        bench.Time.Run(async () =>
        {
            Assert.Equal(["l"], await bench.Say("l\nsend_string \"hello\"\n\n"));
            Assert.Equal(["r", "Thello", ""], await bench.Say("r\n"));
            Assert.Equal(["r", "Thello", ""], await bench.Say("r\n"));
        });
    }

    [Fact]
    public void Points_come_at_the_pace_of_the_measurement_and_slow_frequencies_take_their_cycles()
    {
        var bench = new PicoBench(("cell", "resistor"));
        bench.Time.Run(async () =>
        {
            const string script =
                "e\nvar f\nvar r\nvar j\nset_pgstat_mode 3\ncell_on\nmeas_loop_eis f r j 10m 1 100m 2 0\n"
                + "pck_start\npck_add f\npck_end\nendloop\n\n";
            Assert.Equal(["e", "M000D"], await bench.Say(script, 3.9));
            Assert.Equal(["Pdc80F4240u"], await bench.Say("", 39.9));
            Assert.Equal(["PdcDF5E100n", "*", ""], await bench.Say("", 0.5));
        });
    }

    private static void Dialogue(string said, params string[] answer)
    {
        var bench = new PicoBench(("cell", "resistor"));
        bench.Time.Run(async () => Assert.Equal(answer, await bench.Say(said)));
    }
}
