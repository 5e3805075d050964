// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public sealed record SignatureData(string? Algorithm, byte[]? Signature)
    : IUaStructure<SignatureData>
{
    public uint BinaryId => 458;

    public void Write(UaWriter to)
    {
        to.WriteString(Algorithm);
        to.WriteByteString(Signature);
    }

    public static SignatureData Read(ref UaReader from) =>
        new(from.ReadString(), from.ReadByteString());
}

public sealed record SignedSoftwareCertificate(byte[]? CertificateData, byte[]? Signature)
    : IUaStructure<SignedSoftwareCertificate>
{
    public uint BinaryId => 346;

    public void Write(UaWriter to)
    {
        to.WriteByteString(CertificateData);
        to.WriteByteString(Signature);
    }

    public static SignedSoftwareCertificate Read(ref UaReader from) =>
        new(from.ReadByteString(), from.ReadByteString());
}

public sealed record CreateSessionRequest(
    ApplicationDescription ClientDescription, string? ServerUri, string? EndpointUrl, string? SessionName,
    byte[]? ClientNonce, byte[]? ClientCertificate, double RequestedSessionTimeout,
    uint MaxResponseMessageSize)
    : IUaRequest, IUaStructure<CreateSessionRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 461;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        ClientDescription.Write(to);
        to.WriteString(ServerUri);
        to.WriteString(EndpointUrl);
        to.WriteString(SessionName);
        to.WriteByteString(ClientNonce);
        to.WriteByteString(ClientCertificate);
        to.WriteDouble(RequestedSessionTimeout);
        to.WriteUInt32(MaxResponseMessageSize);
    }

    public static CreateSessionRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            ApplicationDescription.Read(ref from), from.ReadString(), from.ReadString(),
            from.ReadString(), from.ReadByteString(), from.ReadByteString(), from.ReadDouble(),
            from.ReadUInt32())
        {
            RequestHeader = header,
        };
    }
}

public sealed record CreateSessionResponse(
    NodeId SessionId, NodeId AuthenticationToken, double RevisedSessionTimeout, byte[]? ServerNonce,
    byte[]? ServerCertificate, EndpointDescription[] ServerEndpoints,
    SignedSoftwareCertificate[] ServerSoftwareCertificates, SignatureData ServerSignature,
    uint MaxRequestMessageSize)
    : IUaResponse, IUaStructure<CreateSessionResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 464;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteNodeId(SessionId);
        to.WriteNodeId(AuthenticationToken);
        to.WriteDouble(RevisedSessionTimeout);
        to.WriteByteString(ServerNonce);
        to.WriteByteString(ServerCertificate);
        to.WriteArray(ServerEndpoints);
        to.WriteArray(ServerSoftwareCertificates);
        ServerSignature.Write(to);
        to.WriteUInt32(MaxRequestMessageSize);
    }

    public static CreateSessionResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadNodeId(), from.ReadNodeId(), from.ReadDouble(), from.ReadByteString(),
            from.ReadByteString(), from.ReadArray<EndpointDescription>(),
            from.ReadArray<SignedSoftwareCertificate>(), SignatureData.Read(ref from), from.ReadUInt32())
        {
            ResponseHeader = header,
        };
    }
}

public sealed record ActivateSessionRequest(
    SignatureData ClientSignature, SignedSoftwareCertificate[] ClientSoftwareCertificates,
    string?[] LocaleIds, ExtensionObject UserIdentityToken, SignatureData UserTokenSignature)
    : IUaRequest, IUaStructure<ActivateSessionRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 467;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        ClientSignature.Write(to);
        to.WriteArray(ClientSoftwareCertificates);
        to.WriteArray(LocaleIds, static (to, one) => to.WriteString(one));
        to.WriteExtensionObject(UserIdentityToken);
        UserTokenSignature.Write(to);
    }

    public static ActivateSessionRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            SignatureData.Read(ref from), from.ReadArray<SignedSoftwareCertificate>(),
            from.ReadArray(static (ref from) => from.ReadString()), from.ReadExtensionObject(),
            SignatureData.Read(ref from))
        {
            RequestHeader = header,
        };
    }
}

public sealed record ActivateSessionResponse(
    byte[]? ServerNonce, StatusCode[] Results, DiagnosticInfo?[] DiagnosticInfos)
    : IUaResponse, IUaStructure<ActivateSessionResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 470;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteByteString(ServerNonce);
        to.WriteArray(Results, static (to, one) => to.WriteStatusCode(one));
        to.WriteArray(DiagnosticInfos, static (to, one) => to.WriteDiagnosticInfo(one));
    }

    public static ActivateSessionResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(
            from.ReadByteString(), from.ReadArray(static (ref from) => from.ReadStatusCode()),
            from.ReadArray(static (ref from) => from.ReadDiagnosticInfo()))
        {
            ResponseHeader = header,
        };
    }
}

public sealed record CloseSessionRequest(bool DeleteSubscriptions)
    : IUaRequest, IUaStructure<CloseSessionRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 473;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteBoolean(DeleteSubscriptions);
    }

    public static CloseSessionRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(from.ReadBoolean())
        {
            RequestHeader = header,
        };
    }
}

public sealed record CloseSessionResponse
    : IUaResponse, IUaStructure<CloseSessionResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 476;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
    }

    public static CloseSessionResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new()
        {
            ResponseHeader = header,
        };
    }
}

public sealed record AnonymousIdentityToken(string? PolicyId)
    : IUaStructure<AnonymousIdentityToken>
{
    public uint BinaryId => 321;

    public void Write(UaWriter to)
    {
        to.WriteString(PolicyId);
    }

    public static AnonymousIdentityToken Read(ref UaReader from) =>
        new(from.ReadString());
}

public sealed record UserNameIdentityToken(
    string? PolicyId, string? UserName, byte[]? Password, string? EncryptionAlgorithm)
    : IUaStructure<UserNameIdentityToken>
{
    public uint BinaryId => 324;

    public void Write(UaWriter to)
    {
        to.WriteString(PolicyId);
        to.WriteString(UserName);
        to.WriteByteString(Password);
        to.WriteString(EncryptionAlgorithm);
    }

    public static UserNameIdentityToken Read(ref UaReader from) =>
        new(from.ReadString(), from.ReadString(), from.ReadByteString(), from.ReadString());
}

public sealed record X509IdentityToken(string? PolicyId, byte[]? CertificateData)
    : IUaStructure<X509IdentityToken>
{
    public uint BinaryId => 327;

    public void Write(UaWriter to)
    {
        to.WriteString(PolicyId);
        to.WriteByteString(CertificateData);
    }

    public static X509IdentityToken Read(ref UaReader from) =>
        new(from.ReadString(), from.ReadByteString());
}
