using Sdl.Core.Instruments;

namespace Sdl.Drivers.Thermostats;

/// <summary>The Modbus table of the 3200 series as far as it is used, one register at a time: it is read slowly, and
/// there are gateways and emulators that answer no blocks.</summary>
/// <param name="decimals">Decimal places of the display, which scale every temperature: 25.0 is 250 with one.</param>
internal sealed class EurothermRegisters(ModbusUnit unit, int decimals)
{
    // HA028651, p. 81; 111, 112, 273 and 276 as other programs for this series use them (the reference marks them
    // unsure).
    public const ushort ProcessValue = 1, TargetSetPoint = 2, ManualOutput = 3, WorkingOutput = 4, WorkingSetPoint = 5,
        SetPointSelect = 15, SetPoint1 = 24, Status = 75, HighestSetPoint = 111, LowestSetPoint = 112, LoopMode = 273,
        SetPointSource = 276;

    public const short SetPoint1Selected = 0, Automatic = 0, Manual = 1, Local = 0;

    // Every parameter has a twin in IEEE format, high word first, at twice its address above here.
    private const int FloatTwins = 0x8000;

    private readonly double _scale = Math.Pow(10, decimals);

    public int Decimals => decimals;

    public async ValueTask<short> ReadRawAsync(ushort address, CancellationToken ct) =>
        (short)await unit.ReadAsync(address, ct);

    public async ValueTask<double> ReadScaledAsync(ushort address, CancellationToken ct) =>
        await ReadRawAsync(address, ct) / _scale;

    public async ValueTask<EurothermStatus> ReadStatusAsync(CancellationToken ct) =>
        (EurothermStatus)await unit.ReadAsync(Status, ct);

    public async ValueTask<bool> IsManualAsync(CancellationToken ct) => await ReadRawAsync(LoopMode, ct) == Manual;

    public ValueTask WriteRawAsync(ushort address, short value, CancellationToken ct) =>
        unit.WriteAsync(address, (ushort)value, ct);

    /// <summary>Writes only what differs: many parameters live in an EEPROM that wears.</summary>
    public async ValueTask ChangeAsync(ushort address, short value, CancellationToken ct)
    {
        if (await ReadRawAsync(address, ct) != value)
            await WriteRawAsync(address, value, ct);
    }

    /// <summary>What stands in the register for a value; null when its decimal places cannot show it.</summary>
    public short? Raw(double value)
    {
        var raw = Math.Round(value * _scale);
        var shows = Math.Abs(raw - value * _scale) < 1e-6 && raw is >= short.MinValue and <= short.MaxValue;
        return shows ? (short)raw : null;
    }

    /// <summary>The decimal places that the controller works with, found by comparing a parameter with its IEEE twin;
    /// null when the controller has no such twins or the parameter is zero.</summary>
    public async ValueTask<int?> FindDecimalsAsync(CancellationToken ct)
    {
        var raw = await ReadRawAsync(HighestSetPoint, ct);
        ushort[] twin;
        try
        {
            twin = await unit.ReadAsync(FloatTwins + 2 * HighestSetPoint, 2, ct);
        }
        catch (InstrumentException e) when (e.Fault == Fault.Rejected)
        {
            return null;
        }
        var value = BitConverter.UInt32BitsToSingle((uint)(twin[0] << 16 | twin[1]));
        return raw / value is var ratio and > 0 && double.IsFinite(ratio) ? (int)Math.Round(Math.Log10(ratio)) : null;
    }
}

/// <param name="Temperature">°C.</param>
/// <param name="WorkingSetPoint">°C.</param>
/// <param name="Output">%.</param>
internal sealed record EurothermReading(
    EurothermStatus Status, double Temperature, double WorkingSetPoint, double Output);

/// <summary>Instrument status, register 75.</summary>
[Flags]
internal enum EurothermStatus : ushort
{
    Alarm1 = 0x0001, Alarm2 = 0x0002, Alarm3 = 0x0004, Alarm4 = 0x0008, SensorBreak = 0x0020, LoopBreak = 0x0040,
    HeaterFail = 0x0080, LoadFail = 0x0100, ProgramEnd = 0x0200, OutOfRange = 0x0400, NewAlarm = 0x1000,
    RampRunning = 0x2000, RemoteSetPointFail = 0x4000,
    Alarms = Alarm1 | Alarm2 | Alarm3 | Alarm4,

    // The rest is not amiss: an ended programme, a ramp, and a remote set-point that is not used.
    Faults = Alarms | SensorBreak | LoopBreak | HeaterFail | LoadFail | OutOfRange,
}
