using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Drivers.Pumps;
using Sdl.Lab.Tests.Support;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Simulators.Hosting;

namespace Sdl.Lab.Tests;

/// <summary>A run that was cut short in the middle of a dose, which the pump remembers, and of a measurement that may
/// not be repeated, which only a person can judge.</summary>
public sealed class RecoverTests
{
    private const string Dose = "run/both/pump_a.dispense", Measurement = "run/both/potentiostat.chronoamperometry";

    private const string Protocol = """
        protocol: both
        roles: {pump_a: gives, potentiostat: measures, arm: brings}
        steps:
          - do: arm.power_on
          - do: arm.run_program
            with: {program: vial_to_balance.urp}
          - name: both
            parallel:
              - do: pump_a.dispense
                with: {volume: 10 mL, rate: 0.1 mL/min}
                save: dose
              - do: potentiostat.chronoamperometry
                with: {potential: 0.1 V, duration: 2 h, interval: 0.1 s}
        results: {volume: dose.volume}
        """;

    [Fact]
    public async Task What_is_unknown_is_listed_decided_and_the_run_taken_up_again()
    {
        using var scratch = new Scratch();
        var folder = await CutShortAsync(scratch);

        var listed = (await SdlProcess.RunAsync("recover", folder)).Expect(1).Output;
        Assert.Contains($"{Dose}: pump_a dispense ", listed, StringComparison.Ordinal);
        Assert.Contains("the pump is paused, has counted", listed, StringComparison.Ordinal);
        Assert.Contains($"look at potentiostat, then: sdl recover {folder} --call \"{Measurement}\" --as done",
            listed, StringComparison.Ordinal);
        var json = (await SdlProcess.RunAsync("recover", folder, "--json")).Expect(1).Json();
        var open = json.GetProperty("open").EnumerateArray()
            .ToDictionary(o => o.GetProperty("call").GetString()!, o => o);
        Assert.Equal("partial", open[Dose].GetProperty("progress").GetString());
        Assert.False(open[Dose].GetProperty("needsAPerson").GetBoolean());
        Assert.True(open[Measurement].GetProperty("needsAPerson").GetBoolean());

        var held = await SdlProcess.RunAsync("run", "--resume", folder);
        Assert.Contains($"to see what is open: sdl recover {folder}", held.Expect(1).Output, StringComparison.Ordinal);

        var decided = (await SdlProcess.RunAsync(
            "recover", folder, "--call", Measurement, "--as", "done", "--by", "ann", "--note", "the curve is whole"))
            .Expect(0).Output;
        Assert.Contains("done, says ann: the curve is whole", decided, StringComparison.Ordinal);
        Assert.Contains($"to go on: sdl run --resume {folder}", decided, StringComparison.Ordinal);

        var end = (await SdlProcess.RunAsync("run", "--resume", folder, "--json")).Expect(0).Json();
        Assert.Equal("completed", end.GetProperty("state").GetString());
        var volume = end.GetProperty("results").GetProperty("volume").GetProperty("value").GetString()!;
        Assert.Equal(1e-5, double.Parse(volume.Split(' ')[0], CultureInfo.InvariantCulture), 7);
        var word = CampaignTraces.Events(folder).OfType<StepReconciled>().Single(r => r.By == "ann");
        Assert.Equal((CallProgress.Done, "the curve is whole"), (word.Progress, word.Evidence));

        Assert.Contains("nothing is open", (await SdlProcess.RunAsync("recover", folder)).Expect(0).Output,
            StringComparison.Ordinal);
        var over = await SdlProcess.RunAsync("run", "--resume", folder);
        Assert.Contains("has ended (completed)", over.Expect(1).Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--call run/nonsense --as done", "the journal knows no such invocation")]
    [InlineData("--call run/arm.power_on --as done", "its end was seen")]
    [InlineData("--call CALL --as perhaps", "should be done, not-started or partial")]
    [InlineData("--call CALL --as partial", "--remaining goes with --as partial")]
    [InlineData("--call CALL --as done --remaining volume=1mL", "--remaining goes with --as partial")]
    [InlineData("--call CALL --as partial --remaining volume=11mL", "only 10 mL was asked for")]
    [InlineData("--call CALL --as partial --remaining volume=1s", "wrong unit")]
    [InlineData("--call CALL --as done --by device", "the name of the person")]
    [InlineData("--call CALL", "a decision needs both")]
    public async Task A_decision_that_makes_no_sense_is_refused(string arguments, string message)
    {
        using var scratch = new Scratch();
        var folder = await CutShortAsync(scratch);
        var before = CampaignTraces.Events(folder).Count;
        var result = await SdlProcess.RunAsync(
            ["recover", folder, .. arguments.Replace("CALL", Dose, StringComparison.Ordinal).Split(' ')]);
        Assert.Contains(message, result.Expect(2).Errors, StringComparison.Ordinal);
        Assert.Equal(before, CampaignTraces.Events(folder).Count);
    }

    /// <summary>A dry run whose disk is full in its middle: from then on it is as if the process had died.</summary>
    private static async Task<string> CutShortAsync(Scratch scratch)
    {
        scratch.Write("both.yaml", Protocol);
        var protocol = ProtocolReader.Read(scratch.Path("both.yaml"));
        var lab = LabReader.Read(Repository.Lab);
        var mode = new RunMode(true, 1, 1);
        var folder = ResultFolder.Create(
            scratch.Path("result"), protocol.Name, new SessionFile(true, 1, 1, null, new Dictionary<string, string>()),
            (scratch.Path("both.yaml"), "protocol.yaml"), (Repository.Lab, "lab.yaml"));
        var outcome = await LabRunner.RunAsync(mode, lab, folder.Path, async (session, journal) =>
        {
            var bound = session.Bind(protocol, new Dictionary<string, InstrumentId>());
            var arguments = ProtocolChecker.Complete(protocol, Arguments.None);
            using var run = session.NewRun(
                new RunRequest(new RunId("run"), bound, arguments, "a test"),
                RunHistory.Of(new RunId("run"), journal), journal);
            return await run.ExecuteAsync();
        }, maxPages: 40);
        Assert.Equal(RunState.Failed, outcome.State);
        Assert.Contains("free the disk", outcome.Why, StringComparison.Ordinal);
        StopByHand(folder.Path);
        return folder.Path;
    }

    /// <summary>Nobody drives the pump any more; a person stops it.</summary>
    private static void StopByHand(string folder)
    {
        var (tape, entries) = DeviceTape.Open(Path.Combine(folder, LabRunner.TapeName));
        using (tape)
            tape.Append(entries.Last(e => e.Bytes.AsSpan().IndexOf("00DIS"u8) >= 0) with
            {
                At = entries[^1].At,
                Fired = entries[^1].Fired,
                Bytes = Ne1000Framing.Safe("00STP"),
            });
    }
}
