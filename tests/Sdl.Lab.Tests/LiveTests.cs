using System.Globalization;
using System.Text.Json;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>The program against simulators on real ports: pseudo-terminals and loopback sockets. They keep real time,
/// so nothing here depends on when exactly something happens.</summary>
[Collection(RealTime.Name)]
public sealed class LiveTests
{
    [Fact]
    public async Task Probe_names_every_instrument_that_answers_on_its_port()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "1");
        var answers = (await SdlProcess.RunAsync("probe", Repository.Lab, "--addresses", lab.Addresses,
            "--json")).Expect(0).Json();
        Assert.Equal(
            ["arm", "balance", "potentiostat", "pump_a", "pump_b", "pump_c", "pump_d", "thermostat"],
            answers.EnumerateArray().Select(a => a.GetProperty("instrument").GetString()!).Order(
                StringComparer.Ordinal));
        Assert.All(answers.EnumerateArray(), a => Assert.True(a.GetProperty("ok").GetBoolean(), a.ToString()));
        Assert.Contains(answers.EnumerateArray(), a => a.GetProperty("identity").GetString()!.Contains("NE-1000",
            StringComparison.Ordinal));
    }

    [Fact]
    public async Task Probe_fails_for_the_one_instrument_whose_cable_is_out()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "1");
        var result = (await SdlProcess.RunAsync(
            "probe", Repository.Lab, "--addresses", lab.Addresses, "--json",
            "--address", "balance=serial:/dev/nowhere")).Expect(1);
        var mute = Assert.Single(result.Json().EnumerateArray(), a => !a.GetProperty("ok").GetBoolean());
        Assert.Equal("balance", mute.GetProperty("instrument").GetString());
        Assert.Contains("/dev/nowhere", mute.GetProperty("state").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Invoke_shows_the_bytes_both_ways_and_what_came()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "1");
        var pump = (await File.ReadAllLinesAsync(lab.Addresses, TestContext.Current.CancellationToken))
            .First(l => l.StartsWith("pump_c ", StringComparison.Ordinal)).Split(' ')[1];
        var result = (await SdlProcess.RunAsync(
            "invoke", "--driver", "pump.ne1000", "--address", pump, "--set", "diameter=26.59mm", "syringe_volume=60mL",
            "--trace", "dispense", "volume=0.1mL", "rate=4mL/min")).Expect(0);
        // NE-1000, basic framing: 02RUN and carriage return; STX, address, I for infusing, ETX.
        Assert.Contains("> 30 32 52 55 4e 0d  02RUN.", result.Errors, StringComparison.Ordinal);
        Assert.Contains("< 02 30 32 49 03  .02I.", result.Errors, StringComparison.Ordinal);
        var lines = result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Assert.Equal("volume/mL", lines[0]);
        Assert.Equal("0.1", lines[^1]);
    }

    [Fact]
    public async Task Run_over_real_ports_gives_what_the_dry_run_gives()
    {
        using var scratch = new Scratch();
        var protocol = scratch.Changed(Repository.Protocol, ("hold: 10 min", "hold: 30 s"));
        using var lab = await ServedLab.StartAsync(scratch, "8");
        var ran = await SdlProcess.RunAsync(
            "run", protocol, "--lab", lab.File, "--addresses", lab.Addresses, "--folder", scratch.Path("live"),
            "--speed", "8", "--json");
        Assert.False(lab.Server.HasExited, $"the simulators died: {lab.Server.Errors}");
        var live = ran.Expect(0).Json();
        var dry = (await SdlProcess.RunAsync(
            "run", protocol, "--lab", lab.File, "--dry", "--json", "--folder", scratch.Path("dry"))).Expect(0).Json();
        // The same seed meets the same luck; what is left is when the vial was weighed and how warm the cell was.
        Assert.Equal(Conductivity(dry), Conductivity(live), 0.01 * Conductivity(dry));
        // What was predicted is in the folder, and every step that was predicted was done, and no other.
        var steps = (await SdlProcess.RunAsync("plan", "compare", scratch.Path("live"), "--json")).Expect(0).Json()
            .GetProperty("steps").EnumerateArray().ToList();
        Assert.True(steps.Count > 10);
        Assert.All(steps, s => Assert.Equal(
            (JsonValueKind.String, JsonValueKind.String),
            (s.GetProperty("predicted").ValueKind, s.GetProperty("actual").ValueKind)));
    }

    [Fact]
    public async Task Ctrl_c_finishes_the_doses_in_hand_and_stops()
    {
        SkipWithoutSignals();
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "6");
        using var run = Run(scratch, lab, "6");
        await run.SaysAsync("carbonate_pump.dispense: pump_c dispense");
        run.Interrupt();
        var result = (await run.EndAsync()).Expect(1);
        Assert.Contains("stopping after the current invocation; once more to abort", result.Output,
            StringComparison.Ordinal);
        Assert.Contains("stopped by the operator", result.Output, StringComparison.Ordinal);
        var events = CampaignTraces.Events(scratch.Path("live"));
        Assert.Equal(RunState.Stopped, events.OfType<Moved>().Last().To);
        var begun = events.OfType<StepIntended>().Where(s => s.Capability == "dispense").Select(s => s.Call).ToList();
        Assert.NotEmpty(begun);
        Assert.All(begun, call => Assert.Contains(events.OfType<StepDone>(), d => d.Call == call));
        Assert.DoesNotContain(events.OfType<StepIntended>(), s => s.Call.Value.Contains("weigh-filled",
            StringComparison.Ordinal));
        Assert.All(events.OfType<SafeEntered>(), s => Assert.Null(s.Error));
    }

    [Fact]
    public async Task Second_ctrl_c_aborts_and_the_pumps_stand_still()
    {
        SkipWithoutSignals();
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "4");
        using var run = Run(scratch, lab, "4");
        await run.SaysAsync("carbonate_pump.dispense: pump_c dispense");
        run.Interrupt();
        await run.SaysAsync("stopping after the current invocation");
        run.Interrupt();
        var result = (await run.EndAsync()).Expect(1);
        Assert.Contains("aborting to the safe state", result.Output, StringComparison.Ordinal);
        Assert.Contains("aborted by the operator", result.Output, StringComparison.Ordinal);
        var events = CampaignTraces.Events(scratch.Path("live"));
        Assert.Equal(RunState.Aborted, events.OfType<Moved>().Last().To);
        Assert.Contains(events.OfType<StepFailed>(), f => f.Fault == "Cancelled" && f.Call.Value.EndsWith("dispense",
            StringComparison.Ordinal));
        Assert.All(events.OfType<SafeEntered>(), s => Assert.Null(s.Error));
        var answers = (await SdlProcess.RunAsync("probe", Repository.Lab, "--addresses", lab.Addresses,
            "--json")).Expect(0).Json();
        Assert.All(
            answers.EnumerateArray().Where(a => a.GetProperty("instrument").GetString()!.StartsWith("pump",
                StringComparison.Ordinal)),
            a => Assert.Equal("stopped", a.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_program_that_is_killed_leaves_devices_that_go_safe_by_themselves()
    {
        // Twelve seconds of the laboratory are three of the clock on the wall.
        const int speed = 4, deadman = 12;
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, $"{speed}", ("deadman: 60 s", $"deadman: {deadman} s"),
            ("deadman: 30 s", $"deadman: {deadman} s"));
        var protocol = scratch.Write("heat.yaml", """
            protocol: heat-and-dispense
            roles: {thermostat: heats, carbonate_pump: doses}
            steps:
              - {do: thermostat.set_temperature, with: {temperature: 40 degC}}
              - {do: carbonate_pump.dispense, with: {volume: 8 mL, rate: 4 mL/min}}
            """);
        using var run = SdlProcess.Start(
            "run", protocol, "--lab", lab.File, "--addresses", lab.Addresses, "--folder", scratch.Path("live"),
            "--speed", $"{speed}");
        await run.SaysAsync("carbonate_pump.dispense: pump_c dispense");
        run.Kill();
        await run.EndAsync();
        // Looking at them would be talking to them.
        await Task.Delay(
            TimeSpan.FromSeconds(deadman / speed + 1.0), TimeProvider.System, TestContext.Current.CancellationToken);
        var answers = (await SdlProcess.RunAsync(
            "probe", lab.File, "--addresses", lab.Addresses, "--json")).Expect(0).Json();
        Assert.Equal("stopped", StateOf("pump_c"));
        Assert.Equal("manual", StateOf("thermostat"));

        string StateOf(string id) => answers.EnumerateArray()
            .Single(a => a.GetProperty("instrument").GetString() == id).GetProperty("state").GetString()!;
    }

    private static SdlProcess Run(Scratch scratch, ServedLab lab, string speed) => SdlProcess.Start(
        "run", Repository.Protocol, "--lab", lab.File, "--addresses", lab.Addresses, "--folder", scratch.Path("live"),
        "--speed", speed);

    private static double Conductivity(JsonElement json) => double.Parse(
        json.GetProperty("results").GetProperty("conductivity").GetProperty("value").GetString()!.Split(' ')[0],
        CultureInfo.InvariantCulture);

    private static void SkipWithoutSignals() =>
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signal that reaches one process alone");
}
