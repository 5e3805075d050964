// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public sealed record RequestHeader(
    NodeId AuthenticationToken, DateTime Timestamp, uint RequestHandle, uint ReturnDiagnostics,
    string? AuditEntryId, uint TimeoutHint, ExtensionObject AdditionalHeader)
    : IUaStructure<RequestHeader>
{
    public uint BinaryId => 391;

    public void Write(UaWriter to)
    {
        to.WriteNodeId(AuthenticationToken);
        to.WriteDateTime(Timestamp);
        to.WriteUInt32(RequestHandle);
        to.WriteUInt32(ReturnDiagnostics);
        to.WriteString(AuditEntryId);
        to.WriteUInt32(TimeoutHint);
        to.WriteExtensionObject(AdditionalHeader);
    }

    public static RequestHeader Read(ref UaReader from) =>
        new(
            from.ReadNodeId(), from.ReadDateTime(), from.ReadUInt32(), from.ReadUInt32(),
            from.ReadString(), from.ReadUInt32(), from.ReadExtensionObject());
}

public sealed record ResponseHeader(
    DateTime Timestamp, uint RequestHandle, StatusCode ServiceResult, DiagnosticInfo? ServiceDiagnostics,
    string?[] StringTable, ExtensionObject AdditionalHeader)
    : IUaStructure<ResponseHeader>
{
    public uint BinaryId => 394;

    public void Write(UaWriter to)
    {
        to.WriteDateTime(Timestamp);
        to.WriteUInt32(RequestHandle);
        to.WriteStatusCode(ServiceResult);
        to.WriteDiagnosticInfo(ServiceDiagnostics);
        to.WriteArray(StringTable, static (to, one) => to.WriteString(one));
        to.WriteExtensionObject(AdditionalHeader);
    }

    public static ResponseHeader Read(ref UaReader from) =>
        new(
            from.ReadDateTime(), from.ReadUInt32(), from.ReadStatusCode(), from.ReadDiagnosticInfo(),
            from.ReadArray(static (ref from) => from.ReadString()), from.ReadExtensionObject());
}

public sealed record ServiceFault
    : IUaResponse, IUaStructure<ServiceFault>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 397;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
    }

    public static ServiceFault Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new()
        {
            ResponseHeader = header,
        };
    }
}

public enum ApplicationType
{
    Server = 0, Client = 1, ClientAndServer = 2, DiscoveryServer = 3,
}

public sealed record ApplicationDescription(
    string? ApplicationUri, string? ProductUri, LocalizedText ApplicationName,
    ApplicationType ApplicationType, string? GatewayServerUri, string? DiscoveryProfileUri,
    string?[] DiscoveryUrls)
    : IUaStructure<ApplicationDescription>
{
    public uint BinaryId => 310;

    public void Write(UaWriter to)
    {
        to.WriteString(ApplicationUri);
        to.WriteString(ProductUri);
        to.WriteLocalizedText(ApplicationName);
        to.WriteInt32((int)ApplicationType);
        to.WriteString(GatewayServerUri);
        to.WriteString(DiscoveryProfileUri);
        to.WriteArray(DiscoveryUrls, static (to, one) => to.WriteString(one));
    }

    public static ApplicationDescription Read(ref UaReader from) =>
        new(
            from.ReadString(), from.ReadString(), from.ReadLocalizedText(),
            (ApplicationType)from.ReadInt32(), from.ReadString(), from.ReadString(),
            from.ReadArray(static (ref from) => from.ReadString()));
}

public enum UserTokenType
{
    Anonymous = 0, UserName = 1, Certificate = 2, IssuedToken = 3,
}

public sealed record UserTokenPolicy(
    string? PolicyId, UserTokenType TokenType, string? IssuedTokenType, string? IssuerEndpointUrl,
    string? SecurityPolicyUri)
    : IUaStructure<UserTokenPolicy>
{
    public uint BinaryId => 306;

    public void Write(UaWriter to)
    {
        to.WriteString(PolicyId);
        to.WriteInt32((int)TokenType);
        to.WriteString(IssuedTokenType);
        to.WriteString(IssuerEndpointUrl);
        to.WriteString(SecurityPolicyUri);
    }

    public static UserTokenPolicy Read(ref UaReader from) =>
        new(
            from.ReadString(), (UserTokenType)from.ReadInt32(), from.ReadString(), from.ReadString(),
            from.ReadString());
}

public enum MessageSecurityMode
{
    Invalid = 0, None = 1, Sign = 2, SignAndEncrypt = 3,
}

public sealed record EndpointDescription(
    string? EndpointUrl, ApplicationDescription Server, byte[]? ServerCertificate,
    MessageSecurityMode SecurityMode, string? SecurityPolicyUri, UserTokenPolicy[] UserIdentityTokens,
    string? TransportProfileUri, byte SecurityLevel)
    : IUaStructure<EndpointDescription>
{
    public uint BinaryId => 314;

    public void Write(UaWriter to)
    {
        to.WriteString(EndpointUrl);
        Server.Write(to);
        to.WriteByteString(ServerCertificate);
        to.WriteInt32((int)SecurityMode);
        to.WriteString(SecurityPolicyUri);
        to.WriteArray(UserIdentityTokens);
        to.WriteString(TransportProfileUri);
        to.WriteByte(SecurityLevel);
    }

    public static EndpointDescription Read(ref UaReader from) =>
        new(
            from.ReadString(), ApplicationDescription.Read(ref from), from.ReadByteString(),
            (MessageSecurityMode)from.ReadInt32(), from.ReadString(), from.ReadArray<UserTokenPolicy>(),
            from.ReadString(), from.ReadByte());
}

public sealed record FindServersRequest(
    string? EndpointUrl, string?[] LocaleIds, string?[] ServerUris)
    : IUaRequest, IUaStructure<FindServersRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 422;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteString(EndpointUrl);
        to.WriteArray(LocaleIds, static (to, one) => to.WriteString(one));
        to.WriteArray(ServerUris, static (to, one) => to.WriteString(one));
    }

    public static FindServersRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadString(), from.ReadArray(static (ref from) => from.ReadString()),
            from.ReadArray(static (ref from) => from.ReadString()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record FindServersResponse(ApplicationDescription[] Servers)
    : IUaResponse, IUaStructure<FindServersResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 425;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Servers);
    }

    public static FindServersResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadArray<ApplicationDescription>())
        {
            ResponseHeader = header,
        };
    }
}

public sealed record GetEndpointsRequest(
    string? EndpointUrl, string?[] LocaleIds, string?[] ProfileUris)
    : IUaRequest, IUaStructure<GetEndpointsRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 428;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteString(EndpointUrl);
        to.WriteArray(LocaleIds, static (to, one) => to.WriteString(one));
        to.WriteArray(ProfileUris, static (to, one) => to.WriteString(one));
    }

    public static GetEndpointsRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadString(), from.ReadArray(static (ref from) => from.ReadString()),
            from.ReadArray(static (ref from) => from.ReadString()))
        {
            RequestHeader = header,
        };
    }
}

public sealed record GetEndpointsResponse(EndpointDescription[] Endpoints)
    : IUaResponse, IUaStructure<GetEndpointsResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 431;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteArray(Endpoints);
    }

    public static GetEndpointsResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadArray<EndpointDescription>())
        {
            ResponseHeader = header,
        };
    }
}
