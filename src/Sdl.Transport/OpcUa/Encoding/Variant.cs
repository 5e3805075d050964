using System.Collections;
using System.Globalization;

namespace Sdl.Transport.OpcUa;

/// <summary>A value of any built-in type, one or many (Part 6, 5.2.2.16). Its .NET types: bool, sbyte, byte, short,
/// ushort, int, uint, long, ulong, float, double, string, DateTime (UTC), Guid, byte[] for a ByteString, string for an
/// XmlElement, <see cref="NodeId"/>, <see cref="ExpandedNodeId"/>, <see cref="StatusCode"/>, <see
/// cref="QualifiedName"/>, <see cref="LocalizedText"/>, <see cref="ExtensionObject"/>, <see cref="DataValue"/>, <see
/// cref="Variant"/>, <see cref="DiagnosticInfo"/>; many are an array of these.</summary>
public readonly struct Variant
{
    private Variant(BuiltInType type, object? value, int[]? dimensions) =>
        (Type, Value, Dimensions) = (type, value, dimensions);

    public BuiltInType Type { get; }

    public object? Value { get; }

    /// <summary>Lengths of a matrix, whose elements lie in <see cref="Value"/> row by row; null for anything else.
    /// </summary>
    public int[]? Dimensions { get; }

    public bool IsArray => Value is Array && !(Type == BuiltInType.ByteString && Value is byte[]);

    /// <summary>Finds the type by the value; an enumeration is an Int32, a structure an ExtensionObject. byte[] is a
    /// ByteString; for an array of Byte use <see cref="Of(BuiltInType, object?, int[])"/>.</summary>
    /// <exception cref="ArgumentException">No built-in type fits.</exception>
    public static Variant Of(object? value) => value switch
    {
        null => default,
        Variant one => one,
        Enum one => new Variant(BuiltInType.Int32, Convert.ToInt32(one, CultureInfo.InvariantCulture), null),
        IUaStructure one => new Variant(BuiltInType.ExtensionObject, new ExtensionObject(one), null),
        IEnumerable<IUaStructure> many => new Variant(
            BuiltInType.ExtensionObject, many.Select(one => new ExtensionObject(one)).ToArray(), null),
        byte[] => new Variant(BuiltInType.ByteString, value, null),
        byte[][] => new Variant(BuiltInType.ByteString, value, null),
        Array many => new Variant(TypeOf(many.GetType().GetElementType()!), value, null),
        _ => new Variant(TypeOf(value.GetType()), value, null),
    };

    /// <summary>Of a type that is told: ByteString or an array of Byte, XmlElement or String.</summary>
    public static Variant Of(BuiltInType type, object? value, int[]? dimensions = null) =>
        type == BuiltInType.Null || value is null && type != BuiltInType.String && type != BuiltInType.ByteString
            ? default
            : new Variant(type, value, dimensions);

    /// <summary>The value as a number.</summary>
    /// <exception cref="InvalidCastException">It is none.</exception>
    public double AsDouble() => Type is >= BuiltInType.Boolean and <= BuiltInType.Double && !IsArray
        ? Convert.ToDouble(Value, CultureInfo.InvariantCulture)
        : throw new InvalidCastException($"{this} is not a number");

    public override string ToString() => Value switch
    {
        null => "null",
        byte[] bytes => Convert.ToHexString(bytes),
        IEnumerable many when IsArray => "[" + string.Join(", ", many.Cast<object>().Take(20)) + "]",
        IFormattable one => one.ToString(null, CultureInfo.InvariantCulture),
        var one => one.ToString()!,
    };

    private static BuiltInType TypeOf(Type type) => System.Type.GetTypeCode(type) switch
    {
        _ when type.IsEnum => BuiltInType.Int32,
        TypeCode.Boolean => BuiltInType.Boolean,
        TypeCode.SByte => BuiltInType.SByte,
        TypeCode.Byte => BuiltInType.Byte,
        TypeCode.Int16 => BuiltInType.Int16,
        TypeCode.UInt16 => BuiltInType.UInt16,
        TypeCode.Int32 => BuiltInType.Int32,
        TypeCode.UInt32 => BuiltInType.UInt32,
        TypeCode.Int64 => BuiltInType.Int64,
        TypeCode.UInt64 => BuiltInType.UInt64,
        TypeCode.Single => BuiltInType.Float,
        TypeCode.Double => BuiltInType.Double,
        TypeCode.String => BuiltInType.String,
        TypeCode.DateTime => BuiltInType.DateTime,
        _ when Enum.TryParse<BuiltInType>(type.Name, out var named) && named >= BuiltInType.Guid => named,
        _ => throw new ArgumentException($"{type} is no built-in type of OPC UA"),
    };
}

/// <summary>A value with its quality and times (Part 6, 5.2.2.17).</summary>
/// <param name="SourceTime">When the device had it, UTC; null when it is not told.</param>
/// <param name="SourcePicoseconds">In tens of picoseconds, beside the time.</param>
public sealed record DataValue(
    Variant Value, StatusCode Status = default, DateTime? SourceTime = null, DateTime? ServerTime = null,
    ushort? SourcePicoseconds = null, ushort? ServerPicoseconds = null)
{
    public override string ToString() => Status.Value == 0 ? $"{Value}" : $"{Value} ({Status})";
}

/// <summary>What a server says beside a status code (Part 6, 5.2.2.12); the numbers point into the response's table of
/// strings.</summary>
public sealed record DiagnosticInfo(
    int? SymbolicId = null, int? NamespaceUri = null, int? Locale = null, int? LocalizedText = null,
    string? AdditionalInfo = null, StatusCode? InnerStatus = null, DiagnosticInfo? Inner = null);
