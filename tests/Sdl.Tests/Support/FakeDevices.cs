using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Units;

namespace Sdl.Tests.Support;

internal enum Safety { Works, Hangs, Throws, Breaks }

/// <summary>A device with its own truth: it goes on when the program that drives it dies.</summary>
internal sealed class FakeDevice(TimeProvider clock)
{
    public const double SecondsPerMillilitre = 10, Room = 20;

    private (string Tag, double Volume, DateTimeOffset From, double? Stopped) _dose = ("", 0, default, 0);
    private readonly List<(string Tag, double Volume)> _ended = [];
    private double _before;

    public double SetPoint { get; set; } = Room;
    public List<string> Grips { get; } = [];
    public int Told { get; set; }
    public int TimesMadeSafe { get; set; }
    public Safety Safety { get; set; }
    public bool IsUnplugged { get; set; }
    public int Connections { get; set; }
    public string? Mark { get; set; }

    /// <summary>Every dose that was ever started, with the mL that came of it.</summary>
    public IEnumerable<(string Tag, double Volume)> Doses =>
        _dose.Tag.Length > 0 ? _ended.Append((_dose.Tag, Moved)) : _ended;

    /// <summary>Done in the driver when it is told to be safe.</summary>
    public Action OnSafe { get; set; } = () => { };

    /// <summary>Done in the driver when it has connected.</summary>
    public Action OnConnect { get; set; } = () => { };

    /// <summary>Done in the driver when its status is asked.</summary>
    public Action OnStatus { get; set; } = () => { };
    public bool HangsOnStatus { get; set; }

    /// <summary>What its reading shows; null while it cannot tell.</summary>
    public Quantity? Shown { get; set; } = Quantity.Of(Room, Unit.One);

    /// <summary>Seconds that connecting takes.</summary>
    public double ConnectTime { get; set; }

    /// <summary>Seconds that one reading takes.</summary>
    public double ReadTime { get; set; } = 0.001;

    /// <summary>Who reads it waits for ever.</summary>
    public bool ReadsNever { get; set; }
    public int TimesRead { get; set; }

    /// <summary>mL that have ever left it.</summary>
    public double Delivered => _before + Moved;

    /// <summary>mL of the latest dose, the only one that the device remembers.</summary>
    public double Moved => _dose.Stopped
        ?? Math.Min(_dose.Volume, (clock.GetUtcNow() - _dose.From).TotalSeconds / SecondsPerMillilitre);

    public bool IsMoving => _dose.Stopped is null && Moved < _dose.Volume;

    public void Dose(string tag, double volume)
    {
        Assert.False(IsMoving, "a dose was started while another was under way");
        _before += Moved;
        if (_dose.Tag.Length > 0)
            _ended.Add((_dose.Tag, Moved));
        _dose = (tag, volume, clock.GetUtcNow(), null);
    }

    public void Stop() => _dose.Stopped ??= Moved;

    public bool Remembers(string tag, double volume) => _dose.Tag == tag && Math.Abs(_dose.Volume - volume) < 1e-9;
}

