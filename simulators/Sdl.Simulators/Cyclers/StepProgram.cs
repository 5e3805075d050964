using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>What a channel can do to its cell.</summary>
internal enum StepMode : ushort { Rest = 1, Current = 2, Voltage = 3, Power = 4, Resistance = 5, Scan = 6 }

/// <summary>One step as the device was told it; what was not set is NaN. SI units, but Ah and °C.</summary>
/// <param name="Target">A, V, W or Ohm; of a scan the voltage where it begins.</param>
/// <param name="Second">A, largest current of a voltage step; of a scan the voltage where the first sweep ends.</param>
/// <param name="Rate">V/s.</param>
internal sealed record StepProgram(StepMode Mode, double Target, double Second, double Rate, int Sweeps)
{
    public double UntilTime { get; init; } = double.PositiveInfinity;
    public double UntilAbove { get; init; } = double.NaN;
    public double UntilBelow { get; init; } = double.NaN;
    public double UntilCurrent { get; init; } = double.NaN;
    public double UntilCharge { get; init; } = double.NaN;
    public double UntilSlope { get; init; } = double.NaN;
    public double UntilHot { get; init; } = double.NaN;
    public double UntilCold { get; init; } = double.NaN;
    public double RecordTime { get; init; } = 10;
    public double RecordVoltage { get; init; } = double.NaN;
    public double RecordCurrent { get; init; } = double.NaN;

    /// <summary>In the order of their numbers, from 1: voltage above, below, current above, below, charge, temperature
    /// above, below.</summary>
    public double[] Safety { get; init; } = [.. Enumerable.Repeat(double.NaN, 7)];

    public double SafetyDelay { get; init; }

    /// <summary>s after which it ends in any case.</summary>
    public double Longest => Mode == StepMode.Scan
        ? Math.Min(UntilTime, Sweeps * Math.Abs(Second - Target) / Rate)
        : UntilTime;

    /// <summary>What is held at a time since the step began.</summary>
    public Load LoadAt(double seconds) => Mode switch
    {
        StepMode.Rest => Load.Open,
        StepMode.Current => Load.Current(Target),
        StepMode.Voltage => Load.Voltage(Target),
        StepMode.Power => Load.Power(Target),
        StepMode.Resistance => Load.Resistance(Target),
        _ => Load.Voltage(Swept(seconds)),
    };

    /// <summary>Number of the end that is reached, 0 for none (see the register map).</summary>
    public ushort End(double time, double voltage, double current, double charge, double slope, double celsius) =>
        voltage >= UntilAbove - 1e-7 || voltage <= UntilBelow + 1e-7 ? (ushort)2
        : Math.Abs(current) <= UntilCurrent ? (ushort)3
        : Math.Abs(charge) >= UntilCharge * (1 - 1e-9) ? (ushort)4
        : slope <= UntilSlope ? (ushort)5
        : celsius >= UntilHot || celsius <= UntilCold ? (ushort)6
        : time >= Longest - 1e-6 ? (ushort)1
        : (ushort)0;

    /// <summary>Number of the safety limit that is passed, 0 for none.</summary>
    public ushort Unsafe(double voltage, double current, double charge, double celsius) =>
        voltage > Safety[0] + 1e-6 ? (ushort)1
        : voltage < Safety[1] - 1e-6 ? (ushort)2
        : current > Safety[2] + 1e-6 * Math.Abs(Safety[2]) + 1e-12 ? (ushort)3
        : current < Safety[3] - 1e-6 * Math.Abs(Safety[3]) - 1e-12 ? (ushort)4
        : Math.Abs(charge) > Safety[4] * (1 + 1e-6) ? (ushort)5
        : celsius > Safety[5] ? (ushort)6
        : celsius < Safety[6] ? (ushort)7
        : (ushort)0;

    private double Swept(double seconds)
    {
        var part = seconds * Rate / Math.Max(Math.Abs(Second - Target), 1e-12);
        var (sweep, within) = (Math.Floor(part), part - Math.Floor(part));
        return Target + (Second - Target) * (sweep % 2 == 0 ? within : 1 - within);
    }
}
