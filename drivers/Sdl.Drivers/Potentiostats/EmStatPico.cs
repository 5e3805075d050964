using System.Runtime.CompilerServices;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Drivers.Cyclers;
using Sdl.Transport;

namespace Sdl.Drivers.Potentiostats;

/// <summary>PalmSens EmStat Pico (and Sensit Wearable): ASCII lines at 230400 baud, measurements as
/// MethodSCRIPT.</summary>
/// <remarks>Every script switches the cell off however it ends, and first sends the name of its call: what comes before
/// that name belongs to an earlier script and is dropped. Sources: PalmSens MethodSCRIPT examples and their
/// readme.</remarks>
[Driver("potentiostat.emstat-pico", Description = "PalmSens EmStat Pico potentiostat, MethodSCRIPT over serial")]
public sealed class EmStatPico : IInstrument
{
    // Potential window of mode 3 (largest range), EIS limits of the data sheet. The UART carries some 200 points a
    // second.
    private static readonly PotentiostatLimits Limits = new(-1.7, 2.0, 0.25, 0.016, 200e3, 0.01);

    private const int UnknownCommand = 0x4001;

    private static readonly string[] Models = ["espico", "senswb"];

    // The vendor's own client rests so long after an error reply, which may have come before and will come to an idle
    // Z.
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    private readonly DriverContext _context;
    private readonly Lazy<PicoLine> _line;
    private readonly double _largestRange;
    private readonly TimeSpan _short;
    private CancellationTokenSource? _running;
    private bool _madeSafe;
    private long _spoke;
    private string _identity = "EmStat Pico, not connected";

    /// <exception cref="SettingException"><c>max_current</c> is outside the device's ranges.</exception>
    public EmStatPico(DriverContext context)
    {
        _context = context;
        _short = context.ReplyTime(TimeSpan.FromSeconds(3));
        _line = new(() => new PicoLine(context.Id, context.Line, context.WireClock));
        _largestRange = context.Settings.Quantity("max_current", "A", Quantity.Of(5, "mA")).Si;
        if (_largestRange is < 100e-9 or > 5e-3)
            throw new SettingException("max_current", "should lie between 100 nA and 5 mA");
        var cell = new CellLimits(Limits.LeastPotential, Limits.MostPotential, _largestRange, Limits.LeastInterval);
        Capabilities =
        [
            PotentiostatCapabilities.Eis(Limits) with { Limit = PicoTechnique.LongestEis },
            PotentiostatCapabilities.Ocp(Limits), PotentiostatCapabilities.Chronoamperometry(Limits),
            PotentiostatCapabilities.CyclicVoltammetry(Limits), CellTechniques.OpenCircuit(cell),
            CellCourse.Of(CellTechniques.Voltage(cell)), CellCourse.Of(CellTechniques.Scan(cell)),
            PicoTechnique.ImpedanceOf(
                CellTechniques.Impedance(cell, Limits.LeastFrequency, Limits.MostFrequency), Limits.MostAmplitude),
        ];
    }

    public InstrumentId Id => _context.Id;

    public string SafeState => "script aborted, cell switched off";

    public IReadOnlyList<Capability> Capabilities { get; }

    /// <summary>None: while a script runs the device only sends, so that nothing could be watched then.</summary>
    public IReadOnlyList<Reading> Readings => [];

