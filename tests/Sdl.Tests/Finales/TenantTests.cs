using System.Net;
using System.Text.Json.Nodes;
using Sdl.Core.Runs;
using Sdl.Finales.Tenants;

namespace Sdl.Tests.Finales;

public class TenantTests
{
    [Fact]
    public void A_request_is_reserved_run_and_answered()
    {
        var trial = new TenantTrial();
        var request = trial.Ask(2);
        Assert.True(trial.Process());
        var result = Assert.Single(trial.Broker.ResultsOf(request))["result"]!;
        Assert.Equal("resolved", Assert.Single(trial.Broker.Statuses));
        Assert.Equal(2, (double)result["data"]!["charge"]!["values"]![0]!, 9);
        Assert.True((bool)result["data"]!["charge"]!["meta"]!["success"]!);
        Assert.Equal("trial/f-00000001", (string)result["data"]!["run_info"]!["internal_reference"]!);
        Assert.Equal(TenantTrial.Uuid, (string)result["tenant_uuid"]!);
        Assert.NotNull(result["data"]!["run_info"]!["sdl"]!["records"]![0]!["sha256"]);
        Assert.Equal(2, trial.Device.Delivered, 9);
    }

    [Fact]
    public void The_same_seed_gives_the_same_journal()
    {
        var journals = Enumerable.Range(0, 3).Select(_ =>
        {
            var trial = new TenantTrial { Slots = 2 };
            for (var i = 0; i < 10; i++)
                trial.Ask(0.1 * i);
            Assert.True(trial.Process());
            return string.Join('\n', trial.Disk.Events);
        }).ToList();
        Assert.All(journals, j => Assert.Equal(journals[0], j));
    }

    [Fact]
    public void A_request_costs_four_exchanges_beside_polling_and_a_token_life_one_login()
    {
        var trial = new TenantTrial();
        var requests = Enumerable.Range(1, 20).Select(i => trial.Ask(0.1 * i)).ToList();
        trial.Process();
        var served = trial.Broker.Calls.Where(c => c is not ("GET /pending_requests/" or "GET /capabilities/")
            && !c.Contains("authenticate", StringComparison.Ordinal)).ToList();
        Assert.Equal(20, trial.Broker.Results.Count);
        Assert.All(requests.Index(), r => Assert.Equal(
            [$"GET /requests/{r.Item}", $"POST /requests/{r.Item}/update_status/", $"GET /results_requested/{r.Item}",
                "POST /results/"], served.Skip(4 * r.Index).Take(4)));
        Assert.Equal((80, 1L), (served.Count, trial.Logins));
        Assert.Single(trial.Broker.Calls, "GET /capabilities/");
    }

    [Fact]
    public void Killed_at_every_write_a_tenant_answers_once_and_dispenses_once()
    {
        var whole = new TenantTrial();
        whole.Ask(2);
        whole.Process();
        Assert.InRange(whole.Writes, 12, 100);
        for (var n = 1; n <= whole.Writes; n++)
            foreach (var die in new[] { n, -n })
                AnswersOnceAfter($"write {die}", trial => trial.Process(die));
    }

    [Fact]
    public void Killed_at_every_call_a_tenant_answers_once_and_dispenses_once()
    {
        var whole = new TenantTrial();
        whole.Ask(2);
        whole.Process();
        for (var n = 1; n <= whole.Exchanges; n++)
        {
            AnswersOnceAfter($"before call {n}", trial => trial.Process(dieBefore: n));
            AnswersOnceAfter($"after call {n}", trial => trial.Process(dieAfter: n));
        }
    }

