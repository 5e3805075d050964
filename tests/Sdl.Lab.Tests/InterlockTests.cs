using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>Interlocks from the command line: shown, tripped in the simulator, refused, acknowledged.</summary>
public sealed class InterlockTests
{
    private const string Lab = """
        lab: one
        instruments:
          thermostat:
            driver: thermostat.eurotherm-3200
            address: 'sim:'
            settings: {min: 5 degC, max: 60 degC}
          balance: {driver: balance.mt-sics, address: 'sim:'}
          pump:
            driver: pump.ne1000
            address: serial:/dev/ttyUSB0?baud=19200&unit=0
            settings: {diameter: 26.59 mm, syringe_volume: 60 mL}
          arm:
            driver: robot.ur
            address: tcp:10.0.0.5
            settings: {programs: rest.urp, part_input: 4}
        interlocks:

        """;

    private const string Every = Lab + """
          abort:
            {when: thermostat.temperature > 70 degC, reset: thermostat.temperature < 62 degC, settle: 2 s,
            action: abort}
          stop: {when: thermostat.setpoint < 2 degC, action: stop, latch: false}
          safe: {when: thermostat.output > 90 % and thermostat.temperature > 62 degC, settle: 3 s, action: safe}
          pause: {when: balance.load > 150 g, settle: 1 s, action: pause}
          mass: {when: balance.mass < -2 g, action: pause, latch: false}
          infused: {when: pump.infused >= 61 mL, action: safe, scope_: 1}
          withdrawn: {when: pump.withdrawn > 61 mL, action: abort, scope: users}
          gripper: {when: arm.gripper_closed == 1 and arm.part_present != 1, settle: 0.5 s, action: pause}
          part: {when: 0 < arm.part_present, action: stop}
        """;

    [Fact]
    public async Task Every_interlock_trips_in_the_simulator_acts_and_clears()
    {
        using var scratch = new Scratch();
        scratch.Write("lab.yaml", Every.Replace(", scope_: 1", "", StringComparison.Ordinal));
        (await SdlProcess.RunAsync("check", scratch.Path("lab.yaml"))).Expect(0);
        var tests = (await SdlProcess.RunAsync("interlocks", "test", scratch.Path("lab.yaml"), "--dry", "--json"))
            .Expect(0).Json().EnumerateArray().ToList();
        Assert.Equal(9, tests.Count);
        Assert.All(tests, t => Assert.True(t.GetProperty("ok").GetBoolean(), t.ToString()));
        var text = (await SdlProcess.RunAsync("interlocks", "test", scratch.Path("lab.yaml"), "--dry"))
            .Expect(0).Output;
        Assert.Contains("9 of 9 interlocks behaved", text, StringComparison.Ordinal);
        var words = (await SdlProcess.RunAsync("interlocks", "show", scratch.Path("lab.yaml"))).Expect(0).Output;
        Assert.Contains("pause: When balance.load > 150 g for 1 s", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_interlocks_of_the_example_behave() => (await SdlProcess.RunAsync(
        "interlocks", "test", Repository.Lab, "--dry")).Expect(0);

    [Fact]
    public async Task An_interlock_that_protects_nobody_is_refused_by_check_and_by_run()
    {
        using var scratch = new Scratch();
        scratch.Write("lab.yaml", Lab + "  late: {when: thermostat.output > 100 %, action: abort}\n");
        scratch.Write("read.yaml", Read);
        var check = (await SdlProcess.RunAsync("check", scratch.Path("lab.yaml"))).Expect(2);
        Assert.Contains(
            "lab.yaml:17:16: 'thermostat.output > 1' can never hold", check.Errors, StringComparison.Ordinal);
        (await SdlProcess.RunAsync(
            "run", scratch.Path("read.yaml"), "--lab", scratch.Path("lab.yaml"), "--dry")).Expect(2);
        (await SdlProcess.RunAsync("interlocks", "test", scratch.Path("lab.yaml"))).Expect(2);
    }

    [Fact]
    public async Task A_lab_without_interlocks_is_told_so()
    {
        using var scratch = new Scratch();
        scratch.Write("lab.yaml", Lab.Replace("interlocks:", "", StringComparison.Ordinal));
        Assert.Contains("has no interlocks", (await SdlProcess.RunAsync("check", scratch.Path("lab.yaml")))
            .Expect(0).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trip_is_acknowledged_in_the_folder_of_its_run()
    {
        using var scratch = new Scratch();
        // The simulated room is at 25 degC, so that this one trips at once.
        scratch.Write("lab.yaml", Lab + "  warm: {when: thermostat.temperature > 20 degC, action: abort}\n");
        scratch.Write("read.yaml", Read);
        var folder = scratch.Path("out");
        var run = (await SdlProcess.RunAsync("run", scratch.Path("read.yaml"), "--lab", scratch.Path("lab.yaml"),
            "--dry", "--folder", folder)).Expect(1);
        Assert.Contains("interlock warm", run.Output, StringComparison.Ordinal);
        (await SdlProcess.RunAsync("interlocks", "acknowledge", "warm", "--folder", folder)).Expect(2);
        (await SdlProcess.RunAsync("interlocks", "acknowledge", "cold", "--by", "ann", "--folder", folder)).Expect(2);
        (await SdlProcess.RunAsync("interlocks", "acknowledge", "warm", "--by", "ann", "--note", "summer",
            "--folder", folder)).Expect(0);
        Assert.Contains("\"by\":\"ann\",\"note\":\"summer\"",
            (await SdlProcess.RunAsync("journal", "show", folder)).Expect(0).Output, StringComparison.Ordinal);
        (await SdlProcess.RunAsync("interlocks", "acknowledge", "warm", "--by", "ann", "--folder", folder)).Expect(2);
    }

    private const string Read = """
        protocol: read
        roles: {thermostat: holds}
        steps:
          - do: thermostat.read_temperature
        """;
}
