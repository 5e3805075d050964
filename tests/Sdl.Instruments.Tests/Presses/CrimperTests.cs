using Sdl.Core.Instruments;
using Sdl.Drivers.Presses;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Presses;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Presses.Crimper, Sdl.Simulators.Presses.CrimperSimulator>;

namespace Sdl.Instruments.Tests.Presses;

public class CrimperTests
{
    private const string Rtu = "sim:modbus-rtu:/dev/ttyUSB4?baud=115200&unit=7";

    public static TheoryData<string> Wires => [Rtu, "sim:modbus-tcp:10.0.0.9:502?unit=7", "sim:"];

    [Theory, MemberData(nameof(Wires))]
    public void A_crimp_reaches_its_force_and_the_press_is_open_afterwards(string wire)
    {
        var rig = New(wire);
        rig.Run(async driver =>
        {
            var row = (await Rig.Invoke(driver, "crimp", "force=8 kN; dwell=2 s")).Single().Values.ToArray();
            Assert.Equal(8, row[0], 2e-3);
            Assert.Equal(8, row[1], 2e-3);
            // The stack gives 0.1 mm in 1 kN.
            Assert.InRange(row[2], 36.7, 36.9);
            Assert.Equal(1, row[3]);
            Assert.Equal("open", (await driver.ReadStatusAsync(CancellationToken.None)).State);
        });
        Assert.Single(rig.Device.Effects);
        Assert.Null(rig.Device.Danger);
    }

