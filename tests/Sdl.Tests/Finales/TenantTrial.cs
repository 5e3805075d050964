using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Client;
using Sdl.Finales.Methods;
using Sdl.Finales.Tenants;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Finales;

/// <summary>A tenant with one fake pump, process after process: how much does it dispense when it is asked for so much?
/// </summary>
internal sealed class TenantTrial
{
    public const string Quantity = "charge", Method = "pumped", Uuid = "939122d7-62d2-4c54-acaf-0acc2d473856";

    private const string Usual = """
        protocol: test
        parameters: {volume: {unit: mL, min: 0 mL, max: 5 mL, default: 1 mL, description: ''}}
        roles: {a: ''}
        steps:
          - {do: a.dispense, with: {volume: volume}, save: dose}
        results: {moved: dose.volume}
        """;

    private readonly Protocol _protocol;

    public TenantTrial(string protocol = Usual)
    {
        using var folder = new TempFolder();
        _protocol = ProtocolReader.Read(folder.Write("test.yaml", protocol));
        Device = new FakeDevice(Time);
        Broker = new FakeBroker(Time);
        Broker.Capabilities.Add(new JsonObject
        {
            ["quantity"] = Quantity, ["method"] = Method,
            ["json_schema_specifications"] = JsonNode.Parse("""
                {"type": "object", "properties": {"volume": {"type": "number"}}, "required": ["volume"]}
                """),
            ["json_schema_result_output"] = JsonNode.Parse("""
                {"type": "object", "required": ["run_info", "charge"], "properties": {"charge": {"type": "object",
                  "properties": {"values": {"type": "array", "items": {"type": "number"}}},
                  "required": ["values", "meta"]}}}
                """),
        });
    }

    public VirtualTime Time { get; } = new(TestRun.Start);

    public Disk Disk { get; } = new();

    public FakeDevice Device { get; }

    public FakeBroker Broker { get; }

    public List<string> Said { get; } = [];

    public int Slots { get; init; } = 1;

    public long Logins { get; private set; }

    public int Writes { get; private set; }

    public int Exchanges { get; private set; }

    public RequestBook Book => RequestBook.Of(new MemoryJournal(Disk, Time));

    public string Ask(double volume) => Broker.Ask(Quantity, Method, FormattableString.Invariant(
        $$"""{"volume": {{volume}}}"""));

    /// <summary>One process: until everything pending has been dealt with, it dies, or two days have passed.</summary>
    /// <param name="die">At the nth write: before it is on the disk (negative) or just after.</param>
    /// <param name="dieBefore">At the nth call, before it reaches the server.</param>
    /// <param name="dieAfter">At the nth call, when the server has done it.</param>
    /// <returns>Whether it lived to its end.</returns>
    public bool Process(
        int die = 0, int dieBefore = 0, int dieAfter = 0, Func<Tenant, IRunService, Task>? meanwhile = null,
        Func<bool>? until = null)
    {
        var process = new Mortal();
        var journal = new MemoryJournal(Disk, Time, process, die);
        var sent = Broker.Sent;
        return Time.Run(async () =>
        {
            var instrument = new FakeInstrument("a", Device, Time, process);
            var host = new InstrumentHost(instrument, Time);
            var leases = new Leases([host.Id], Time);
            var bound = TestRun.Bound(
                _protocol, new Dictionary<InstrumentId, IInstrument> { [instrument.Id] = instrument });
            var runs = new RunService(
                journal, Time, _ => bound,
                (request, history, watched) => new Run(
                    request, [host], watched, history, Time, leases: leases));
            using var client = new FinalesClient(
                new FinalesAccess(new Uri("http://127.0.0.1:13371"), "tenant", "pw"),
                Broker.For(process, dieBefore, dieAfter), Time);
            var tenant = new Tenant(
                client, new TenantSettings(Uuid, "trial", "here"), [new Offer(NewMethod()) { Slots = Slots }],
                new Laboratory(runs, journal, (errand, _) => Task.FromResult<IReadOnlyList<string>>(
                    [.. ProtocolChecker.Check(bound, errand.Arguments).Select(f => f.Text)])),
                Time, Said.Add, 1);
            using var stop = new CancellationTokenSource();
            using var leave = new CancellationTokenSource();
            var serving = ServeAsync(tenant, stop.Token, leave.Token);
            var other = meanwhile?.Invoke(tenant, runs) ?? Task.CompletedTask;
            await Task.WhenAny(UntilAsync(tenant, until), process.Died, serving);
            Logins += client.Logins;
            (Writes, Exchanges) = (journal.Writes, Broker.Sent - sent);
            if (process.IsDead)
                return false;
            await other;
            stop.Cancel();
            await Task.WhenAny(serving, Task.Delay(TimeSpan.FromDays(2), Time));
            Assert.True(serving.IsCompleted, "it does not end when it is stopped");
            leave.Cancel();
            await serving;
            return true;
        });
    }

    private static async Task ServeAsync(Tenant tenant, CancellationToken stop, CancellationToken leave)
    {
        await tenant.FreeAsync();
        await tenant.RunAsync(stop, leave);
    }

    private async Task UntilAsync(Tenant tenant, Func<bool>? until)
    {
        for (var end = Time.GetUtcNow() + TimeSpan.FromDays(2); Time.GetUtcNow() < end;)
        {
            if (until?.Invoke() ?? (Broker.Statuses.All(s => s is not ("pending" or "reserved"))
                && tenant.Book.Cases.All(c => c.Phase == CasePhase.Closed)))
                return;
            await Task.Delay(TimeSpan.FromSeconds(1), Time);
        }
    }

    private MappedMethod NewMethod()
    {
        var millilitre = Unit.Parse("mL");
        return new MappedMethod(
            Quantity, Method,
            new Mapping(
                null, null, [new Take("volume", "volume", millilitre)],
                [new Give("charge.values", "moved", millilitre, true)], "charge.meta", true),
            _protocol, new Dictionary<string, InstrumentId>(), null,
            _ => (Sdl.Core.Units.Quantity.Of(0, millilitre), Sdl.Core.Units.Quantity.Of(4, millilitre)));
    }
}
