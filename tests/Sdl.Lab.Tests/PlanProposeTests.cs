using System.Text.Json;
using Sdl.Lab.Tests.Support;

namespace Sdl.Lab.Tests;

/// <summary>The planner for people with a table and for programs.</summary>
public sealed class PlanProposeTests
{
    private static string Problem => Path.Combine(Repository.Protocols, "problems", "electrolyte.yaml");

    private static string Observations => Path.ChangeExtension(Problem, ".csv");

    [Fact]
    public async Task Propose_says_what_to_try_next_and_why()
    {
        string[] command = ["plan", "propose", Problem, Observations, "--count", "3", "--seed", "1"];
        var json = (await SdlProcess.RunAsync([.. command, "--json"])).Expect(0).Json();
        var text = (await SdlProcess.RunAsync(command)).Expect(0).Output;

        var proposals = json.GetProperty("proposals").EnumerateArray().ToList();
        Assert.Equal(3, proposals.Count);
        foreach (var proposal in proposals)
        {
            var x = proposal.GetProperty("x");
            var (ec, emc, salt) = (Number(x, "EC"), Number(x, "EMC"), Number(x, "LiPF6"));
            Assert.Equal(1, ec + emc + salt, 1e-12);
            Assert.True(ec is >= 0 and <= 0.54 && emc is >= 0.4 and <= 1 && salt <= 0.2 * ec + 0.06 + 1e-9);
            var reason = proposal.GetProperty("reason");
            Assert.True(Number(reason.GetProperty("predicted").GetProperty("conductivity"), "sd") > 0);
            Assert.Contains(reason.GetProperty("text").GetString()!, text, StringComparison.Ordinal);
        }
        Assert.InRange(Number(json.GetProperty("recommended")[0].GetProperty("reason").GetProperty("predicted")
            .GetProperty("conductivity"), "mean"), 9, 11);
    }

    [Fact]
    public async Task Propose_does_not_repeat_what_is_under_way_and_begins_without_observations()
    {
        using var scratch = new Scratch();
        var first = (await SdlProcess.RunAsync("plan", "propose", Problem, Observations, "--json")).Expect(0).Json()
            .GetProperty("proposals")[0].GetProperty("x");
        var pending = scratch.Path("pending.csv");
        await File.WriteAllTextAsync(pending, FormattableString.Invariant(
            $"EC,EMC,LiPF6\n{Number(first, "EC")},{Number(first, "EMC")},{Number(first, "LiPF6")}\n"),
            TestContext.Current.CancellationToken);

        var other = (await SdlProcess.RunAsync(
            "plan", "propose", Problem, Observations, "--pending", pending, "--json")).Expect(0).Json()
            .GetProperty("proposals")[0].GetProperty("x");
        var start = (await SdlProcess.RunAsync("plan", "propose", Problem, "--count", "2", "--json")).Expect(0).Json();

        Assert.True(Math.Abs(Number(first, "EC") - Number(other, "EC")) > 1e-3
            || Math.Abs(Number(first, "LiPF6") - Number(other, "LiPF6")) > 1e-3);
        Assert.Equal(2, start.GetProperty("proposals").GetArrayLength());
        Assert.Equal(0, start.GetProperty("recommended").GetArrayLength());
    }

    [Fact]
    public async Task Propose_names_the_line_and_column_of_what_it_cannot_use()
    {
        using var scratch = new Scratch();
        var table = scratch.Changed(Observations, ("0.17015", "lots"));

        var finding = (await SdlProcess.RunAsync("plan", "propose", Problem, table, "--json")).Expect(2).Json()
            .GetProperty("findings").EnumerateArray().Single();

        Assert.Equal((table, 3, 1), (finding.GetProperty("file").GetString(), finding.GetProperty("line").GetInt32(),
            finding.GetProperty("column").GetInt32()));
        Assert.Contains("--count",
            (await SdlProcess.RunAsync("plan", "propose", Problem, "--count", "0")).Expect(2).Errors,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Serve_answers_line_by_line_and_goes_on_after_what_it_cannot_use()
    {
        using var sdl = SdlProcess.Start("plan", "serve");
        async Task<JsonElement> AskAsync(string line, int number)
        {
            await sdl.TellAsync(line);
            var answer = await sdl.UntilAsync(
                () => sdl.Output.Split('\n') is { } l && l.Length > number ? l[number - 1] : null, $"answer {number}");
            return JsonDocument.Parse(answer).RootElement;
        }
        Assert.True((await AskAsync(
            """{"op":"create","space":{"parameters":[{"name":"x","min":-5,"max":10}]},"""
            + """ "objectives":[{"name":"y","goal":"min"}],"seed":7}""",
            1)).GetProperty("ok").GetBoolean());
        Assert.Contains("observations[0].x.x", (await AskAsync(
            """{"op":"tell","observations":[{"x":{"x":"warm"},"y":{"y":1}}]}""", 2)).GetProperty("error").GetString()!,
            StringComparison.Ordinal);
        Assert.True((await AskAsync(
            """{"op":"tell","observations":[{"x":{"x":1},"y":{"y":1}},{"x":{"x":3},"y":{"y":0.5}},"""
            + """{"x":{"x":8},"y":{"y":6}}]}""",
            3)).GetProperty("ok").GetBoolean());
        var proposal = (await AskAsync("""{"op":"ask","count":1}""", 4)).GetProperty("proposals")[0];
        Assert.InRange(Number(proposal.GetProperty("x"), "x"), -5, 10);
        Assert.InRange(Number((await AskAsync("""{"op":"recommend"}""", 5)).GetProperty("x"), "x"), 0, 6);
        await sdl.TellAsync(null);
        Assert.Equal(0, (await sdl.EndAsync()).Code);
    }

    private static double Number(JsonElement of, string name) => of.GetProperty(name).GetDouble();
}
