using System.Numerics;
using Sdl.Simulators.Physics;

namespace Sdl.Simulators.Potentiostats;

/// <summary>The analogue side of a simulated EmStat Pico: what it applies, what flows, and in which range it sees
/// that.</summary>
internal sealed class PicoAnalog(ICellUnderTest cell)
{
    // Current ranges of the high speed mode, A, and the index of the first one (PalmSens MethodSCRIPT examples).
    private static readonly double[] Ranges = [100e-9, 1e-6, 6e-6, 13e-6, 25e-6, 50e-6, 100e-6, 200e-6, 1e-3, 5e-3];
    private const int FirstRange = 128, Overload = 2, Underload = 4;

    // A thousandth of the smallest range is lost in its noise.
    private const double LeastShare = 1e-3;

    private double _charge;

    public bool IsOn { get; set; }
    public double Potential { get; set; }
    public double SmallestRange { get; set; } = Ranges[0];
    public double LargestRange { get; set; } = Ranges[^1];

    /// <summary>What is measured between working and reference electrode after <paramref name="seconds"/>
    /// more.</summary>
    public (double Potential, double Current) After(double seconds)
    {
        var (series, parallel, capacitance, rest) = cell.Slow;
        var drive = IsOn ? (Potential - rest) / series : 0;
        var conductance = (parallel > 0 ? 1 / parallel : double.PositiveInfinity) + (IsOn ? 1 / series : 0);
        var settled = drive / conductance;
        // The double layer charges exponentially, exactly so while the potential stands still.
        _charge = settled + (_charge - settled) * Math.Exp(-conductance * seconds / capacitance);
        return IsOn ? (Potential, (Potential - rest - _charge) / series) : (rest + _charge, 0);
    }

    /// <summary>Impedance and current amplitude at <paramref name="hertz"/>; nothing flows with the cell off.</summary>
    public (Complex Impedance, double Current) At(double hertz, double amplitude, string measurement)
    {
        if (!IsOn)
            return (new Complex(double.NaN, double.NaN), 0);
        var z = cell.Impedance(hertz, measurement);
        return (z, amplitude / z.Magnitude);
    }

    /// <summary>Status bits and range index with which a current is seen.</summary>
    public (int Status, int Range) Seen(double current)
    {
        var size = Math.Abs(current);
        var index = Array.FindIndex(Ranges, r => r >= Math.Max(size, SmallestRange) * 0.999999);
        var largest = Array.FindLastIndex(Ranges, r => r <= LargestRange * 1.000001);
        var status = index < 0 || index > largest ? Overload : size < LeastShare * Ranges[0] ? Underload : 0;
        return (status, FirstRange + (index < 0 ? largest : Math.Min(index, largest)));
    }

    /// <summary>A current that overloads its range is cut off there.</summary>
    public double Clipped(double current) => Math.Clamp(current, -LargestRange, LargestRange);
}
