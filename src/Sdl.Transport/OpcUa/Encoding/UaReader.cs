using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;

namespace Sdl.Transport.OpcUa;

/// <summary>Reads one value with a reader.</summary>
public delegate T ReadOne<out T>(ref UaReader from);

/// <summary>Reads the binary encoding (Part 6, 5.2). Whatever the bytes say, it reads no further than their end, nests
/// no deeper than 100, and reserves no more elements than there are bytes, since every element takes one at least.
/// </summary>
/// <remarks>Throws <see cref="OpcUaException"/> with BadDecodingError or BadEncodingLimitsExceeded, and nothing else.
/// </remarks>
public ref struct UaReader(ReadOnlySpan<byte> bytes)
{
    private const int Deepest = 100;

    private ReadOnlySpan<byte> _rest = bytes;
    private int _elements = bytes.Length;
    private int _depth;

    /// <summary>Bytes that are still to be read.</summary>
    public readonly int Left => _rest.Length;

    public bool ReadBoolean() => ReadByte() != 0;

    public sbyte ReadSByte() => (sbyte)ReadByte();

    public byte ReadByte() => Take(1)[0];

    public short ReadInt16() => BinaryPrimitives.ReadInt16LittleEndian(Take(2));

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public float ReadFloat() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadDouble() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    public string? ReadString() => Length() is { } length ? Encoding.UTF8.GetString(Take(length)) : null;

    public string? ReadXmlElement() => ReadString();

    public byte[]? ReadByteString() => Length() is { } length ? Take(length).ToArray() : null;

    public Guid ReadGuid() => new(Take(16));

    public DateTime ReadDateTime() => UaTime.FromTicks(ReadInt64());

    public StatusCode ReadStatusCode() => new(ReadUInt32());

    public QualifiedName ReadQualifiedName() => new(ReadUInt16(), ReadString());

    public LocalizedText ReadLocalizedText()
    {
        var has = ReadByte();
        return new LocalizedText((has & 1) != 0 ? ReadString() : null, (has & 2) != 0 ? ReadString() : null);
    }

    public NodeId ReadNodeId() => ReadNodeId(ReadByte());

    public ExpandedNodeId ReadExpandedNodeId()
    {
        var kind = ReadByte();
        var node = ReadNodeId((byte)(kind & 0x3F));
        return new ExpandedNodeId(
            node, (kind & 0x80) != 0 ? ReadString() : null, (kind & 0x40) != 0 ? ReadUInt32() : 0);
    }

    /// <summary>A structure that is known is read within its length; what it leaves of it is passed over.</summary>
    public ExtensionObject ReadExtensionObject()
    {
        var type = ReadNodeId();
        switch (ReadByte())
        {
            case 0:
                return new ExtensionObject(type, body: null);
            case 2:
                return new ExtensionObject(type, ReadString() ?? "");
            case 1 when Length() is { } length:
                Deeper();
                var body = Take(length);
                var inner = new UaReader(body) { _depth = _depth, _elements = _elements };
                var structure = type.Namespace == 0 ? Structures.Read(type.Number, ref inner) : null;
                _elements = inner._elements;
                _depth--;
                return structure is null || inner.Left > 0
                    ? new ExtensionObject(type, body.ToArray())
                    : new ExtensionObject(structure);
            case 1:
                return new ExtensionObject(type, body: null);
            case var encoding:
                throw OpcUaException.Decoding($"an extension object has encoding {encoding}");
        }
    }

    public DiagnosticInfo? ReadDiagnosticInfo()
    {
        var has = ReadByte();
        if (has == 0)
            return null;
        Deeper();
        int? symbol = (has & 1) != 0 ? ReadInt32() : null;
        int? uri = (has & 2) != 0 ? ReadInt32() : null;
        int? locale = (has & 8) != 0 ? ReadInt32() : null;
        int? text = (has & 4) != 0 ? ReadInt32() : null;
        var info = (has & 16) != 0 ? ReadString() : null;
        StatusCode? status = (has & 32) != 0 ? ReadStatusCode() : null;
        var inner = (has & 64) != 0 ? ReadDiagnosticInfo() : null;
        _depth--;
        return new DiagnosticInfo(symbol, uri, locale, text, info, status, inner);
    }

    public DataValue ReadDataValue()
    {
        var has = ReadByte();
        Deeper();
        var value = (has & 1) != 0 ? ReadVariant() : default;
        StatusCode status = (has & 2) != 0 ? ReadStatusCode() : default;
        DateTime? source = (has & 4) != 0 ? ReadDateTime() : null;
        ushort? picoseconds = (has & 16) != 0 ? ReadUInt16() : null;
        DateTime? server = (has & 8) != 0 ? ReadDateTime() : null;
        ushort? more = (has & 32) != 0 ? ReadUInt16() : null;
        _depth--;
        return new DataValue(value, status, source, server, picoseconds, more);
    }

    public Variant ReadVariant()
    {
        Deeper();
        var value = VariantCodec.Read(ref this);
        _depth--;
        return value;
    }

    public T[] ReadArray<T>() where T : IUaStructure<T>
    {
        var values = Reserve<T>();
        for (var i = 0; i < values.Length; i++)
            values[i] = T.Read(ref this);
        return values;
    }

    public T[] ReadArray<T>(ReadOne<T> one)
    {
        var values = Reserve<T>();
        for (var i = 0; i < values.Length; i++)
            values[i] = one(ref this);
        return values;
    }


    private T[] Reserve<T>()
    {
        if (Length() is not { } length)
            return NullArray<T>.Instance;
        // Arrays in arrays may each claim what is left, so all of them together are counted.
        _elements -= length;
        if (_elements < 0)
            throw OpcUaException.TooLong("arrays have more elements than the message has bytes");
        return length == 0 ? [] : new T[length];
    }

    private NodeId ReadNodeId(byte kind) => kind switch
    {
        0 => new NodeId(0, ReadByte()),
        1 => new NodeId(ReadByte(), ReadUInt16()),
        2 => new NodeId(ReadUInt16(), ReadUInt32()),
        3 => new NodeId(ReadUInt16(), ReadString() ?? ""),
        4 => new NodeId(ReadUInt16(), ReadGuid()),
        5 => new NodeId(ReadUInt16(), ReadByteString() ?? []),
        _ => throw OpcUaException.Decoding($"a node id has encoding {kind}"),
    };

    /// <returns>Null for a null.</returns>
    private int? Length()
    {
        var length = ReadInt32();
        return length < 0 ? null
            : length <= _rest.Length ? length
            : throw OpcUaException.Decoding($"{length} are announced where {_rest.Length} bytes are left");
    }

    private void Deeper()
    {
        if (++_depth > Deepest)
            throw OpcUaException.TooLong($"values are nested deeper than {Deepest}");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
            throw OpcUaException.Decoding("the message ends in the middle of a value");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
