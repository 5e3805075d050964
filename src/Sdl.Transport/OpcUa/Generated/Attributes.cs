// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public enum TimestampsToReturn
{
    Source = 0, Server = 1, Both = 2, Neither = 3, Invalid = 4,
}

public sealed record ReadValueId(
    NodeId NodeId, AttributeId AttributeId, string? IndexRange, QualifiedName DataEncoding)
    : IUaStructure<ReadValueId>
{
    public uint BinaryId => 628;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(NodeId);
        to.WriteUInt32((uint)AttributeId);
        to.WriteString(IndexRange);
        to.WriteQualifiedName(DataEncoding);
    }

    public static ReadValueId Read(ref UaReader from) =>
        new(
            from.ReadNodeId(), (AttributeId)from.ReadUInt32(), from.ReadString(),
            from.ReadQualifiedName());
}

public sealed record ReadRequest(
    double MaxAge, TimestampsToReturn TimestampsToReturn, ReadValueId[] NodesToRead)
    : IUaRequest, IUaStructure<ReadRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 631;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteDouble(MaxAge);
        to.WriteInt32((int)TimestampsToReturn);
        to.WriteArray(NodesToRead);
    }

    public static ReadRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadDouble(), (TimestampsToReturn)from.ReadInt32(), from.ReadArray<ReadValueId>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record ReadResponse(DataValue[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<ReadResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 634;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteDataValue(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static ReadResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray(static (ref from) => from.ReadDataValue()),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record WriteValue(
    NodeId NodeId, AttributeId AttributeId, string? IndexRange, DataValue Value)
    : IUaStructure<WriteValue>
{
    public uint BinaryId => 670;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(NodeId);
        to.WriteUInt32((uint)AttributeId);
        to.WriteString(IndexRange);
        to.WriteDataValue(Value);
    }

    public static WriteValue Read(ref UaReader from) =>
        new(from.ReadNodeId(), (AttributeId)from.ReadUInt32(), from.ReadString(), from.ReadDataValue());
}

public sealed record WriteRequest(WriteValue[] NodesToWrite)
    : IUaRequest, IUaStructure<WriteRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 673;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(NodesToWrite);
    }

    public static WriteRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray<WriteValue>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record WriteResponse(StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<WriteResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 676;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static WriteResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray(static (ref from) => from.ReadStatusCode()),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record CallMethodRequest(NodeId ObjectId, NodeId MethodId, Variant[] InputArguments)
    : IUaStructure<CallMethodRequest>
{
    public uint BinaryId => 706;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(ObjectId);
        to.WriteNodeId(MethodId);
        to.WriteArray(InputArguments, static (to, one) => to.WriteVariant(one));
    }

    public static CallMethodRequest Read(ref UaReader from) =>
        new(from.ReadNodeId(), from.ReadNodeId(), from.ReadArray(static (ref from) => from.ReadVariant()));
}

public sealed record CallMethodResult(
    StatusCode StatusCode, StatusCode[] InputArgumentResults,
    DiagnosticInfo?[] InputArgumentDiagnosticInfos, Variant[] OutputArguments)
    : IUaStructure<CallMethodResult>
{
    public uint BinaryId => 709;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteArray(InputArgumentResults, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(InputArgumentDiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
        to.WriteArray(OutputArguments, static (to, one) => to.WriteVariant(one));
    }

    public static CallMethodResult Read(ref UaReader from) =>
        new(
            from.ReadStatusCode(), from.ReadArray(static (ref from) => from.ReadStatusCode()),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()),
            from.ReadArray(static (ref from) => from.ReadVariant()));
}

public sealed record CallRequest(CallMethodRequest[] MethodsToCall)
    : IUaRequest, IUaStructure<CallRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 712;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(MethodsToCall);
    }

    public static CallRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray<CallMethodRequest>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record CallResponse(CallMethodResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<CallResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 715;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static CallResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<CallMethodResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}
