using System.Text;

namespace Sdl.Transport.Modbus;

/// <summary>The device's side of function 43/14: its objects, as many as a reply takes, and where to go on.</summary>
internal static class SlaveIdentification
{
    private const byte Interface = 14, OneObject = 4;

    // 253 bytes of a PDU, less function, interface, code, conformity, more, next and count.
    private const int Room = 246;

    public static ModbusExceptionCode? Answer(
        IReadOnlyDictionary<byte, string> all, ReadOnlySpan<byte> data, List<byte> reply)
    {
        if (all.Count == 0 || data.Length < 1 || data[0] != Interface)
            return ModbusExceptionCode.IllegalFunction;
        if (data.Length != 3 || data[1] is 0 or > OneObject)
            return ModbusExceptionCode.IllegalDataValue;
        var (code, first) = (data[1], data[2]);
        if (code == OneObject && !all.ContainsKey(first))
            return ModbusExceptionCode.IllegalDataAddress;
        var last = code switch { 1 => 2, 2 => 0x7F, 3 => 0xFF, _ => first };
        // An object that is not there means from the beginning, as the standard has it.
        var wanted = all.Keys.Where(k => k <= last).Order().ToList();
        if (wanted.Contains(first))
            wanted.RemoveAll(k => k < first);
        var level = all.Keys.Max() switch { <= 2 => 1, <= 0x7F => 2, _ => 3 };
        reply.AddRange([Interface, code, (byte)(0x80 | level), 0, 0, 0]);
        var head = reply.Count;
        foreach (var key in wanted)
        {
            var text = Encoding.Latin1.GetBytes(all[key]);
            if (reply.Count - head + 2 + text.Length > Room && reply[head - 1] > 0)
            {
                (reply[head - 3], reply[head - 2]) = (0xFF, key);
                break;
            }
            if (text.Length > Room - 2)
                text = text[..(Room - 2)];
            reply.AddRange([key, (byte)text.Length, .. text]);
            reply[head - 1]++;
        }
        return null;
    }
}
