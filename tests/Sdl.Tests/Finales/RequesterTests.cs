using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Client;
using Sdl.Finales.Requests;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Finales;

public class RequesterTests
{
    private const string Own = "841b8956-c733-47ab-b130-df0d732ac636";
    private static readonly Unit SiemensPerMetre = Unit.Parse("S/m");

    [Fact]
    public void Killed_at_every_write_and_call_a_requester_asks_once_and_gets_its_answer()
    {
        var (writes, calls) = Process(new Outside());
        Assert.InRange(writes, 5, 30);
        for (var n = 1; n <= writes; n++)
            foreach (var die in new[] { n, -n })
                AsksOnceAfter($"write {die}", outside => Process(outside, die));
        for (var n = 1; n <= calls; n++)
        {
            AsksOnceAfter($"before call {n}", outside => Process(outside, dieBefore: n));
            AsksOnceAfter($"after call {n}", outside => Process(outside, dieAfter: n));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_lost_answer_makes_no_second_request(bool allRequestsBreak)
    {
        var outside = new Outside();
        outside.Broker.AllRequestsBreaks = allRequestsBreak;
        var posts = 0;
        outside.Broker.Faults = _ => outside.Broker.Requests.Count == 0 && posts++ < 20
            ? NetFault.CutAfter
            : NetFault.None;
        Process(outside);
        Assert.Single(outside.Broker.Requests);
        Assert.Equal(RunState.Completed, outside.Ended);
    }

    [Fact]
    public void Stopping_takes_the_request_back()
    {
        var outside = new Outside { Answers = false };
        Process(outside, meanwhile: async runs =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), outside.Time);
            runs.Send(new RunId("e001"), RunCommand.Stop, "ann");
        });
        Assert.Equal(("retracted", RunState.Stopped), (Assert.Single(outside.Broker.Statuses), outside.Ended));
    }

    [Fact]
    public void A_request_that_somebody_retracts_fails_its_run()
    {
        var outside = new Outside { Answers = false };
        Process(outside, meanwhile: async _ =>
        {
            await Task.Delay(TimeSpan.FromMinutes(5), outside.Time);
            outside.Broker.Set((string)outside.Broker.Requests[0]["uuid"]!, "retracted");
        });
        Assert.Equal(RunState.Failed, outside.Ended);
    }

    [Theory]
    [InlineData("""{"conductivity": {"values": [1.0, 1.2], "meta": {"success": true}}}""", 1.1, 0.1)]
    [InlineData("""{"conductivity": {"values": [1.0], "values_uncertainty": [0.02]}}""", 1.0, 0.02)]
    [InlineData("""{"conductivity": {"values": [null, "1.5"], "meta": {"success": "True"}}}""", 1.5, 0.0)]
    [InlineData("""{"conductivity": {"values": [1.0], "meta": {"success": "False"}}}""", null, null)]
    [InlineData("""{"conductivity": {"values": [null]}}""", null, null)]
    [InlineData("""{"conductivity": {"values": []}}""", null, null)]
    [InlineData("""{"anything": ["goes"]}""", null, null)]
    public void Values_are_read_from_whatever_shape_tenants_give_them(string data, double? value, double? uncertainty)
    {
        var result = new FinalesResult(
            Json(data), "conductivity", ["m"], new Dictionary<string, JsonElement>(), "t", "r");
        var measured = ResultValue.Of(result, "conductivity.values", SiemensPerMetre);
        Assert.Equal(value, measured?.Value.Si);
        if (uncertainty is { } spread)
            Assert.Equal(spread, measured!.Uncertainty.Si, 9);
    }

    [Fact]
    public void A_deleted_answer_does_not_count_and_an_amended_one_only_where_there_is_no_other()
    {
        var time = new VirtualTime(TestRun.Start);
        var broker = new FakeBroker(time);
        var request = broker.Ask("conductivity", "m", "{}");
        for (var i = 0; i < 3; i++)
        {
            broker.Set(request, "pending");
            broker.Answer(_ => new JsonObject { ["n"] = broker.Results.Count });
        }
        using var client = new FinalesClient(
            new FinalesAccess(new Uri("http://127.0.0.1:13371"), "u", "p"), broker.For(), time);
        var requester = new Requester(client, Own, new Endurance(time, 1), time, _ => { });
        string? Read() => time.Run(() => requester.ReadAsync(request, CancellationToken.None))?
            .Result.Data.GetProperty("n").ToString();
        Assert.Equal("0", Read());
        broker.Results[0]["status"] = "deleted";
        Assert.Equal("1", Read());
        broker.Results[1]["status"] = "amended";
        Assert.Equal("2", Read());
        broker.Results[2]["status"] = "deleted";
        Assert.Equal("1", Read());
        broker.Results[1]["status"] = "deleted";
        Assert.Null(Read());
    }

    [Fact]
    public void Killed_at_every_write_and_call_observations_are_handed_over_once_each()
    {
        var (writes, calls) = HandOver(new Outside());
        for (var n = 1; n <= writes; n++)
            foreach (var die in new[] { n, -n })
                HandsOverOnceAfter($"write {die}", outside => HandOver(outside, die));
        for (var n = 1; n <= calls; n++)
        {
            HandsOverOnceAfter($"before call {n}", outside => HandOver(outside, dieBefore: n));
            HandsOverOnceAfter($"after call {n}", outside => HandOver(outside, dieAfter: n));
        }
    }

    private static void AsksOnceAfter(string what, Action<Outside> first)
    {
        var outside = new Outside();
        first(outside);
        Process(outside);
        Assert.True(outside.Broker.Requests.Count == 1, $"{what}: {outside.Broker.Requests.Count} requests");
        Assert.True(outside.Ended == RunState.Completed, $"{what}: {outside.Ended}");
        Assert.Single(outside.Disk.All.OfType<Resulted>());
    }

    private static void HandsOverOnceAfter(string what, Action<Outside> first)
    {
        var outside = new Outside();
        first(outside);
        HandOver(outside);
        Assert.True(outside.Broker.Results.Count == 3, $"{what}: {outside.Broker.Results.Count} results");
    }

    private sealed class Outside
    {
        public Outside()
        {
            Broker = new FakeBroker(Time);
            Broker.Capabilities.Add(JsonNode.Parse("""
                {"quantity": "conductivity", "method": "m", "json_schema_specifications": {"type": "object"},
                 "json_schema_result_output": {"type": "object"}}
                """));
        }

        public VirtualTime Time { get; } = new(TestRun.Start);

        public Disk Disk { get; } = new();

        public FakeBroker Broker { get; }

        public bool Answers { get; init; } = true;

        public RunState? Ended => Disk.All.OfType<Moved>().LastOrDefault()?.To;
    }

    /// <summary>One process that asks for run e001, until it has ended or the process dies.</summary>
    private static (int Writes, int Calls) Process(
        Outside outside, int die = 0, int dieBefore = 0, int dieAfter = 0, Func<OutsideRuns, Task>? meanwhile = null)
    {
        if (outside.Ended is RunState.Completed)
            return default;
        var (time, process, sent) = (outside.Time, new Mortal(), outside.Broker.Sent);
        var journal = new MemoryJournal(outside.Disk, time, process, die);
        time.Run(async () =>
        {
            using var client = new FinalesClient(
                new FinalesAccess(new Uri("http://127.0.0.1:13371"), "u", "p"),
                outside.Broker.For(process, dieBefore, dieAfter), time);
            var runs = new OutsideRuns(
                new Requester(client, Own, new Endurance(time, 1), time, _ => { }),
                new Translation(
                    _ => ("conductivity", "m", Json("""{"temperature": 300}""")),
                    (_, result) => ResultValue.Of(result, "conductivity.values", SiemensPerMetre) is { } value
                        ? new Dictionary<string, Measured> { ["conductivity"] = value } : null),
                journal, new TestRun("steps:\n  - {wait: 1 s}").Service(), _ => { });
            var run = runs.SubmitAsync(new TestRun("steps:\n  - {wait: 1 s}").Order with { Id = new RunId("e001") });
            var other = meanwhile?.Invoke(runs) ?? Task.CompletedTask;
            var answering = AnswerAsync();
            await Task.WhenAny(run, process.Died);

            async Task AnswerAsync()
            {
                while (outside.Answers && !run.IsCompleted && !process.IsDead)
                {
                    await Task.Delay(TimeSpan.FromSeconds(45), time);
                    outside.Broker.Answer(
                        _ => JsonNode.Parse("""{"conductivity": {"values": [1.0], "meta": {"success": true}}}""")!);
                }
            }
        });
        return (journal.Writes, outside.Broker.Sent - sent);
    }

    /// <summary>One process that hands over the observations of three runs.</summary>
    private static (int Writes, int Calls) HandOver(Outside outside, int die = 0, int dieBefore = 0, int dieAfter = 0)
    {
        var (time, process, sent) = (outside.Time, new Mortal(), outside.Broker.Sent);
        if (outside.Disk.Events.Count == 0)
            time.Run(async () =>
            {
                var before = new MemoryJournal(outside.Disk, time);
                for (var n = 1; n <= 3; n++)
                    await before.AppendAsync(ObservedOf(n), CancellationToken.None);
            });
        var journal = new MemoryJournal(outside.Disk, time, process, die);
        time.Run(async () =>
        {
            using var client = new FinalesClient(
                new FinalesAccess(new Uri("http://127.0.0.1:13371"), "u", "p"),
                outside.Broker.For(process, dieBefore, dieAfter), time);
            var over = new HandOver(
                client, journal, run => new FinalesResult(
                    Json($$$"""{"run_info": {"internal_reference": "{{{run}}}"}}"""), "conductivity", ["m"],
                    new Dictionary<string, JsonElement> { ["m"] = Json("{}") }, Own, ""),
                new Endurance(time, 1), time, _ => { });
            var handing = over.RunAsync(CancellationToken.None);
            over.Wake(isEnding: true);
            await Task.WhenAny(handing, process.Died);
        });
        return (journal.Writes, outside.Broker.Sent - sent);
    }

    private static Observed ObservedOf(int n)
    {
        var value = new Measured(Quantity.Of(1, SiemensPerMetre), Quantity.Of(0, SiemensPerMetre));
        var at = new Formulation(new Dictionary<string, double> { ["EC"] = 1 });
        return new Observed(n, new RunId($"e00{n}"), new Observation(at, 1, null), value);
    }

    private static JsonElement Json(string text)
    {
        using var document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }
}
