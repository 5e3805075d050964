// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public enum BrowseDirection
{
    Forward = 0, Inverse = 1, Both = 2, Invalid = 3,
}

public enum NodeClass
{
    Unspecified = 0, Object = 1, Variable = 2, Method = 4, ObjectType = 8, VariableType = 16,
    ReferenceType = 32, DataType = 64, View = 128,
}

public sealed record ViewDescription(NodeId ViewId, DateTime Timestamp, uint ViewVersion)
    : IUaStructure<ViewDescription>
{
    public uint BinaryId => 513;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(ViewId);
        to.WriteDateTime(Timestamp);
        to.WriteUInt32(ViewVersion);
    }

    public static ViewDescription Read(ref UaReader from) =>
        new(from.ReadNodeId(), from.ReadDateTime(), from.ReadUInt32());
}

public sealed record BrowseDescription(
    NodeId NodeId, BrowseDirection BrowseDirection, NodeId ReferenceTypeId, bool IncludeSubtypes,
    uint NodeClassMask, uint ResultMask)
    : IUaStructure<BrowseDescription>
{
    public uint BinaryId => 516;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(NodeId);
        to.WriteInt32((int)BrowseDirection);
        to.WriteNodeId(ReferenceTypeId);
        to.WriteBoolean(IncludeSubtypes);
        to.WriteUInt32(NodeClassMask);
        to.WriteUInt32(ResultMask);
    }

    public static BrowseDescription Read(ref UaReader from) =>
        new(
            from.ReadNodeId(), (BrowseDirection)from.ReadInt32(), from.ReadNodeId(), from.ReadBoolean(),
            from.ReadUInt32(), from.ReadUInt32());
}

public sealed record ReferenceDescription(
    NodeId ReferenceTypeId, bool IsForward, ExpandedNodeId NodeId, QualifiedName BrowseName,
    LocalizedText DisplayName, NodeClass NodeClass, ExpandedNodeId TypeDefinition)
    : IUaStructure<ReferenceDescription>
{
    public uint BinaryId => 520;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(ReferenceTypeId);
        to.WriteBoolean(IsForward);
        to.WriteExpandedNodeId(NodeId);
        to.WriteQualifiedName(BrowseName);
        to.WriteLocalizedText(DisplayName);
        to.WriteInt32((int)NodeClass);
        to.WriteExpandedNodeId(TypeDefinition);
    }

    public static ReferenceDescription Read(ref UaReader from) =>
        new(
            from.ReadNodeId(), from.ReadBoolean(), from.ReadExpandedNodeId(), from.ReadQualifiedName(),
            from.ReadLocalizedText(), (NodeClass)from.ReadInt32(), from.ReadExpandedNodeId());
}

public sealed record BrowseResult(
    StatusCode StatusCode, byte[]? ContinuationPoint, ReferenceDescription[] References)
    : IUaStructure<BrowseResult>
{
    public uint BinaryId => 524;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteByteString(ContinuationPoint);
        to.WriteArray(References);
    }

    public static BrowseResult Read(ref UaReader from) =>
        new(from.ReadStatusCode(), from.ReadByteString(), from.ReadArray<ReferenceDescription>());
}

