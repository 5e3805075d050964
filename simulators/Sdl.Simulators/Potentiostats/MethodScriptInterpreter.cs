using System.Globalization;

namespace Sdl.Simulators.Potentiostats;

/// <summary>What a running script does next: it says a line, or lets time pass.</summary>
internal readonly record struct ScriptStep(string? Line, TimeSpan Pause)
{
    public static ScriptStep Say(string line) => new(line, TimeSpan.Zero);

    public static ScriptStep Wait(double seconds) => new(null, TimeSpan.FromSeconds(seconds));
}

/// <summary>Executes a script step by step. What it measures, it takes from <see cref="PicoAnalog"/>.</summary>
internal sealed class MethodScriptInterpreter(
    MethodScriptProgram program, PicoAnalog analog, Faults faults, TimeProvider clock)
{
    // Limits of the device; a point of an impedance spectrum takes some cycles, and a moment in any case.
    private const double LeastPotential = -1.7, MostPotential = 2.0, MostAmplitude = 0.25, LeastFrequency = 0.016,
        MostFrequency = 200e3, LeastPointTime = 0.15, CyclesPerPoint = 4;

    private readonly Dictionary<string, PicoValue> _variables = [];
    private List<string>? _package;
    private DateTimeOffset _timer = clock.GetUtcNow();
    private int _mode;
    private int _packages;
    private bool _leaves;

    public IEnumerable<ScriptStep> Main() => Run(program.Commands);

    public IEnumerable<ScriptStep> OnFinished() => Run(program.OnFinished);

    private IEnumerable<ScriptStep> Run(IReadOnlyList<ScriptCommand> commands) =>
        commands.TakeWhile(_ => !_leaves).SelectMany(Do);

    private IEnumerable<ScriptStep> Do(ScriptCommand c) => c.Name switch
    {
        "meas_loop_eis" => Eis(c),
        "meas_loop_ocp" => Ocp(c),
        "meas_loop_ca" => Amperometry(c),
        "meas_loop_lsv" => Loop(c, "0000", Ramp(c, Number(c, 2), Number(c, 3), Number(c, 4), Number(c, 5))),
        "meas_loop_cv" => Voltammetry(c),
        "wait" => [ScriptStep.Wait(Seconds(c, 0))],
        "send_string" => [ScriptStep.Say("T" + c.Arguments[0].Text.Trim('"'))],
        "pck_end" => EndPackage(c),
        "if" => Holds(c) ? Run(c.Body) : [],
        "copy_var" or "add_var" or "sub_var" or "mul_var" or "div_var" => Compute(c),
        _ => Set(c),
    };

    private IEnumerable<ScriptStep> Set(ScriptCommand c)
    {
        switch (c.Name)
        {
            case "store_var":
                _variables[c.Arguments[0].Text] = new PicoValue(c.Arguments[2].Text, Number(c, 1));
                break;
            case "breakloop":
                _leaves = true;
                break;
            case "set_pgstat_mode":
                _mode = (int)Number(c, 0);
                if (_mode is not (0 or 2 or 3 or 5))
                    throw new ScriptException(0x0021, c.Line);
                break;
            case "set_range" when c.Arguments[0].Text == "ba":
                (analog.SmallestRange, analog.LargestRange) = (Number(c, 1), Number(c, 1));
                break;
            case "set_autoranging" when c.Arguments[0].Text == "ba":
                (analog.SmallestRange, analog.LargestRange) = (Number(c, 1), Number(c, 2));
                break;
            case "set_e":
                analog.Potential = Volt(c, 0);
                break;
            case "cell_on" or "cell_off":
                analog.IsOn = c.Name == "cell_on";
                break;
            case "timer_start":
                _timer = clock.GetUtcNow();
                break;
            case "timer_get":
                _variables[c.Arguments[0].Text] = new PicoValue("eb", (clock.GetUtcNow() - _timer).TotalSeconds);
                break;
            case "pck_start":
                _package = [];
                break;
            case "pck_add":
                (_package ?? throw new ScriptException(0x4000, c.Line)).Add(Variable(c, 0).ToPackage());
                break;
        }
        return [];
    }

    private IEnumerable<ScriptStep> EndPackage(ScriptCommand c)
    {
        var package = _package ?? throw new ScriptException(0x4000, c.Line);
        _package = null;
        if (faults["abort-midway"] && ++_packages > 3)
            throw new ScriptException(0x0001, c.Line);
        yield return ScriptStep.Say("P" + string.Join(';', package));
    }

    private IEnumerable<ScriptStep> Eis(ScriptCommand c)
    {
        var (amplitude, start, end) = (Number(c, 3), Number(c, 4), Number(c, 5));
        var points = (int)Number(c, 6);
        if (_mode != 3)
            throw new ScriptException(0x0023, c.Line);
        if (amplitude is <= 0 or > MostAmplitude)
            throw new ScriptException(0x0012, c.Line);
        if (Math.Min(start, end) < LeastFrequency || Math.Max(start, end) > MostFrequency * 1.000001 || points < 1)
            throw new ScriptException(0x0011, c.Line);
        analog.Potential = Volt(c, 7);
        return Loop(c, "000D", Sweep());

        IEnumerable<double> Sweep()
        {
            for (var i = 0; i < points; i++)
            {
                var hertz = points == 1 ? start : start * Math.Pow(end / start, i / (points - 1.0));
                yield return Math.Max(LeastPointTime, CyclesPerPoint / hertz);
                var (z, current) = analog.At(hertz, amplitude, program.Text);
                var (status, range) = Seen(current);
                _variables[c.Arguments[0].Text] = new PicoValue("dc", hertz);
                _variables[c.Arguments[1].Text] = new PicoValue("cc", z.Real, status, range);
                _variables[c.Arguments[2].Text] = new PicoValue("cd", z.Imaginary, status, range);
            }
        }
    }

    private IEnumerable<ScriptStep> Ocp(ScriptCommand c)
    {
        if (analog.IsOn)
            throw new ScriptException(0x0014, c.Line);
        var interval = Interval(c, 1);
        return Loop(c, "000B", Points(interval, Seconds(c, 2), () =>
            _variables[c.Arguments[0].Text] = new PicoValue("ab", analog.After(interval).Potential, 0)));
    }

    private IEnumerable<ScriptStep> Amperometry(ScriptCommand c)
    {
        analog.Potential = Volt(c, 2);
        var interval = Interval(c, 3);
        return Loop(c, "0007", Points(interval, Seconds(c, 4), () => Measure(c, interval)));
    }

    private IEnumerable<ScriptStep> Voltammetry(ScriptCommand c)
    {
        var (begin, first, second) = (Volt(c, 2), Volt(c, 3), Volt(c, 4));
        var (step, rate) = (Number(c, 5), Number(c, 6));
        var scans = c.Arguments.Count > 7 ? (int)MethodScriptProgram.Literal(c.Arguments[7].Text[7..^1])! : 1;
        var cycle = Ramp(c, begin, first, step, rate).Concat(Ramp(c, first, second, step, rate))
            .Concat(Ramp(c, second, begin, step, rate));
        yield return ScriptStep.Say("M0005");
        for (var scan = 0; scan < scans; scan++)
        {
            if (scans > 1)
                yield return ScriptStep.Say(string.Create(CultureInfo.InvariantCulture, $"C{scan + 1:X4}"));
            foreach (var done in Body(c, cycle))
                yield return done;
            if (scans > 1)
                yield return ScriptStep.Say("-");
            if (_leaves)
                break;
        }
        _leaves = false;
        yield return ScriptStep.Say("*");
    }

    /// <summary>Steps the potential; gives the time before each point.</summary>
    private IEnumerable<double> Ramp(ScriptCommand c, double from, double to, double step, double rate)
    {
        if (step <= 0)
            throw new ScriptException(0x001C, c.Line);
        if (rate <= 0)
            throw new ScriptException(0x000D, c.Line);
        var count = (int)Math.Round(Math.Abs(to - from) / step);
        for (var i = 1; i <= count; i++)
        {
            analog.Potential = from + (to - from) * i / count;
            yield return step / rate;
            Measure(c, step / rate);
        }
    }

    private static IEnumerable<double> Points(double interval, double duration, Action measure)
    {
        for (var i = 1; i <= Math.Round(duration / interval); i++)
        {
            yield return interval;
            measure();
        }
    }

    private IEnumerable<ScriptStep> Loop(ScriptCommand c, string id, IEnumerable<double> points)
    {
        yield return ScriptStep.Say("M" + id);
        foreach (var step in Body(c, points))
            yield return step;
        _leaves = false;
        yield return ScriptStep.Say("*");
    }

    /// <summary>For each time that <paramref name="points"/> gives: waits so long, lets it measure, runs the loop's
    /// commands.</summary>
    private IEnumerable<ScriptStep> Body(ScriptCommand c, IEnumerable<double> points)
    {
        var share = faults.ShareOfEffect();
        // How many it would be is known only at the end: a device that gives up early leaves after some.
        var left = share < 1 ? (int)(share * 6) : int.MaxValue;
        using var each = points.GetEnumerator();
        var more = each.MoveNext();
        while (more && left-- > 0)
        {
            yield return ScriptStep.Wait(each.Current);
            more = each.MoveNext();
            foreach (var step in Run(c.Body))
                yield return step;
            if (_leaves)
                break;
        }
    }

    private void Measure(ScriptCommand c, double seconds)
    {
        var (potential, current) = analog.After(seconds);
        var (status, range) = Seen(current);
        _variables[c.Arguments[0].Text] = new PicoValue("da", potential);
        _variables[c.Arguments[1].Text] = new PicoValue("ba", analog.Clipped(current), status, range);
    }

    private (int Status, int Range) Seen(double current)
    {
        var (status, range) = analog.Seen(current);
        return (faults["overload"] ? status | 2 : status, range);
    }

    private bool Holds(ScriptCommand c)
    {
        var (left, right) = (Number(c, 0), Number(c, 2));
        return c.Arguments[1].Text switch
        {
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            ">=" => left >= right,
            "==" => left == right,
            _ => left != right,
        };
    }

    private IEnumerable<ScriptStep> Compute(ScriptCommand c)
    {
        var (left, right) = (Number(c, 0), Number(c, 1));
        if (c.Name == "copy_var")
            _variables[c.Arguments[1].Text] = Variable(c, 0);
        else
            _variables[c.Arguments[0].Text] = new PicoValue(Variable(c, 0).Type, c.Name switch
            {
                "add_var" => left + right,
                "sub_var" => left - right,
                "mul_var" => left * right,
                _ => left / right,
            });
        return [];
    }

    private PicoValue Variable(ScriptCommand c, int i) =>
        _variables.TryGetValue(c.Arguments[i].Text, out var value) ? value : new PicoValue("aa", double.NaN);

    private double Number(ScriptCommand c, int i) =>
        MethodScriptProgram.Literal(c.Arguments[i].Text) ?? Variable(c, i).Value;

    private double Seconds(ScriptCommand c, int i) =>
        Number(c, i) is >= 0 and < 1e6 and var seconds ? seconds : throw new ScriptException(0x000D, c.Line);

    private double Interval(ScriptCommand c, int i) =>
        Seconds(c, i) is > 0 and var interval ? interval : throw new ScriptException(0x000D, c.Line);

    private double Volt(ScriptCommand c, int i) => Number(c, i) is >= LeastPotential and <= MostPotential and var volt
        ? volt : throw new ScriptException(0x000F, c.Line);
}
