using System.Net.Sockets;
using System.Text;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>Runs of one process, listed and commanded by others.</summary>
[Collection(RealTime.Name)]
public sealed class ControlTests
{
    [Fact]
    public async Task A_run_is_listed_paused_now_resumed_and_stopped_by_other_processes()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "4");
        var runtime = new RuntimeFolder(scratch);
        using var run = Run(runtime, scratch, lab, "live");
        await run.SaysAsync("carbonate_pump.dispense: pump_c dispense");
        var listed = Assert.Single(await runtime.ProcessesAsync());
        Assert.Equal(
            ("run", "electrolyte-conductivity", run.Id, scratch.Path("live")),
            (listed.GetProperty("kind").GetString(), listed.GetProperty("name").GetString(),
                listed.GetProperty("pid").GetInt32(), listed.GetProperty("folder").GetString()));
        await runtime.AskAsync(run, """{"do":"pause","run":"run","by":"ann"}""");
        await runtime.AskAsync(run, """{"do":"pause","run":"run","by":"bob"}""");
        await runtime.UntilAsync(run, "paused");
        var paused = (await runtime.RunAsync("pause", "run", "--by", "ann")).Expect(0);
        Assert.Contains("run run is paused; sdl resume run lets it go on", paused.Output, StringComparison.Ordinal);
        var resumed = (await runtime.RunAsync("resume", $"{scratch.Path("live")}/run", "--by", "eve")).Expect(0);
        Assert.Contains("run run goes on", resumed.Output, StringComparison.Ordinal);
        (await runtime.RunAsync("stop", "live")).Expect(0);
        var result = (await run.EndAsync()).Expect(1);
        Assert.Contains($"stopped by {Environment.UserName}", result.Output, StringComparison.Ordinal);
        var events = CampaignTraces.Events(scratch.Path("live"));
        Assert.Equal(
            ["Pause ann False", "Pause bob True", "Pause ann False", "Resume eve False",
                $"Stop {Environment.UserName} False"],
            events.OfType<CommandGiven>().Select(c => $"{c.Command} {c.By} {c.Now && c.By == "bob"}"));
        Assert.NotEmpty(events.OfType<StepSuspended>());
        Assert.All(events.OfType<StepSuspended>(), s => Assert.Contains(
            events.OfType<StepReconciled>(), r => r.Call == s.Call && r.Progress == CallProgress.Partial));
        Assert.All(events.OfType<StepSuspended>(), s => Assert.Contains(
            events.OfType<StepDone>(), d => d.Call == s.Call && d.Attempt == 2));
        Assert.Equal(RunState.Stopped, events.OfType<Moved>().Last().To);
        Assert.Empty(await runtime.ProcessesAsync());
    }

    [Fact]
    public async Task A_run_is_aborted_by_another_process()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "4");
        var runtime = new RuntimeFolder(scratch);
        using var run = Run(runtime, scratch, lab, "live");
        await run.SaysAsync("carbonate_pump.dispense: pump_c dispense");
        var said = (await runtime.RunAsync("abort", "run", "--by", "ann")).Expect(0);
        Assert.Matches("run run (is aborting|has ended: aborted)", said.Output);
        (await run.EndAsync()).Expect(1);
        var events = CampaignTraces.Events(scratch.Path("live"));
        Assert.Equal(["Abort ann"], events.OfType<CommandGiven>().Select(c => $"{c.Command} {c.By}"));
        Assert.Equal("aborted by ann", events.OfType<Moved>().Last().Why);
        Assert.All(events.OfType<SafeEntered>(), s => Assert.Null(s.Error));
    }

    [Fact]
    public async Task A_second_process_on_the_same_instruments_is_refused_with_who_has_them_until_the_first_is_dead()
    {
        using var scratch = new Scratch();
        using var lab = await ServedLab.StartAsync(scratch, "4");
        var runtime = new RuntimeFolder(scratch);
        using var run = Run(runtime, scratch, lab, "live");
        await run.SaysAsync("running");
        var who = $"process {run.Id} of {Environment.UserName} has had it since ";
        string[][] others =
        [
            ["run", Repository.Protocol, "--lab", lab.File, "--addresses", lab.Addresses,
                "--folder", scratch.Path("no")],
            ["probe", lab.File, "--addresses", lab.Addresses],
            ["invoke", "--driver", "balance.mt-sics", "--address", AddressOf(lab, "balance"), "weigh"],
        ];
        foreach (var other in others)
        {
            var refused = (await runtime.RunAsync(other)).Expect(1);
            Assert.Contains("is in use: " + who, refused.Errors, StringComparison.Ordinal);
            Assert.Contains($" for {scratch.Path("live")}, and with it arm, balance,", refused.Errors,
                StringComparison.Ordinal);
        }
        // Simulated instruments are nobody's.
        (await runtime.RunAsync("probe", lab.File, "--dry")).Expect(0);
        run.Kill();
        await run.EndAsync();
        Assert.Single(runtime.Sockets);
        Assert.Empty(await runtime.ProcessesAsync());
        Assert.Empty(runtime.Sockets);
        (await runtime.RunAsync("probe", lab.File, "--addresses", lab.Addresses)).Expect(0);
    }

    [Fact]
    public async Task Dry_campaigns_beside_each_other_stand_still_while_paused_and_are_told_apart()
    {
        using var scratch = new Scratch();
        var runtime = new RuntimeFolder(scratch);
        using var one = Campaign(runtime, scratch.Path("one"));
        using var two = Campaign(runtime, scratch.Path("two"));
        await PauseAsync(runtime, one);
        await PauseAsync(runtime, two);
        var listed = await runtime.ProcessesAsync();
        Assert.Equal([one.Id, two.Id], listed.Select(l => l.GetProperty("pid").GetInt32()).Order());
        Assert.All(listed, l => Assert.Equal("campaign", l.GetProperty("kind").GetString()));
        var runs = listed.Select(l => l.GetProperty("runs")[0].GetProperty("run").GetString()!).ToList();
        // The same number in both, unless one came further before it was paused.
        if (runs[0] == runs[1])
        {
            var unclear = (await runtime.RunAsync("resume", runs[0])).Expect(2);
            Assert.Contains($"{scratch.Path("one")}/{runs[0]}", unclear.Errors, StringComparison.Ordinal);
            Assert.Contains($"{scratch.Path("two")}/{runs[0]}", unclear.Errors, StringComparison.Ordinal);
        }
        Assert.Contains("there is no run 'three'", (await runtime.RunAsync("resume", "three")).Expect(2).Errors,
            StringComparison.Ordinal);
        Assert.Contains("goes on", (await runtime.RunAsync("resume", scratch.Path("one"))).Expect(0).Output,
            StringComparison.Ordinal);
        (await one.EndAsync()).Expect(0);
        (await runtime.RunAsync("stop", "two")).Expect(0);
        var stopped = (await two.EndAsync()).Expect(1);
        Assert.Contains("stopped", stopped.Output, StringComparison.Ordinal);
        Assert.Equal(RunState.Stopped, CampaignTraces.Events(scratch.Path("two")).OfType<CampaignEnded>().Last().State);
    }

    [Fact]
    public async Task A_folder_that_others_may_get_into_is_refused_and_the_run_goes_on_without_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows keeps others out by inherited permissions");
        using var scratch = new Scratch();
        var runtime = new RuntimeFolder(scratch);
        Directory.CreateDirectory(runtime.Folder);
