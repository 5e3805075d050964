using Sdl.Core.Instruments;
using Sdl.Drivers.Robots;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Robots;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Robots.UniversalRobot, Sdl.Simulators.Robots.UniversalRobotSimulator>;

namespace Sdl.Instruments.Tests.Robots;

public class UniversalRobotTests
{
    private const string Programs = "programs=vial_to_balance.urp, vial_to_cell.urp, clean_cell.urp, to_slot.urp";

    private const string Work = "program.vial_to_balance.urp=25 s new balance; "
        + "program.vial_to_cell.urp=30 s move balance cell; "
        + "program.clean_cell.urp=60 s discard cell, rinse cell; program.to_slot.urp=5 s move balance slot_*; "
        + "powered=true";

    [Theory]
    [InlineData("sim:tcp:10.0.0.5")]
    [InlineData("sim:tcp:10.0.0.5?dashboard=30099&modbus=1502")]
    [InlineData("sim:")]
    public void Programs_move_the_vial_and_take_their_time(string address)
    {
        var rig = New(address: address);
        rig.Run(async robot =>
        {
            var start = rig.Time.GetTimestamp();
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "a");
            Assert.InRange(rig.Time.GetElapsedTime(start).TotalSeconds, 25, 26);
            Assert.Equal(1, rig.Bench.At("balance")!.Number);
            await Rig.Invoke(robot, "run_program", "program=vial_to_cell.urp; slot=3", "b");
            Assert.Null(rig.Bench.At("balance"));
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "c");
            await Rig.Invoke(robot, "run_program", "program=clean_cell.urp", "d");
            Assert.Null(rig.Bench.At("cell"));
            Assert.Equal(2, rig.Bench.At("balance")!.Number);
        });
    }

    [Fact]
    public void The_slot_says_where_a_program_puts_the_vial()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "a");
            await Rig.Invoke(robot, "run_program", "program=to_slot.urp; slot=7", "b");
            Assert.Equal(1, rig.Bench.At("slot_7")!.Number);
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "c");
            var refused = await Refused(Rig.Invoke(robot, "run_program", "program=to_slot.urp; slot=7", "d"));
            Assert.Contains("place", refused.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_slot_stands_in_its_register_while_the_program_runs()
    {
        var rig = New();
        rig.Run(robot => Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp; slot=17"));
        var reply = rig.Exchange(Convert.FromHexString("00010000000600030080" + "0005"), "modbus", 502);
        var registers = Enumerable.Range(0, 5).Select(i => reply[9 + 2 * i] << 8 | reply[10 + 2 * i]).ToArray();
        Assert.Equal(17, registers[1]);
        Assert.Equal(registers[0], registers[2]);
        Assert.Equal(registers[0], registers[3]);
        Assert.Equal(0, registers[4]);
    }

    [Fact]
    public void Power_on_releases_the_brakes_and_power_off_sets_them()
    {
        var rig = New(simulation: "");
        rig.Run(async robot =>
        {
            var refused = await Refused(Rig.Invoke(robot, "run_program", "program=vial_to_cell.urp"));
            Assert.Contains("use power_on first", refused.Message, StringComparison.Ordinal);
            var start = rig.Time.GetTimestamp();
            await Rig.Invoke(robot, "power_on");
            Assert.InRange(rig.Time.GetElapsedTime(start).TotalSeconds, 7, 8.5);
            Assert.StartsWith("Running, Normal, Stopped", await State(robot), StringComparison.Ordinal);
            await Rig.Invoke(robot, "power_on");
            await Rig.Invoke(robot, "power_off");
            Assert.StartsWith("PowerOff", await State(robot), StringComparison.Ordinal);
        });
    }

    [Fact]
    public void The_gripper_closes_opens_and_says_what_it_holds()
    {
        var rig = New($"{Programs}; gripper_output=2; part_input=4", $"{Work}; gripper_at=balance");
        rig.Run(async robot =>
        {
            Assert.Equal(new double[] { 1, 0 }, await Row(robot, "state=closed"));
            Assert.Contains("sees no part", (await Refused(
                Rig.Invoke(robot, "set_gripper", "state=closed; part=present"))).Message, StringComparison.Ordinal);
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
            Assert.Equal(new double[] { 1, 1 }, await Row(robot, "state=closed; part=present"));
            Assert.Equal(1, (await robot.ReadStatusAsync(CancellationToken.None)).Readings["part_present"].Si);
            Assert.Equal(new double[] { 0, 0 }, await Row(robot, "state=open; part=absent"));
        });
    }

    [Fact]
    public void A_gripper_that_closes_on_low_is_driven_the_other_way_round()
    {
        var rig = New($"{Programs}; gripper_closed=low");
        rig.Run(async robot =>
        {
            Assert.Equal(new double[] { 0 }, await Row(robot, "state=open"));
            Assert.Equal(0, (await robot.ReadStatusAsync(CancellationToken.None)).Readings["gripper_closed"].Si);
            Assert.Equal(new double[] { 1 }, await Row(robot, "state=closed"));
        });
    }

    [Theory]
    [InlineData("protective-stop", "unlock the protective stop")]
    [InlineData("emergency-stop", "release the button")]
    [InlineData("mis-pick", "the part was not in the gripper")]
    [InlineData("loops-forever", "Program Loops Forever")]
    public void Trouble_in_a_program_is_told_with_its_remedy(string fault, string remedy)
    {
        var rig = New();
        rig.Run(async robot =>
        {
            var run = Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
            await rig.After(5);
            rig.Device.Faults[fault] = true;
            var failed = await Refused(run);
            Assert.Equal(Fault.DeviceFault, failed.Fault);
            Assert.Contains(remedy, failed.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_program_without_its_vial_ends_with_a_result()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            var failed = await Refused(Rig.Invoke(robot, "run_program", "program=vial_to_cell.urp"));
            Assert.Contains("result 1: there was nothing to pick up", failed.Message, StringComparison.Ordinal);
            Assert.Equal(CallProgress.Unknown, (await Reconcile(robot, "call-1")).Progress);
        });
    }

    [Fact]
    public void Local_control_is_told_and_remote_control_works_again_on_a_new_connection()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            rig.Device.Faults["local-control"] = true;
            var refused = await Refused(Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp"));
            Assert.Contains("Remote Control", refused.Message, StringComparison.Ordinal);
            refused = await Refused(Rig.Invoke(robot, "power_off"));
            Assert.Contains("Remote Control", refused.Message, StringComparison.Ordinal);
            rig.Device.Faults["local-control"] = false;
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
        });
    }

    [Fact]
    public void A_program_that_the_robot_has_not_is_named()
    {
        var rig = New("programs=a.urp", "program.b.urp=10 s none; powered=true");
        var other = new Rig("sim:tcp:10.0.0.5", "programs=a.urp", "program.b.urp=10 s none; powered=true",
            c => new UniversalRobot(
                c with { Settings = new Settings(new Dictionary<string, string> { ["programs"] = "c.urp" }) }),
            c => new UniversalRobotSimulator(c));
        other.Run(async robot =>
        {
            var refused = await Refused(Rig.Invoke(robot, "run_program", "program=c.urp"));
            Assert.Equal(Fault.Rejected, refused.Fault);
            Assert.Contains("File not found: c.urp", refused.Message, StringComparison.Ordinal);
        });
        rig.Run(robot => Rig.Invoke(robot, "run_program", "program=a.urp"));
    }

    [Fact]
    public void A_cancelled_program_is_stopped_and_reconciles_as_partial()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            using var cancel = new CancellationTokenSource(TimeSpan.FromSeconds(10), rig.Time);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => Rig.InvokeUntil(robot, "run_program", "program=vial_to_balance.urp", cancel.Token));
            Assert.Contains("Stopped vial_to_balance.urp", await State(robot), StringComparison.Ordinal);
            await rig.After(60);
            Assert.Null(rig.Bench.At("balance"));
            Assert.Equal(CallProgress.Partial, (await Reconcile(rig.NewDriver(), "call-1")).Progress);
        });
    }

    [Fact]
    public void Making_safe_stops_the_program_although_its_call_hangs()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            var run = Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
            await rig.After(10);
            rig.Device.Faults["mute"] = true;
            await rig.After(0.6);
            rig.Device.Faults["mute"] = false;
            var start = rig.Time.GetTimestamp();
            await robot.MakeSafeAsync(TimeSpan.FromSeconds(1));
            Assert.InRange(rig.Time.GetElapsedTime(start).TotalSeconds, 0, 0.25);
            await Refused(run);
            await rig.After(60);
            Assert.Null(rig.Bench.At("balance"));
            Assert.StartsWith("Running", await State(robot), StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("mute")]
    [InlineData("garbage")]
    [InlineData("late-reply")]
    [InlineData("cut")]
    public void Making_safe_says_in_time_when_it_cannot_be_shown(string fault)
    {
        var rig = New();
        rig.Run(async robot =>
        {
            rig.Device.Faults[fault] = true;
            var start = rig.Time.GetTimestamp();
            var failed = await Refused(robot.MakeSafeAsync(TimeSpan.FromSeconds(2)).AsTask());
            Assert.Equal(TimeSpan.FromSeconds(2), rig.Time.GetElapsedTime(start));
            Assert.Contains("emergency stop", failed.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Making_safe_in_local_control_is_done_when_no_program_runs()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            rig.Device.Faults["local-control"] = true;
            await robot.MakeSafeAsync(TimeSpan.FromSeconds(2));
        });
    }

    [Theory]
    [InlineData("mute", Fault.Timeout)]
    [InlineData("late-reply", Fault.Timeout)]
    [InlineData("garbage", Fault.BadReply)]
    [InlineData("cut", Fault.Disconnected)]
    public void A_misbehaving_line_gives_the_right_fault_and_heals(string fault, Fault expected)
    {
        var rig = New();
        rig.Run(async robot =>
        {
            rig.Device.Faults[fault] = true;
            Assert.Equal(expected, (await Refused(robot.ReadStatusAsync(CancellationToken.None).AsTask())).Fault);
            rig.Device.Faults[fault] = false;
            Assert.StartsWith("Running, Normal", await State(robot), StringComparison.Ordinal);
            await rig.After(5);
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
        });
    }

    [Fact]
    public void A_call_that_never_reached_the_robot_reconciles_as_not_started()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "a");
            Assert.Equal(CallProgress.Done, (await Reconcile(rig.NewDriver(), "a")).Progress);
            Assert.Equal(CallProgress.NotStarted, (await Reconcile(rig.NewDriver(), "b")).Progress);
        });
    }

    [Fact]
    public void Reconciling_is_right_wherever_the_line_was_cut()
    {
        var seen = new HashSet<CallProgress>();
        for (var ms = 1; ms <= 40; ms++)
        {
            var rig = New();
            var delay = ms / 1000.0;
            rig.Run(async robot =>
            {
                var run = Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "b");
                await rig.After(delay);
                rig.Device.Faults["cut"] = true;
                await Refused(run);
                rig.Device.Faults["cut"] = false;
                var next = rig.NewDriver();
                await next.ConnectAsync(CancellationToken.None);
                var outcome = await Reconcile(next, "b");
                Assert.Equal(outcome.Progress == CallProgress.Done, rig.Bench.At("balance") is not null);
                seen.Add(outcome.Progress);
            });
        }
        Assert.Equal([CallProgress.Done, CallProgress.NotStarted], seen.Order().Reverse());
    }

    [Fact]
    public void Reconciling_waits_for_a_motion_that_still_goes_on()
    {
        var rig = New();
        rig.Run(async robot =>
        {
            _ = Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "a");
            await rig.After(10);
            var next = rig.NewDriver();
            var start = rig.Time.GetTimestamp();
            Assert.Equal(CallProgress.Done, (await Reconcile(next, "a")).Progress);
            Assert.InRange(rig.Time.GetElapsedTime(start).TotalSeconds, 15, 16);
        });
    }

    [Fact]
    public void Making_safe_at_any_moment_of_a_start_leaves_the_arm_standing()
    {
        var begun = 0;
        for (var ms = 1; ms <= 40; ms++)
        {
            var rig = New();
            var delay = ms / 1000.0;
            rig.Run(async robot =>
            {
                var run = Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp");
                await rig.After(delay);
                await robot.MakeSafeAsync(TimeSpan.FromSeconds(2));
                Assert.Equal(Fault.Rejected, (await Refused(run)).Fault);
                await rig.After(60);
                begun += (await Reconcile(robot, "call-1")).Progress == CallProgress.Partial ? 1 : 0;
            });
            Assert.Null(rig.Bench.At("balance"));
        }
        Assert.InRange(begun, 1, 39);
    }

    [Fact]
    public void Devices_that_are_rebuilt_from_their_tape_go_on_where_they_were()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("sdl-tape-").FullName, "tape");
        var (tape, _) = DeviceTape.Open(path);
        var before = New(tape: tape);
        before.Run(async robot =>
        {
            await Rig.Invoke(robot, "run_program", "program=vial_to_balance.urp", "a");
            _ = Rig.Invoke(robot, "run_program", "program=vial_to_cell.urp", "b");
            await before.After(10);
        });
        tape.Dispose();

        var (again, entries) = DeviceTape.Open(path);
        var after = New(tape: again);
        after.Lines.Replay(entries, after.Time.FireNext, after.Time.MoveTo);
        after.Run(async robot =>
        {
            Assert.Equal(CallProgress.Done, (await Reconcile(robot, "b")).Progress);
            Assert.Equal(1, after.Bench.At("cell")!.Number);
        });
        again.Dispose();
        Assert.InRange((after.Time.GetUtcNow() - before.Time.GetUtcNow()).TotalSeconds, 19, 21);
    }

    [Fact]
    public void A_controller_that_was_started_anew_leaves_the_question_to_a_person()
    {
        var rig = New();
        rig.Run(async robot => Assert.Equal(CallProgress.Unknown, (await Reconcile(robot, "before")).Progress));
    }

    [Theory]
    [InlineData("programs=")]
    [InlineData("programs=a.urp; gripper_output=10")]
    [InlineData("programs=a.urp; part_input=1.5")]
    [InlineData("programs=a.urp; registers=252")]
    [InlineData("programs=a.urp; gripper_closed=maybe")]
    public void A_setting_that_makes_no_sense_is_named(string settings)
    {
        var rig = new Rig("sim:", settings, "", c => new UniversalRobot(c), c => new UniversalRobotSimulator(
            c with { Settings = Settings.None }));
        var bad = Assert.Throws<SettingException>(rig.NewDriver);
        Assert.Contains(bad.Setting, settings, StringComparison.Ordinal);
    }

    private static Rig New(
        string settings = Programs, string simulation = Work, string address = "sim:tcp:10.0.0.5",
        DeviceTape? tape = null) => new(
        address, settings, simulation, c => new UniversalRobot(c), c => new UniversalRobotSimulator(c), tape);

    private static Task<InstrumentException> Refused(Task work) => Assert.ThrowsAsync<InstrumentException>(() => work);

    private static async Task<string> State(UniversalRobot robot) =>
        (await robot.ReadStatusAsync(CancellationToken.None)).State;

    private static async Task<double[]> Row(UniversalRobot robot, string arguments) =>
        (await Rig.Invoke(robot, "set_gripper", arguments)).Single().Values.ToArray();

    private static Task<InvocationOutcome> Reconcile(UniversalRobot robot, string id) =>
        robot.ReconcileAsync(
            Rig.Call(robot, "run_program", "program=vial_to_balance.urp", id), CancellationToken.None).AsTask();
}
