using Sdl.Simulators.Finales;

namespace Sdl.Lab.Tests.Support;

/// <summary>A FINALES server, simulated, on a port of its own, with two users, the capability
/// conductivity/two_electrode and a tenant that offers it.</summary>
internal sealed class ServedBroker : IAsyncDisposable
{
    private const string Schema = """
        {"quantity": "conductivity", "method": "two_electrode", "is_active": true,
         "json_schema_specifications": {"$defs": {
           "Chemical": {"type": "object", "properties": {"SMILES": {"type": "string"}, "InChIKey": {"type": "string"}},
             "required": ["SMILES", "InChIKey"]},
           "FormulationComponent": {"type": "object", "properties": {
             "chemical": {"allOf": [{"$ref": "#/$defs/Chemical"}]}, "fraction": {"type": "number"},
             "fraction_type": {"type": "string"}}, "required": ["chemical", "fraction", "fraction_type"]}},
           "type": "object", "required": ["formulation"], "properties": {
             "formulation": {"type": "array", "items": {"$ref": "#/$defs/FormulationComponent"}},
             "temperature": {"anyOf": [{"type": "number"}, {"type": "null"}], "default": null}}},
         "json_schema_result_output": {"type": "object", "required": ["run_info", "conductivity"], "properties": {
           "run_info": {"type": "object", "required": ["formulation", "internal_reference"]},
           "conductivity": {"type": "object", "required": ["values", "meta"], "properties": {
             "values": {"type": "array", "items": {"type": "number"}},
             "temperature": {"anyOf": [{"type": "number"}, {"type": "null"}]}}}}}}
        """;

    private readonly BrokerServer _server;
    private readonly Scratch _scratch;

    private ServedBroker(BrokerServer server, Scratch scratch) => (_server, _scratch) = (server, scratch);

    public Uri Address => _server.Address!;

    public string Uuid { get; private set; } = "";

    public BrokerOffice Office => _server.Broker.Office;

    public static async Task<ServedBroker> StartAsync(Scratch scratch, NetworkWeather weather)
    {
        var broker = new Broker(new BrokerOptions { File = scratch.Path("broker.jsonl") }, TimeProvider.System);
        broker.Office.AddUser("electrolyte-lab", "pw");
        broker.Office.AddUser("optimiser", "pw");
        broker.Office.AddCapability(Schema);
        broker.Office.AddTenant("""{"name": "electrolyte-lab", "limitations": [], "contact_person": "Ann"}""");
        var server = new BrokerServer(broker, weather, TimeProvider.System);
        await server.StartAsync(0, TestContext.Current.CancellationToken);
        var served = new ServedBroker(server, scratch) { Uuid = server.Broker.Office.Tenants[0].Uuid };
        var password = scratch.Write("password", "pw\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(password, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return served;
    }

    /// <summary>The example tenant, at this server, in a lab with plenty of everything.</summary>
    public string Tenant(string lab) => _scratch.Changed(
        Path.Combine(Repository.Protocols, "finales", "electrolyte-tenant.yaml"),
        ("http://127.0.0.1:13371", Address.AbsoluteUri),
        ("~/.config/sdl/finales/electrolyte-lab", _scratch.Path("password")),
        ("939122d7-62d2-4c54-acaf-0acc2d473856", Uuid), ("../labs/electrolyte.yaml", lab),
        ("../electrolyte-conductivity.yaml", Repository.Protocol), ("poll: 5 s", "poll: 1 s"));

    /// <summary>The example campaign, asking this server.</summary>
    public string Campaign(int experiments, int lanes) => Campaign(
        "finales", text => text.Replace(
            "experiments: 25", $"experiments: {experiments}\nlanes: {lanes}", StringComparison.Ordinal),
        "  temperature: 26.5 degC\n  poll: 1 s\n");

    /// <summary>The example campaign, telling this server.</summary>
    public string HandingCampaign() => Campaign("hand_over", text => text, "");

    private string Campaign(string entry, Func<string, string> change, string more) => _scratch.Write("campaign.yaml",
        change(File.ReadAllText(Repository.Campaign)
            .Replace("../electrolyte-conductivity.yaml", Repository.Protocol, StringComparison.Ordinal)
            .Replace("../labs/electrolyte.yaml", Repository.Lab, StringComparison.Ordinal))
        + $$"""
            {{entry}}:
              server: {{Address}}
              user: electrolyte-lab
              password_file: {{_scratch.Path("password")}}
              uuid: {{Uuid}}
              quantity: conductivity
              method: two_electrode

            """ + more);

    /// <summary>Waits until the server has answers for so many requests; it may be away just now.</summary>
    public async Task UntilResolvedAsync(int count, params IReadOnlyList<SdlProcess> while_)
    {
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            if (Count() >= count)
                return;
            foreach (var process in while_.Where(p => p.HasExited))
                Assert.Fail($"a process has ended too early: {process.Output}\n{process.Errors}");
            Assert.True(TimeProvider.System.GetElapsedTime(since) < TimeSpan.FromMinutes(15), $"{Count()} resolved");
            await Task.Delay(
                TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    private int Count()
    {
        try
        {
            return Office.Requests.Count(r => r.Status == "resolved");
        }
        catch (InvalidOperationException)
        {
            return 0; // it restarts
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
