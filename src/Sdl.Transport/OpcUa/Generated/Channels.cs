// Written by tests/OpcUaTypes/generate.cs from the OPC Foundation's tables; do not change by hand.
namespace Sdl.Transport.OpcUa;

public enum SecurityTokenRequestType
{
    Issue = 0, Renew = 1,
}

public sealed record ChannelSecurityToken(
    uint ChannelId, uint TokenId, DateTime CreatedAt, uint RevisedLifetime)
    : IUaStructure<ChannelSecurityToken>
{
    public uint BinaryId => 443;

    public void Write(UaWriter to)
    {
        to.WriteUInt32(ChannelId);
        to.WriteUInt32(TokenId);
        to.WriteDateTime(CreatedAt);
        to.WriteUInt32(RevisedLifetime);
    }

    public static ChannelSecurityToken Read(ref UaReader from) =>
        new(from.ReadUInt32(), from.ReadUInt32(), from.ReadDateTime(), from.ReadUInt32());
}

public sealed record OpenSecureChannelRequest(
    uint ClientProtocolVersion, SecurityTokenRequestType RequestType, MessageSecurityMode SecurityMode,
    byte[]? ClientNonce, uint RequestedLifetime)
    : IUaRequest, IUaStructure<OpenSecureChannelRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 446;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
        to.WriteUInt32(ClientProtocolVersion);
        to.WriteInt32((int)RequestType);
        to.WriteInt32((int)SecurityMode);
        to.WriteByteString(ClientNonce);
        to.WriteUInt32(RequestedLifetime);
    }

    public static OpenSecureChannelRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new(
            from.ReadUInt32(), (SecurityTokenRequestType)from.ReadInt32(),
            (MessageSecurityMode)from.ReadInt32(), from.ReadByteString(), from.ReadUInt32())
        {
            RequestHeader = header,
        };
    }
}

public sealed record OpenSecureChannelResponse(
    uint ServerProtocolVersion, ChannelSecurityToken SecurityToken, byte[]? ServerNonce)
    : IUaResponse, IUaStructure<OpenSecureChannelResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 449;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
        to.WriteUInt32(ServerProtocolVersion);
        SecurityToken.Write(to);
        to.WriteByteString(ServerNonce);
    }

    public static OpenSecureChannelResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new(from.ReadUInt32(), ChannelSecurityToken.Read(ref from), from.ReadByteString())
        {
            ResponseHeader = header,
        };
    }
}

public sealed record CloseSecureChannelRequest
    : IUaRequest, IUaStructure<CloseSecureChannelRequest>
{
    public RequestHeader RequestHeader { get; set; } = Headers.RequestHeader;

    public uint BinaryId => 452;

    public void Write(UaWriter to)
    {
        RequestHeader.Write(to);
    }

    public static CloseSecureChannelRequest Read(ref UaReader from)
    {
        var header = RequestHeader.Read(ref from);
        return new()
        {
            RequestHeader = header,
        };
    }
}

public sealed record CloseSecureChannelResponse
    : IUaResponse, IUaStructure<CloseSecureChannelResponse>
{
    public ResponseHeader ResponseHeader { get; set; } = Headers.ResponseHeader;

    public uint BinaryId => 455;

    public void Write(UaWriter to)
    {
        ResponseHeader.Write(to);
    }

    public static CloseSecureChannelResponse Read(ref UaReader from)
    {
        var header = ResponseHeader.Read(ref from);
        return new()
        {
            ResponseHeader = header,
        };
    }
}
