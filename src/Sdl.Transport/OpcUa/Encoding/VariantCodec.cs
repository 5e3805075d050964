namespace Sdl.Transport.OpcUa;

/// <summary>The binary encoding of variants (Part 6, 5.2.2.16).</summary>
internal static class VariantCodec
{
    private const byte Many = 0x80, Matrix = 0x40;

    public static void Write(UaWriter to, Variant value)
    {
        var isArray = value.IsArray;
        var dimensions = isArray ? value.Dimensions : null;
        to.WriteByte((byte)((byte)value.Type | (isArray ? Many : 0) | (dimensions is null ? 0 : Matrix)));
        if (isArray)
            WriteMany(to, value.Type, value.Value!);
        else if (value.Type != BuiltInType.Null)
            WriteOne(to, value.Type, value.Value!);
        if (dimensions is not null)
            to.WriteArray(dimensions, static (to, one) => to.WriteInt32(one));
    }

    public static Variant Read(ref UaReader from)
    {
        var head = from.ReadByte();
        var type = (BuiltInType)(head & 0x3F);
        if (type > BuiltInType.DiagnosticInfo)
            throw OpcUaException.Decoding($"a variant has type {(int)type}");
        if ((head & Many) == 0)
            return Variant.Of(type, ReadOne(ref from, type));
        var values = ReadMany(ref from, type);
        var dimensions = (head & Matrix) == 0 ? null : from.ReadArray(static (ref from) => from.ReadInt32());
        if (dimensions is not null && !Fits(dimensions, values.Length))
            throw OpcUaException.Decoding("the dimensions of a matrix do not fit its elements");
        return Variant.Of(type, values, dimensions);
    }

    private static bool Fits(int[] dimensions, int length)
    {
        long product = 1;
        foreach (var dimension in dimensions)
        {
            if (dimension < 0 || product > int.MaxValue)
                return false;
            product *= dimension;
        }
        return product == length;
    }

    private static void WriteOne(UaWriter to, BuiltInType type, object value)
    {
        switch (type)
        {
            case BuiltInType.Boolean: to.WriteBoolean((bool)value); break;
            case BuiltInType.SByte: to.WriteSByte((sbyte)value); break;
            case BuiltInType.Byte: to.WriteByte((byte)value); break;
            case BuiltInType.Int16: to.WriteInt16((short)value); break;
            case BuiltInType.UInt16: to.WriteUInt16((ushort)value); break;
            case BuiltInType.Int32: to.WriteInt32((int)value); break;
            case BuiltInType.UInt32: to.WriteUInt32((uint)value); break;
            case BuiltInType.Int64: to.WriteInt64((long)value); break;
            case BuiltInType.UInt64: to.WriteUInt64((ulong)value); break;
            case BuiltInType.Float: to.WriteFloat((float)value); break;
            case BuiltInType.Double: to.WriteDouble((double)value); break;
            case BuiltInType.String or BuiltInType.XmlElement: to.WriteString((string?)value); break;
            case BuiltInType.DateTime: to.WriteDateTime((DateTime)value); break;
            case BuiltInType.Guid: to.WriteGuid((Guid)value); break;
            case BuiltInType.ByteString: to.WriteByteString((byte[]?)value); break;
            case BuiltInType.NodeId: to.WriteNodeId((NodeId)value); break;
            case BuiltInType.ExpandedNodeId: to.WriteExpandedNodeId((ExpandedNodeId)value); break;
            case BuiltInType.StatusCode: to.WriteStatusCode((StatusCode)value); break;
            case BuiltInType.QualifiedName: to.WriteQualifiedName((QualifiedName)value); break;
            case BuiltInType.LocalizedText: to.WriteLocalizedText((LocalizedText)value); break;
            case BuiltInType.ExtensionObject: to.WriteExtensionObject((ExtensionObject)value); break;
            case BuiltInType.DataValue: to.WriteDataValue((DataValue)value); break;
            case BuiltInType.Variant: to.WriteVariant((Variant)value); break;
            default: to.WriteDiagnosticInfo((DiagnosticInfo?)value); break;
        }
    }

