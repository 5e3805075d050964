// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public enum MonitoringMode
{
    Disabled = 0, Sampling = 1, Reporting = 2,
}

public enum DataChangeTrigger
{
    Status = 0, StatusValue = 1, StatusValueTimestamp = 2,
}

public enum FilterOperator
{
    Equals = 0, IsNull = 1, GreaterThan = 2, LessThan = 3, GreaterThanOrEqual = 4, LessThanOrEqual = 5,
    Like = 6, Not = 7, Between = 8, InList = 9, And = 10, Or = 11, Cast = 12, InView = 13, OfType = 14,
    RelatedTo = 15, BitwiseAnd = 16, BitwiseOr = 17,
}

public enum DeadbandType
{
    None = 0, Absolute = 1, Percent = 2,
}

public sealed record DataChangeFilter(
    DataChangeTrigger Trigger, uint DeadbandType, double DeadbandValue)
    : IUaStructure<DataChangeFilter>
{
    public uint BinaryId => 724;

    public void Write(UaWriter to)
    {
        to.WriteInt32((int)Trigger);
        to.WriteUInt32(DeadbandType);
        to.WriteDouble(DeadbandValue);
    }

    public static DataChangeFilter Read(ref UaReader from) =>
        new((DataChangeTrigger)from.ReadInt32(), from.ReadUInt32(), from.ReadDouble());
}

public sealed record SimpleAttributeOperand(
    NodeId TypeDefinitionId, QualifiedName[] BrowsePath, AttributeId AttributeId, string? IndexRange)
    : IUaStructure<SimpleAttributeOperand>
{
    public uint BinaryId => 603;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(TypeDefinitionId);
        to.WriteArray(BrowsePath, static (to, one) => to.WriteQualifiedName(one));
        to.WriteUInt32((uint)AttributeId);
        to.WriteString(IndexRange);
    }

    public static SimpleAttributeOperand Read(ref UaReader from) =>
        new(
            from.ReadNodeId(), from.ReadArray(static (ref from) => from.ReadQualifiedName()),
            (AttributeId)from.ReadUInt32(), from.ReadString());
}

public sealed record LiteralOperand(Variant Value)
    : IUaStructure<LiteralOperand>
{
    public uint BinaryId => 597;

    public void Write(UaWriter to)
    {
        to.WriteVariant(Value);
    }

    public static LiteralOperand Read(ref UaReader from) =>
        new(from.ReadVariant());
}

public sealed record ElementOperand(uint Index)
    : IUaStructure<ElementOperand>
{
    public uint BinaryId => 594;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(Index);
    }

    public static ElementOperand Read(ref UaReader from) =>
        new(from.ReadUInt32());
}

public sealed record ContentFilterElement(
    FilterOperator FilterOperator, ExtensionObject[] FilterOperands)
    : IUaStructure<ContentFilterElement>
{
    public uint BinaryId => 585;

    public void Write(UaWriter to)
    {
        to.WriteInt32((int)FilterOperator);
        to.WriteArray(FilterOperands, static (to, one) => to.WriteExtensionObject(one));
    }

    public static ContentFilterElement Read(ref UaReader from) =>
        new(
            (FilterOperator)from.ReadInt32(),
            from.ReadArray(static (ref from) => from.ReadExtensionObject()));
}

public sealed record ContentFilter(ContentFilterElement[] Elements)
    : IUaStructure<ContentFilter>
{
    public uint BinaryId => 588;

    public void Write(UaWriter to)
    {
        to.WriteArray(Elements);
    }

    public static ContentFilter Read(ref UaReader from) =>
        new(from.ReadArray<ContentFilterElement>());
}

public sealed record EventFilter(SimpleAttributeOperand[] SelectClauses, ContentFilter WhereClause)
    : IUaStructure<EventFilter>
{
    public uint BinaryId => 727;

    public void Write(UaWriter to)
    {
        to.WriteArray(SelectClauses);
        WhereClause.Write(to);
    }

    public static EventFilter Read(ref UaReader from) =>
        new(from.ReadArray<SimpleAttributeOperand>(), ContentFilter.Read(ref from));
}

public sealed record MonitoringParameters(
    uint ClientHandle, double SamplingInterval, ExtensionObject Filter, uint QueueSize,
    bool DiscardOldest)
    : IUaStructure<MonitoringParameters>
{
    public uint BinaryId => 742;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(ClientHandle);
        to.WriteDouble(SamplingInterval);
        to.WriteExtensionObject(Filter);
        to.WriteUInt32(QueueSize);
        to.WriteBoolean(DiscardOldest);
    }

    public static MonitoringParameters Read(ref UaReader from) =>
        new(
            from.ReadUInt32(), from.ReadDouble(), from.ReadExtensionObject(), from.ReadUInt32(),
            from.ReadBoolean());
}

public sealed record MonitoredItemCreateRequest(
    ReadValueId ItemToMonitor, MonitoringMode MonitoringMode, MonitoringParameters RequestedParameters)
    : IUaStructure<MonitoredItemCreateRequest>
{
    public uint BinaryId => 745;

    public void Write(UaWriter to)
    {
        ItemToMonitor.Write(to);
        to.WriteInt32((int)MonitoringMode);
        RequestedParameters.Write(to);
    }

    public static MonitoredItemCreateRequest Read(ref UaReader from) =>
        new(
            ReadValueId.Read(ref from), (MonitoringMode)from.ReadInt32(),
            MonitoringParameters.Read(ref from));
}

