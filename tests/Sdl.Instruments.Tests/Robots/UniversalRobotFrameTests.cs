using System.Text;
using Sdl.Core.Instruments;
using Sdl.Drivers.Robots;
using Sdl.Instruments.Tests.Support;
using Sdl.Simulators.Robots;
using Sdl.Transport.Channels;
using Rig = Sdl.Instruments.Tests.Support.ThermalBench<
    Sdl.Drivers.Robots.UniversalRobot, Sdl.Simulators.Robots.UniversalRobotSimulator>;

namespace Sdl.Instruments.Tests.Robots;

/// <summary>What goes over the two connections, byte for byte.</summary>
public class UniversalRobotFrameTests
{
    private const string Dashboard = "tcp:10.0.0.5:29999", Modbus = "tcp:10.0.0.5:502";

    [Fact]
    public void A_program_is_loaded_announced_in_the_registers_played_and_waited_for() => Replayed(
        """
        < Connected: Universal Robots Dashboard Server
        > is in remote control
        < true
        > safetymode
        < Safetymode: NORMAL
        > robotmode
        < Robotmode: RUNNING
        > programState
        < STOPPED <unnamed>
        > load lab/vial.urp
        < Loading program: /programs/lab/vial.urp
        > get loaded program
        < Loaded program: /programs/lab/vial.urp
        > play
        < Starting program
        > programState
        < PLAYING vial.urp
        > programState
        < STOPPED vial.urp
        """,
        """
        > 00 01 00 00 00 11 ff 10 00 80 00 05 0a TOKEN 00 03 00 00 00 00 00 00
        < 00 01 00 00 00 06 ff 10 00 80 00 05
        > 00 02 00 00 00 06 ff 03 00 80 00 05
        < 00 02 00 00 00 0d ff 03 0a TOKEN 00 03 TOKEN 00 00 00 00
        > 00 03 00 00 00 06 ff 03 00 80 00 05
        < 00 03 00 00 00 0d ff 03 0a TOKEN 00 03 TOKEN TOKEN 00 00
        """,
        robot => Rig.Invoke(robot, "run_program", "program=lab/vial.urp; slot=3"));

