// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public sealed record MonitoredItemNotification(uint ClientHandle, DataValue Value)
    : IUaStructure<MonitoredItemNotification>
{
    public uint BinaryId => 808;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(ClientHandle);
        to.WriteDataValue(Value);
    }

    public static MonitoredItemNotification Read(ref UaReader from) =>
        new(from.ReadUInt32(), from.ReadDataValue());
}

public sealed record DataChangeNotification(
    MonitoredItemNotification[] MonitoredItems, DiagnosticInfo?[] DiagnosticInfos)
    : IUaStructure<DataChangeNotification>
{
    public uint BinaryId => 811;

    public void Write(UaWriter to)
    {
        to.WriteArray(MonitoredItems);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static DataChangeNotification Read(ref UaReader from) =>
        new(
            from.ReadArray<MonitoredItemNotification>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()));
}

public sealed record EventFieldList(uint ClientHandle, Variant[] EventFields)
    : IUaStructure<EventFieldList>
{
    public uint BinaryId => 919;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(ClientHandle);
        to.WriteArray(EventFields, static (to, one) => to.WriteVariant(one));
    }

    public static EventFieldList Read(ref UaReader from) =>
        new(from.ReadUInt32(), from.ReadArray(static (ref from) => from.ReadVariant()));
}

public sealed record EventNotificationList(EventFieldList[] Events)
    : IUaStructure<EventNotificationList>
{
    public uint BinaryId => 916;

    public void Write(UaWriter to)
    {
        to.WriteArray(Events);
    }

    public static EventNotificationList Read(ref UaReader from) =>
        new(from.ReadArray<EventFieldList>());
}

public sealed record StatusChangeNotification(StatusCode Status, DiagnosticInfo? DiagnosticInfo)
    : IUaStructure<StatusChangeNotification>
{
    public uint BinaryId => 820;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(Status);
        to.WriteDiagnosticInfo(DiagnosticInfo);
    }

    public static StatusChangeNotification Read(ref UaReader from) =>
        new(from.ReadStatusCode(), from.ReadDiagnosticInfo());
}

public sealed record SubscriptionAcknowledgement(uint SubscriptionId, uint SequenceNumber)
    : IUaStructure<SubscriptionAcknowledgement>
{
    public uint BinaryId => 823;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(SubscriptionId);
        to.WriteUInt32(SequenceNumber);
    }

    public static SubscriptionAcknowledgement Read(ref UaReader from) =>
        new(from.ReadUInt32(), from.ReadUInt32());
}

public sealed record NotificationMessage(
    uint SequenceNumber, DateTime PublishTime, ExtensionObject[] NotificationData)
    : IUaStructure<NotificationMessage>
{
    public uint BinaryId => 805;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(SequenceNumber);
        to.WriteDateTime(PublishTime);
        to.WriteArray(NotificationData, static (to, one) => to.WriteExtensionObject(one));
    }

    public static NotificationMessage Read(ref UaReader from) =>
        new(
            from.ReadUInt32(), from.ReadDateTime(),
            from.ReadArray(static (ref from) => from.ReadExtensionObject()));
}

public sealed record PublishRequest(SubscriptionAcknowledgement[] SubscriptionAcknowledgements)
    : IUaRequest, IUaStructure<PublishRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 826;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteArray(SubscriptionAcknowledgements);
    }

    public static PublishRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadArray<SubscriptionAcknowledgement>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record PublishResponse(
    uint SubscriptionId, uint[] AvailableSequenceNumbers, bool MoreNotifications,
    NotificationMessage NotificationMessage, StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<PublishResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 829;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteArray(AvailableSequenceNumbers, static (to, one) => to.WriteUInt32(one));
        to.WriteBoolean(MoreNotifications);
        NotificationMessage.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static PublishResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadUInt32(), from.ReadArray(static (ref from) => from.ReadUInt32()), from.ReadBoolean(),
            NotificationMessage.Read(ref from),
            from.ReadArray(static (ref from) => from.ReadStatusCode()),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record RepublishRequest(uint SubscriptionId, uint RetransmitSequenceNumber)
    : IUaRequest, IUaStructure<RepublishRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 832;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteUInt32(RetransmitSequenceNumber);
    }

    public static RepublishRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadUInt32(), from.ReadUInt32())
        {
            RequestHeader = header,
        };
    }
}

public sealed record RepublishResponse(NotificationMessage NotificationMessage)
    : IUaResponse, IUaStructure<RepublishResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 835;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        NotificationMessage.Write(to);
    }

    public static RepublishResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(NotificationMessage.Read(ref from))
        {
            ResponseHeader = header,
        };
    }
}
