// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public sealed record CreateSubscriptionRequest(
    double RequestedPublishingInterval, uint RequestedLifetimeCount, uint RequestedMaxKeepAliveCount,
    uint MaxNotificationsPerPublish, bool PublishingEnabled, byte Priority)
    : IUaRequest, IUaStructure<CreateSubscriptionRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 787;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteDouble(RequestedPublishingInterval);
        to.WriteUInt32(RequestedLifetimeCount);
        to.WriteUInt32(RequestedMaxKeepAliveCount);
        to.WriteUInt32(MaxNotificationsPerPublish);
        to.WriteBoolean(PublishingEnabled);
        to.WriteByte(Priority);
    }

    public static CreateSubscriptionRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadDouble(), from.ReadUInt32(), from.ReadUInt32(), from.ReadUInt32(),
            from.ReadBoolean(), from.ReadByte())
        {
            RequestHeader = header,
        };
    }
}

public sealed record CreateSubscriptionResponse(
    uint SubscriptionId, double RevisedPublishingInterval, uint RevisedLifetimeCount,
    uint RevisedMaxKeepAliveCount)
    : IUaResponse, IUaStructure<CreateSubscriptionResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 790;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteDouble(RevisedPublishingInterval);
        to.WriteUInt32(RevisedLifetimeCount);
        to.WriteUInt32(RevisedMaxKeepAliveCount);
    }

    public static CreateSubscriptionResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadUInt32(), from.ReadDouble(), from.ReadUInt32(), from.ReadUInt32())
        {
            ResponseHeader = header,
        };
    }
}

public sealed record ModifySubscriptionRequest(
    uint SubscriptionId, double RequestedPublishingInterval, uint RequestedLifetimeCount,
    uint RequestedMaxKeepAliveCount, uint MaxNotificationsPerPublish, byte Priority)
    : IUaRequest, IUaStructure<ModifySubscriptionRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 793;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteDouble(RequestedPublishingInterval);
        to.WriteUInt32(RequestedLifetimeCount);
        to.WriteUInt32(RequestedMaxKeepAliveCount);
        to.WriteUInt32(MaxNotificationsPerPublish);
        to.WriteByte(Priority);
    }

    public static ModifySubscriptionRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadUInt32(), from.ReadDouble(), from.ReadUInt32(), from.ReadUInt32(), from.ReadUInt32(),
            from.ReadByte())
        {
            RequestHeader = header,
        };
    }
}

public sealed record ModifySubscriptionResponse(
    double RevisedPublishingInterval, uint RevisedLifetimeCount, uint RevisedMaxKeepAliveCount)
    : IUaResponse, IUaStructure<ModifySubscriptionResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 796;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteDouble(RevisedPublishingInterval);
        to.WriteUInt32(RevisedLifetimeCount);
        to.WriteUInt32(RevisedMaxKeepAliveCount);
    }

    public static ModifySubscriptionResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadDouble(), from.ReadUInt32(), from.ReadUInt32())
        {
            ResponseHeader = header,
        };
    }
}

public sealed record SetPublishingModeRequest(bool PublishingEnabled, uint[] SubscriptionIds)
    : IUaRequest, IUaStructure<SetPublishingModeRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 799;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteBoolean(PublishingEnabled);
        to.WriteArray(SubscriptionIds, static (to, one) => to.WriteUInt32(one));
    }

    public static SetPublishingModeRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadBoolean(), from.ReadArray(static (ref from) => from.ReadUInt32()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record SetPublishingModeResponse(
    StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<SetPublishingModeResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 802;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static SetPublishingModeResponse Read(ref UaReader from)
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

public sealed record DeleteSubscriptionsRequest(uint[] SubscriptionIds)
    : IUaRequest, IUaStructure<DeleteSubscriptionsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 847;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(SubscriptionIds, static (to, one) => to.WriteUInt32(one));
    }

    public static DeleteSubscriptionsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray(static (ref from) => from.ReadUInt32()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record DeleteSubscriptionsResponse(
    StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<DeleteSubscriptionsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 850;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static DeleteSubscriptionsResponse Read(ref UaReader from)
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

public sealed record TransferResult(StatusCode StatusCode, uint[] AvailableSequenceNumbers)
    : IUaStructure<TransferResult>
{
    public uint BinaryId => 838;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteArray(AvailableSequenceNumbers, static (to, one) => to.WriteUInt32(one));
    }

    public static TransferResult Read(ref UaReader from) =>
        new(from.ReadStatusCode(), from.ReadArray(static (ref from) => from.ReadUInt32()));
}

public sealed record TransferSubscriptionsRequest(uint[] SubscriptionIds, bool SendInitialValues)
    : IUaRequest, IUaStructure<TransferSubscriptionsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 841;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(SubscriptionIds, static (to, one) => to.WriteUInt32(one));
        to.WriteBoolean(SendInitialValues);
    }

    public static TransferSubscriptionsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray(static (ref from) => from.ReadUInt32()), from.ReadBoolean())
        {
            RequestHeader = header,
        };
    }
}

public sealed record TransferSubscriptionsResponse(
    TransferResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<TransferSubscriptionsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 844;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static TransferSubscriptionsResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<TransferResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}