    [Fact]
    public void The_gripper_is_a_mask_of_its_output_and_is_read_back() => Replayed(
        "",
        """
        > 00 01 00 00 00 06 ff 06 00 02 00 04
        < 00 01 00 00 00 06 ff 06 00 02 00 04
        > 00 02 00 00 00 06 ff 03 00 01 00 01
        < 00 02 00 00 00 05 ff 03 02 00 07
        > 00 03 00 00 00 06 ff 06 00 03 00 04
        < 00 03 00 00 00 06 ff 06 00 03 00 04
        > 00 04 00 00 00 06 ff 03 00 01 00 01
        < 00 04 00 00 00 05 ff 03 02 00 07
        """, async robot =>
        {
            Assert.Equal(1, (await Rig.Invoke(robot, "set_gripper", "state=closed")).Single().Values.Span[0]);
            var stuck = await Assert.ThrowsAsync<InstrumentException>(
                () => Rig.Invoke(robot, "set_gripper", "state=open"));
            Assert.Contains("output 2 did not follow", stuck.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void A_stop_that_the_robot_has_not_followed_yet_is_asked_for_again() => Replayed(
        """
        < Connected: Universal Robots Dashboard Server
        > stop
        < Failed to execute: stop
        > programState
        < PLAYING vial.urp
        > stop
        < Stopped
        > programState
        < STOPPED vial.urp
        """, "", async robot => await robot.MakeSafeAsync(TimeSpan.FromSeconds(2)));

    [Theory]
    [InlineData("Failed to execute: play", "a popup, a safety stop or a missing installation")]
    [InlineData("could not understand: 'play'", "the robot said 'could not understand: 'play''")]
    public void A_start_that_is_refused_is_told_in_the_robots_words(string answer, string told) => Replayed(
        $"""
        > is in remote control
        < could not understand: 'is in remote control'
        > safetymode
        < Safetymode: REDUCED
        > robotmode
        < Robotmode: RUNNING
        > programState
        < STOPPED <unnamed>
        > load lab/vial.urp
        < Loading program: /programs/lab/vial.urp
        > get loaded program
        < Loaded program: /programs/lab/vial.urp
        > play
        < {answer}
        """,
        """
        > 00 01 00 00 00 11 ff 10 00 80 00 05 0a TOKEN 00 00 00 00 00 00 00 00
        < 00 01 00 00 00 06 ff 10 00 80 00 05
        """, async robot =>
        {
            var refused = await Assert.ThrowsAsync<InstrumentException>(
                () => Rig.Invoke(robot, "run_program", "program=lab/vial.urp"));
            Assert.Equal(Fault.Rejected, refused.Fault);
            Assert.Contains(told, refused.Message, StringComparison.Ordinal);
        });

    [Fact]
    public void The_simulated_modbus_server_answers_as_the_robot_does()
    {
        var rig = new Rig("sim:tcp:10.0.0.5", "programs=a.urp", "powered=true", c => new UniversalRobot(c),
            c => new UniversalRobotSimulator(c));
        void Answers(string request, string answer) =>
            Assert.Equal(Bytes(answer), rig.Exchange(Bytes(request), "modbus", 502));
        Answers("00 01 00 00 00 06 00 03 01 02 00 01", "00 01 00 00 00 05 00 03 02 00 07"); // robot mode 7, running
        Answers("00 02 00 00 00 06 ff 03 01 04 00 03", "00 02 00 00 00 09 ff 03 06 00 01 00 00 00 00");
        Answers("00 03 00 00 00 06 00 03 01 0e 00 01", "00 03 00 00 00 03 00 83 02"); // joint angles are not played
        Answers("00 04 00 00 00 06 00 06 01 02 00 01", "00 04 00 00 00 03 00 86 02"); // the mode is read only
    }

    /// <summary>The questions of the maker's own client (Universal_Robots_Client_Library, dashboard client for
    /// PolyScope 5), which took these answers as they stand.</summary>
    [Fact]
    public void The_simulated_dashboard_answers_as_the_makers_client_expects()
    {
        var rig = new Rig("sim:tcp:10.0.0.5", "programs=vial_to_balance.urp",
            "program.vial_to_balance.urp=27 s new balance",
            c => new UniversalRobot(c), c => new UniversalRobotSimulator(c));
        var greeting = "Connected: Universal Robots Dashboard Server\n";
        foreach (var line in MakersClient.Split('\n'))
        {
            var (question, answer) = (line.Split(" -> ")[0], line.Split(" -> ")[1]);
            var came = rig.Exchange(Encoding.ASCII.GetBytes(question + "\n"), "dashboard", 29999);
            Assert.Equal(greeting + answer + "\n", Encoding.ASCII.GetString(came));
            greeting = "";
        }
        Assert.Equal(1, rig.Bench.At("balance")?.Number);
    }

    private const string MakersClient =
        """
        PolyscopeVersion -> URSoftware 5.11.1 (Jan 01 2026)
        get robot model -> UR5
        get serial number -> 20265000001
        is in remote control -> true
        robotmode -> Robotmode: POWER_OFF
        safetymode -> Safetymode: NORMAL
        safetystatus -> Safetystatus: NORMAL
        close safety popup -> closing safety popup
        close popup -> closing popup
        popup hello -> showing popup
        brake release -> Failed to execute: brake release
        power on -> Powering on
        power on -> Powering on
        brake release -> Brake releasing
        load vial_to_balance.urp -> Loading program: /programs/vial_to_balance.urp
        get loaded program -> Loaded program: /programs/vial_to_balance.urp
        isProgramSaved -> true vial_to_balance.urp
        programState -> STOPPED vial_to_balance.urp
        play -> Starting program
        running -> Program running: true
        programState -> PLAYING vial_to_balance.urp
        pause -> Pausing program
        programState -> PAUSED vial_to_balance.urp
        play -> Starting program
        running -> Program running: true
        running -> Program running: true
        running -> Program running: false
        stop -> Stopped
        addToLog note -> Added log message
        saveLog -> Log saved to disk
        set operational mode automatic -> Operational mode automatic is set
        get operational mode -> AUTOMATIC
        clear operational mode -> No longer controlling the operational mode. Current operational mode: 'NONE'.
        load nothere.urp -> File not found: nothere.urp
        power off -> Powering off
        robotmode -> Robotmode: POWER_OFF
        restart safety -> Restarting safety
        fly away -> could not understand: 'fly away'
        quit -> Disconnected
        """;

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    private static void Replayed(string dashboard, string modbus, Func<UniversalRobot, Task> test) =>
        TranscriptLines.Run(
        new()
        {
            [Dashboard] = string.Join('\n', dashboard.Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(l => $"{l[0]} {Transcript.Hex(Encoding.ASCII.GetBytes(l[2..] + "\n"))}")),
            // The token of call-1: see UrHandshake.TokenOf.
            [Modbus] = modbus.Replace("TOKEN", "1e ba", StringComparison.Ordinal),
        },
        "tcp:10.0.0.5",
        new Settings(new Dictionary<string, string> { ["programs"] = "lab/vial.urp", ["gripper_output"] = "2" }),
        c => new UniversalRobot(c), test);
}
