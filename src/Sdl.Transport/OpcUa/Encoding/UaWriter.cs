using System.Buffers.Binary;
using System.Text;

namespace Sdl.Transport.OpcUa;

/// <summary>Writes the binary encoding (Part 6, 5.2) into a buffer that grows and is used again.</summary>
public sealed class UaWriter
{
    private byte[] _buffer = new byte[1024];

    public int Length { get; private set; }

    /// <summary>What is written so far; good until the next write.</summary>
    public ReadOnlyMemory<byte> Written => _buffer.AsMemory(0, Length);

    /// <summary>The same, to be changed in place.</summary>
    internal ArraySegment<byte> Tail(int from) => new(_buffer, from, Length - from);

    public void Clear() => Length = 0;

    public void WriteBoolean(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    public void WriteSByte(sbyte value) => WriteByte((byte)value);

    public void WriteByte(byte value) => Room(1)[0] = value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16LittleEndian(Room(2), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Room(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Room(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Room(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Room(8), value);

    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Room(8), value);

    public void WriteFloat(float value) => BinaryPrimitives.WriteSingleLittleEndian(Room(4), value);

    public void WriteDouble(double value) => BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);

    public void WriteString(string? value)
    {
        if (value is null)
        {
            WriteInt32(-1);
            return;
        }
        var length = Encoding.UTF8.GetByteCount(value);
        WriteInt32(length);
        Encoding.UTF8.GetBytes(value, Room(length));
    }

    public void WriteXmlElement(string? value) => WriteString(value);

    public void WriteByteString(byte[]? value)
    {
        WriteInt32(value?.Length ?? -1);
        WriteBytes(value);
    }

    public void WriteBytes(ReadOnlySpan<byte> bytes) => bytes.CopyTo(Room(bytes.Length));

    public void WriteGuid(Guid value) => value.TryWriteBytes(Room(16));

    public void WriteDateTime(DateTime value) => WriteInt64(UaTime.ToTicks(value));

    public void WriteStatusCode(StatusCode value) => WriteUInt32(value.Value);

    public void WriteQualifiedName(QualifiedName value)
    {
        WriteUInt16(value.Namespace);
        WriteString(value.Name);
    }

    public void WriteLocalizedText(LocalizedText value)
    {
        WriteByte((byte)((value.Locale is null ? 0 : 1) | (value.Text is null ? 0 : 2)));
        if (value.Locale is { } locale)
            WriteString(locale);
        if (value.Text is { } text)
            WriteString(text);
    }

    public void WriteNodeId(NodeId value) => WriteNodeId(value, 0);

    public void WriteExpandedNodeId(ExpandedNodeId value)
    {
        WriteNodeId(value.Node, (byte)((value.NamespaceUri is null ? 0 : 0x80) | (value.ServerIndex == 0 ? 0 : 0x40)));
        if (value.NamespaceUri is { } uri)
            WriteString(uri);
        if (value.ServerIndex != 0)
            WriteUInt32(value.ServerIndex);
    }

    public void WriteExtensionObject(ExtensionObject value)
    {
        WriteNodeId(value.TypeId);
        if (value.Structure is { } structure)
        {
            WriteByte(1);
            var at = Length;
            WriteInt32(0);
            structure.Write(this);
            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(at), Length - at - 4);
        }
        else if (value.Bytes is { } bytes)
        {
            WriteByte(1);
            WriteByteString(bytes);
        }
        else
        {
            WriteByte(value.Xml is null ? (byte)0 : (byte)2);
            if (value.Xml is { } xml)
                WriteString(xml);
        }
    }

    public void WriteDiagnosticInfo(DiagnosticInfo? value)
    {
        WriteByte((byte)(value is null ? 0
            : (value.SymbolicId is null ? 0 : 1) | (value.NamespaceUri is null ? 0 : 2)
            | (value.LocalizedText is null ? 0 : 4) | (value.Locale is null ? 0 : 8)
            | (value.AdditionalInfo is null ? 0 : 16) | (value.InnerStatus is null ? 0 : 32)
            | (value.Inner is null ? 0 : 64)));
        if (value?.SymbolicId is { } symbol)
            WriteInt32(symbol);
        if (value?.NamespaceUri is { } uri)
            WriteInt32(uri);
        if (value?.Locale is { } locale)
            WriteInt32(locale);
        if (value?.LocalizedText is { } text)
            WriteInt32(text);
        if (value?.AdditionalInfo is { } info)
            WriteString(info);
        if (value?.InnerStatus is { } status)
            WriteStatusCode(status);
        if (value?.Inner is { } inner)
            WriteDiagnosticInfo(inner);
    }

    public void WriteDataValue(DataValue value)
    {
        WriteByte((byte)((value.Value.Type == BuiltInType.Null ? 0 : 1) | (value.Status.Value == 0 ? 0 : 2)
            | (value.SourceTime is null ? 0 : 4) | (value.ServerTime is null ? 0 : 8)
            | (value.SourcePicoseconds is null ? 0 : 16) | (value.ServerPicoseconds is null ? 0 : 32)));
        if (value.Value.Type != BuiltInType.Null)
            WriteVariant(value.Value);
        if (value.Status.Value != 0)
            WriteStatusCode(value.Status);
        if (value.SourceTime is { } source)
            WriteDateTime(source);
        if (value.SourcePicoseconds is { } picoseconds)
            WriteUInt16(picoseconds);
        if (value.ServerTime is { } server)
            WriteDateTime(server);
        if (value.ServerPicoseconds is { } more)
            WriteUInt16(more);
    }

    public void WriteVariant(Variant value) => VariantCodec.Write(this, value);

    /// <summary>A message: the number of its encoding, then itself (Part 6, 6.7.2.5).</summary>
    public void WriteMessage(IUaStructure message)
    {
        WriteNodeId(message.BinaryId);
        message.Write(this);
    }

    public void WriteArray<T>(T[] values) where T : IUaStructure
    {
        WriteLength(values);
        foreach (var value in values)
            value.Write(this);
    }

    public void WriteArray<T>(T[] values, Action<UaWriter, T> one)
    {
        WriteLength(values);
        foreach (var value in values)
            one(this, value);
    }

    /// <summary>An array that came as null goes as null.</summary>
    private void WriteLength<T>(T[] values) =>
        WriteInt32(ReferenceEquals(values, NullArray<T>.Instance) ? -1 : values.Length);

    private void WriteNodeId(NodeId value, byte flags)
    {
        switch (value.Name)
        {
            case null when value.Namespace == 0 && value.Number <= byte.MaxValue:
                WriteByte(flags);
                WriteByte((byte)value.Number);
                return;
            case null when value.Namespace <= byte.MaxValue && value.Number <= ushort.MaxValue:
                WriteByte((byte)(flags | 1));
                WriteByte((byte)value.Namespace);
                WriteUInt16((ushort)value.Number);
                return;
        }
        WriteByte((byte)(flags | value.Name switch { null => 2, string => 3, Guid => 4, _ => 5 }));
        WriteUInt16(value.Namespace);
        switch (value.Name)
        {
            case string text:
                WriteString(text);
                break;
            case Guid guid:
                WriteGuid(guid);
                break;
            case byte[] bytes:
                WriteByteString(bytes);
                break;
            default:
                WriteUInt32(value.Number);
                break;
        }
    }

    /// <summary>Bytes to be filled in by the caller; they hold what was there before.</summary>
    internal Span<byte> Room(int count)
    {
        if (_buffer.Length - Length < count)
            Array.Resize(ref _buffer, Math.Max(checked(Length + count), _buffer.Length * 2));
        Length += count;
        return _buffer.AsSpan(Length - count, count);
    }
}

/// <summary>Empty, but said to be null by who sent it.</summary>
internal static class NullArray<T>
{
    public static readonly T[] Instance = (T[])Array.CreateInstance(typeof(T), 0);
}
