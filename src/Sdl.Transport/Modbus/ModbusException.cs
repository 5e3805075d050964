using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>Why a server refused (Modbus Application Protocol V1.1b3, section 7).</summary>
public enum ModbusExceptionCode
{
    IllegalFunction = 0x01,
    IllegalDataAddress = 0x02,
    IllegalDataValue = 0x03,
    ServerDeviceFailure = 0x04,
    Acknowledge = 0x05,
    ServerDeviceBusy = 0x06,
    MemoryParityError = 0x08,
    GatewayPathUnavailable = 0x0A,
    GatewayTargetFailedToRespond = 0x0B,
}

/// <summary>The unit said no, or said something that is no answer to what was asked. The line itself works: a lost line
/// is an <see cref="IOException"/>, silence a <see cref="TimeoutException"/>.</summary>
/// <param name="code">The code of an exception reply; null when the reply was damaged or did not fit the
/// request.</param>
public sealed class ModbusException(byte unit, byte function, ModbusExceptionCode? code, string message)
    : Exception(message)
{
    public byte Unit => unit;

    public byte Function => function;

    public ModbusExceptionCode? Code => code;

    /// <summary>What this is in a driver's <see cref="InstrumentException"/>.</summary>
    public Fault Fault => code switch
    {
        null => Fault.BadReply,
        ModbusExceptionCode.ServerDeviceFailure or ModbusExceptionCode.MemoryParityError => Fault.DeviceFault,
        ModbusExceptionCode.GatewayPathUnavailable => Fault.Disconnected,
        ModbusExceptionCode.GatewayTargetFailedToRespond => Fault.Timeout,
        _ => Fault.Rejected,
    };

    internal static string Explain(ModbusExceptionCode code) => code switch
    {
        ModbusExceptionCode.IllegalFunction => "does not know this function",
        ModbusExceptionCode.IllegalDataAddress => "has no such address",
        ModbusExceptionCode.IllegalDataValue => "does not take this value or count",
        ModbusExceptionCode.ServerDeviceFailure => "failed while doing it",
        ModbusExceptionCode.Acknowledge => "has begun, and will take long",
        ModbusExceptionCode.ServerDeviceBusy => "is busy",
        ModbusExceptionCode.MemoryParityError => "found its memory damaged",
        ModbusExceptionCode.GatewayPathUnavailable => "is behind a gateway that has no path to it",
        ModbusExceptionCode.GatewayTargetFailedToRespond => "is behind a gateway and does not answer it",
        _ => "refused with a code that the standard does not know",
    };
}
