using System.Runtime.CompilerServices;
using System.Text.Json;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Cyclers;
using Sdl.Transport;

namespace Sdl.Drivers.Potentiostats;

/// <summary>IO Rodeo Rodeostat (hardware 0.2, firmware FW0.1.0): one JSON object a line over USB. What it cannot do is
/// not offered: it holds no current and measures no impedance. See Rodeostat.md.</summary>
[Driver("potentiostat.rodeostat", Description = "IO Rodeo Rodeostat open potentiostat, JSON over USB serial")]
public sealed class Rodeostat : IInstrument
{
    // Half a digit of its 12-bit converters in the 10 V range, and what its numbers are rounded to.
    private const double VoltSlack = 0.003;

    private static readonly string[] Ranges = ["1uA", "10uA", "100uA", "1000uA", "10000uA"];
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100), MostSilence = TimeSpan.FromSeconds(5);

    private readonly DriverContext _context;
    private readonly Halt _halt;
    private readonly Lazy<PicoLine> _line;
    private readonly TimeSpan _short;
    private readonly string _range;
    private readonly string _voltRange;
    private string _identity = "IO Rodeo Rodeostat, not connected";
    private bool _runs, _live;
    private long _spoke;

    /// <exception cref="SettingException">A range is none that the device has.</exception>
    public Rodeostat(DriverContext context)
    {
        _context = context;
        _halt = new Halt(context.Id);
        _short = context.ReplyTime(TimeSpan.FromSeconds(1));
        _line = new(() => new PicoLine(context.Id, context.Line, context.WireClock, " and port"));
        _range = OneOf(context.Settings, "current_range", "1000uA", Ranges);
        _voltRange = OneOf(context.Settings, "voltage_range", "5V", ["1V", "2V", "5V", "10V"]);
        var most = double.Parse(_voltRange[..^1], System.Globalization.CultureInfo.InvariantCulture);
        var ampere = double.Parse(_range[..^2], System.Globalization.CultureInfo.InvariantCulture) * 1e-6;
        var limits = new PotentiostatLimits(-most, most, 0, 0, 0, 0.01);
        var cell = new CellLimits(-most, most, ampere, 0.01);
        Capabilities =
        [
            PotentiostatCapabilities.Ocp(limits), PotentiostatCapabilities.Chronoamperometry(limits),
            PotentiostatCapabilities.CyclicVoltammetry(limits), CellTechniques.OpenCircuit(cell),
            CellCourse.Of(CellTechniques.Voltage(cell)), CellCourse.Of(CellTechniques.Scan(cell)),
        ];
    }

    public InstrumentId Id => _context.Id;

    public string SafeState => "run stopped, all electrodes disconnected";

    public IReadOnlyList<Capability> Capabilities { get; }

    /// <summary>None: what a run sends and answers to questions would have to share the line.</summary>
    public IReadOnlyList<Reading> Readings => [];

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        await OpenAsync(_short, ct);
        var version = Text(await AskAsync("getVersion", ct), "version");
        var variant = Text(await AskAsync("getVariant", ct), "variant");
        if (!version.StartsWith("FW", StringComparison.Ordinal))
            throw Trouble(Fault.BadReply, $"its firmware calls itself '{version}', which is no Rodeostat");
        var number = (await AskAsync("getDeviceId", ct)).GetProperty("deviceId");
        _identity = $"IO Rodeo Rodeostat {variant}, firmware {version}, device id {number}";
        await SetRangesAsync(ct);
    }

    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        // While it runs the answers would come between its points: that it sends them is sign enough.
        if (!_runs)
        {
            if (!_line.Value.IsSound)
                await SyncAsync(_short, ct, () => !_runs);
            await AskAsync("getVersion", ct, () => !_runs);
        }
        return new InstrumentStatus(_identity, _runs ? "running" : "idle", _runs, new Dictionary<string, Quantity>(),
            _context.Clock.GetUtcNow());
    }

    public IAsyncEnumerable<Sample> InvokeAsync(Invocation call, CancellationToken ct) =>
        _halt.WatchAsync(halted => Run(call, halted), () => OpenIfLiveAsync(), ct);

    /// <summary>Stops what runs, disconnects the electrodes and asks whether they are; what runs gives up the line at
    /// once.</summary>
    /// <inheritdoc/>
    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _halt.Now();
        await Insistence.UntilShownAsync(Id, _context.WireClock, limit, ct => OpenAsync(limit / 5, ct), last =>
            $"that the electrodes are disconnected ({last}); unplug the cell leads");
    }

    public ValueTask DisposeAsync()
    {
        _halt.Dispose();
        return ValueTask.CompletedTask;
    }

    private IAsyncEnumerable<Sample> Run(Invocation call, CancellationToken ct) => call.Capability switch
    {
        "ocp" => WatchAsync(call.Arguments.Quantity("interval").Si,
            (t, volt) => (t > 0 ? [t, volt, 0] : null, t >= call.Arguments.Quantity("duration").Si - 1e-6), ct),
        CellTechniques.Rest => RestAsync(call, ct),
        _ => MeasureAsync(call.Capability, RodeostatRun.Of(Id, call), ct),
    };

    private IAsyncEnumerable<Sample> RestAsync(Invocation call, CancellationToken ct)
    {
        var step = new TechniqueStep(Id, call);
        var course = new CellCourse(step);
        return WatchAsync(Math.Min(step.RecordTime, 1), (t, volt) =>
            (course.Take(t, volt, 0), course.End != StepEnd.None), ct);
    }

    /// <summary>Looks at the potential with the counter electrode disconnected, so that nothing flows.</summary>
    /// <param name="take">Gives the row of a point, if it gives one, and whether it is the last.</param>
    private async IAsyncEnumerable<Sample> WatchAsync(
        double interval, Func<double, double, (double[]? Row, bool IsLast)> take,
        [EnumeratorCancellation] CancellationToken ct)
    {
        (_runs, _live) = (true, true);
        try
        {
            await OrOpenAsync(() => DisconnectCounterAsync(ct));
            var start = _context.Clock.GetTimestamp();
            for (var (n, isLast) = (0, false); !isLast; n++)
            {
                double[]? row = null;
                await OrOpenAsync(async () =>
                {
                    var due = TimeSpan.FromSeconds(n * interval) - _context.Clock.GetElapsedTime(start);
                    if (due > TimeSpan.Zero)
                        await Task.Delay(due, _context.Clock, ct);
                    var volt = Number((await AskAsync("getRefVolt", ct)).GetProperty("r"));
                    (row, isLast) = take(_context.Clock.GetElapsedTime(start).TotalSeconds, volt);
                });
                if (isLast)
                    await OpenIfLiveAsync();
                if (row is not null)
                    yield return new Sample(_context.Clock.GetUtcNow(), row);
            }
        }
        finally
        {
            _runs = false;
        }
    }

    private async ValueTask DisconnectCounterAsync(CancellationToken ct)
    {
        if (!_line.Value.IsSound)
            await SyncAsync(_short, ct);
        await SetRangesAsync(ct);
        await SetAsync("setCtrElectConnected", false, ct);
        await SetAsync("setRefElectConnected", true, ct);
        await SetAsync("setWrkElectConnected", true, ct);
    }

    private async IAsyncEnumerable<Sample> MeasureAsync(
        string name, RodeostatRun run, [EnumeratorCancellation] CancellationToken ct)
    {
        (_runs, _live) = (true, true);
        try
        {
            await OrOpenAsync(() => StartAsync(run, ct));
            var time = 0.0;
            while (true)
            {
                double[]? row = null;
                var isOver = false;
                await OrOpenAsync(async () =>
                {
                    var point = await NextAsync(run, ct);
                    if (point is not null)
                        Check(run, time, point);
                    if (point is null && (time < run.Duration - 0.05 * run.Duration - 2 * run.Period / 1000.0
                        || run is { OverloadIsFatal: true } && !run.IsOver()))
                        throw Trouble(Fault.DeviceFault, $"{name} ended after {time:0.###} of {run.Duration:0.###} s");
                    isOver = point is null;
                    (time, row) = point is null ? (time, null) : (point.Time, run.Row(point));
                });
                if (!isOver && run.IsOver())
                {
                    _runs = false;
                    await OpenIfLiveAsync();
                    isOver = true;
                }
                if (row is not null)
                    yield return new Sample(_context.Clock.GetUtcNow(), row);
                if (isOver)
                    break;
            }
            _live = false;
        }
        finally
        {
            _runs = false;
        }
    }

    private async ValueTask StartAsync(RodeostatRun run, CancellationToken ct)
    {
        if (!_line.Value.IsSound)
            await SyncAsync(_short, ct);
        await SetRangesAsync(ct);
        await AskAsync("setSamplePeriod", ct, more: $",\"samplePeriod\":{run.Period}");
        await SetAsync("setElectAutoConnect", true, ct);
        var parameters = string.Join(',', run.Parameters.Select(p => $"\"{p.Name}\":{RodeostatRun.Number(p.Value)}"));
        var answer = await AskAsync("setParam", ct, more: $",\"test\":\"{run.Test}\",\"param\":{{{parameters}}}");
        // It takes any value and there is no checksum: what it has understood is compared.
        foreach (var (name, value) in run.Parameters)
            if (!answer.GetProperty("param").TryGetProperty(name, out var told)
                || Math.Abs(Number(told) - value) > 1e-5 * Math.Max(1e-3, Math.Abs(value)))
                throw Trouble(Fault.BadReply, $"told that {name} is {value}, it has understood {answer}");
        await AskAsync("runTest", ct, more: $",\"test\":\"{run.Test}\"");
    }

    /// <summary>The next point of a run; null at its end.</summary>
    private ValueTask<RodeostatLine.Point?> NextAsync(RodeostatRun run, CancellationToken ct) =>
        _line.Value.TalkAsync("the next point", MostSilence + TimeSpan.FromMilliseconds(run.Period),
            async (transport, token) =>
            {
                while (true)
                {
                    await TellWatchdogAsync(transport, token);
                    switch (Parsed(await _line.Value.ReadAsync(transport, token)))
                    {
                        case RodeostatLine.End:
                            return null;
                        case RodeostatLine.Point point:
                            return point;
                    }
                }
            }, ct);

    private void Check(RodeostatRun run, double last, RodeostatLine.Point point)
    {
        var periods = point.Time * 1000 / run.Period;
        if (point.Time <= last || Math.Abs(periods - Math.Round(periods)) > 1e-6
            || point.Time - last > MostSilence.TotalSeconds || point.Time > run.Duration + run.Period / 1000.0)
            throw Trouble(Fault.BadReply, $"a point at {point.Time} s after one at {last} s is none of a run of "
                + $"{run.Duration} s with one in {run.Period} ms");
        if (Math.Abs(point.Volt - run.Applied(point.Time)) > VoltSlack
            && Math.Abs(point.Volt - run.Applied(point.Time - run.Period / 1000.0)) > VoltSlack)
            throw Trouble(Fault.BadReply, $"{point.Volt} V at {point.Time} s, where {run.Applied(point.Time):G5} V "
                + "were to be applied");
        if (run.OverloadIsFatal && point.IsOverloaded)
            throw Trouble(Fault.DeviceFault, $"the current has passed the range of {_range} at {point.Time} s: it is "
                + "not known any more; take a larger current_range, or a smaller cell");
    }

    // A run only sends. A question whose answer nobody needs tells a watchdog relay on the line that somebody is there.
    private async ValueTask TellWatchdogAsync(ITransport transport, CancellationToken ct)
    {
        if (_context.Deadman is not { } deadman || _context.Clock.GetElapsedTime(_spoke) < deadman / 3)
            return;
        await WriteAsync(transport, "{\"command\":\"getVolt\"}\n", ct);
    }

    private async ValueTask SetRangesAsync(CancellationToken ct)
    {
        await AskAsync("setCurrRange", ct, more: $",\"currRange\":\"{_range}\"");
        await AskAsync("setVoltRange", ct, more: $",\"voltRange\":\"{_voltRange}\"");
        await AskAsync("setRefElectVoltRange", ct, more: $",\"voltRange\":\"{_voltRange}\"");
    }

    private async ValueTask SetAsync(string command, bool value, CancellationToken ct)
    {
        var key = command == "setElectAutoConnect" ? "autoConnect" : "connected";
        var answer = await AskAsync(command, ct, more: $",\"{key}\":{(value ? "true" : "false")}");
        var expected = value ? JsonValueKind.True : JsonValueKind.False;
        if (!answer.TryGetProperty(key, out var told) || told.ValueKind != expected)
            throw Trouble(Fault.DeviceFault, $"{command} to {value} was answered with {answer}");
    }

    private async ValueTask OrOpenAsync(Func<ValueTask> work)
    {
        try
        {
            await work();
        }
        catch (InstrumentException e)
        {
            _runs = false;
            // A device that does not talk is not asked again here: whoever sees the fault makes it safe.
            throw e.Fault is Fault.Timeout or Fault.Disconnected ? e : await FirstCause.ThenAsync(e, OpenIfLiveAsync);
        }
    }

    private async ValueTask OpenIfLiveAsync()
    {
        if (_live)
            await OpenAsync(_short, CancellationToken.None);
    }

    private async ValueTask OpenAsync(TimeSpan limit, CancellationToken ct)
    {
        await SyncAsync(limit, ct);
        await SetAsync("setAllElectConnected", false, ct);
        var answer = await AskAsync("getAllElectConnected", ct);
        if (answer.GetProperty("connected").ValueKind != JsonValueKind.False)
            throw Trouble(Fault.DeviceFault, "told to disconnect the electrodes, it says that they are connected; "
                + "unplug the cell leads");
        _live = false;
    }

    /// <summary>An empty line ends what was half said; then whatever runs is stopped and heard to its end.</summary>
    private ValueTask<bool> SyncAsync(TimeSpan limit, CancellationToken ct, Func<bool>? proceed = null) =>
        _line.Value.TalkAsync("stopTest", limit, async (transport, token) =>
        {
            await Task.Delay(Pause, _context.Clock, token);
            await WriteAsync(transport, "\n{\"command\":\"stopTest\"}\n", token);
            for (var isStopped = false; ;)
            {
                var line = await _line.Value.ReadAsync(transport, token);
                isStopped |= line.Contains("\"stopTest\"", StringComparison.Ordinal);
                if (isStopped && line == "{}")
                    return true;
            }
        }, ct, proceed);

    /// <summary>The response to a command.</summary>
    /// <param name="more">Further keys.</param>
    /// <exception cref="InstrumentException">It refuses, or what comes is no answer to this.</exception>
    private ValueTask<JsonElement> AskAsync(
        string command, CancellationToken ct, Func<bool>? proceed = null, string more = "") =>
        _line.Value.TalkAsync(command, _short, async (transport, token) =>
        {
            _line.Value.Forget(transport);
            await WriteAsync(transport, $"{{\"command\":\"{command}\"{more}}}\n", token);
            while (true)
            {
                if (Parsed(await _line.Value.ReadAsync(transport, token)) is not RodeostatLine.Answer answer)
                    continue;
                // What answers something else was asked for before a time-out, and nobody waits for it any more.
                if (answer.Command == command)
                    return answer.Success ? answer.Response
                        : throw Trouble(Fault.Rejected, $"{command}{more} is refused: {answer.Message}");
            }
        }, ct, proceed);

    private async ValueTask WriteAsync(ITransport transport, string text, CancellationToken ct)
    {
        await PicoLine.WriteAsync(transport, text, ct);
        _spoke = _context.Clock.GetTimestamp();
    }

    private RodeostatLine Parsed(string line)
    {
        try
        {
            return RodeostatLine.Parse(line);
        }
        catch (FormatException e)
        {
            throw Trouble(Fault.BadReply, $"'{line}' is no line of a Rodeostat: {e.Message}");
        }
    }

    private double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number ? value.GetDouble()
        : throw Trouble(Fault.BadReply, $"'{value}' came where a number was due");

    private string Text(JsonElement response, string key) =>
        response.TryGetProperty(key, out var value) && value.GetString() is { } text ? text
        : throw Trouble(Fault.BadReply, $"'{response}' has no '{key}'");

    private static string OneOf(Settings settings, string name, string otherwise, string[] choices)
    {
        var text = settings.Text(name, otherwise);
        return choices.Contains(text) ? text
            : throw new SettingException(name, $"= {text} should be one of {string.Join(", ", choices)}");
    }

    private InstrumentException Trouble(Fault fault, string text) => new(Id, fault, text);
}
