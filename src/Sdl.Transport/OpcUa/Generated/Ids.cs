// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

/// <summary>Nodes of namespace 0.</summary>
public static class Ids
{
    public const uint RootFolder = 84;
    public const uint ObjectsFolder = 85;
    public const uint TypesFolder = 86;
    public const uint ViewsFolder = 87;
    public const uint Server = 2253;
    public const uint ServerServerArray = 2254;
    public const uint ServerNamespaceArray = 2255;
    public const uint ServerServerStatus = 2256;
    public const uint ServerServerStatusState = 2259;
    public const uint References = 31;
    public const uint NonHierarchicalReferences = 32;
    public const uint HierarchicalReferences = 33;
    public const uint HasChild = 34;
    public const uint Organizes = 35;
    public const uint HasEventSource = 36;
    public const uint HasModellingRule = 37;
    public const uint HasEncoding = 38;
    public const uint HasTypeDefinition = 40;
    public const uint GeneratesEvent = 41;
    public const uint Aggregates = 44;
    public const uint HasSubtype = 45;
    public const uint HasProperty = 46;
    public const uint HasComponent = 47;
    public const uint HasNotifier = 48;
    public const uint BaseObjectType = 58;
    public const uint FolderType = 61;
    public const uint BaseVariableType = 62;
    public const uint BaseDataVariableType = 63;
    public const uint PropertyType = 68;
    public const uint BaseEventType = 2041;
    public const uint BaseDataType = 24;
    public const uint Number = 26;
    public const uint Integer = 27;
    public const uint UInteger = 28;
    public const uint Enumeration = 29;
}