    [Fact]
    public void Killed_again_and_again_a_tenant_answers_once()
    {
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            AnswersOnceAfter($"seed {seed}", trial =>
            {
                var lived = true;
                for (var i = 0; i < 4 && lived; i++)
                    lived = trial.Process(random.Next(2) * (1 + random.Next(8)), random.Next(12), random.Next(12));
                return lived;
            });
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Fifty_requests_through_a_bad_network_are_answered_once_each_in_order(int seed)
    {
        var trial = new TenantTrial();
        var requests = Enumerable.Range(0, 50).Select(i => trial.Ask(0.02 * (i + 1))).ToList();
        var random = new Random(seed);
        var outage = 0;
        trial.Broker.Faults = _ => outage > 0 ? Pass(ref outage) : random.Next(5) switch
        {
            0 => (NetFault)(1 + random.Next(5)),
            1 when random.Next(40) == 0 => Begin(ref outage), // a restart of the server
            _ => NetFault.None,
        };
        Assert.True(trial.Process());
        Assert.Equal(requests, trial.Broker.Results.Select(r => (string)r["result"]!["request_uuid"]!));
        Assert.All(trial.Broker.Statuses, s => Assert.Equal("resolved", s));
        Assert.Equal(50, trial.Device.Doses.Count());

        static NetFault Pass(ref int outage)
        {
            outage--;
            return NetFault.Refused;
        }

        static NetFault Begin(ref int outage)
        {
            outage = 12;
            return NetFault.Refused;
        }
    }

    [Fact]
    public void A_server_that_is_away_for_hours_costs_no_request()
    {
        var trial = new TenantTrial();
        var request = trial.Ask(2);
        var away = new DateTimeOffset(2026, 1, 1, 8, 0, 10, TimeSpan.Zero);
        trial.Broker.Faults = _ => trial.Time.GetUtcNow() - away is { Ticks: > 0 } since && since.TotalHours < 7
            ? NetFault.Refused
            : NetFault.None;
        Assert.True(trial.Process());
        Assert.Single(trial.Broker.ResultsOf(request));
    }

    [Theory]
    [InlineData("""{"volume": "much"}""", "volume should be a number")]
    [InlineData("""{"volume": 4.5}""", "offered is 0 to 4")]
    [InlineData("""{}""", "'volume' is missing")]
    public void What_cannot_be_done_here_stays_pending_and_the_reason_is_known(string parameters, string why)
    {
        var trial = new TenantTrial();
        var bad = trial.Broker.Ask(TenantTrial.Quantity, TenantTrial.Method, parameters);
        var good = trial.Ask(1);
        trial.Process(until: () => trial.Broker.Results.Count > 0);
        Assert.Equal(["pending", "resolved"], trial.Broker.Statuses);
        Assert.Single(trial.Broker.ResultsOf(good));
        Assert.Contains(why, trial.Book.Declined[bad], StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_is_retracted_is_stopped_safely_and_not_answered()
    {
        var trial = new TenantTrial("""
            protocol: test
            parameters: {volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}}
            roles: {a: ''}
            steps:
              - repeat: 1000
                steps:
                  - {do: a.dispense, with: {volume: volume}, save: dose}
            finally:
              - {do: a.grip}
            results: {moved: dose.volume}
            """);
        var request = trial.Ask(1);
        trial.Process(meanwhile: async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromMinutes(10), trial.Time);
            trial.Broker.Set(request, "retracted");
        });
        Assert.Equal("retracted", Assert.Single(trial.Broker.Statuses));
        Assert.Empty(trial.Broker.Results);
        Assert.Single(trial.Device.Grips); // the finally steps
        Assert.Contains(trial.Disk.All, e => e is Moved { To: RunState.Stopped });
    }

    [Fact]
    public void A_request_that_somebody_else_has_answered_meanwhile_is_not_answered_again()
    {
        var trial = new TenantTrial();
        var request = trial.Ask(2);
        trial.Process(meanwhile: async (_, _) =>
        {
            await Task.Delay(TimeSpan.FromSeconds(8), trial.Time);
            trial.Broker.Results.Add(new JsonObject
            {
                ["uuid"] = "0000ffff-0000-4000-8000-000000000000", ["ctime"] = "2026-01-01T08:00:08",
                ["status"] = "original",
                ["result"] = new JsonObject
                {
                    ["data"] = new JsonObject(), ["quantity"] = TenantTrial.Quantity,
                    ["method"] = new JsonArray(TenantTrial.Method), ["parameters"] = new JsonObject(),
                    ["tenant_uuid"] = "841b8956-c733-47ab-b130-df0d732ac636", ["request_uuid"] = request,
                },
            });
            trial.Broker.Set(request, "resolved");
        });
        Assert.Single(trial.Broker.Results);
        Assert.Contains("has answered it", Assert.Single(trial.Book.Cases).Why, StringComparison.Ordinal);
    }

    [Fact]
    public void Trouble_with_an_instrument_gives_the_request_back_and_in_the_end_leaves_it_to_others()
    {
        var trial = new TenantTrial("""
            protocol: test
            parameters: {volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}}
            roles: {a: ''}
            steps:
              - {do: a.dispense, with: {volume: volume}, save: dose}
              - {do: a.fail}
            results: {moved: dose.volume}
            """);
        trial.Ask(1);
        trial.Process(until: () => trial.Book.Cases is [{ Failures: 3, Phase: CasePhase.Closed }]);
        Assert.Equal("pending", Assert.Single(trial.Broker.Statuses));
        Assert.Empty(trial.Broker.Results);
        Assert.Equal(["f-00000001", "f-00000001~2", "f-00000001~3"],
            trial.Disk.All.OfType<RunStarted>().Select(r => r.Run.Value));
        var doses = trial.Device.Doses.Count();
        trial.Process(until: () => trial.Time.GetUtcNow() > Support.TestRun.Start.AddDays(1)); // also after a restart
        Assert.Equal((3, 3), (doses, trial.Device.Doses.Count()));
    }

    [Fact]
    public void An_experiment_that_says_no_is_answered_so_in_full_shape_after_its_attempts()
    {
        var trial = new TenantTrial("""
            protocol: test
            parameters: {volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}}
            roles: {a: ''}
            steps:
              - {do: a.dispense, with: {volume: volume}, save: dose}
              - {require: dose.volume > 2 mL, message: too little has come}
            results: {moved: dose.volume}
            """);
        var request = trial.Ask(1);
        trial.Process();
        var data = Assert.Single(trial.Broker.ResultsOf(request))["result"]!["data"]!;
        Assert.Equal("{\"values\":[],\"meta\":{\"success\":false,\"rating\":0}}", data["charge"]!.ToJsonString());
        Assert.Equal("trial/f-00000001~3", (string)data["run_info"]!["internal_reference"]!);
    }

    [Fact]
    public void A_server_that_enforces_an_older_schema_gets_the_parameters_that_were_asked_for()
    {
        var trial = new TenantTrial();
        trial.Ask(2);
        var refusals = 0;
        trial.Broker.Posting = _ => refusals++ < 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK;
        trial.Process();
        Assert.Equal("{\"volume\":2}",
            trial.Broker.Results[0]["result"]!["parameters"]![TenantTrial.Method]!.ToJsonString());
    }

    [Fact]
    public void Several_requests_are_worked_on_at_once_where_there_are_slots()
    {
        var trial = new TenantTrial("""
            protocol: test
            parameters: {volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}}
            roles: {a: ''}
            steps:
              - {wait: 1 h}
              - {do: a.dispense, with: {volume: volume}, save: dose}
            results: {moved: dose.volume}
            """) { Slots = 3 };
        for (var i = 0; i < 3; i++)
            trial.Ask(0.1);
        trial.Process();
        Assert.Equal(3, trial.Broker.Results.Count);
        Assert.InRange((trial.Time.GetUtcNow() - Support.TestRun.Start).TotalHours, 1, 1.1);
    }

    private static void AnswersOnceAfter(string what, Func<TenantTrial, bool> first)
    {
        var trial = new TenantTrial();
        var request = trial.Ask(2);
        first(trial);
        Assert.True(trial.Process(), what);
        Assert.True(trial.Broker.ResultsOf(request).Count() == 1,
            $"{what}: {trial.Broker.Results.Count} results, {string.Join(", ", trial.Broker.Statuses)}\n"
            + string.Join('\n', trial.Said));
        Assert.Equal("resolved", Assert.Single(trial.Broker.Statuses));
        Assert.True(Math.Abs(trial.Device.Delivered - 2) < 0.01, $"{what}: {trial.Device.Delivered} mL");
    }
}
