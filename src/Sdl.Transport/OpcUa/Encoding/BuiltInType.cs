namespace Sdl.Transport.OpcUa;

/// <summary>Part 6, table 1.</summary>
public enum BuiltInType : byte
{
    Null, Boolean, SByte, Byte, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float, Double, String, DateTime, Guid,
    ByteString, XmlElement, NodeId, ExpandedNodeId, StatusCode, QualifiedName, LocalizedText, ExtensionObject,
    DataValue, Variant, DiagnosticInfo,
}

/// <summary>Part 6, annex A.1.</summary>
public enum AttributeId : uint
{
    NodeId = 1, NodeClass, BrowseName, DisplayName, Description, WriteMask, UserWriteMask, IsAbstract, Symmetric,
    InverseName, ContainsNoLoops, EventNotifier, Value, DataType, ValueRank, ArrayDimensions, AccessLevel,
    UserAccessLevel, MinimumSamplingInterval, Historizing, Executable, UserExecutable, DataTypeDefinition,
    RolePermissions, UserRolePermissions, AccessRestrictions, AccessLevelEx,
}