public sealed record MonitoredItemCreateResult(
    StatusCode StatusCode, uint MonitoredItemId, double RevisedSamplingInterval, uint RevisedQueueSize,
    ExtensionObject FilterResult)
    : IUaStructure<MonitoredItemCreateResult>
{
    public uint BinaryId => 748;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteUInt32(MonitoredItemId);
        to.WriteDouble(RevisedSamplingInterval);
        to.WriteUInt32(RevisedQueueSize);
        to.WriteExtensionObject(FilterResult);
    }

    public static MonitoredItemCreateResult Read(ref UaReader from) =>
        new(
            from.ReadStatusCode(), from.ReadUInt32(), from.ReadDouble(), from.ReadUInt32(),
            from.ReadExtensionObject());
}

public sealed record CreateMonitoredItemsRequest(
    uint SubscriptionId, TimestampsToReturn TimestampsToReturn,
    MonitoredItemCreateRequest[] ItemsToCreate)
    : IUaRequest, IUaStructure<CreateMonitoredItemsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 751;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteInt32((int)TimestampsToReturn);
        to.WriteArray(ItemsToCreate);
    }

    public static CreateMonitoredItemsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadUInt32(), (TimestampsToReturn)from.ReadInt32(),
            from.ReadArray<MonitoredItemCreateRequest>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record CreateMonitoredItemsResponse(
    MonitoredItemCreateResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<CreateMonitoredItemsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 754;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static CreateMonitoredItemsResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<MonitoredItemCreateResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record MonitoredItemModifyRequest(
    uint MonitoredItemId, MonitoringParameters RequestedParameters)
    : IUaStructure<MonitoredItemModifyRequest>
{
    public uint BinaryId => 757;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(MonitoredItemId);
        RequestedParameters.Write(to);
    }

    public static MonitoredItemModifyRequest Read(ref UaReader from) =>
        new(from.ReadUInt32(), MonitoringParameters.Read(ref from));
}

public sealed record MonitoredItemModifyResult(
    StatusCode StatusCode, double RevisedSamplingInterval, uint RevisedQueueSize,
    ExtensionObject FilterResult)
    : IUaStructure<MonitoredItemModifyResult>
{
    public uint BinaryId => 760;

    public void Write(UaWriter to)
    {
        to.WriteStatusCode(StatusCode);
        to.WriteDouble(RevisedSamplingInterval);
        to.WriteUInt32(RevisedQueueSize);
        to.WriteExtensionObject(FilterResult);
    }

    public static MonitoredItemModifyResult Read(ref UaReader from) =>
        new(from.ReadStatusCode(), from.ReadDouble(), from.ReadUInt32(), from.ReadExtensionObject());
}

public sealed record ModifyMonitoredItemsRequest(
    uint SubscriptionId, TimestampsToReturn TimestampsToReturn,
    MonitoredItemModifyRequest[] ItemsToModify)
    : IUaRequest, IUaStructure<ModifyMonitoredItemsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 763;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteInt32((int)TimestampsToReturn);
        to.WriteArray(ItemsToModify);
    }

    public static ModifyMonitoredItemsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadUInt32(), (TimestampsToReturn)from.ReadInt32(),
            from.ReadArray<MonitoredItemModifyRequest>())
        {
            RequestHeader = header,
        };
    }
}

public sealed record ModifyMonitoredItemsResponse(
    MonitoredItemModifyResult[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<ModifyMonitoredItemsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 766;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results);
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static ModifyMonitoredItemsResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadArray<MonitoredItemModifyResult>(),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record SetMonitoringModeRequest(
    uint SubscriptionId, MonitoringMode MonitoringMode, uint[] MonitoredItemIds)
    : IUaRequest, IUaStructure<SetMonitoringModeRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 769;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteInt32((int)MonitoringMode);
        to.WriteArray(MonitoredItemIds, static (to, one) => to.WriteUInt32(one));
    }

    public static SetMonitoringModeRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadUInt32(), (MonitoringMode)from.ReadInt32(),
            from.ReadArray(static (ref from) => from.ReadUInt32()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record SetMonitoringModeResponse(
    StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<SetMonitoringModeResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 772;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static SetMonitoringModeResponse Read(ref UaReader from)
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

public sealed record DeleteMonitoredItemsRequest(uint SubscriptionId, uint[] MonitoredItemIds)
    : IUaRequest, IUaStructure<DeleteMonitoredItemsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 781;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(SubscriptionId);
        to.WriteArray(MonitoredItemIds, static (to, one) => to.WriteUInt32(one));
    }

    public static DeleteMonitoredItemsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadUInt32(), from.ReadArray(static (ref from) => from.ReadUInt32()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record DeleteMonitoredItemsResponse(
    StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<DeleteMonitoredItemsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 784;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static DeleteMonitoredItemsResponse Read(ref UaReader from)
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
