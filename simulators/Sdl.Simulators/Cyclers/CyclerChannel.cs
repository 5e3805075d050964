using Sdl.Core.Simulation;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

internal enum ChannelState : ushort { Idle = 0, Running = 1, Ended = 2, Stopped = 3, Tripped = 4, Silent = 5 }

/// <summary>One channel: runs a step by itself, keeps its rows, its number and how it ended until the next one is
/// started, and stops when nobody has asked it anything for too long. It is computed when somebody looks: a step runs
/// ahead of the clock to its next hundreds of rows or its end, so that the device can say when that will be, and is
/// taken back when something comes between.</summary>
internal sealed class CyclerChannel(ICycledCell cell, double mostCurrent, Func<double> ambient, TimeProvider clock,
    Faults faults)
{
    /// <summary>Rows that it keeps; older ones are overwritten.</summary>
    public const int Capacity = 8192;

    private const int RowsAhead = 256;

    private readonly List<CyclerRecord> _rows = [], _coming = [];
    private ICycledCell _cell = cell;
    private DateTimeOffset _seen = clock.GetUtcNow(), _begun, _heard;
    private StepCourse? _now, _ahead;
    private StepMode _mode;
    private TimeSpan _watchdog;
    private CellPoint? _stale;
    private int _lost;

    public ChannelState State { get; private set; }

    /// <summary>Number of the end or of the safety limit.</summary>
    public ushort Why { get; private set; }

    public ulong Tag { get; private set; }

    public Forced Forced { get; } = new();

    /// <summary>Number of the oldest row that is kept, and how many there have been.</summary>
    public (uint First, uint Made) Rows => ((uint)_lost, (uint)(_lost + _rows.Count));

    public CyclerRecord Row(uint number) => _rows[(int)number - _lost];

    /// <summary>s since the step began, up to its end.</summary>
    public double Elapsed { get; private set; }

    /// <summary>Ah since the step began.</summary>
    public double Charge { get; private set; }

    public bool IsApplying => State == ChannelState.Running && _mode != StepMode.Rest;

    /// <summary>V and A just now.</summary>
    public CellPoint Point => _stale is { } stale && faults[FaultKind.StaleValue] ? stale : Measured;

    /// <summary>°C.</summary>
    public double Celsius => Forced.Temperature ?? ambient();

    /// <summary>s until it expects its end or the rows that it is computed to; null when it does not run.</summary>
    public double? Next => State != ChannelState.Running || _ahead is null ? null
        : Math.Max(0, _ahead.Time - SinceBegun(clock.GetUtcNow()));

    private CellPoint Measured
    {
        get
        {
            var point = _now is null ? _cell.At(Load.Open) : new CellPoint(_now.Voltage, _now.Current);
            return new CellPoint(Forced.Voltage ?? point.Voltage, Forced.Current ?? point.Current);
        }
    }

    public void Start(ulong tag, StepProgram program, TimeSpan watchdog)
    {
        (Tag, State, Why, _mode, _watchdog) = (tag, ChannelState.Running, 0, program.Mode, watchdog);
        (_begun, _heard, Elapsed, Charge) = (clock.GetUtcNow(), clock.GetUtcNow(), 0, 0);
        _rows.Clear();
        _lost = 0;
        _cell.Temperature = ambient();
        _now = new StepCourse(program, _cell, mostCurrent, Forced, () => !faults["blind-limits"]);
        LookAhead();
        Advance();
    }

    /// <summary>Somebody has asked: the watchdog begins anew.</summary>
    public void Hear() => _heard = clock.GetUtcNow();

    public void Stop(ChannelState how)
    {
        if (State != ChannelState.Running)
            return;
        TakeBack(SinceBegun(clock.GetUtcNow()));
        Finish(how, 0);
    }

    /// <summary>Its power goes and comes back: all is forgotten, the circuit is open.</summary>
    public void Restart()
    {
        Stop(ChannelState.Stopped);
        _rows.Clear();
        (State, Why, Tag, _lost, Elapsed, Charge) = (ChannelState.Idle, 0, 0, 0, 0, 0);
    }

    /// <summary>From now on something is measured otherwise.</summary>
    public void Force(Action<Forced> change)
    {
        Advance();
        if (State == ChannelState.Running)
            TakeBack(SinceBegun(clock.GetUtcNow()));
        change(Forced);
        if (State != ChannelState.Running)
            return;
        LookAhead();
        Advance();
    }

    /// <summary>A fault begins.</summary>
    public void Begin(string fault)
    {
        Advance();
        if (fault == FaultKind.StaleValue)
            _stale = Measured;
        if (fault == FaultKind.PowerCycle)
            Restart();
        else if (fault == "blind-limits")
            Force(_ => { });
    }

    /// <summary>Brings everything up to the present.</summary>
    public void Advance()
    {
        var now = clock.GetUtcNow();
        if (State == ChannelState.Running && _watchdog > TimeSpan.Zero && now - _heard >= _watchdog)
        {
            RunTo(_heard + _watchdog);
            if (State == ChannelState.Running)
            {
                TakeBack(SinceBegun(_heard + _watchdog));
                _seen = _heard + _watchdog;
                Finish(ChannelState.Silent, 0);
            }
        }
        RunTo(now);
        if (State != ChannelState.Running && now > _seen)
        {
            _cell.Temperature = ambient();
            _cell.Advance((now - _seen).TotalSeconds, Load.Open);
        }
        _seen = now;
    }

    private double SinceBegun(DateTimeOffset at) => (at - _begun).TotalSeconds;

    private void RunTo(DateTimeOffset at)
    {
        while (State == ChannelState.Running)
        {
            var time = SinceBegun(at);
            Show(time);
            Elapsed = time;
            if (_ahead!.Time > time)
            {
                _now!.Run(time, int.MaxValue, []);
                Charge = _now.Charge;
                return;
            }
            _now = _ahead;
            if (_now.IsOver)
            {
                _seen = _begun + TimeSpan.FromSeconds(_now.Time);
                Finish(_now.Tripped != 0 ? ChannelState.Tripped : ChannelState.Ended,
                    _now.Tripped != 0 ? _now.Tripped : _now.End);
            }
            else
                LookAhead();
        }
    }

    // Rows become visible at their time.
    private void Show(double time)
    {
        var count = _coming.FindIndex(r => r.Time > time * 100 + 0.5);
        count = count < 0 ? _coming.Count : count;
        _rows.AddRange(_coming.Take(count));
        _coming.RemoveRange(0, count);
        if (_rows.Count <= Capacity)
            return;
        _lost += _rows.Count - Capacity;
        _rows.RemoveRange(0, _rows.Count - Capacity);
    }

    private void LookAhead()
    {
        _now!.Cell.Temperature = ambient();
        _ahead = _now.Copy();
        _coming.Clear();
        _ahead.Run(double.PositiveInfinity, RowsAhead, _coming);
    }

    // The course as it stands at a time before what was looked ahead.
    private void TakeBack(double time)
    {
        Show(time);
        _coming.Clear();
        _now!.Run(time, int.MaxValue, []);
    }

    private void Finish(ChannelState how, ushort why)
    {
        (State, Why, Elapsed, Charge) = (how, why, _now!.Time, _now.Charge);
        _cell = _now.Cell;
        (_now, _ahead) = (null, null);
        _coming.Clear();
    }
}
