using Sdl.Core.Instruments;

namespace Sdl.Transport.OpcUa;

/// <summary>How a server takes channels.</summary>
/// <param name="Allowed">Policies and modes; anything else is refused.</param>
/// <param name="Own">Null only where nothing but None is allowed.</param>
/// <param name="Trust">Throws an <see cref="OpcUaException"/> that says why a client's certificate is refused.</param>
/// <param name="MaxLifetime">Of a security token.</param>
public sealed record ServerChannelOptions(
    IReadOnlyCollection<(SecurityPolicy Policy, MessageSecurityMode Mode)> Allowed, ApplicationCertificate? Own,
    Action<PeerCertificate> Trust, ChannelLimits Limits, TimeSpan MaxLifetime)
{
    /// <summary>Without security, for a loopback.</summary>
    public static ServerChannelOptions Open { get; } = new(
        [(SecurityPolicy.None, MessageSecurityMode.None)], null,
        _ => { }, new ChannelLimits(), TimeSpan.FromHours(1));
}

/// <summary>A request and the number that its response must carry.</summary>
public readonly record struct ReceivedRequest(uint Id, IUaRequest Request);

/// <summary>The server's end of a channel. One reader; any number may send at once.</summary>
public sealed class ServerChannel : IAsyncDisposable
{
    private static readonly TimeSpan ShortestLifetime = TimeSpan.FromSeconds(10);

    private readonly ChannelCore _core;
    private readonly ServerChannelOptions _options;
    private readonly TimeProvider _clock;
    private readonly uint _id;
    private uint _token;

    private ServerChannel(ITransport transport, uint id, ServerChannelOptions options, TimeProvider clock)
    {
        (_id, _options, _clock) = (id, options, clock);
        _core = new ChannelCore(transport, options.Limits, clock) { Identify = Identify };
    }

    public uint Id => _id;

    /// <summary>The address that the client dialled.</summary>
    public string EndpointUrl { get; private set; } = "";

    /// <summary>Policy, mode and the client's certificate.</summary>
    public ChannelSecurity Security => _core.Security;