    /// <inheritdoc/>
    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        await SyncAsync(_short, ct);
        var firmware = await AskAsync("t", line => line.EndsWith('*'), ct);
        var model = Models.FirstOrDefault(m => firmware.StartsWith(m, StringComparison.Ordinal));
        if (model is null)
            throw Trouble(Fault.Rejected, firmware.StartsWith("espbl", StringComparison.Ordinal)
                ? "the device is in its boot loader; load its firmware with the maker's program"
                : $"'{firmware}' is no EmStat Pico; its limits are not those of this driver");
        var serial = await AskAsync("i", _ => true, ct);
        _identity = $"PalmSens {(model == "espico" ? "EmStat Pico" : "Sensit Wearable")}, firmware "
            + $"{firmware[model.Length..].TrimEnd('*').Trim()}, serial number {serial}";
    }

    /// <inheritdoc/>
    public async ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct)
    {
        if (_running is null && !_line.Value.IsSound)
            await SyncAsync(_short, ct, () => _running is null);
        if (_running is null)
            await AskAsync("i", _ => true, ct, () => _running is null);
        var busy = _running is not null;
        return new InstrumentStatus(_identity, busy ? "measuring" : "idle", busy, new Dictionary<string, Quantity>(),
            _context.Clock.GetUtcNow());
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        Check(call);
        var tag = MethodScript.Tag(call.Id);
        var technique = PicoTechnique.For(Id, call, tag, _largestRange);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        (_running, _madeSafe) = (stop, false);
        var (isOver, points, scan) = (false, 0, 1);
        var predicted = Capabilities.First(c => c.Name == call.Capability).Predict!(call.Arguments);
        var started = _context.Clock.GetUtcNow();
        var latest = started + technique.Patience * predicted + Grace;
        try
        {
            await OrStopAsync(() => StartAsync(technique.Script, tag, stop.Token, ct));
            while (!isOver)
            {
                double[]? row = null;
                await OrStopAsync(async () => row = PointIn(await NextAsync(technique, stop.Token, ct)));
                if (!isOver && technique.Course is { End: not StepEnd.None })
                    await OrStopAsync(async () =>
                    {
                        await StopAsync();
                        isOver = true;
                    });
                if (row is not null)
                    yield return new Sample(_context.Clock.GetUtcNow(), row);
            }
            if (points < technique.Points.Least || technique.Course is { End: StepEnd.None })
                throw Trouble(Fault.DeviceFault,
                    $"{call.Capability} ended after {points} of {technique.Points.Least} points");
        }
        finally
        {
            _running = null;
            if (!isOver && !_madeSafe && (_line.Value.IsSound || ct.IsCancellationRequested))
                await StopAsync();
        }

        double[]? PointIn(string line)
        {
            isOver = line.Length == 0;
            if (line is ['C', ..])
                scan = points == 0 ? 1 : scan + 1;
            if (line is not ['P', ..])
                return null;
            if (++points > technique.Points.Most || _context.Clock.GetUtcNow() > latest)
                throw Trouble(Fault.BadReply, $"{call.Capability} goes on after {points} points and "
                    + $"{_context.Clock.GetUtcNow() - started}, where {technique.Points.Most} points in {predicted} "
                    + "were due; the script may have been damaged on its way");
            var point = Row(technique, line, scan);
            if (technique.Course is not { } course)
                return point;
            if (point[0] <= course.Time)
                throw Trouble(Fault.BadReply, $"a point at {point[0]} s came after one at {course.Time} s");
            return course.Take(point[0], point[1], technique.Types.Contains("ba") ? point[2] : 0,
                technique.SaysWhy ? Told(point[^2], point) : StepEnd.None);
        }

        async ValueTask OrStopAsync(Func<ValueTask> work)
        {
            try
            {
                await work();
            }
            catch (InstrumentException e)
            {
                isOver = true;
                // A device that does not talk is not asked again here: whoever sees the fault makes it safe.
                throw !_madeSafe && (_line.Value.IsSound || ct.IsCancellationRequested)
                    ? await FirstCause.ThenAsync(e, StopAsync)
                    : e;
            }
        }
    }

    /// <summary>Aborts what runs, switches the cell off with a script of its own, and waits until that script has said
    /// so. A running invocation gives up its turn on the line; one that hangs beyond <paramref name="limit"/> is not
    /// waited for.</summary>
    /// <inheritdoc/>
    public async ValueTask MakeSafeAsync(TimeSpan limit)
    {
        _madeSafe = true;
        using var deadline = new CancellationTokenSource(limit, _context.WireClock);
        Interrupt();
        var last = "the line was never free";
        while (!deadline.IsCancellationRequested)
            try
            {
                // Several attempts fit into the limit: bytes can get lost, and both steps may be repeated.
                await SyncAsync(limit / 4, deadline.Token);
                await CellOffAsync(limit / 4, deadline.Token);
                return;
            }
            catch (InstrumentException e)
            {
                last = e.Message;
                // A port that is gone says so at once.
                await Task.Delay(Rest, _context.Clock, CancellationToken.None);
            }
            catch (OperationCanceledException) when (deadline.IsCancellationRequested)
            {
                break;
            }
        throw Trouble(Fault.Timeout,
            $"the cell could not be shown to be off within {limit.TotalSeconds:0.#} s ({last}): unplug the cell leads");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Interrupt()
    {
        try
        {
            _running?.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The invocation has just ended by itself.
        }
    }

    private void Check(Invocation call)
    {
        if (Capabilities.All(c => c.Name != call.Capability))
            throw Trouble(Fault.OutOfRange, $"there is no capability '{call.Capability}'");
        foreach (var name in new[] { "points", "scans" })
            if (call.Arguments.Find(name)?.Quantity is { } count && count.Si != Math.Round(count.Si))
                throw Trouble(Fault.OutOfRange, $"{name} = {count} should be a whole number");
        if (call.Capability == "eis"
            && call.Arguments.Quantity("start_frequency") == call.Arguments.Quantity("end_frequency"))
            throw Trouble(Fault.OutOfRange, "start_frequency and end_frequency should differ");
        if (call.Capability == "cyclic_voltammetry"
            && call.Arguments.Quantity("step").Si / call.Arguments.Quantity("rate").Si < Limits.LeastInterval)
            throw Trouble(Fault.OutOfRange, "step / rate is below 10 ms, faster than the line carries points: "
                + "take a larger step or a lower rate");
    }

    private async ValueTask StartAsync(string script, string tag, CancellationToken stop, CancellationToken ct)
    {
        try
        {
            if (!_line.Value.IsSound)
                await SyncAsync(_short, stop);
            await _line.Value.TalkAsync("start of the script", _short, async (transport, token) =>
            {
                await PicoLine.WriteAsync(transport, script, token);
                _spoke = _context.Clock.GetTimestamp();
                string line;
                do
                {
                    line = await _line.Value.ReadAsync(transport, token);
                    if (PicoError.In(line) is { } error)
                        throw Failed(error, script);
                }
                while (line != "T" + tag);
                return true;
            }, stop);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw MadeSafe();
        }
    }

    /// <summary>What the device says of the conditions of its script.</summary>
    /// <exception cref="InstrumentException">A safety limit was passed.</exception>
    private StepEnd Told(double why, double[] point) => why switch
    {
        0 => StepEnd.None,
        (double)StepEnd.Voltage or (double)StepEnd.Current or (double)StepEnd.Charge => (StepEnd)(int)why,
        >= PicoConditions.FirstLimit and < PicoConditions.FirstLimit + 5 => throw Trouble(Fault.DeviceFault,
            $"the safety limit {TechniqueStep.SafetyNames[(int)why - PicoConditions.FirstLimit]} was passed at "
            + $"{point[0]:0.###} s ({point[1]:G6} V); the device has switched the cell off"),
        _ => throw Trouble(Fault.BadReply, $"it gives {why} as the end of a step, which is none"),
    };

    // Packages and texts; marks of loops and scans with a hexadecimal number, which noise on the line seldom forges.
    private static bool IsOfScript(string line) => line is ['P' or 'T', ..] or "*" or "+" or "-"
        || (line is ['M' or 'L' or 'C', ..] && line.Length <= 5 && line.Skip(1).All(char.IsAsciiHexDigit));

    /// <summary>The next line of the running script; empty at its end.</summary>
    private async ValueTask<string> NextAsync(PicoTechnique technique, CancellationToken stop, CancellationToken ct)
    {
        string line;
        try
        {
            line = await _line.Value.TalkAsync("the next point", technique.Silence, ReadAsync, stop);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw MadeSafe();
        }
        if (PicoError.In(line) is { } error)
            throw Failed(error, technique.Script);
        return line.Length == 0 || IsOfScript(line) ? line
            : throw Trouble(Fault.BadReply, $"'{line}' is no line of a running script");
    }

    // A running script is only listened to, for minutes at low frequencies. An empty line, which it passes over, tells
    // a watchdog relay on the line that somebody is there.
    private async ValueTask<string> ReadAsync(ITransport transport, CancellationToken ct)
    {
        var reading = _line.Value.ReadAsync(transport, ct);
        if (_context.Deadman is not { } deadman || reading.IsCompleted)
            return await reading;
        var line = reading.AsTask();
        while (!line.IsCompleted && !ct.IsCancellationRequested)
        {
            using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
            var left = deadman / 3 - _context.Clock.GetElapsedTime(_spoke);
            var silence = Task.Delay(left > TimeSpan.Zero ? left : TimeSpan.Zero, _context.Clock, over.Token);
            if (await Task.WhenAny(line, silence) == silence && !ct.IsCancellationRequested)
            {
                await PicoLine.WriteAsync(transport, "\n", ct);
                _spoke = _context.Clock.GetTimestamp();
            }
            over.Cancel();
        }
        return await line;
    }

    private double[] Row(PicoTechnique technique, string line, int scan)
    {
        try
        {
            var package = DataPackage.Parse(line);
            var row = technique.Row(package, scan);
            if (package.Any(v => double.IsNaN(v.Value)))
                throw Trouble(Fault.DeviceFault,
                    $"the device has no value for a point ({line}); is the cell connected?");
            if (technique.OverloadIsFatal && package.Any(v => (v.Status & 2) != 0))
                throw Trouble(Fault.DeviceFault, $"overload at {package[0].Value:G4} "
                    + $"{(technique.Course is null ? "Hz" : "s")}: more current than the range "
                    + $"of {Quantity.Of(_largestRange, "A")}; apply less, or raise max_current if below 5 mA");
            return row;
        }
        catch (FormatException e)
        {
            throw Trouble(Fault.BadReply, $"'{line}': {e.Message}");
        }
    }

    /// <summary>The vendor's procedure: an empty line ends what was half written, Z aborts what runs.</summary>
    /// <param name="proceed">Asked when the line is ours; false leaves the device alone.</param>
    private ValueTask<bool> SyncAsync(TimeSpan limit, CancellationToken ct, Func<bool>? proceed = null) =>
        _line.Value.TalkAsync("abort (Z)", limit, async (transport, token) =>
        {
            await Task.Delay(Rest, _context.Clock, token);
            await PicoLine.WriteAsync(transport, "\nZ\n", token);
            string line;
            do
                line = await _line.Value.ReadAsync(transport, token);
            while (!line.StartsWith('Z'));
            if (line == "Z")
                while (await _line.Value.ReadAsync(transport, token) is { Length: > 0 })
                {
                }
            else
                await Task.Delay(Rest, _context.Clock, token);
            return true;
        }, ct, proceed);

    private ValueTask<bool> CellOffAsync(TimeSpan limit, CancellationToken ct) =>
        _line.Value.TalkAsync("cell off", limit, async (transport, token) =>
        {
            var script = MethodScript.CellOff("cell is off");
            await PicoLine.WriteAsync(transport, script, token);
            var seen = false;
            while (await _line.Value.ReadAsync(transport, token) is var line && (line.Length > 0 || !seen))
            {
                if (PicoError.In(line) is { } error)
                    throw Failed(error, script);
                seen |= line == "Tcell is off";
            }
            return true;
        }, ct);

    private async ValueTask StopAsync()
    {
        await SyncAsync(_short, CancellationToken.None);
        await CellOffAsync(_short, CancellationToken.None);
    }

    /// <summary>The answer to an idle command without its letter; several lines are joined by spaces.</summary>
    /// <param name="proceed">As for <see cref="SyncAsync"/>; false gives no answer.</param>
    private ValueTask<string> AskAsync(
        string command, Func<string, bool> isLast, CancellationToken ct, Func<bool>? proceed = null) =>
        _line.Value.TalkAsync($"'{command}'", _short, async (transport, token) =>
        {
            await PicoLine.WriteAsync(transport, command + "\n", token);
            var answer = new List<string>();
            do
            {
                var line = await _line.Value.ReadAsync(transport, token);
                if (PicoError.In(line) is { } error)
                    throw Trouble(Fault.Rejected, $"'{command}' was answered with '{line}': {error.Meaning}");
                if (answer.Count == 0 && !line.StartsWith(command, StringComparison.Ordinal))
                    throw Trouble(Fault.BadReply, $"'{command}' was answered with '{line}'");
                answer.Add(line);
            }
            while (!isLast(answer[^1]));
            return string.Join(' ', answer)[command.Length..];
        }, ct, proceed);

    private InstrumentException Failed(PicoError error, string script)
    {
        var text = script.Split('\n').ElementAtOrDefault(error.Line);
        var place = error.Line == 0 ? "" : $" in line {error.Line} ('{text}')"
            + (error.Column == 0 ? "" : $", column {error.Column}");
        return Trouble(error.IsRefusal ? Fault.Rejected : Fault.DeviceFault,
            $"the script ended with error {error.Code:X4} ({error.Meaning}){place}"
            + (error.Code == UnknownCommand ? "; load a firmware with MethodSCRIPT 1.3 or later" : ""));
    }

    private InstrumentException MadeSafe() =>
        Trouble(Fault.DeviceFault, "the measurement was stopped because the device was made safe");

    private InstrumentException Trouble(Fault fault, string text) => new(Id, fault, text);
}
