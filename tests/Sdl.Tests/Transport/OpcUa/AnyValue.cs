using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>Values of every built-in type, drawn.</summary>
internal sealed class AnyValue(int seed)
{
    private readonly Random _random = new(seed);

    public Variant Variant(int depth = 0)
    {
        var type = (BuiltInType)_random.Next(depth > 3 ? (int)BuiltInType.ExtensionObject : 26);
        return _random.Next(4) switch
        {
            0 => Many(type, depth, null),
            1 => Many(type, depth, [2, 3]),
            _ => Sdl.Transport.OpcUa.Variant.Of(type, One(type, depth)),
        };
    }

    private Variant Many(BuiltInType type, int depth, int[]? dimensions)
    {
        if (type == BuiltInType.Null)
            return default;
        var count = dimensions is null ? _random.Next(5) : 6;
        var values = Enumerable.Range(0, count).Select(_ => One(type, depth)).ToList();
        var sample = values.FirstOrDefault(v => v is not null)?.GetType()
            ?? (type is BuiltInType.ByteString ? typeof(byte[]) : type is BuiltInType.DiagnosticInfo
                ? typeof(DiagnosticInfo) : One(type, 4)?.GetType() ?? typeof(string));
        var array = Array.CreateInstance(sample, values.Count);
        for (var i = 0; i < values.Count; i++)
            array.SetValue(values[i], i);
        return Sdl.Transport.OpcUa.Variant.Of(type, array, dimensions);
    }

    private object? One(BuiltInType type, int depth) => type switch
    {
        BuiltInType.Null => null,
        BuiltInType.Boolean => _random.Next(2) == 0,
        BuiltInType.SByte => (sbyte)_random.Next(-128, 128),
        BuiltInType.Byte => (byte)_random.Next(256),
        BuiltInType.Int16 => (short)_random.Next(-32768, 32768),
        BuiltInType.UInt16 => (ushort)_random.Next(65536),
        BuiltInType.Int32 => _random.Next(),
        BuiltInType.UInt32 => (uint)_random.NextInt64(uint.MaxValue),
        BuiltInType.Int64 => -_random.NextInt64(),
        BuiltInType.UInt64 => (ulong)_random.NextInt64() * 2,
        BuiltInType.Float => (float)_random.NextDouble() * 1e30f,
        BuiltInType.Double => new[] { double.NaN, double.NegativeInfinity, 0, _random.NextDouble() }[_random.Next(4)],
        BuiltInType.String or BuiltInType.XmlElement => Text(),
        BuiltInType.DateTime => new DateTime(_random.NextInt64(DateTime.MaxValue.Ticks), DateTimeKind.Utc),
        BuiltInType.Guid => new Guid(Bytes(16)),
        BuiltInType.ByteString => _random.Next(5) == 0 ? null : Bytes(_random.Next(20)),
        BuiltInType.NodeId => Node(),
        BuiltInType.ExpandedNodeId => new ExpandedNodeId(Node(), Text(), (uint)_random.Next(3)),
        BuiltInType.StatusCode => new StatusCode((uint)_random.NextInt64(uint.MaxValue)),
        BuiltInType.QualifiedName => new QualifiedName((ushort)_random.Next(9), Text()),
        BuiltInType.LocalizedText => new LocalizedText(Text(), Text()),
        BuiltInType.ExtensionObject => Extension(),
        BuiltInType.DataValue => new DataValue(Variant(depth + 1), (uint)_random.Next(3) << 30,
            _random.Next(2) == 0 ? null : new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc), null,
            _random.Next(2) == 0 ? null : (ushort)7),
        BuiltInType.Variant => Variant(depth + 1),
        _ => new DiagnosticInfo(_random.Next(9), null, 2, null, Text(), StatusCodes.BadTimeout, new DiagnosticInfo(1)),
    };

    private ExtensionObject Extension() => _random.Next(4) switch
    {
        0 => new ExtensionObject(new NodeId(3, 5045), Bytes(9)),
        1 => new ExtensionObject(new NodeId(1, "xml"), "<a/>"),
        2 => new ExtensionObject(new Sdl.Transport.OpcUa.Range(-1, _random.NextDouble())),
        _ => default,
    };

    private NodeId Node() => _random.Next(6) switch
    {
        0 => new NodeId(0, (uint)_random.Next(256)),
        1 => new NodeId((ushort)_random.Next(256), (uint)_random.Next(65536)),
        2 => new NodeId((ushort)_random.Next(65536), (uint)_random.Next()),
        3 => new NodeId(2, "Pumpe ä"),
        4 => new NodeId(2, new Guid(Bytes(16))),
        _ => new NodeId(2, Bytes(5)),
    };

    private string? Text() => new[] { null, "", "flow", "µL/min", "日本" }[_random.Next(5)];

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        _random.NextBytes(bytes);
        return bytes;
    }
}
