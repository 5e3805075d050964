using FsCheck;
using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Drivers.Balances;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Simulators.Balances;
using Sdl.Transport;
using static Sdl.Instruments.Tests.Support.DosingBench;

namespace Sdl.Instruments.Tests.Balances;

public class MtSicsTests
{
    private static readonly Invocation Weigh = Call("w", "weigh", ("timeout", "30 s"));
    private static readonly Invocation Tare = Call("t", "tare", ("timeout", "30 s"));
    private static readonly Invocation Zero = Call("z", "zero", ("timeout", "30 s"));

    [Fact]
    public void The_device_says_who_it_is()
    {
        var rig = Build(Balance());
        var status = rig.Time.Run(async () => await (await Connected(rig)).ReadStatusAsync(CancellationToken.None));
        Assert.Equal(
            "Mettler-Toledo XPR205 220 g, software 2.10 10.28.0.493.142, serial number B021002593", status.Identity);
        Assert.Equal("stable", status.State);
        Assert.Equal(0, status.Readings["mass"].In("mg"), 1e-9);
    }

    [Theory]
    [InlineData("g")]
    [InlineData("mg")]
    [InlineData("kg")]
    public void A_vial_is_weighed_when_it_has_settled(string unit)
    {
        var rig = Build(Balance(unit));
        var (mass, seconds) = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            rig.Bench.PutNew("balance", 1);
            var before = rig.Time.GetUtcNow();
            return ((await balance.Finish(Weigh)).Last()[0], (rig.Time.GetUtcNow() - before).TotalSeconds);
        });
        Assert.Equal(12.5, mass, 2e-3);
        Assert.NotEqual(12.5, mass);
        Assert.InRange(seconds, 2, 3);
    }

    [Fact]
    public void What_is_added_after_taring_is_weighed_alone()
    {
        var rig = Build(Balance());
        var (tare, mass) = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            var vial = rig.Bench.PutNew("balance", 1);
            var tare = await balance.Finish(Tare);
            vial.Add(new(new Dictionary<string, double> { ["EC"] = 0.01 }));
            return (tare.Last()[0], (await balance.Finish(Weigh)).Last()[0]);
        });
        Assert.Equal(12.5, tare, 2e-3);
        Assert.Equal(0.88062, mass, 3e-3);
    }

    [Fact]
    public void The_same_load_weighed_twice_gives_the_same_number()
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        var (a, b) = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            return ((await balance.Finish(Weigh)).Last()[0], (await balance.Finish(Weigh)).Last()[0]);
        });
        Assert.Equal(a, b);
    }

    [Theory]
    [InlineData("overload", Fault.DeviceFault, "take the load off")]
    [InlineData("underload", Fault.DeviceFault, "pan is in place")]
    [InlineData("error", Fault.DeviceFault, "Error 14b")]
    [InlineData("unstable", Fault.Timeout, "did not become stable")]
    [InlineData("stuck-busy", Fault.Timeout, "did not become stable")]
    [InlineData("mute", Fault.Timeout, "no reply to TA within 1 s")]
    [InlineData("late-reply", Fault.Timeout, "no reply to TA within 1 s")]
    [InlineData("garbage", Fault.BadReply, "check baud rate")]
    public void Trouble_is_told_with_what_to_do(string fault, Fault expected, string text)
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        var trouble = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            rig.Faults()[fault] = true;
            return await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Weigh));
        });
        Assert.Equal(expected, trouble.Fault);
        Assert.Contains(text, trouble.Message);
        Assert.StartsWith("balance: ", trouble.Message);
    }

    [Fact]
    public void A_late_reply_is_not_taken_for_the_next_one()
    {
        var rig = Build(Balance());
        var mass = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            rig.Faults()["late-reply"] = true;
            await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Weigh));
            rig.Faults()["late-reply"] = false;
            rig.Bench.PutNew("balance", 1);
            await rig.Wait(5);
            return (await balance.Finish(Weigh)).Last()[0];
        });
        Assert.Equal(12.5, mass, 2e-3);
    }

    [Fact]
    public void Lines_that_nobody_asked_for_are_passed_over()
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        rig.Faults()["print-key"] = true;
        var tare = rig.Time.Run(async () => (await (await Connected(rig)).Finish(Tare)).Last()[0]);
        Assert.Equal(12.5, tare, 2e-3);
    }

    [Fact]
    public void A_stream_that_another_host_left_on_is_ended()
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        var mass = rig.Time.Run(async () =>
        {
            await rig.Say("SIR\r\n");
            return (await (await Connected(rig)).Finish(Weigh)).Last()[0];
        });
        Assert.Equal(12.5, mass, 2e-3);
    }

    [Fact]
    public void A_restart_after_taring_is_noticed_before_a_wrong_weight_is_told()
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        var trouble = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            await balance.Finish(Tare);
            rig.Faults()["power-cycle"] = true;
            return await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Weigh));
        });
        Assert.Equal(Fault.DeviceFault, trouble.Fault);
        Assert.Contains("restarted", trouble.Message);
    }

    [Fact]
    public void A_tare_by_another_hand_is_noticed()
    {
        var rig = Build(Balance());
        rig.Bench.PutNew("balance", 1);
        var trouble = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            await balance.Finish(Tare);
            await rig.Say("TAC\r\n");
            return await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Weigh));
        });
        Assert.Contains("someone has tared since", trouble.Message);
    }

    [Fact]
    public void Zeroing_is_refused_with_a_vial_on_the_pan_and_done_without()
    {
        var rig = Build(Balance());
        rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            Assert.Empty(await balance.Finish(Zero));
            rig.Bench.PutNew("balance", 1);
            var trouble = await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Zero));
            Assert.Equal(Fault.Rejected, trouble.Fault);
            Assert.Contains("above its range", trouble.Message);
        });
    }

    [Fact]
    public void A_balance_in_standby_says_so()
    {
        var rig = Build(Balance());
        var trouble = rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            await rig.Say("PWR 0\r\n");
            return await Assert.ThrowsAsync<InstrumentException>(() => balance.Finish(Weigh));
        });
        Assert.Equal(Fault.Rejected, trouble.Fault);
        Assert.Contains("switch it on", trouble.Message);
    }

    [Fact]
    public void Cancelling_ends_the_wait_for_stability()
    {
        var rig = Build(Balance());
        rig.Faults()["unstable"] = true;
        rig.Time.Run(async () =>
        {
            var balance = await Connected(rig);
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(3), rig.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => balance.InvokeAsync(Weigh, cancel.Token).Rows());
        });
        Assert.InRange((rig.Time.GetUtcNow() - Start).TotalSeconds, 3, 4);
    }

    // The replies of an XPR205 as a LADS server saw them; the weight stands right-aligned in ten characters.
    [Fact]
    public void The_frames_are_those_of_the_manual()
    {
        var script = new ScriptedTransport(
            ("SI\r\n", "S S     100.02 g\r\n"), ("I2\r\n", "I2 A \"XPR205 220 g\"\r\n"),
            ("I3\r\n", "I3 A \"2.10 10.28.0.493.142\"\r\n"), ("I4\r\n", "I4 A \"B021002593\"\r\n"),
            ("TA\r\n", "TA A       0.00 g\r\n"), ("SI\r\n", "S D      99.80 g\r\n"),
            ("SI\r\n", "S S     100.02 g\r\n"));
        var time = new VirtualTime(Start);
        var mass = time.Run(async () =>
        {
            var balance = new MtSics(new DriverContext(
                new InstrumentId("balance"), Address.Parse("serial:x"), Settings.None, script, time));
            await balance.ConnectAsync(CancellationToken.None);
            return (await balance.Finish(Weigh)).Last()[0];
        });
        Assert.Equal(100.02, mass, 1e-9);
        Assert.True(script.IsOver);
    }

    [Theory]
    [InlineData(false, "no such port")]
    [InlineData(true, "has closed")]
    public async Task A_line_that_is_gone_is_told_as_such(bool opens, string text)
    {
        var balance = new MtSics(new DriverContext(
            new InstrumentId("balance"), Address.Parse("serial:x"), Settings.None, new DeadTransport(opens),
            TimeProvider.System));
        var trouble = await Assert.ThrowsAsync<InstrumentException>(
            async () => await balance.ConnectAsync(CancellationToken.None));
        Assert.Equal(Fault.Disconnected, trouble.Fault);
        Assert.Contains(text, trouble.Message);
    }

    [Fact]
    public void A_tare_that_is_not_answered_is_cancelled_so_that_it_does_not_happen_later()
    {
        var script = new ScriptedTransport(
            ("TA\r\n", "TA A       0.00 g\r\n"), ("SI\r\n", "S S     100.02 g\r\n"), ("T\r\n", ""),
            ("@\r\n", "I4 A \"B021002593\"\r\n"));
        var time = new VirtualTime(Start);
        var trouble = time.Run(() => Assert.ThrowsAsync<InstrumentException>(() => new MtSics(new DriverContext(
            new InstrumentId("balance"), Address.Parse("serial:x"), Settings.None, script, time)).Finish(Tare)));
        Assert.Equal(Fault.Timeout, trouble.Fault);
        Assert.True(script.IsOver);
    }

    [Theory]
    [InlineData("S S     100.00 g", "S", "S", 0.1)]
    [InlineData("S D    -100.0 mg", "S", "D", -1e-4)]
    [InlineData("TA A  1.2 kg", "TA", "A", 1.2)]
    [InlineData("S +", "S", "+", null)]
    [InlineData("S S Error 10b", "S", "S", null)]
    [InlineData("S S 3.5 oz", "S", "S", null)]
    [InlineData("ES", "ES", "", null)]
    public void Lines_are_taken_apart(string line, string id, string status, double? kilograms)
    {
        var reply = MtSicsReply.Parse(line)!;
        Assert.Equal((id, status), (reply.Id, reply.Status));
        Assert.Equal(kilograms, reply.Mass()?.Si is { } si ? Math.Round(si, 12) : null);
    }

    [Property]
    public bool Any_line_at_all_is_survived(NonNull<string> line)
    {
        var reply = MtSicsReply.Parse(line.Get);
        _ = reply?.Mass();
        _ = reply?.Text();
        return true;
    }

    [Property]
    public bool Every_weight_that_can_be_shown_is_read_back(int digits)
    {
        var grams = digits % 2_200_000 / 1e4;
        var line = "S S " + grams.ToString("F4", System.Globalization.CultureInfo.InvariantCulture).PadLeft(10) + " g";
        return Math.Abs(MtSicsReply.Parse(line)!.Mass()!.Value.In("g") - grams) < 1e-9;
    }

    private static async Task<IInstrument> Connected(Rig rig)
    {
        var balance = rig.NewDriver();
        await balance.ConnectAsync(CancellationToken.None);
        return balance;
    }

    private static Device Balance(string unit = "g") => new(
        "balance", "serial:/dev/balance?baud=9600", c => new MtSics(c), c => new MtSicsSimulator(c), [],
        new() { ["unit"] = unit });
}