    [Fact]
    public void A_crimp_to_a_position_ends_there_or_at_its_force_limit()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            var row = (await Rig.Invoke(driver, "crimp_to", "position=36.5 mm")).Single().Values.ToArray();
            Assert.Equal(36.5, row[2], 1e-9);
            Assert.InRange(row[1], 4.3, 5.7);
            var failed = await Failed(Rig.Invoke(driver, "crimp_to", "position=38 mm; force_limit=3 kN", "call-2"));
            Assert.Contains("force limit before the position", failed.Message, StringComparison.Ordinal);
        });
        Assert.Single(rig.Device.Effects);
    }

    [Fact]
    public void A_sequence_of_crimps_shows_the_counter_and_differs_by_the_stacks()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            var rows = new List<double[]>();
            for (var i = 1; i <= 8; i++)
                rows.Add((await Rig.Invoke(driver, "crimp", "force=8 kN", $"call-{i}"))[0].Values.ToArray());
            Assert.Equal(Enumerable.Range(1, 8).Select(n => (double)n), rows.Select(r => r[3]));
            Assert.InRange(rows.Max(r => r[2]) - rows.Min(r => r[2]), 0.01, 0.2);
        });
    }

    [Theory]
    [InlineData("empty-die", "lowest position before the force")]
    [InlineData("drive-trip", "its drive tripped")]
    [InlineData("partial-effect", "was to hold 8 kN, and held")]
    public void A_bad_crimp_fails_with_its_reason(string fault, string reason)
    {
        var rig = New(Rtu);
        rig.Device.Faults[fault] = true;
        rig.Run(async driver =>
        {
            var failed = await Failed(Rig.Invoke(driver, "crimp", "force=8 kN"));
            Assert.Equal(Fault.DeviceFault, failed.Fault);
            Assert.Contains(reason, failed.Message, StringComparison.Ordinal);
        });
        Assert.Null(rig.Device.Danger);
    }

    [Fact]
    public void Nothing_moves_with_the_guard_open_and_nothing_moves_when_it_is_closed_again()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            rig.Device.Faults["guard-open"] = true;
            Assert.Contains("guard is open", (await Failed(Rig.Invoke(driver, "crimp", "force=8 kN"))).Message,
                StringComparison.Ordinal);
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            rig.Device.Faults["guard-open"] = false;
            var crimp = Failed(Rig.Invoke(driver, "crimp", "force=8 kN; dwell=10 s"));
            await rig.After(4);
            rig.Device.Faults["guard-open"] = true;
            Assert.Contains("guard was opened", (await crimp).Message, StringComparison.Ordinal);
            // Without force, but not open: it stands.
            await driver.MakeSafeAsync(TimeSpan.FromSeconds(5));
            var before = (await driver.ReadStatusAsync(CancellationToken.None)).Readings["position"];
            Assert.InRange(before.In("mm"), 36, 37);
            rig.Device.Faults["guard-open"] = false;
            await rig.After(60);
            var after = await driver.ReadStatusAsync(CancellationToken.None);
            Assert.Equal(before, after.Readings["position"]);
            Assert.Equal(0, after.Readings["force"].Si);
            Assert.Contains("stands in a fault", (await Failed(Rig.Invoke(driver, "crimp", "force=8 kN", "call-2")))
                .Message, StringComparison.Ordinal);
            await Rig.Invoke(driver, "acknowledge");
            Assert.Contains("not open", (await Failed(Rig.Invoke(driver, "crimp", "force=8 kN", "call-2")))
                .Message, StringComparison.Ordinal);
            await Rig.Invoke(driver, "open");
            await Rig.Invoke(driver, "crimp", "force=8 kN", "call-2");
        });
        Assert.Single(rig.Device.Effects);
    }

    [Fact]
    public void However_the_program_dies_the_part_is_crimped_once_or_a_person_is_asked()
    {
        var seen = new SortedSet<CallProgress>();
        for (var tenths = 0; tenths <= 70; tenths++)
        {
            var rig = New(Rtu);
            rig.Time.Run(async () =>
            {
                var first = rig.NewDriver();
                await first.ConnectAsync(CancellationToken.None);
                var call = Rig.Call(first, "crimp", "force=8 kN", "run/3");
                using var death = new CancellationTokenSource();
                var dying = Record.ExceptionAsync(async () =>
                {
                    await foreach (var _ in first.InvokeAsync(call, death.Token))
                        await rig.After(3600);
                });
                await rig.After(tenths / 10.0);
                var next = rig.NewDriver();
                await next.ConnectAsync(CancellationToken.None);
                if (tenths % 2 == 1)
                    await next.MakeSafeAsync(TimeSpan.FromSeconds(5));
                var outcome = await next.ReconcileAsync(call, CancellationToken.None);
                seen.Add(outcome.Progress);
                if (outcome.Progress == CallProgress.NotStarted)
                    await foreach (var _ in next.InvokeAsync(call, CancellationToken.None))
                    {
                    }
                if (outcome.Progress == CallProgress.Done)
                    Assert.Equal(8, outcome.Samples!.Single().Values.Span[0], 2e-3);
                Assert.True(outcome.Progress is CallProgress.NotStarted or CallProgress.Done or CallProgress.Partial);
                Assert.Null(outcome.Remaining);
                Assert.Equal(outcome.Progress == CallProgress.Partial ? 0 : 1, rig.Device.Effects.Count);
                death.Cancel();
                await dying;
            });
        }
        Assert.Equal([CallProgress.NotStarted, CallProgress.Partial, CallProgress.Done], seen);
    }

    [Fact]
    public void The_press_remembers_without_power_and_refuses_the_same_crimp_twice()
    {
        var rig = New(Rtu);
        rig.Run(async driver =>
        {
            await Rig.Invoke(driver, "crimp", "force=8 kN");
            rig.Device.Faults["power-cycle"] = true;
            var call = Rig.Call(driver, "crimp", "force=8 kN");
            Assert.Equal(CallProgress.Done, (await driver.ReconcileAsync(call, CancellationToken.None)).Progress);
            Assert.Contains("begun this very crimp before",
                (await Failed(Rig.Invoke(driver, "crimp", "force=8 kN"))).Message, StringComparison.Ordinal);
        });
        Assert.Single(rig.Device.Effects);
    }

    [Theory]
    [InlineData("max_force=25 kN", "the press can do 20 kN and 50 mm, the lab file allows 25 kN")]
    [InlineData("stroke=60 mm", "the lab file allows 15 kN and 60 mm")]
    public void Connecting_refuses_limits_that_the_press_does_not_have(string settings, string reason)
    {
        var rig = New(Rtu, settings);
        rig.Time.Run(async () =>
        {
            var failed = await Failed(rig.NewDriver().ConnectAsync(CancellationToken.None).AsTask());
            Assert.Equal(Fault.OutOfRange, failed.Fault);
            Assert.Contains(reason, failed.Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("max_force=100 kN")]
    [InlineData("stroke=0 mm")]
    public void A_limit_that_no_press_has_is_refused(string settings) =>
        Assert.Throws<SettingException>(() => New(Rtu, settings).NewDriver());

    [Fact]
    public void A_crimp_is_one_write_and_its_record_comes_from_the_registers() => TranscriptLines.Run(
        new()
        {
            ["serial:/dev/ttyUSB4"] = """
            > 07 03 00 0a 00 0c 65 ab
            < 07 03 18 00 03 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 39 df
            > 07 10 00 32 00 07 0e 00 01 00 00 1f 40 0f a0 00 c8 5d 79 63 c4 25 d5
            < 07 10 00 32 00 07 20 62
            > 07 03 00 0a 00 0c 65 ab
            < 07 03 18 00 05 00 00 00 00 00 00 5d 79 63 c4 00 01 00 00 00 00 00 00 00 00 00 00 bb c4
            > 07 03 00 0a 00 0c 65 ab
            < 07 03 18 00 03 00 00 00 00 00 00 5d 79 63 c4 00 02 1f 36 1f 4a 0e 61 00 00 00 2a c6 bf
            """,
        }, "modbus-rtu:/dev/ttyUSB4?baud=115200&unit=7", Settings.None, c => new Crimper(c), async driver =>
        {
            var row = (await Rig.Invoke(driver, "crimp", "force=8 kN; dwell=2 s")).Single().Values.ToArray();
            Assert.Equal(new[] { 7.99, 8.01, 36.81, 42 }, row);
        });

    [Theory]
    [InlineData("07 03 00 00 00 04 44 6f", "07 03 08 43 50 00 01 4e 20 13 88 b9 0b")] // who it is
    [InlineData("07 10 00 32 00 01 02 00 02 08 23", "07 10 00 32 00 01 a0 60")] // open
    [InlineData("07 06 00 32 00 01 e9 a3", "07 86 03 e2 60")] // a crimp without its values
    [InlineData("07 03 00 16 00 01 65 a8", "07 83 02 20 f0")] // no such address
    public void The_simulated_press_answers(string request, string answer) => Assert.Equal(
        Convert.FromHexString(answer.Replace(" ", "", StringComparison.Ordinal)),
        New(Rtu).Exchange(Convert.FromHexString(request.Replace(" ", "", StringComparison.Ordinal))));

    private static Rig New(string wire, string settings = "") =>
        new(wire, settings, "", c => new Crimper(c), c => new CrimperSimulator(c));

    private static Task<InstrumentException> Failed(Task work) => Assert.ThrowsAsync<InstrumentException>(() => work);
}
