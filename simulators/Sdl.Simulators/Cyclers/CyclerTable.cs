using System.Buffers.Binary;
using System.Text;
using Sdl.Core.Simulation;
using Sdl.Transport.Modbus;

namespace Sdl.Simulators.Cyclers;

/// <summary>The registers of the device and of one of its channels, as the page of the driver tells them. Numbers of
/// more than one register have their high word first.</summary>
internal sealed class CyclerTable(int number, int channels, CyclerRange range, CyclerChannel channel, Faults faults)
    : IModbusRegisters
{
    public const int Width = 1000;
    private const int Range = 0, Actual = 100, Taken = 200, Look = 202, Step = 400, Command = 490;
    private static readonly int[] OfByte = [.. Enumerable.Range(0, 256).Select(Remainder)];

    private const int LookCount = 121, StepCount = 53, RowCount = 12, Window = 8;
    private const ushort Version = 1;

    private uint _taken;

    private int Base => number * Width;

    public bool Knows(byte function) => function is 3 or 6 or 16 or 23;

    public ModbusExceptionCode? ReadHolding(ushort start, Span<ushort> into)
    {
        channel.Advance();
        if (faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        var block = start < Width ? Device() : (start - Base) switch
        {
            >= Range and < Actual => OfRange(),
            >= Actual and < Taken => OfActual(),
            >= Taken and < Step => OfLook(),
            _ => [],
        };
        var offset = start < Width ? start : (start - Base) switch
        {
            >= Taken and < Step => start - Base - Taken,
            _ => (start - Base) % 100,
        };
        if (offset + into.Length > block.Length)
            return ModbusExceptionCode.IllegalDataAddress;
        block.AsSpan(offset, into.Length).CopyTo(into);
        channel.Hear();
        return null;
    }

    public ModbusExceptionCode? WriteHolding(ushort start, ReadOnlySpan<ushort> values)
    {
        channel.Advance();
        if (faults[FaultKind.StuckBusy])
            return ModbusExceptionCode.ServerDeviceBusy;
        var refused = (start - Base, values.Length) switch
        {
            (Taken, 2) => Take(values),
            (Step, StepCount) => Begin(values),
            (Command, 1) when values[0] == 1 => Stop(),
            (Command, 1) => ModbusExceptionCode.IllegalDataValue,
            _ => ModbusExceptionCode.IllegalDataAddress,
        };
        if (refused is null)
            channel.Hear();
        return refused;
    }

    private ModbusExceptionCode? Take(ReadOnlySpan<ushort> values)
    {
        _taken = (uint)(values[0] << 16 | values[1]);
        return null;
    }

    private ModbusExceptionCode? Stop()
    {
        channel.Stop(ChannelState.Stopped);
        return null;
    }

    private ModbusExceptionCode? Begin(ReadOnlySpan<ushort> values)
    {
        if (Check(values[..^1]) != values[^1] || Program(values) is not { } program)
            return ModbusExceptionCode.IllegalDataValue;
        if (channel.State == ChannelState.Running)
            return ModbusExceptionCode.ServerDeviceBusy;
        _taken = 0;
        var tag = (ulong)values[0] << 48 | (ulong)values[1] << 32 | (ulong)values[2] << 16 | values[3];
        channel.Start(tag, program, TimeSpan.FromSeconds(values[5]));
        return null;
    }

    // Null when the device does not take it.
    private StepProgram? Program(ReadOnlySpan<ushort> values)
    {
        var number = new double[22];
        for (var i = 0; i < number.Length; i++)
        {
            var bits = (uint)(values[8 + 2 * i] << 16 | values[9 + 2 * i]);
            number[i] = BitConverter.UInt32BitsToSingle(bits);
        }
        var time = (uint)(values[6] << 16 | values[7]);
        var mode = (StepMode)values[4];
        var isKnown = Enum.IsDefined(mode) && (mode == StepMode.Rest || double.IsFinite(number[0]));
        var isScan = mode != StepMode.Scan || (number[1] is var to && double.IsFinite(to) && number[2] > 0
            && number[3] is >= 1 and <= 65535);
        var most = mode is StepMode.Current ? range.Current : range.MostVoltage;
        if (!isKnown || !isScan || !(number[11] >= 0.01) || number[21] is < 0 or double.NaN
            || (mode is StepMode.Current or StepMode.Voltage or StepMode.Scan && Math.Abs(number[0]) > most * 1.0001))
            return null;
        return new StepProgram(mode, number[0], number[1], number[2], isScan && number[3] >= 1 ? (int)number[3] : 1)
        {
            UntilTime = time == uint.MaxValue ? double.PositiveInfinity : time * 0.01,
            UntilAbove = number[4], UntilBelow = number[5], UntilCurrent = number[6], UntilCharge = number[7],
            UntilSlope = number[8], UntilHot = number[9], UntilCold = number[10],
            RecordTime = number[11], RecordVoltage = number[12], RecordCurrent = number[13],
            Safety = number[14..21], SafetyDelay = number[21],
        };
    }

    private ushort[] Device() =>
    [
        0x5344, 0x4C43, Version, (ushort)channels, .. Words(Encoding.ASCII.GetBytes("SDL-MC64"), 4), 1, 0,
    ];

    private ushort[] OfRange() =>
    [
        .. Single(range.LeastVoltage), .. Single(range.MostVoltage), .. Single(range.Current), 1,
    ];

    private ushort[] OfActual()
    {
        ushort[] block = [(ushort)number, (ushort)channel.State, channel.Why, .. Long(channel.Tag), .. Seen()];
        return [.. block, Check(block)];
    }

    private ushort[] OfLook()
    {
        var (first, made) = channel.Rows;
        var from = Math.Max(Math.Min(_taken, made), first);
        var count = (int)Math.Min(made - from, Window);
        var block = new ushort[2 + LookCount];
        ushort[] head =
        [
            .. Whole(_taken), (ushort)number, (ushort)channel.State, channel.Why, .. Long(channel.Tag), .. Seen(),
            .. Whole((uint)Math.Round(channel.Elapsed * 100)), .. Single(channel.Charge), .. Whole(made),
            .. Whole(channel.Next is { } next ? (uint)Math.Min(Math.Ceiling(next * 100), uint.MaxValue - 1)
                : uint.MaxValue),
        ];
        head.CopyTo(block, 0);
        // The number of the first row of the window says what was overwritten.
        var at = head.Length;
        foreach (var word in (ushort[])[.. Whole(from), (ushort)count])
            block[at++] = word;
        for (var i = 0; i < count; i++, at += RowCount)
            Row(channel.Row(from + (uint)i)).CopyTo(block, at);
        block[^1] = Check(block.AsSpan(2, LookCount - 1));
        return block;
    }

    private ushort[] Seen()
    {
        var point = channel.Point;
        return [.. Single(point.Voltage), .. Single(point.Current), .. Single(channel.Celsius)];
    }

    private static ushort[] Row(CyclerRecord row) =>
    [
        .. Whole(row.Time), .. Single(row.Voltage), .. Single(row.Current), .. Single(row.Charge),
        .. Single(row.Energy), (ushort)row.Temperature, row.End,
    ];

    private static ushort[] Whole(uint value) => [(ushort)(value >> 16), (ushort)value];

    private static ushort[] Long(ulong value) => [.. Whole((uint)(value >> 32)), .. Whole((uint)value)];

    private static ushort[] Single(double value) => Whole(BitConverter.SingleToUInt32Bits((float)value));

    private static ushort[] Words(byte[] bytes, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2 * i)))];

    // CRC-16/CCITT (polynomial 0x1021, start 0xFFFF) over the registers, high byte first.
    private static ushort Check(ReadOnlySpan<ushort> registers)
    {
        var crc = 0xFFFF;
        foreach (var register in registers)
        {
            crc = (crc << 8 & 0xFFFF) ^ OfByte[crc >> 8 ^ register >> 8];
            crc = (crc << 8 & 0xFFFF) ^ OfByte[crc >> 8 ^ register & 0xFF];
        }
        return (ushort)crc;
    }

    private static int Remainder(int value)
    {
        var crc = value << 8;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 0x8000) != 0 ? (crc << 1 ^ 0x1021) & 0xFFFF : crc << 1 & 0xFFFF;
        return crc;
    }
}

/// <param name="Current">A in either direction.</param>
internal sealed record CyclerRange(double LeastVoltage, double MostVoltage, double Current);