public sealed record BrowseRequest(
    ViewDescription View, uint RequestedMaxReferencesPerNode, BrowseDescription[] NodesToBrowse)
    : IUaRequest, IUaStructure<BrowseRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 527;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        View.Write(to);
        to.WriteUInt32(RequestedMaxReferencesPerNode);
        to.WriteArray(NodesToBrowse);
    }

    public static BrowseRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(ViewDescription.Read(ref from), from.ReadUInt32(), from.ReadArray<BrowseDescription>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record BrowseResponse(BrowseResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<BrowseResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 530;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static BrowseResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<BrowseResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record BrowseNextRequest(bool ReleaseContinuationPoints, byte[]?[] ContinuationPoints)
    : IUaRequest, IUaStructure<BrowseNextRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 533;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteBoolean(ReleaseContinuationPoints);
        to.WriteArray(ContinuationPoints, static (to, one) => to.WriteByteString(one));
    }

    public static BrowseNextRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadBoolean(), from.ReadArray(static (ref from) => from.ReadByteString()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record BrowseNextResponse(BrowseResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<BrowseNextResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 536;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static BrowseNextResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<BrowseResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record RelativePathElement(
    NodeId ReferenceTypeId, bool IsInverse, bool IncludeSubtypes, QualifiedName TargetName)
    : IUaStructure<RelativePathElement>
{
    public uint BinaryId => 539;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(ReferenceTypeId);
        to.WriteBoolean(IsInverse);
        to.WriteBoolean(IncludeSubtypes);
        to.WriteQualifiedName(TargetName);
    }

    public static RelativePathElement Read(ref UaReader from) =>
        new(from.ReadNodeId(), from.ReadBoolean(), from.ReadBoolean(), from.ReadQualifiedName());
}

public sealed record RelativePath(RelativePathElement[] Elements)
    : IUaStructure<RelativePath>
{
    public uint BinaryId => 542;

    public void Write(UaWriter to)
    {
        to.WriteArray(Elements);
    }

    public static RelativePath Read(ref UaReader from) =>
        new(from.ReadArray<RelativePathElement>());
}

public sealed record BrowsePath(NodeId StartingNode, RelativePath RelativePath)
    : IUaStructure<BrowsePath>
{
    public uint BinaryId => 545;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(StartingNode);
        RelativePath.Write(to);
    }

    public static BrowsePath Read(ref UaReader from) =>
        new(from.ReadNodeId(), RelativePath.Read(ref from));
}

public sealed record BrowsePathTarget(ExpandedNodeId TargetId, uint RemainingPathIndex)
    : IUaStructure<BrowsePathTarget>
{
    public uint BinaryId => 548;

    public void Write(UaWriter to)
    {
        to.WriteExpandedNodeId(TargetId);
        to.WriteUInt32(RemainingPathIndex);
    }

    public static BrowsePathTarget Read(ref UaReader from) =>
        new(from.ReadExpandedNodeId(), from.ReadUInt32());
}

public sealed record BrowsePathResult(StatusCode StatusCode, BrowsePathTarget[] Targets)
    : IUaStructure<BrowsePathResult>
{
    public uint BinaryId => 551;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteArray(Targets);
    }

    public static BrowsePathResult Read(ref UaReader from) =>
        new(from.ReadStatusCode(), from.ReadArray<BrowsePathTarget>());
}

public sealed record TranslateBrowsePathsToNodeIdsRequest(BrowsePath[] BrowsePaths)
    : IUaRequest, IUaStructure<TranslateBrowsePathsToNodeIdsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 554;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(BrowsePaths);
    }

    public static TranslateBrowsePathsToNodeIdsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray<BrowsePath>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record TranslateBrowsePathsToNodeIdsResponse(
    BrowsePathResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<TranslateBrowsePathsToNodeIdsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 557;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static TranslateBrowsePathsToNodeIdsResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<BrowsePathResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record RegisterNodesRequest(NodeId[] NodesToRegister)
    : IUaRequest, IUaStructure<RegisterNodesRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 560;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(NodesToRegister, static (to, one) => to.WriteNodeId(one));
    }

    public static RegisterNodesRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray(static (ref from) => from.ReadNodeId()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record RegisterNodesResponse(NodeId[] RegisteredNodeIds)
    : IUaResponse, IUaStructure<RegisterNodesResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 563;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(RegisteredNodeIds, static (to, one) => to.WriteNodeId(one));
    }

    public static RegisterNodesResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadArray(static (ref from) => from.ReadNodeId()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record UnregisterNodesRequest(NodeId[] NodesToUnregister)
    : IUaRequest, IUaStructure<UnregisterNodesRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 566;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(NodesToUnregister, static (to, one) => to.WriteNodeId(one));
    }

    public static UnregisterNodesRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray(static (ref from) => from.ReadNodeId()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record UnregisterNodesResponse
    : IUaResponse, IUaStructure<UnregisterNodesResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 569;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
    }

    public static UnregisterNodesResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new()
        {
            ResponseHeader = header,
        };
    }
}
