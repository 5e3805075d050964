using Sdl.Core.Cells;
using Sdl.Core.Safety;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>Runs a cell protocol on a simulated cell, without instruments, at the speed of the model: what an ideal
/// cycler would have measured.</summary>
public sealed class CellProgram
{
    // A chamber heats and cools that fast, K/s.
    private const double Ramp = 1.0 / 60;

    private readonly CellUnderTest _cell;
    private readonly CellProtocol _protocol;
    private readonly double _capacity, _longest;
    private readonly Action<ProgramRow> _row;
    private readonly Action<ProgramSpectrumRow> _spectrum;
    private readonly CancellationToken _ct;
    private readonly Dictionary<string, StepRun> _measured = [];
    private double _time;
    private int _steps, _cycle = 1, _first, _way;
    private double? _stateOfCharge;
    private string? _broken;

    private CellProgram(
        CellUnderTest cell, CellProtocol protocol, double capacity, double longest, Action<ProgramRow> row,
        Action<ProgramSpectrumRow> spectrum, CancellationToken ct)
    {
        (_cell, _protocol, _capacity, _longest, _row, _spectrum, _ct) =
            (cell, protocol, capacity, longest, row, spectrum, ct);
    }

    /// <param name="capacity">Ah that C-rates mean.</param>
    /// <param name="longest">Longest step of time in s.</param>
    /// <param name="row">Gets each recorded point.</param>
    /// <param name="spectrum">Gets each frequency of a spectrum.</param>
    /// <exception cref="CellProtocolException">It asks for what cannot be done.</exception>
    public static ProgramEnd Run(
        CellUnderTest cell, CellProtocol protocol, double capacity, double longest, Action<ProgramRow> row,
        Action<ProgramSpectrumRow> spectrum, CancellationToken ct)
    {
        var program = new CellProgram(cell, protocol, capacity, longest, row, spectrum, ct);
        program.Do(protocol.Method);
        return new ProgramEnd(program._broken, program._time, program._steps);
    }

    private void Do(IReadOnlyList<CellStep> steps)
    {
        foreach (var step in steps)
        {
            if (_broken is not null)
                return;
            _ct.ThrowIfCancellationRequested();
            Do(step);
        }
    }

    private void Do(CellStep step)
    {
        switch (step)
        {
            case CellStep.Tag:
                break;
            case CellStep.StateOfCharge s:
                _stateOfCharge = s.Part;
                break;
            case CellStep.Loop s:
                for (var i = 0; i < s.Cycles && _broken is null; i++)
                {
                    Do(s.Steps);
                    if (_broken is null && s.Until.Any(u => Holds(u, step)))
                        break;
                }
                break;
            case CellStep.PulseTrain s:
                Do(s.Expand());
                break;
            case CellStep.When s:
                Do(Holds(s.Condition, step) ? s.Then : s.Else);
                break;
            case CellStep.Temperature s:
                Settle(s);
                break;
            case CellStep.Impedance s:
                Spectrum(s);
                break;
            default:
                Measure(step);
                break;
        }
    }

    private void Measure(CellStep step)
    {
        var (load, limit, most) = LoadOf(step);
        var run = Begin(step);
        run.Run(load, limit, most, (r, energy) => Row(r, energy, NameOf(step)), _ct);
        Finish(step, run, NameOf(step));
    }

    private (Func<double, Load> Load, double CurrentLimit, double Most) LoadOf(CellStep step)
    {
        (Func<double, Load>, double, double) Held(Load load, double limit = double.PositiveInfinity) =>
            (_ => load, limit, double.PositiveInfinity);
        return step switch
        {
            CellStep.Rest => Held(Load.Open),
            CellStep.ConstantCurrent s => Held(Load.Current(s.Current.In(_capacity))),
            CellStep.ConstantVoltage s => Held(
                Load.Voltage(s.Voltage), Math.Abs(s.CurrentLimit?.In(_capacity) ?? double.PositiveInfinity)),
            CellStep.ConstantCurrentConstantVoltage s => Held(
                Load.Voltage(s.Voltage), Math.Abs(s.Current.In(_capacity))),
            CellStep.ConstantPower s => Held(Load.Power(s.Power)),
            CellStep.ConstantResistance s => Held(Load.Resistance(s.Resistance)),
            CellStep.VoltageScan s => (t => Load.Voltage(ScanVoltage(s, t)), double.PositiveInfinity,
                s.Sweeps * Math.Abs(s.End - s.Start) / s.ScanRate),
            _ => throw new CellProtocolException($"{step.At}: a simulated cell cannot do {step.GetType().Name}"),
        };
    }

