using Sdl.Core.Instruments;

namespace Sdl.Drivers.Cyclers;

/// <summary>The registers of an EA PSB as far as they are used; zero-based. Set and actual values are parts of the
/// nominal value, see EaPsb.md for where each address comes from.</summary>
/// <param name="volt">Nominal voltage, V.</param>
/// <param name="ampere">Nominal current, A.</param>
internal sealed class PsbRegisters(InstrumentId id, ModbusUnit unit, double volt, double ampere)
{
    public const ushort TypeName = 1, TypeLength = 20, NominalVoltage = 121, NominalCurrent = 123, NominalPower = 125,
        Remote = 402, Output = 405, SinkPower = 498, SinkCurrent = 499, Voltage = 500, Current = 501, Power = 502,
        State = 505, OverVoltage = 550, OverCurrent = 553;

    // 100 % is 0xCCCC; set values go to 102 %, thresholds to 110 %.
    private const double Whole = 0xCCCC;
    private const ushort MostSet = 0xD0E5, MostThreshold = 0xE147;
    private const int StateCount = 5;

    public double NominalWatt { get; set; } = volt * ampere;

    public async ValueTask<string> TypeAsync(CancellationToken ct)
    {
        var words = await unit.ReadAsync(TypeName, TypeLength, ct);
        return string.Concat(words.SelectMany(w => new[] { (char)(w >> 8), (char)(w & 0xFF) })).TrimEnd('\0', ' ');
    }

    /// <summary>Nominal voltage, current and power in V, A and W.</summary>
    public async ValueTask<(double Volt, double Ampere, double Watt)> NominalsAsync(CancellationToken ct)
    {
        var words = await unit.ReadAsync(NominalVoltage, 6, ct);
        return (Single(words, 0), Single(words, 2), Single(words, 4));
    }

    /// <summary>State, voltage and current belong together: one exchange.</summary>
    public async ValueTask<PsbActual> ActualAsync(CancellationToken ct)
    {
        var words = await unit.ReadAsync(State, StateCount, ct);
        var state = (PsbState)(uint)(words[0] << 16 | words[1]);
        var current = words[3] / Whole * ampere;
        return new PsbActual(
            state, words[2] / Whole * volt, (state & PsbState.Sink) != 0 ? -current : current);
    }

    public ValueTask SetRemoteAsync(bool on, CancellationToken ct) => unit.WriteCoilAsync(Remote, on, ct);

    public ValueTask SetOutputAsync(bool on, CancellationToken ct) => unit.WriteCoilAsync(Output, on, ct);

    public ValueTask SetAsync(ushort register, double value, CancellationToken ct) =>
        unit.WriteAsync(register, Raw(register, value, MostSet), ct);

    public ValueTask SetThresholdAsync(ushort register, double value, CancellationToken ct) =>
        unit.WriteAsync(register, Raw(register, value, MostThreshold), ct);

    private ushort Raw(ushort register, double value, ushort most)
    {
        var nominal = register switch
        {
            Voltage or OverVoltage => volt,
            Power or SinkPower => NominalWatt,
            _ => ampere,
        };
        var raw = Math.Round(value / nominal * Whole);
        return raw >= 0 && raw <= most
            ? (ushort)raw
            : throw new InstrumentException(id, Fault.OutOfRange,
                $"register {register} takes 0 to {most / Whole * nominal:G5} {Unit(register)}, not {value:G5}");
    }

    private static string Unit(ushort register) =>
        register is Voltage or OverVoltage ? "V" : register is Power or SinkPower ? "W" : "A";

    private static double Single(ushort[] words, int at) =>
        BitConverter.UInt32BitsToSingle((uint)(words[at] << 16 | words[at + 1]));
}

/// <param name="Voltage">V.</param>
/// <param name="Current">A; positive charges what is connected.</param>
internal readonly record struct PsbActual(PsbState State, double Voltage, double Current)
{
    public bool IsOn => (State & PsbState.On) != 0;

    public bool IsRemote => (State & PsbState.Remote) != 0;

    public PsbState Alarms => State & PsbState.Alarms;
}

/// <summary>Device state, registers 505 and 506.</summary>
[Flags]
internal enum PsbState : uint
{
    On = 1 << 7, Remote = 1 << 11, Sink = 1 << 12, Alarm = 1 << 15, OverVoltage = 1 << 16, OverCurrent = 1 << 17,
    OverPower = 1 << 18, OverTemperature = 1 << 19, PowerFail1 = 1 << 21, PowerFail2 = 1 << 22, PowerFail3 = 1 << 23,
    Alarms = Alarm | OverVoltage | OverCurrent | OverPower | OverTemperature | PowerFail1 | PowerFail2 | PowerFail3,
}