#pragma warning disable CA1416 // skipped above
        File.SetUnixFileMode(runtime.Folder, (UnixFileMode)0b111_101_101);
#pragma warning restore CA1416
        var refused = (await runtime.RunAsync("runs")).Expect(1);
        Assert.Contains($"others may get into '{runtime.Folder}' (mode 755); chmod 700", refused.Errors,
            StringComparison.Ordinal);
        var ran = (await runtime.RunAsync(CampaignTraces.RunArguments(scratch.Path("dry"), 1))).Expect(0);
        Assert.Contains("will not reach this run", ran.Errors, StringComparison.Ordinal);
        Assert.Empty(runtime.Sockets);
    }

    [Fact]
    public async Task Whatever_clients_send_or_leave_out_harms_neither_the_run_nor_other_clients()
    {
        using var scratch = new Scratch();
        var runtime = new RuntimeFolder(scratch);
        using var campaign = Campaign(runtime, scratch.Path("dry"));
        await PauseAsync(runtime, campaign);
        foreach (var garbage in new[]
        {
            "", "nonsense", "null", "[1,2]", "{\"do\":7}", "{\"do\":\"explode\",\"by\":\"ann\"}", "{\"do\":\"1\"}",
            "{\"do\":\"stop\"}", "{\"do\":\"stop\",\"by\":\"a\\nb\"}",
            "{\"do\":\"stop\",\"by\":\"ann\",\"run\":\"e999\"}",
            new string('[', 5000),
        })
            Assert.StartsWith("{\"error\":\"", await runtime.AskAsync(campaign, garbage), StringComparison.Ordinal);
        Assert.Contains("longer than", await runtime.AskAsync(campaign, new string('x', 100_000)),
            StringComparison.Ordinal);
        using var silent = await runtime.ConnectAsync(campaign);
        using var half = await runtime.ConnectAsync(campaign);
        await half.SendAsync(Encoding.UTF8.GetBytes("{\"do\":\"ab"));
        half.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await RuntimeFolder.ReadAsync(half));
        for (var i = 0; i < 40; i++)
            (await runtime.ConnectAsync(campaign)).Dispose();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => runtime.AskAsync(campaign, "{\"do\":\"list\"}")));
        Assert.All(answers, a => Assert.Contains("\"state\":\"paused\"", a, StringComparison.Ordinal));
        (await runtime.RunAsync("resume", "dry")).Expect(0);
        (await campaign.EndAsync()).Expect(0);
    }

    private static async Task PauseAsync(RuntimeFolder runtime, SdlProcess process)
    {
        await runtime.AskAsync(process, """{"do":"pause","by":"ann"}""");
        await runtime.UntilAsync(process, "paused");
    }

    private static SdlProcess Campaign(RuntimeFolder runtime, string folder) =>
        runtime.Start("campaign", "run", Repository.Campaign, "--dry", "--experiments", "8", "--folder", folder);

    private static SdlProcess Run(
        RuntimeFolder runtime, Scratch scratch, ServedLab lab, string folder) => runtime.Start(
        "run", Repository.Protocol, "--lab", lab.File, "--addresses", lab.Addresses,
        "--folder", scratch.Path(folder), "--speed", "4");

    private static string AddressOf(ServedLab lab, string instrument) => File.ReadLines(lab.Addresses)
        .First(l => l.StartsWith(instrument + " ", StringComparison.Ordinal)).Split(' ')[1];
}
