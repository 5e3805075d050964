namespace Sdl.Simulators.Physics.Cells;

/// <summary>What the inputs of one cycler channel make of a voltage and a current: a gain and an offset that stay with
/// the channel, noise of each reading, and 16 bits (reference/physics.md, 4c).</summary>
/// <param name="channel">Names the channel; the same name and noise give the same errors.</param>
/// <param name="fullVoltage">V of the range, in either direction.</param>
/// <param name="fullCurrent">A of the range, in either direction.</param>
public sealed class CyclerErrors(Noise noise, string channel, double fullVoltage, double fullCurrent)
{
    // Standard deviations: of full scale, of the reading, and V of each reading.
    private const double Offset = 2e-4, Gain = 2e-4, VoltageNoise = 2e-4, CurrentNoise = 2e-5;
    private const double Codes = 65536;

    private readonly double
        _voltageOffset = Offset * fullVoltage * noise.Normal($"cycler/{channel}/voltage-offset"),
        _voltageGain = 1 + Gain * noise.Normal($"cycler/{channel}/voltage-gain"),
        _currentOffset = Offset * fullCurrent * noise.Normal($"cycler/{channel}/current-offset"),
        _currentGain = 1 + Gain * noise.Normal($"cycler/{channel}/current-gain");
    private readonly ulong _stream = (ulong)(noise.Uniform($"cycler/{channel}/stream") * (1L << 62));

    /// <summary>What the channel reads; outside its range it reads the end of it.</summary>
    /// <param name="reading">Counts the readings of this channel: the same number gives the same noise again.</param>
    public CellPoint Read(CellPoint truth, long reading) => new(
        Coded(truth.Voltage * _voltageGain + _voltageOffset + VoltageNoise * Normal(2 * (ulong)reading), fullVoltage),
        Coded(
            truth.Current * _currentGain + _currentOffset
                + CurrentNoise * fullCurrent * Normal(2 * (ulong)reading + 1), fullCurrent));

    private static double Coded(double value, double full)
    {
        var code = 2 * full / Codes;
        return Math.Clamp(Math.Round(value / code) * code, -full, full - code);
    }

    // The generator of Steele, Lea and Flood 2014 (SplitMix64), read at a place instead of in order, and the sum of
    // twelve uniform numbers: quick enough for every reading of 64 channels.
    private double Normal(ulong place)
    {
        var sum = -6.0;
        for (var i = 0UL; i < 6; i++)
        {
            var z = _stream + (6 * place + i + 1) * 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            sum += ((z >> 32) + (z & 0xFFFFFFFF)) * (1.0 / (1UL << 32));
        }
        return sum;
    }
}
