using Sdl.Core.Cells;

namespace Sdl.Drivers.Cyclers;

/// <summary>The register map of the multi-channel cycler, told in full in MultichannelCycler.md. Channel n has the
/// addresses from 1000 n on; what takes more than one register has its high word first; a float that is not set is NaN.
/// </summary>
internal static class CyclerMap
{
    // Of the device.
    public const ushort Device = 0, DeviceCount = 10, Magic1 = 0x5344, Magic2 = 0x4C43, Version = 1;

    // Of a channel, from its base.
    public const ushort Width = 1000, Range = 0, RangeCount = 7, Actual = 100, ActualCount = 14, Taken = 200,
        Look = 202, LookCount = 121, Step = 400, Command = 490, StopCommand = 1;

    private const int RowCount = 12, RowsAt = 24;
    private const double Tick = 0.01;
    private const uint Never = uint.MaxValue;

    /// <summary>s; what a step can last at the most.</summary>
    public const double Longest = (Never - 1) * Tick;

    public static ushort[] Whole(uint value) => [(ushort)(value >> 16), (ushort)value];

    public static double Single(ushort[] from, int at) =>
        BitConverter.UInt32BitsToSingle((uint)(from[at] << 16 | from[at + 1]));

    /// <summary>The whole block that starts a step when it is written.</summary>
    /// <param name="tag">The number of the step, which the device keeps.</param>
    public static ushort[] Start(TechniqueStep step, ulong tag, TimeSpan watchdog)
    {
        var time = double.IsNaN(step.UntilTime) ? Never : (uint)Math.Ceiling(step.UntilTime / Tick - 1e-6);
        double[] numbers =
        [
            step.Target, step.Second, step.Rate, step.Sweeps, step.UntilAbove, step.UntilBelow, step.UntilCurrent,
            step.UntilCharge, step.UntilSlope, step.UntilHot, step.UntilCold, step.RecordTime, step.RecordVoltage,
            step.RecordCurrent, .. step.Safety, step.SafetyDelay,
        ];
        ushort[] block =
        [
            .. Whole((uint)(tag >> 32)), .. Whole((uint)tag), Mode(step.Technique),
            (ushort)Math.Ceiling(watchdog.TotalSeconds), .. Whole(time),
            .. numbers.SelectMany(n => Whole(BitConverter.SingleToUInt32Bits((float)n))),
        ];
        return [.. block, Check(block)];
    }

    /// <summary>Whether a block ends with the check of what stands before.</summary>
    public static bool Fits(ushort[] block) => Check(block.AsSpan(0, block.Length - 1)) == block[^1];

    public static CyclerLook ReadLook(ushort[] block)
    {
        var rows = new CyclerRow[Math.Min((int)block[RowsAt - 1], (LookCount - 1 - RowsAt) / RowCount)];
        for (var i = 0; i < rows.Length; i++)
        {
            var at = RowsAt + i * RowCount;
            rows[i] = new CyclerRow(
                Count(block, at) * Tick, Single(block, at + 2), Single(block, at + 4), Single(block, at + 6),
                Single(block, at + 8), (short)block[at + 10] / 100.0, (StepEnd)block[at + 11]);
        }
        var next = Count(block, 19);
        return new CyclerLook(
            ReadActual(block), Count(block, 13) * Tick, Single(block, 15), Count(block, 17),
            next == Never ? null : TimeSpan.FromSeconds(next * Tick), Count(block, 21), rows);
    }

    public static CyclerActual ReadActual(ushort[] block) => new(
        block[0], (CyclerState)block[1], block[2], (ulong)Count(block, 3) << 32 | Count(block, 5), Single(block, 7),
        Single(block, 9), Single(block, 11));

    private static uint Count(ushort[] from, int at) => (uint)(from[at] << 16 | from[at + 1]);

    private static ushort Mode(string technique) => technique switch
    {
        CellTechniques.Rest => 1,
        CellTechniques.ConstantCurrent => 2,
        CellTechniques.ConstantVoltage => 3,
        CellTechniques.ConstantPower => 4,
        CellTechniques.ConstantResistance => 5,
        _ => 6,
    };

    // CRC-16/CCITT-FALSE over the registers as bytes, high byte first: TCP does not see what a gateway damages.
    private static ushort Check(ReadOnlySpan<ushort> registers)
    {
        ushort crc = 0xFFFF;
        foreach (var register in registers)
        {
            crc = Next(crc, (byte)(register >> 8));
            crc = Next(crc, (byte)register);
        }
        return crc;
    }

    private static ushort Next(ushort crc, byte part)
    {
        var x = (byte)((crc >> 8) ^ part);
        x ^= (byte)(x >> 4);
        return (ushort)((crc << 8) ^ (x << 12) ^ (x << 5) ^ x);
    }
}

internal enum CyclerState { Idle = 0, Running = 1, Ended = 2, Stopped = 3, Tripped = 4, Silent = 5 }

/// <summary>What a channel does and measures just now.</summary>
/// <param name="Why">The end that was reached, or the safety limit that was passed, from 1.</param>
/// <param name="Tag">Number of the step that it does or did last; 0 after its power has come back.</param>
/// <param name="Voltage">V.</param>
/// <param name="Current">A.</param>
/// <param name="Temperature">°C.</param>
internal sealed record CyclerActual(
    int Channel, CyclerState State, int Why, ulong Tag, double Voltage, double Current, double Temperature);

/// <summary>The same, with how far the step is and the next rows.</summary>
/// <param name="Elapsed">s, up to its end.</param>
/// <param name="Charge">Ah.</param>
/// <param name="Made">Rows that there have been.</param>
/// <param name="Next">Until the channel expects its end, or something else that is worth a look; null for
/// unknown.</param>
/// <param name="From">Number of the first of <paramref name="Rows"/>.</param>
internal sealed record CyclerLook(
    CyclerActual Actual, double Elapsed, double Charge, uint Made, TimeSpan? Next, uint From, CyclerRow[] Rows);

/// <param name="Time">s since the step began.</param>
/// <param name="Charge">Ah.</param>
/// <param name="Energy">Wh.</param>
/// <param name="Temperature">°C.</param>
internal readonly record struct CyclerRow(
    double Time, double Voltage, double Current, double Charge, double Energy, double Temperature, StepEnd End);
