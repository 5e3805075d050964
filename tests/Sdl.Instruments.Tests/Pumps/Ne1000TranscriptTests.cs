using Sdl.Core.Instruments;
using Sdl.Drivers.Pumps;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Transport;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Pumps;

/// <summary>Conversations byte by byte. <c>[</c> and <c>]</c> stand for STX and ETX.</summary>
public class Ne1000TranscriptTests
{
    private const string Stopped = "[00S]";

    private static readonly Dictionary<string, string> Syringe = new()
    {
        ["diameter"] = "26.59 mm", ["syringe_volume"] = "60 mL", ["identify"] = "false",
    };

    private static readonly (string, string)[] Greeting =
        [("00\r", Stopped), ("00\r", Stopped), ("00DIA\r", "[00S26.59]")];

    // As recorded between this driver and the aldn1000 emulator of ISIS on lewis, over TCP; it adds CR after ETX,
    // writes numbers its own way, answers RUN with the old prompt, and knows no VER.
    [Fact]
    public void A_dose_on_the_emulator_of_another_laboratory()
    {
        string[] infused = ["0.094", "0.154", "0.245", "0.305", "0.395", "0.455", "0.546", "0.636", "0.696", "0.786",
            "0.846", "0.938", "0.999", "1.089", "1.153", "1.245", "1.305", "1.395", "1.455"];
        var rows = Play(
            [
                ("00\r", Stopped), ("00\r", Stopped), ("00DIA\r", "[00S0.0]"), ("00DIA26.59\r", Stopped),
                ("00\r", Stopped), ("00CLDINF\r", Stopped), ("00CLDWDR\r", Stopped), ("00VOL\r", "[00S0.0ML]"),
                ("00VOL1.500\r", Stopped), ("00DIRINF\r", Stopped), ("00RAT18.00MM\r", Stopped), ("00\r", Stopped),
                ("00DIS\r", "[00SI0.0W0.0ML]"), ("00RUN\r", Stopped),
                .. infused.Select(v => ("00DIS\r", $"[00II{v}W0.0ML]")), ("00DIS\r", "[00SI1.5W0.0ML]"),
                ("00RAT2368UH\r", Stopped),
            ],
            async pump =>
            {
                await pump.ConnectAsync(CancellationToken.None);
                return await pump.Finish(Call("lewis", "dispense", ("volume", "1.5 mL"), ("rate", "18 mL/min")));
            },
            after: "\r");
        Assert.Equal(20, rows.Count);
        Assert.Equal(1.5, rows.Last()[0], 1e-12);
    }

    [Theory]
    [InlineData("?NA", "not applicable now")]
    [InlineData("?OOR", "out of the range")]
    [InlineData("?COM", "damaged")]
    [InlineData("?IGN", "ignored")]
    [InlineData("?", "does not know it")]
    public void Refusals_are_told_in_words(string error, string meaning)
    {
        var trouble = Fails([.. Greeting, ("00\r", Stopped), ("00CLDINF\r", $"[00S{error}]")]);
        Assert.Equal(Fault.Rejected, trouble.Fault);
        Assert.Contains(meaning, trouble.Message);
        Assert.StartsWith("pump: CLDINF was refused", trouble.Message);
    }

    [Theory]
    [InlineData('R', "power was interrupted")]
    [InlineData('S', "stalled")]
    [InlineData('T', "safe mode")]
    [InlineData('E', "clear the program")]
    [InlineData('O', "allowed phases")]
    public void Alarms_are_told_in_words(char alarm, string meaning)
    {
        var trouble = Fails([.. Greeting, ("00\r", Stopped), ("00CLDINF\r", $"[00A?{alarm}]")]);
        Assert.Equal(Fault.DeviceFault, trouble.Fault);
        Assert.Contains(meaning, trouble.Message);
    }

    [Fact]
    public void The_reply_of_another_pump_is_not_ours()
    {
        var trouble = Fails([("00\r", "[05S]"), ("[\u000A00SAF0v!]", "[05S]")]);
        Assert.Equal(Fault.BadReply, trouble.Fault);
        Assert.Contains("'05S'", trouble.Message);
    }

    [Fact]
    public void A_pump_that_moves_is_left_alone()
    {
        var trouble = Fails([.. Greeting, ("00\r", "[00I]")]);
        Assert.Equal(Fault.Rejected, trouble.Fault);
        Assert.Contains("infusing already", trouble.Message);
    }

    [Fact]
    public void A_moving_pump_with_another_syringe_is_not_set_up()
    {
        var trouble = Fails([("00\r", "[00I]"), ("00\r", "[00I]"), ("00DIA\r", "[00I10.00]")]);
        Assert.Contains("instead of 26.59 mm", trouble.Message);
    }

    [Fact]
    public void Stops_that_are_refused_by_a_pump_at_rest_are_no_trouble() => Play(
        [("00STP\r", "[00S?NA]"), ("00STP\r", "[00S?NA]"), ("00\r", Stopped)],
        async pump =>
        {
            await pump.MakeSafeAsync(TimeSpan.FromSeconds(5));
            return 0;
        });

    [Theory]
    [InlineData(false, "no such port")]
    [InlineData(true, "has closed")]
    public async Task A_line_that_is_gone_is_told_as_such(bool opens, string text)
    {
        var pump = new Ne1000(new DriverContext(
            new InstrumentId("pump"), Address.Parse("serial:x"), new Settings(Syringe), new DeadTransport(opens),
            TimeProvider.System));
        var trouble = await Assert.ThrowsAsync<InstrumentException>(
            async () => await pump.ConnectAsync(CancellationToken.None));
        Assert.Equal(Fault.Disconnected, trouble.Fault);
        Assert.Contains(text, trouble.Message);
    }

    private static InstrumentException Fails((string, string)[] script) => Play(script, async pump =>
        await Assert.ThrowsAsync<InstrumentException>(async () =>
        {
            await pump.ConnectAsync(CancellationToken.None);
            await pump.Finish(Call("c", "dispense", ("volume", "1 mL"), ("rate", "1 mL/min")));
        }));

    private static T Play<T>((string Says, string Hears)[] script, Func<IInstrument, Task<T>> talk, string after = "")
    {
        var line = new ScriptedTransport(script.Select(s => (Wire(s.Says), Wire(s.Hears) + after)).ToArray());
        var time = new VirtualTime(Start);
        var result = time.Run(() => talk(new Ne1000(new DriverContext(
            new InstrumentId("pump"), Address.Parse("serial:x"), new Settings(Syringe), line, time))));
        Assert.True(line.IsOver);
        return result;
    }

    private static string Wire(string text) => text.Replace('[', '\u0002').Replace(']', '\u0003');
}