    private static double ScanVoltage(CellStep.VoltageScan scan, double time)
    {
        var sweep = Math.Abs(scan.End - scan.Start) / scan.ScanRate;
        var turns = Math.Min((int)(time / sweep), scan.Sweeps - 1);
        var part = Math.Min(1, time / sweep - turns);
        return turns % 2 == 0 ? scan.Start + part * (scan.End - scan.Start) : scan.End + part * (scan.Start - scan.End);
    }

    // A chamber goes to the temperature at its own speed while the cell rests, and holds it.
    private void Settle(CellStep.Temperature step)
    {
        var (from, to) = (_cell.Temperature, step.Celsius + 273.15);
        var ramp = Math.Abs(to - from) / Ramp;
        var run = Begin(step);
        run.Run(
            t =>
            {
                // The load is asked for before each step is taken: the chamber is where it is by then.
                _cell.Temperature = t >= ramp ? to : from + (to - from) * t / ramp;
                return Load.Open;
            },
            double.PositiveInfinity, ramp + step.Hold, (r, energy) => Row(r, energy, NameOf(step)), _ct);
        _cell.Temperature = to;
        Finish(step, run, NameOf(step));
    }

    private void Spectrum(CellStep.Impedance step)
    {
        _steps++;
        var load = step.Bias is not { } bias ? Load.Open
            : step.IsGalvanostatic ? Load.Current(bias) : Load.Voltage(bias);
        var decades = Math.Abs(Math.Log10(step.EndFrequency / step.StartFrequency));
        var points = Math.Max(1, (int)Math.Round(decades * step.PointsPerDecade));
        for (var i = 0; i <= (decades > 0 ? points : 0); i++)
        {
            var hertz = step.StartFrequency
                * Math.Pow(step.EndFrequency / step.StartFrequency, i / (double)points);
            var seconds = step.Measures * Math.Max(0.15, 4 / hertz);
            for (var left = seconds; left > 1e-9; left -= _longest)
                _cell.Advance(Math.Min(left, _longest), load);
            _time += seconds;
            _spectrum(new ProgramSpectrumRow(_time, _steps, _cycle, hertz, _cell.Impedance(hertz)));
        }
    }

    private StepRun Begin(CellStep step)
    {
        _steps++;
        var record = (step.Record ?? new RecordConditions(null)).Over(_protocol.Record);
        var longest = step is CellStep.VoltageScan s ? Math.Min(_longest, 2e-3 / s.ScanRate) : _longest;
        return new StepRun(_cell, new StepLimits(step, _protocol.Safety, _capacity, _stateOfCharge), record, longest);
    }

    private void Finish(CellStep step, StepRun run, string name)
    {
        _time += run.Time;
        _stateOfCharge += run.Charge / _capacity;
        if (step.Name is { } own)
            _measured[own] = run;
        if (run.Broken is { } broken)
            _broken = $"step {_steps} ({name}, {step.At}): {broken}";
    }

    private void Row(StepRun run, double energy, string name)
    {
        // A cycle begins whenever charge flows again in the direction in which it flowed first.
        var way = Math.Sign(run.Latest.Current);
        if (_first == 0)
            _first = way;
        else if (way == _first && _way == -_first)
            _cycle++;
        _way = way == 0 ? _way : way;
        _row(new ProgramRow(
            _time + run.Time, run.Time, run.Latest.Voltage, run.Latest.Current, run.Charge, energy,
            _cell.Temperature - 273.15, _steps, name, _cycle, run.End));
    }

    private bool Holds(CellCondition condition, CellStep step)
    {
        if (!_measured.TryGetValue(condition.Step, out var run))
            throw new CellProtocolException($"{step.At}: the step '{condition.Step}' has not been done yet");
        var value = condition.Quantity switch
        {
            CellQuantity.Time => run.Time,
            CellQuantity.Voltage => run.Latest.Voltage,
            CellQuantity.Current => run.Latest.Current,
            CellQuantity.Charge => run.Charge,
            CellQuantity.Temperature => _cell.Temperature - 273.15,
            CellQuantity.End => (double)run.End,
            _ => throw new CellProtocolException($"{step.At}: nothing is asked about {condition.Quantity} here"),
        };
        var limit = !condition.IsRelative ? condition.Value : condition.Value * _capacity;
        return condition.Comparator.Holds((condition.IsSize ? Math.Abs(value) : value).CompareTo(limit));
    }

    private static string NameOf(CellStep step) => step.Name ?? step switch
    {
        CellStep.Rest => "rest",
        CellStep.ConstantCurrent s => s.Current.Value < 0 ? "discharge" : "charge",
        CellStep.ConstantCurrentConstantVoltage s => s.Current.Value < 0 ? "discharge" : "charge",
        CellStep.ConstantVoltage => "hold",
        CellStep.ConstantPower => "power",
        CellStep.ConstantResistance => "load",
        CellStep.VoltageScan => "scan",
        CellStep.Temperature => "temperature",
        _ => "step",
    };
}
