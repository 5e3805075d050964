using System.Runtime.ExceptionServices;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Simulation;
using Sdl.Instruments.Tests.Support;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Physics;
using Sdl.Transport;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>The simulator of one driver on a virtual clock and a bench on which it can do its work, and as many host
/// programs, one after another, as a test wants.</summary>
internal sealed class ContractRig
{
    /// <summary>What an instrument gets to become safe.</summary>
    public static readonly TimeSpan SafeLimit = TimeSpan.FromSeconds(5);

    /// <summary>Nothing may take longer than this and the time of its work, whatever the line does.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly SimulatedLab _simulated;
    private readonly LabInstrument _instrument;
    private readonly List<string> _places;
    private readonly List<string> _struck = [];
    private int _calls;

    /// <param name="isBare">No vials on the bench, for what can only be done so, such as zeroing a balance.</param>
    /// <param name="deadman">After how long a silence the device goes safe by itself.</param>
    public ContractRig(string kind, bool isBare = false, TimeSpan? deadman = null)
    {
        Kind = kind;
        var lab = DriversUnderTest.Lab(kind);
        lab = lab with { Instruments = [lab.Instruments.Single() with { Deadman = deadman }] };
        _instrument = lab.Instruments.Single();
        // Whatever the simulation section names may be the name of a stock or a place: so it is both here.
        _places = _instrument.Simulation.Values
            .SelectMany(v => v.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries))
            .Where(w => char.IsAsciiLetter(w[0])).Distinct().ToList();
        var stocks = _places.ToDictionary(p => p, p => DosingBench.Electrolyte with { Name = p });
        _simulated = SimulatedLab.Build(lab with { Stocks = stocks }, 1, Time, typeof(ISimulator).Assembly);
        foreach (var (place, number) in _places.Where(_ => !isBare).Select((p, i) => (p, i)))
            _simulated.Bench.PutNew(place, 100 + number).Add(new Liquid(Electrolyte));
    }

    /// <summary>What a fault may add to the time of a call: who says that it is busy is waited for until its work
    /// cannot take so long any more.</summary>
    public static TimeSpan Allowed(string fault) =>
        fault == FaultKind.StuckBusy ? TimeSpan.FromMinutes(10) : TimeSpan.Zero;

    /// <summary>The device misbehaves from now on in one way; null for well again.</summary>
    public void Misbehave(string? fault, FaultTimes when, ulong seed, bool onRequest = false)
    {
        var faults = fault is null ? [] : new[] { Planned(FaultKind.Of(fault), when, onRequest) };
        _simulated.Misbehave(new FaultScenario("contract", "", seed, faults), seed, _struck.Add);
    }

    /// <summary>How often it was struck since it began to misbehave.</summary>
    public int Struck => _struck.Count;

    /// <summary>With a bench on which the capability can do its work.</summary>
    public static ContractRig For(string kind, string capability) => new(kind, CleanRun.Of(kind, capability).IsBare);

    public string Kind { get; }

    public VirtualTime Time { get; } = new(DosingBench.Start);

    /// <summary>The watchdog relay in the device's supply, if it has one.</summary>
    public WatchdogRelay? Relay => _simulated.Instruments.Single().Relay;

    public ISimulator Device => _simulated.Instruments.Single().Simulator;

    /// <summary>What the device has really done, in its own measure.</summary>
    public double Effects => Device.Effects.Sum(e => e.Amount);

    /// <summary>The vial that stands at each place of the bench, 0 where none stands, and kg in it.</summary>
    public IReadOnlyDictionary<string, (int Vial, double Mass)> Bench => _places.ToDictionary(
        p => p, p => _simulated.Bench.At(p) is { } vial ? (vial.Number, vial.Mass) : default);

    private static PlannedFault Planned(FaultKind kind, FaultTimes when, bool onRequest) => new(
        null, null, kind, when, when.At.Count > 0 ? kind.Duration : TimeSpan.Zero, PlannedFault.UsualDelay,
        PlannedFault.UsualShare, onRequest, default);

    // mol: some 5 g of EC:EMC with 1 M LiPF6.
    private static Dictionary<string, double> Electrolyte => new()
    {
        [Substance.EthyleneCarbonate.Symbol] = 0.025,
        [Substance.EthylMethylCarbonate.Symbol] = 0.022,
        [Substance.LithiumHexafluorophosphate.Symbol] = 0.004,
    };

    /// <summary>A program that has just started: its driver knows nothing of the past.</summary>
    public Host NewHost()
    {
        var trouble = new LineTrouble();
        var lines = new SimulatedLines(_simulated.Instruments, _simulated.Devices, Time)
        {
            Decorate = wire => new TroubledTransport(wire, trouble),
        };
        return new Host(NewDriver(lines), trouble);
    }

    public IInstrument NewDriver(ILines lines) => DriversUnderTest.Catalogue.Create(Kind, new DriverContext(
        _instrument.Id, _instrument.Address, new Settings(_instrument.Settings), lines, Time)
        {
            Deadman = _instrument.Deadman,
        });

    /// <summary>A host whose driver is connected.</summary>
    public async Task<Host> Connected()
    {
        var host = NewHost();
        await Within(Patience, "ConnectAsync", Connect(host));
        return host;
    }

    /// <summary>A first program has used the instrument and is gone; pans have come to rest.</summary>
    public async Task<InstrumentStatus> WasUsed()
    {
        var host = await Connected();
        await Wait(TimeSpan.FromSeconds(10));
        var status = await Status(host);
        await host.Line.Kill();
        return status;
    }

    public Task Connect(Host host) => host.Driver.ConnectAsync(CancellationToken.None).AsTask();

    public Task<InstrumentStatus> Status(Host host) =>
        Within(Patience, "ReadStatusAsync", host.Driver.ReadStatusAsync(CancellationToken.None).AsTask());

    public Task MakeSafe(Host host) => host.Driver.MakeSafeAsync(SafeLimit).AsTask();

    public Task Wait(TimeSpan time) => Task.Delay(time, Time);

    /// <summary>A call of its own with typical arguments.</summary>
    public Invocation Call(Host host, string capability) => new(
        new CallId($"contract/{++_calls}"), capability,
        TypicalArguments.Of(host.Driver.Capabilities.Single(c => c.Name == capability)));

    /// <summary>Fails the test when the work hangs.</summary>
    public async Task<T> Within<T>(TimeSpan limit, string what, Task<T> work)
    {
        await Within(limit, what, (Task)work);
        return await work;
    }

    /// <inheritdoc cref="Within{T}"/>
    public async Task Within(TimeSpan limit, string what, Task work)
    {
        await Task.WhenAny(work, Task.Delay(limit, Time));
        if (!work.IsCompleted)
            Assert.Fail($"{Kind}: {what} has not ended after {limit.TotalSeconds:0.#} s; every exchange needs a time "
                + "limit on the injected clock that ends it whatever the device does");
        await work;
    }

    /// <summary>Does what may fail. Whoever drives an instrument can handle success and
    /// <see cref="InstrumentException"/> and nothing else.</summary>
    public async Task<InstrumentException?> Attempt(TimeSpan limit, string what, Func<Task> work)
    {
        var error = await Record.ExceptionAsync(() => Within(limit, what, work()));
        if (error is Xunit.Sdk.XunitException)
            ExceptionDispatchInfo.Throw(error);
        if (error is not (null or InstrumentException))
            Assert.Fail($"{Kind}: {what} threw {error.GetType().Name}; device trouble must come out as "
                + $"InstrumentException, which says what was asked, what came back and what to do. It was: {error}");
        if (error is InstrumentException told)
            Assert.Equal(_instrument.Id, told.Id);
        return (InstrumentException?)error;
    }
}

/// <summary>One life of the program, as far as one instrument is concerned.</summary>
internal sealed record Host(IInstrument Driver, LineTrouble Line);
