using System.Text.Json;
using Sdl.Lab.Tests.Support;
using Sdl.Simulators.Finales;

namespace Sdl.Lab.Tests;

/// <summary>Two laboratories with a FINALES server between them, each a process of its own.</summary>
[Collection(RealTime.Name)]
public class FinalesTests
{
    private static int Requests => Environment.GetEnvironmentVariable("CI") == "true" ? 50 : 12;

    [Fact]
    public async Task Requests_of_one_laboratory_are_answered_by_another_once_each_in_order_through_a_bad_network()
    {
        using var scratch = new Scratch();
        await using var broker = await ServedBroker.StartAsync(scratch, new NetworkWeather(Weather(7))
        {
            Delay = TimeSpan.FromSeconds(2), Outage = TimeSpan.FromSeconds(1),
        });
        var tenant = broker.Tenant(PlentifulLab(scratch));
        string[] serve = ["finales", "serve", tenant, "--dry", "--json", "--folder", scratch.Path("tenant")];
        using var a = SdlProcess.Start(
            "campaign", "run", broker.Campaign(Requests, 4), "--json", "--folder", scratch.Path("asks"));
        for (var kill = 1; kill <= 2; kill++)
        {
            using var b = SdlProcess.Start(serve);
            await broker.UntilResolvedAsync(kill * Requests / 4, a, b);
            b.Kill();
        }
        using var last = SdlProcess.Start(serve);
        await broker.UntilResolvedAsync(Requests - 1, last);
        var asked = (await a.EndAsync()).Expect(0);
        last.Interrupt();
        var served = (await last.EndAsync()).Expect(0).Json();

        Assert.All(broker.Office.Requests, r => Assert.Equal("resolved", r.Status));
        Assert.Equal(Requests, broker.Office.Requests.Count);
        Assert.Equal(
            broker.Office.Requests.Select(r => r.Uuid), broker.Office.Results.Select(r => r.RequestUuid));
        Assert.Equal(Requests, asked.Json().GetProperty("experiments").GetInt32());
        Assert.Equal(Requests, served.GetProperty("answered").GetInt32());
        var told = await SdlProcess.RunAsync("finales", "status", scratch.Path("tenant"), "--json");
        var status = told.Expect(0).Json();
        Assert.All(status.GetProperty("requests").EnumerateArray(), r =>
        {
            Assert.Equal("answered", r.GetProperty("state").GetString());
            Assert.True(r.GetProperty("success").GetBoolean());
        });
    }

    [Fact]
    public async Task One_measurement_is_asked_for_and_shown_with_its_uncertainty()
    {
        using var scratch = new Scratch();
        await using var broker = await ServedBroker.StartAsync(scratch, NetworkWeather.Fair);
        using var tenant = SdlProcess.Start(
            "finales", "serve", broker.Tenant(Repository.Lab), "--dry", "--folder", scratch.Path("tenant"));
        var request = scratch.Changed(
            Path.Combine(Repository.Protocols, "finales", "electrolyte-request.yaml"),
            ("http://127.0.0.1:13371", broker.Address.AbsoluteUri),
            ("~/.config/sdl/finales/optimiser", scratch.Path("password")),
            ("841b8956-c733-47ab-b130-df0d732ac636", broker.Uuid));
        var answer = (await SdlProcess.RunAsync("finales", "request", request, "--wait", "--json")).Expect(0).Json();
        var value = answer.GetProperty("values").GetProperty("conductivity.values");
        Assert.InRange(value.GetProperty("value").GetDouble(), 0.9, 1.05);
        Assert.InRange(value.GetProperty("uncertainty").GetDouble(), 1e-4, 0.05);
        var info = answer.GetProperty("data").GetProperty("run_info");
        Assert.Equal(3, info.GetProperty("formulation").GetArrayLength());
        Assert.NotEmpty(info.GetProperty("sdl").GetProperty("records").EnumerateArray());
        // The same question again finds the same request.
        var again = (await SdlProcess.RunAsync("finales", "request", request, "--wait", "--json")).Expect(0).Json();
        Assert.Equal(answer.GetProperty("request").GetString(), again.GetProperty("request").GetString());
        var doctor = await SdlProcess.RunAsync("finales", "doctor", broker.Tenant(Repository.Lab), "--json");
        Assert.Contains("not among what this tenant is registered for", doctor.Output, StringComparison.Ordinal);
        var listed = (await SdlProcess.RunAsync("finales", "results", request, "--json")).Expect(0).Json();
        Assert.Equal(JsonValueKind.Array, listed.ValueKind);
        Assert.Equal(1, listed.GetArrayLength());
    }

    [Fact]
    public async Task A_password_that_others_could_read_is_refused_and_said_nowhere()
    {
        using var scratch = new Scratch();
        var example = Path.Combine(Repository.Protocols, "finales", "electrolyte-request.yaml");
        var request = scratch.Changed(example, ("uuid:", "password: s3cret\nuuid:"));
        var refused = (await SdlProcess.RunAsync("check", request)).Expect(2);
        Assert.Contains("electrolyte-request.yaml:6:11: no password stands in a file", refused.Errors,
            StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Errors + refused.Output, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows())
            return; // it has no modes of files
        var open = scratch.Write("open", "s3cret\n");
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        request = scratch.Changed(example, ("~/.config/sdl/finales/optimiser", open));
        refused = (await SdlProcess.RunAsync("finales", "request", request)).Expect(1);
        Assert.Contains($"chmod 600 {open}", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Errors + refused.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_campaign_hands_over_what_it_observes()
    {
        using var scratch = new Scratch();
        await using var broker = await ServedBroker.StartAsync(scratch, NetworkWeather.Fair);
        var ran = await SdlProcess.RunAsync(
            "campaign", "run", broker.HandingCampaign(), "--dry", "--json", "--experiments", "4",
            "--folder", scratch.Path("tells"));
        ran.Expect(0);
        Assert.Equal(4, broker.Office.Results.Count);
        Assert.All(broker.Office.Requests, r => Assert.Equal("unsolicited", r.Status));
        // Taken up again, it hands over nothing twice.
        (await SdlProcess.RunAsync("campaign", "resume", scratch.Path("tells"))).Expect(0);
        Assert.Equal(4, broker.Office.Results.Count);
    }

    private static string PlentifulLab(Scratch scratch) =>
        scratch.Changed(Repository.Lab, ("volume: 55 mL", "volume: 500 mL"), ("count: 96", "count: 500"));

    // One call in ten; a restart, which costs two seconds, one in sixty.
    private static Func<int, NetworkFault> Weather(int seed)
    {
        var random = new Random(seed);
        NetworkFault[] kinds =
            [NetworkFault.CutBefore, NetworkFault.CutAfter, NetworkFault.BadGateway, NetworkFault.Slow];
        return _ => random.Next(60) switch
        {
            0 => NetworkFault.Restart,
            <= 5 => kinds[random.Next(kinds.Length)],
            _ => NetworkFault.None,
        };
    }
}