/// <summary>The driver of a <see cref="FakeDevice"/> in one process.</summary>
internal sealed class FakeInstrument(string id, FakeDevice device, TimeProvider clock, Mortal? process = null)
    : IInstrument, IReconcile
{
    private static readonly Quantity Zero = Quantity.Of(0, "mL"), Most = Quantity.Of(5, "mL");
    private static readonly Unit Second = Unit.Parse("s"), Millilitre = Unit.Parse("mL");

    private readonly TaskCompletionSource _never = new();

    public InstrumentId Id => new(id);

    public string SafeState => "all stands still";

    public IReadOnlyList<Capability> Capabilities { get; } =
    [
        new("dispense", "", [new QuantityInput("volume", Millilitre, Zero, Most, "")],
            [new Column("volume", Millilitre, Counts: "volume")], Replay.AskDevice)
        {
            Transfer = new Transfer("volume", Leaves: true, Accuracy: 0.01),
        },
        new("set", "", [new QuantityInput("value", Unit.One, null, null, "")], [], Replay.Safe, Holds: true),
        new("read", "", [], [new Column("value", Unit.One)], Replay.Safe),
        new("grip", "", [], [], Replay.Never),
        new("work", "", [new QuantityInput("time", Second, null, null, "")], [new Column("time", Second)], Replay.Safe),
        new("fail", "", [], [], Replay.Safe),
        new("bug", "", [], [], Replay.Safe),
        new("hang", "", [], [], Replay.Safe),
        new("lose", "", [new QuantityInput("volume", Millilitre, Zero, Most, "")], [], Replay.AskDevice),
        new("misfit", "", [], [new Column("a", Unit.One), new Column("b", Unit.One)], Replay.Safe),
    ];

    public IReadOnlyList<Reading> Readings { get; } =
        [new("value", Unit.One, Quantity.Of(-1000, Unit.One), Quantity.Of(1000, Unit.One), "where it stands")];

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        await Alive();
        device.Connections++;
        await DelayAsync(device.ConnectTime, ct);
        if (device.IsUnplugged)
            throw new InstrumentException(Id, Fault.Disconnected, "nobody answers; check the cable");
        ct.ThrowIfCancellationRequested();
        device.OnConnect();
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        await Alive();
        if (device.HangsOnStatus || device.ReadsNever)
            await _never.Task;
        device.OnStatus();
        await DelayAsync(device.ReadTime, ct);
        if (device.IsUnplugged)
            throw new InstrumentException(Id, Fault.Disconnected, "nobody answers; check the cable");
        device.TimesRead++;
        var readings = device.Shown is { } value
            ? new Dictionary<string, Quantity> { ["value"] = value }
            : [];
        return new InstrumentStatus(
            id, device.IsMoving ? "moves" : "rests", device.IsMoving, readings, clock.GetUtcNow());
    }

    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        await Alive();
        ct.ThrowIfCancellationRequested();
        device.Told++;
        device.Mark = call.Id.Value;
        switch (call.Capability)
        {
            case "dispense":
                var volume = call.Arguments.Quantity("volume").In("mL");
                device.Dose(call.Id.Value, volume);
                try
                {
                    while (device.IsMoving)
                        await DelayAsync(1, ct);
                }
                finally
                {
                    if (process is not { IsDead: true })
                        device.Stop();
                }
                yield return Row(device.Moved);
                break;
            case "set":
                device.SetPoint = call.Arguments.Quantity("value").Si;
                break;
            case "read":
                await DelayAsync(1, ct);
                yield return Row(device.SetPoint);
                break;
            case "grip":
                await DelayAsync(0.5, ct);
                device.Grips.Add(call.Id.Value);
                await DelayAsync(0.5, ct);
                break;
            case "work":
                for (var s = 0; s < call.Arguments.Quantity("time").Si; s++)
                {
                    await DelayAsync(1, ct);
                    yield return Row(s);
                }
                break;
            case "fail":
                await DelayAsync(1, ct);
                throw new InstrumentException(Id, Fault.DeviceFault, "it stalled");
            case "bug":
                throw new InvalidOperationException("index was wrong");
            case "lose":
                await DelayAsync(60, ct);
                break;
            case "hang":
                await _never.Task;
                break;
            case "misfit":
                yield return Row(1);
                break;
        }
    }

    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        await Alive();
        if (device.Safety == Safety.Breaks)
            throw new InvalidOperationException("index was wrong");
        if (device.Safety == Safety.Throws)
            throw new InstrumentException(Id, Fault.Timeout, "it could not be shown that it stands still");
        if (device.Safety == Safety.Hangs)
            await _never.Task;
        device.OnSafe();
        device.Stop();
        device.SetPoint = FakeDevice.Room;
        device.TimesMadeSafe++;
    }

    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        await Alive();
        if (call.Capability == "lose")
            return new(CallProgress.Unknown, "the pump has lost count");
        var volume = call.Arguments.Quantity("volume").In("mL");
        if (!device.Remembers(call.Id.Value, volume))
            return new(CallProgress.NotStarted, "the pump remembers another dose");
        while (device.IsMoving)
            await DelayAsync(1, ct);
        return device.Moved > volume - 1e-9
            ? new(CallProgress.Done, "all of it has come", Samples: [Row(device.Moved)])
            : new(CallProgress.Partial, "a part has come",
                Arguments.Of(("volume", Quantity.Of(volume - device.Moved, "mL"))));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task Alive() => process?.Alive() ?? Task.CompletedTask;

    private async Task DelayAsync(double seconds, CancellationToken ct)
    {
        await Task.Delay(TimeSpan.FromSeconds(seconds), clock, ct);
        await Alive();
    }

    private Sample Row(double value) => new(clock.GetUtcNow(), new[] { value });
}
