// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public sealed record Argument(
    string? Name, NodeId DataType, int ValueRank, uint[] ArrayDimensions, LocalizedText Description)
    : IUaStructure<Argument>
{
    public uint BinaryId => 298;

    public void Write(UaWriter to)
    {
        to.WriteString(Name);
        to.WriteNodeId(DataType);
        to.WriteInt32(ValueRank);
        to.WriteArray(ArrayDimensions, static (to, one) => to.WriteUInt32(one));
        to.WriteLocalizedText(Description);
    }

    public static Argument Read(ref UaReader from) =>
        new(
            from.ReadString(), from.ReadNodeId(), from.ReadInt32(),
            from.ReadArray(static (ref from) => from.ReadUInt32()), from.ReadLocalizedText());
}

public sealed record Range(double Low, double High)
    : IUaStructure<Range>
{
    public uint BinaryId => 886;

    public void Write(UaWriter to)
    {
        to.WriteDouble(Low);
        to.WriteDouble(High);
    }

    public static Range Read(ref UaReader from) =>
        new(from.ReadDouble(), from.ReadDouble());
}

public sealed record EUInformation(
    string? NamespaceUri, int UnitId, LocalizedText DisplayName, LocalizedText Description)
    : IUaStructure<EUInformation>
{
    public uint BinaryId => 889;

    public void Write(UaWriter to)
    {
        to.WriteString(NamespaceUri);
        to.WriteInt32(UnitId);
        to.WriteLocalizedText(DisplayName);
        to.WriteLocalizedText(Description);
    }

    public static EUInformation Read(ref UaReader from) =>
        new(from.ReadString(), from.ReadInt32(), from.ReadLocalizedText(), from.ReadLocalizedText());
}

public sealed record KeyValuePair(QualifiedName Key, Variant Value)
    : IUaStructure<KeyValuePair>
{
    public uint BinaryId => 14846;

    public void Write(UaWriter to)
    {
        to.WriteQualifiedName(Key);
        to.WriteVariant(Value);
    }

    public static KeyValuePair Read(ref UaReader from) =>
        new(from.ReadQualifiedName(), from.ReadVariant());
}

public enum ServerState
{
    Running = 0, Failed = 1, NoConfiguration = 2, Suspended = 3, Shutdown = 4, Test = 5,
    CommunicationFault = 6, Unknown = 7,
}

public sealed record BuildInfo(
    string? ProductUri, string? ManufacturerName, string? ProductName, string? SoftwareVersion,
    string? BuildNumber, DateTime BuildDate)
    : IUaStructure<BuildInfo>
{
    public uint BinaryId => 340;

    public void Write(UaWriter to)
    {
        to.WriteString(ProductUri);
        to.WriteString(ManufacturerName);
        to.WriteString(ProductName);
        to.WriteString(SoftwareVersion);
        to.WriteString(BuildNumber);
        to.WriteDateTime(BuildDate);
    }

    public static BuildInfo Read(ref UaReader from) =>
        new(
            from.ReadString(), from.ReadString(), from.ReadString(), from.ReadString(), from.ReadString(),
            from.ReadDateTime());
}

public sealed record ServerStatusDataType(
    DateTime StartTime, DateTime CurrentTime, ServerState State, BuildInfo BuildInfo,
    uint SecondsTillShutdown, LocalizedText ShutdownReason)
    : IUaStructure<ServerStatusDataType>
{
    public uint BinaryId => 864;

    public void Write(UaWriter to)
    {
        to.WriteDateTime(StartTime);
        to.WriteDateTime(CurrentTime);
        to.WriteInt32((int)State);
        BuildInfo.Write(to);
        to.WriteUInt32(SecondsTillShutdown);
        to.WriteLocalizedText(ShutdownReason);
    }

    public static ServerStatusDataType Read(ref UaReader from) =>
        new(
            from.ReadDateTime(), from.ReadDateTime(), (ServerState)from.ReadInt32(),
            BuildInfo.Read(ref from), from.ReadUInt32(), from.ReadLocalizedText());
}

public sealed record EnumValueType(long Value, LocalizedText DisplayName, LocalizedText Description)
    : IUaStructure<EnumValueType>
{
    public uint BinaryId => 8251;

    public void Write(UaWriter to)
    {
        to.WriteInt64(Value);
        to.WriteLocalizedText(DisplayName);
        to.WriteLocalizedText(Description);
    }

    public static EnumValueType Read(ref UaReader from) =>
        new(from.ReadInt64(), from.ReadLocalizedText(), from.ReadLocalizedText());
}
