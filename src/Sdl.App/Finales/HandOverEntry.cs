using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Client;
using Sdl.Finales.Methods;
using Sdl.Finales.Requests;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.App.Finales;

/// <summary>To whom a campaign tells what it observes: the entry <c>hand_over</c> of a campaign file.</summary>
/// <param name="Uuid">Of the tenant who tells.</param>
internal sealed record HandOverEntry(ServerEntry Server, string Uuid, string Quantity, string Method, Mapping Mapping)
{
    private const string Key = "hand_over";
    private static readonly TimeSpan Farewell = TimeSpan.FromMinutes(1);

    /// <returns>Null when it tells nobody.</returns>
    /// <exception cref="FindingsException">The entry cannot be used.</exception>
    public static HandOverEntry? Read(string campaign, bool dry)
    {
        var findings = new Findings();
        var root = YamlFile.Load(campaign, "campaign", findings).Root;
        if (root.Map(Key) is not { } map)
            return null;
        var (quantity, method) = (map.Required("quantity"), map.Required("method"));
        var entry = new HandOverEntry(
            TenantReader.Server(map, campaign), map.Required("uuid"), quantity, method,
            Catalogue.Find(quantity, method) ?? Catalogue.Empty);
        if (entry.Mapping == Catalogue.Empty)
            findings.Add(map.At, $"{quantity}/{method} is not among the published pairs that are known here");
        if (dry && !entry.Server.Address.IsLoopback)
            findings.Add(map.At, "what simulators measure is nothing to hand to others: leave out --dry, or hand_over");
        map.RefuseUnread($"'{Key}'");
        findings.ThrowIfAny();
        return entry;
    }

    /// <summary>Does something that observes, and hands over what it observes.</summary>
    public async Task<T> DuringAsync<T>(
        Protocol protocol, SqliteJournal journal, TimeProvider labClock, Func<Task<T>> work, Action<string> say)
    {
        var clock = TimeProvider.System;
        using var client = ServerAccess.Client(Server);
        var settled = new SettledJournal(journal);
        var over = new HandOver(
            client, settled, run => ResultOf(run, protocol, settled),
            new Endurance(clock, (int)(clock.GetTimestamp() & int.MaxValue)) { WaitsForAccess = true }, clock, say);
        void See(RunEvent happened)
        {
            if (happened is Observed)
                over.Wake();
        }
        journal.Appended += See;
        using var leave = new CancellationTokenSource();
        var handing = over.RunAsync(leave.Token);
        try
        {
            return await work();
        }
        finally
        {
            journal.Appended -= See;
            // A dry clock has nothing more to do, and must not rush on while the real network is waited for.
            using var still = (labClock as VirtualTime)?.Hold();
            await using var farewell = clock.CreateTimer(
                _ => leave.Cancel(), null, Farewell, Timeout.InfiniteTimeSpan);
            over.Wake(isEnding: true);
            await handing;
            if (over.Owed is > 0 and var owed)
                say($"{owed} results are not handed over yet: sdl campaign resume does it when the server is back");
        }
    }

    private FinalesResult? ResultOf(RunId run, Protocol protocol, IJournal journal)
    {
        T? Latest<T>() where T : RunEvent =>
            journal.Find(new JournalQuery(typeof(T)) { Run = run, Latest = 1 }) is [{ Event: T e }] ? e : null;
        if (Latest<Mixed>() is not { } mixed || Latest<Resulted>() is not { } resulted
            || Latest<RunStarted>() is not { } started)
            return null;
        var method = new MappedMethod(
            Quantity, Method, Mapping, protocol, new Dictionary<string, InstrumentId>(), new Made(mixed.Actual),
            _ => default);
        var parameters = new JsonObject();
        JsonPaths.Put(parameters, Mapping.Formulation!, Chemicals.Write(mixed.Actual));
        // A run is named within its journal; the journal by when it was begun.
        var reference = FormattableString.Invariant($"{Server.User}/{journal.Read().First().At.UtcTicks:x}/{run}");
        var answer = method.Conclude(
            JsonSerializer.SerializeToElement(parameters),
            new Done(
                new RunOutcome(run, RunState.Completed, "", resulted.Values),
                new Errand(protocol, started.Arguments, started.Bindings), journal),
            new Provenance(reference, Provenance.Describe(journal, run, TenantSession.Software, null)));
        return new FinalesResult(
            answer.Data, Quantity, [Method],
            new Dictionary<string, JsonElement> { [Method] = answer.Parameters }, Uuid, "");
    }

    /// <summary>What has been made already.</summary>
    private sealed class Made(Formulation actual) : IFormulator
    {
        public IReadOnlyList<Axis> Components => [];

        public Quantity Volume => Core.Units.Quantity.Of(0, "mL");

        public Arguments ArgumentsFor(Formulation wanted, Quantity volume) => Arguments.None;

        public Formulation Actual(
            Formulation wanted, Quantity volume, IReadOnlyDictionary<string, Measured> results) => actual;
    }
}
