using static Sdl.Instruments.Tests.Pumps.Ne1000Tests;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Pumps;

/// <summary>The simulated pump seen from the wire. <c>[</c> and <c>]</c> stand for STX and ETX.</summary>
public class Ne1000SimulatorTests
{
    [Fact]
    public void The_first_reply_after_power_up_is_the_reset_alarm() =>
        Converse(false, ("00DIA\r", "[00A?R]"), ("00DIA\r", "[00S26.59]"));

    // What nesp-lib sent to this simulator over TCP, and got back, in basic mode.
    [Fact]
    public void A_foreign_client_is_answered_in_basic_mode() => Converse(false,
        ("[\u00090SAF0Y\u00AD]", "[00A?R]"), ("[\u00090SAF0Y\u00AD]", "[00S]"), ("0VER\r", "[00SNE1000V3.928]"),
        ("0\r", "[00S]"),
        ("0DIA26.59\r", "[00S]"), ("0DIA\r", "[00S26.59]"), ("0DIRINF\r", "[00S]"), ("0VOLUL\r", "[00S]"),
        ("0VOL50\r", "[00S]"),
        ("0VOL\r", "[00S50.00UL]"), ("0RAT3000UM\r", "[00S]"), ("0RAT\r", "[00S3000.UM]"), ("0CLDINF\r", "[00S]"),
        ("0RUN\r", "[00I]"), ("0\r", "[00I]"), ("wait", "1"), ("0\r", "[00S]"), ("0DIS\r", "[00SI50.00W0.000UL]"),
        ("0RAT500MM\r", "[00S?OOR]"), ("0RUN\r", "[00I]"), ("0STP\r", "[00P]"));

    // The same client in safe mode; CRC bytes that equal ETX and STX are among them.
    [Fact]
    public void A_foreign_client_is_answered_in_safe_mode() => Converse(true,
        ("[\u00090SAF5\u0009\u0008]", "[\u000700S\u00AA\u00A6]"),
        ("[\u00080VERH\u0009]", "[\u001300SNE1000V3.928'\u0022]"),
        ("[\u00055f\u00F6]", ""), ("[\u000506S]", "[\u000700S\u00AA\u00A6]"),
        ("[\u00080DIA\u00025]", "[\u000C00S26.59\u0022\u00E5]"),
        ("[\u00080RUND\u0007]", "[\u000700I\u0019\u00DD]"), ("[\u00090SAF0Y\u00AD]", "[00I]"));

    [Theory]
    [InlineData("00 dia 10.0\r", "[00S]")]
    [InlineData("\r", "[00S]")]
    [InlineData("0\r", "[00S]")]
    [InlineData("DIS\r", "[00SI0.000W0.000ML]")]
    [InlineData("00XYZ\r", "[00S?]")]
    [InlineData("00DIA99\r", "[00S?OOR]")]
    [InlineData("00VOL1.2345\r", "[00S?]")]
    [InlineData("00VOL12345\r", "[00S?]")]
    [InlineData("00RAT60MM\r", "[00S?OOR]")]
    [InlineData("00RAT0.001UH\r", "[00S?OOR]")]
    [InlineData("00PHN2\r", "[00S?OOR]")]
    [InlineData("01DIA\r", "")]
    [InlineData("\n\u000300\r", "[00S]")]
    public void Commands_are_taken_as_the_manual_says(string says, string hears) => Converse(true, (says, hears));

    [Fact]
    public void Small_syringes_count_in_microlitres_and_large_ones_in_millilitres() => Converse(true,
        ("00DIA14.00\r", "[00S]"), ("00VOL\r", "[00S0.000UL]"), ("00DIA14.01\r", "[00S]"), ("00VOL\r", "[00S0.000ML]"));

    [Fact]
    public void What_may_not_change_while_it_runs_is_not_applicable() => Converse(true,
        ("00RAT60MH\r", "[00S]"), ("00RUN\r", "[00I]"), ("00DIA10\r", "[00I?NA]"), ("00RAT1MM\r", "[00I?NA]"),
        ("00DIRWDR\r", "[00I?NA]"), ("00CLDINF\r", "[00I?NA]"),
        ("00RAT50MH\r", "[00I]"), ("00STP\r", "[00P]"), ("00STP\r", "[00S]"), ("00STP\r", "[00S]"));

    [Fact]
    public void A_pause_holds_the_volume_and_a_second_run_goes_on_to_the_target() => Converse(true,
        ("00VOL2\r", "[00S]"), ("00RAT6MM\r", "[00S]"), ("00RUN\r", "[00I]"), ("wait", "5"), ("00STP\r", "[00P]"),
        ("wait", "60"),
        ("00RUN\r", "[00I]"), ("wait", "20"), ("00DIS\r", "[00SI2.000W0.000ML]"));

    [Fact]
    public void A_damaged_packet_is_refused_and_half_a_packet_is_forgotten_after_half_a_second() => Converse(true,
        ("[\u00090SAF5\u0009\u0008]", "[\u000700S\u00AA\u00A6]"), ("[\u000507S]", "[\u000B00S?COM\u00B5\u0080]"),
        ("[\u0005", ""), ("wait", "0.6"), ("[\u000506S]", "[\u000700S\u00AA\u00A6]"));

    [Fact]
    public void In_safe_mode_silence_stops_the_pump_and_the_alarm_comes_by_itself()
    {
        var rig = Build(Pump("pump"));
        rig.Time.Run(async () =>
        {
            await rig.Say("00\r");
            await rig.Say(Wire("[\u00090SAF5\u0009\u0008]"));
            await rig.Say(Wire("[\u00080RUND\u0007]"));
            await rig.Wait(4.5);
            // Not a valid packet, so that it does not keep the pump going; the alarm falls into the time of listening.
            var heard = "";
            for (var i = 0; i < 20 && heard.Length == 0; i++)
                heard = await rig.Say("?");
            Assert.StartsWith(Wire("[\u000900A?T"), heard);
        });
    }

    private static void Converse(bool isAwake, params (string Says, string Hears)[] script)
    {
        var rig = Build(Pump("pump"));
        rig.Time.Run(async () =>
        {
            if (isAwake)
                await rig.Say("00\r");
            foreach (var (says, hears) in script)
                if (says == "wait")
                    await rig.Wait(double.Parse(hears));
                else
                    Assert.Equal((says, Wire(hears)), (says, await rig.Say(Wire(says))));
        });
    }

    private static string Wire(string text) => text.Replace('[', '\u0002').Replace(']', '\u0003');
}
