using Sdl.Core.Instruments;

namespace Sdl.Transport.Modbus;

/// <summary>How a request or reply is wrapped on its way.</summary>
public enum ModbusFraming
{
    /// <summary>Unit, PDU, CRC: serial lines, and TCP sockets of plain serial servers.</summary>
    Rtu,

    /// <summary>The MBAP header with transaction id, unit, PDU.</summary>
    Tcp,

    /// <summary>A colon, everything in hexadecimal, LRC: old serial devices and modems.</summary>
    Ascii,
}

public static class ModbusAddress
{
    /// <summary>The framing that an address asks for: RTU on <c>modbus-rtu:</c> and <c>serial:</c>, MBAP on
    /// <c>modbus-tcp:</c> and <c>tcp:</c>, unless <c>framing=rtu</c>, <c>tcp</c> or <c>ascii</c> says otherwise
    /// (RTU over TCP: <c>tcp:10.0.0.9:4001?framing=rtu</c>).</summary>
    /// <param name="bare">What a bare <c>sim:</c> means.</param>
    /// <exception cref="FormatException">The option is none of them.</exception>
    public static ModbusFraming Framing(this Address address, ModbusFraming bare = ModbusFraming.Rtu) =>
        address.Options.GetValueOrDefault("framing") switch
        {
            "rtu" => ModbusFraming.Rtu,
            "tcp" => ModbusFraming.Tcp,
            "ascii" => ModbusFraming.Ascii,
            null => address.Scheme switch
            {
                "modbus-tcp" or "tcp" => ModbusFraming.Tcp,
                "modbus-rtu" or "serial" => ModbusFraming.Rtu,
                _ => bare,
            },
            var other => throw new FormatException(
                $"framing={other} in address '{address}' should be rtu, tcp or ascii"),
        };
}
