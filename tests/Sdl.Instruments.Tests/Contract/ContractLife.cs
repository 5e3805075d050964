using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>One life of the program: a session with the instrument of a rig and a bystander, and the run that brings
/// the instrument into a state.</summary>
internal sealed class ContractLife : IAsyncDisposable
{
    /// <summary>How long the device may hear nothing.</summary>
    public static readonly TimeSpan Deadman = TimeSpan.FromSeconds(10);

    private static readonly RunId Id = new("run");
    private static readonly Mark At = new("contract", 1, 1);

    private readonly List<InstrumentHost> _hosts;
    private readonly Heartbeat _heartbeat;
    private readonly Bystander _bystander = new();
    private bool _isClosed;

    /// <param name="withTimeLimit">The call may last no longer than until its state is reached.</param>
    public ContractLife(
        ContractRig rig, ContractJournal journal, DeviceState state, bool fails, TimeSpan? withTimeLimit)
    {
        Host = rig.NewHost();
        _hosts = [new InstrumentHost(_bystander, rig.Time), new InstrumentHost(Host.Driver, rig.Time)];
        Safety = new SafeStates(_hosts, rig.Time);
        _heartbeat = new Heartbeat([(_hosts[1], Deadman)], rig.Time);
        var capability = Host.Driver.Capabilities.FirstOrDefault(c => c.Name == state.Capability);
        var arguments = capability is null ? Arguments.None : TypicalArguments.Of(capability);
        var body = new List<Step>();
        if (capability is not null)
            body.Add(new Step.Invoke("call", At, "it", capability.Name, Scalars(arguments), null)
            {
                Terms = withTimeLimit is { } limit
                    ? StepTerms.None with { TimeLimit = new Scalar($"{limit.TotalSeconds:F6} s", At) }
                    : StepTerms.None,
            });
        if (capability is null || state.HasEnded)
            body.Add(new Step.Wait("wait", At, new Scalar("60 s", At)));
        List<Step> branches = [new Step.Sequence("work", At, body)];
        if (fails)
            branches.Add(new Step.Invoke("fail", At, "bystander", "fail", Scalars(Arguments.None), null));
        var protocol = new Protocol(
            "contract", "", "", [], new Dictionary<string, string> { ["it"] = "", ["bystander"] = "" },
            [new Step.Parallel("all", At, branches)], [], new Dictionary<string, Scalar>(), At);
        var bound = new BoundProtocol(
            protocol, "lab",
            new Dictionary<string, InstrumentId> { ["it"] = Host.Driver.Id, ["bystander"] = _bystander.Id },
            _hosts.ToDictionary(h => h.Id, h => h.Instrument.Capabilities), []);
        Run = new Run(
            new RunRequest(Id, bound, arguments, "contract"), _hosts, journal, RunHistory.Of(Id, journal),
            rig.Time, Safety);
    }

    public Host Host { get; }

    public InstrumentHost Instrument => _hosts[1];

    public SafeStates Safety { get; }

    public Run Run { get; }

    public void Fail() => _bystander.Fail();

    /// <summary>The session is closed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _hosts.ForEach(h => h.Close());
        await Safety.MakeAllSafeAsync((_, _) => ValueTask.CompletedTask);
        await _heartbeat.DisposeAsync();
        await Host.Driver.DisposeAsync();
    }

    // Quantities are parameters of the run, so that no text stands between.
    private static Dictionary<string, Scalar> Scalars(Arguments arguments) => arguments.Names.ToDictionary(
        n => n, n => new Scalar(arguments.Find(n) is { Text: { } text } ? text : n, At));
}