    private static object? ReadOne(ref UaReader from, BuiltInType type) => type switch
    {
        BuiltInType.Null => null,
        BuiltInType.Boolean => from.ReadBoolean(),
        BuiltInType.SByte => from.ReadSByte(),
        BuiltInType.Byte => from.ReadByte(),
        BuiltInType.Int16 => from.ReadInt16(),
        BuiltInType.UInt16 => from.ReadUInt16(),
        BuiltInType.Int32 => from.ReadInt32(),
        BuiltInType.UInt32 => from.ReadUInt32(),
        BuiltInType.Int64 => from.ReadInt64(),
        BuiltInType.UInt64 => from.ReadUInt64(),
        BuiltInType.Float => from.ReadFloat(),
        BuiltInType.Double => from.ReadDouble(),
        BuiltInType.String or BuiltInType.XmlElement => from.ReadString(),
        BuiltInType.DateTime => from.ReadDateTime(),
        BuiltInType.Guid => from.ReadGuid(),
        BuiltInType.ByteString => from.ReadByteString(),
        BuiltInType.NodeId => from.ReadNodeId(),
        BuiltInType.ExpandedNodeId => from.ReadExpandedNodeId(),
        BuiltInType.StatusCode => from.ReadStatusCode(),
        BuiltInType.QualifiedName => from.ReadQualifiedName(),
        BuiltInType.LocalizedText => from.ReadLocalizedText(),
        BuiltInType.ExtensionObject => from.ReadExtensionObject(),
        BuiltInType.DataValue => from.ReadDataValue(),
        BuiltInType.Variant => from.ReadVariant(),
        _ => from.ReadDiagnosticInfo(),
    };

    private static void WriteMany(UaWriter to, BuiltInType type, object values)
    {
        switch (values)
        {
            case double[] many: to.WriteArray(many, static (to, one) => to.WriteDouble(one)); break;
            case float[] many: to.WriteArray(many, static (to, one) => to.WriteFloat(one)); break;
            case string?[] many: to.WriteArray(many, static (to, one) => to.WriteString(one)); break;
            // Boxing the elements of the rest costs little: they are few in a message.
            default:
                var all = (Array)values;
                to.WriteInt32(all.Length);
                foreach (var one in all)
                    WriteOne(to, type, one is Enum ? Convert.ToInt32(one, null) : one);
                break;
        }
    }

    private static Array ReadMany(ref UaReader from, BuiltInType type) => type switch
    {
        BuiltInType.Boolean => from.ReadArray(static (ref from) => from.ReadBoolean()),
        BuiltInType.SByte => from.ReadArray(static (ref from) => from.ReadSByte()),
        BuiltInType.Byte => from.ReadArray(static (ref from) => from.ReadByte()),
        BuiltInType.Int16 => from.ReadArray(static (ref from) => from.ReadInt16()),
        BuiltInType.UInt16 => from.ReadArray(static (ref from) => from.ReadUInt16()),
        BuiltInType.Int32 => from.ReadArray(static (ref from) => from.ReadInt32()),
        BuiltInType.UInt32 => from.ReadArray(static (ref from) => from.ReadUInt32()),
        BuiltInType.Int64 => from.ReadArray(static (ref from) => from.ReadInt64()),
        BuiltInType.UInt64 => from.ReadArray(static (ref from) => from.ReadUInt64()),
        BuiltInType.Float => from.ReadArray(static (ref from) => from.ReadFloat()),
        BuiltInType.Double => from.ReadArray(static (ref from) => from.ReadDouble()),
        BuiltInType.String or BuiltInType.XmlElement => from.ReadArray(static (ref from) => from.ReadString()),
        BuiltInType.DateTime => from.ReadArray(static (ref from) => from.ReadDateTime()),
        BuiltInType.Guid => from.ReadArray(static (ref from) => from.ReadGuid()),
        BuiltInType.ByteString => from.ReadArray(static (ref from) => from.ReadByteString()),
        BuiltInType.NodeId => from.ReadArray(static (ref from) => from.ReadNodeId()),
        BuiltInType.ExpandedNodeId => from.ReadArray(static (ref from) => from.ReadExpandedNodeId()),
        BuiltInType.StatusCode => from.ReadArray(static (ref from) => from.ReadStatusCode()),
        BuiltInType.QualifiedName => from.ReadArray(static (ref from) => from.ReadQualifiedName()),
        BuiltInType.LocalizedText => from.ReadArray(static (ref from) => from.ReadLocalizedText()),
        BuiltInType.ExtensionObject => from.ReadArray(static (ref from) => from.ReadExtensionObject()),
        BuiltInType.DataValue => from.ReadArray(static (ref from) => from.ReadDataValue()),
        BuiltInType.Variant => from.ReadArray(static (ref from) => from.ReadVariant()),
        BuiltInType.DiagnosticInfo => from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()),
        _ => throw OpcUaException.Decoding("an array of nothing"),
    };
}