    /// <summary>Greets whoever dialled.</summary>
    /// <param name="transport">A connection that is open already.</param>
    /// <param name="id">Of the channel, another for each one of a server, never 0.</param>
    /// <exception cref="OpcUaException">Who dialled does not speak OPC UA; it was told so.</exception>
    /// <exception cref="IOException">The line is gone.</exception>
    public static async ValueTask<ServerChannel> AcceptAsync(
        ITransport transport, uint id, ServerChannelOptions options, TimeProvider clock, CancellationToken ct)
    {
        var channel = new ServerChannel(transport, id, options, clock);
        try
        {
            var hello = await channel._core.ReceiveAsync(ct)
                ?? throw new IOException($"{transport.Name}: closed before it was greeted");
            if (hello.Kind != ChunkKind.Hello)
                throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "the client does not say hello");
            (channel._core.Peer, var url) = ConnectionMessages.ReadLimits(hello.Body.Span);
            channel.EndpointUrl = url ?? "";
            var send = Math.Min(options.Limits.Chunk, channel._core.Peer.Chunk);
            await channel._core.SendRawAsync(ConnectionMessages.Acknowledge(options.Limits, send), ct);
            return channel;
        }
        catch (OpcUaException e)
        {
            await channel.RefuseAsync(e, ct);
            throw;
        }
    }

    /// <summary>The next request. Tokens are issued and renewed on the way; a request of a type that is not known is
    /// answered with BadServiceUnsupported, one that cannot be decoded with BadDecodingError.</summary>
    /// <returns>Null when the client has closed the channel.</returns>
    /// <exception cref="OpcUaException">What came is not genuine, not in order, too large or no OPC UA; the client was
    /// told and the channel is of no more use.</exception>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask<ReceivedRequest?> ReceiveAsync(CancellationToken ct)
    {
        try
        {
            while (await _core.ReceiveAsync(ct) is { Kind: not ChunkKind.Close } message)
            {
                if (message.IsAborted)
                    continue;
                var (request, refusal) = Decode(message);
                if (message.Kind == ChunkKind.Open)
                    await IssueAsync(message.Request, request as OpenSecureChannelRequest
                        ?? throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "OPN opens no channel"), ct);
                else if (message.Kind != ChunkKind.Message || _token == 0)
                    throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "the channel is not open");
                else if (request is { } asked and not OpenSecureChannelRequest)
                    return new ReceivedRequest(message.Request, asked);
                else
                    await SendAsync(message.Request, Fault(refusal), ct);
            }
            return null;
        }
        catch (OpcUaException e)
        {
            await RefuseAsync(e, ct);
            throw;
        }
    }

    /// <summary>Sends a response; one that the client does not take for its length becomes BadResponseTooLarge.
    /// </summary>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask SendAsync(uint request, IUaResponse response, CancellationToken ct)
    {
        try
        {
            await _core.SendAsync(ChunkKind.Message, request, response, ct);
        }
        catch (OpcUaException e) when (e.Status.Code == StatusCodes.BadEncodingLimitsExceeded)
        {
            var handle = response.ResponseHeader.RequestHandle;
            var fault = Fault(StatusCodes.BadResponseTooLarge);
            fault.ResponseHeader = fault.ResponseHeader with { RequestHandle = handle };
            await _core.SendAsync(ChunkKind.Message, request, fault, ct);
        }
    }

    public ValueTask DisposeAsync() => _core.DisposeAsync();

    private async ValueTask IssueAsync(uint id, OpenSecureChannelRequest request, CancellationToken ct)
    {
        var isFirst = request.RequestType == SecurityTokenRequestType.Issue;
        if (isFirst != (_token == 0))
            throw new OpcUaException(StatusCodes.BadRequestTypeInvalid,
                isFirst ? "the channel is open already" : "there is no token to renew");
        var security = _core.Security;
        if (isFirst && !_options.Allowed.Contains((security.Policy, request.SecurityMode)))
            throw new OpcUaException(StatusCodes.BadSecurityModeRejected,
                $"{security.Policy} with {request.SecurityMode} is not offered here");
        if (!isFirst && request.SecurityMode != security.Mode)
            throw new OpcUaException(StatusCodes.BadSecurityModeRejected, "a channel keeps its security mode");
        _core.Security = security with { Mode = request.SecurityMode };
        var wanted = TimeSpan.FromMilliseconds(request.RequestedLifetime);
        var lifetime = wanted == TimeSpan.Zero || wanted > _options.MaxLifetime ? _options.MaxLifetime
            : wanted < ShortestLifetime ? ShortestLifetime : wanted;
        var nonce = security.Policy.Nonce();
        var token = ChannelToken.Create(++_token, security.Policy, nonce, request.ClientNonce ?? [], lifetime, _clock);
        _core.Id = _id;
        var now = _clock.GetUtcNow().UtcDateTime;
        var response = new OpenSecureChannelResponse(
            0, new ChannelSecurityToken(_id, _token, now, (uint)lifetime.TotalMilliseconds),
            security.Policy.IsNone ? null : nonce)
        {
            ResponseHeader = Headers.ResponseHeader with
            {
                Timestamp = now,
                RequestHandle = request.RequestHeader.RequestHandle,
            },
        };
        // The client may use the token as soon as it has the response.
        _core.Tokens.Add(token, isSending: false);
        await _core.SendAsync(ChunkKind.Open, id, response, ct);
    }

    private ChannelSecurity Identify(AsymmetricChunk.Header header)
    {
        var policy = SecurityPolicy.Find(header.PolicyUri);
        if (policy is null || !_options.Allowed.Any(a => a.Policy == policy))
            throw new OpcUaException(
                StatusCodes.BadSecurityPolicyRejected, $"policy '{header.PolicyUri}' is not offered here");
        var isOpen = _token > 0;
        if (isOpen && (policy != Security.Policy
            || !policy.IsNone && !Security.Peer!.Encoded.AsSpan().SequenceEqual(header.Sender)))
            throw new OpcUaException(
                StatusCodes.BadSecurityChecksFailed, "a channel is renewed by who opened it, with the same policy");
        if (!isOpen && !policy.IsNone)
        {
            var peer = PeerCertificate.Read(header.Sender);
            _options.Trust(peer);
            _core.Security = new ChannelSecurity(policy, MessageSecurityMode.Invalid, _options.Own, peer);
        }
        return _core.Security;
    }

    private static (IUaRequest? Request, StatusCode Refusal) Decode(ReceivedMessage message)
    {
        try
        {
            var from = new UaReader(message.Body.Span);
            var type = from.ReadNodeId();
            var read = Structures.Read(type.Namespace == 0 ? type.Number : 0, ref from);
            return (read as IUaRequest, StatusCodes.BadServiceUnsupported);
        }
        catch (OpcUaException e)
        {
            return (null, e.Status);
        }
    }

    private ServiceFault Fault(StatusCode status) => new()
    {
        ResponseHeader = Headers.ResponseHeader with
        {
            Timestamp = _clock.GetUtcNow().UtcDateTime,
            ServiceResult = status,
        },
    };

    private async ValueTask RefuseAsync(OpcUaException reason, CancellationToken ct)
    {
        try
        {
            await _core.SendRawAsync(ConnectionMessages.Error(reason.Status, reason.Message), ct);
        }
        catch (IOException)
        {
            // Who is gone need not hear of it.
        }
    }
}
