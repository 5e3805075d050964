using System.Security.Cryptography;

namespace Sdl.Transport.OpcUa;

/// <summary>A session and the channel that carries it just now (Part 4, 5.6).</summary>
internal sealed class Session
{
    private readonly OpcUaClientOptions _options;
    private readonly EndpointDescription _endpoint;
    private byte[] _nonce = [];

    private Session(OpcUaClientOptions options, EndpointDescription endpoint, ClientChannel channel) =>
        (_options, _endpoint, Channel) = (options, endpoint, channel);

    public ClientChannel Channel { get; private set; }

    public NodeId Token { get; private set; }

    /// <summary>Set when the server no longer knows it.</summary>
    public bool IsForgotten { get; private set; }

    /// <summary>Creates and activates one; the channel stays the caller's.</summary>
    public static async ValueTask<Session> CreateAsync(
        OpcUaClientOptions options, EndpointDescription endpoint, ClientChannel channel, CancellationToken ct)
    {
        var session = new Session(options, endpoint, channel);
        await session.CreateAsync(ct);
        await session.ActivateAsync(channel, ct);
        return session;
    }

    /// <summary>Moves it to another channel.</summary>
    /// <exception cref="OpcUaException">The server does not know it any more, or refuses the user.</exception>
    public async ValueTask ActivateAsync(ClientChannel channel, CancellationToken ct)
    {
        Channel = channel;
        var policy = _endpoint.UserIdentityTokens.FirstOrDefault(t => t.TokenType == _options.User.Type)
            ?? throw new OpcUaException(StatusCodes.BadIdentityTokenRejected,
                $"{_options.Url} takes no user of kind {_options.User.Type}; it takes "
                + string.Join(", ", _endpoint.UserIdentityTokens.Select(t => t.TokenType).Distinct()));
        var (token, proof) = _options.User.Show(policy, _endpoint, _nonce);
        var response = await AskAsync<ActivateSessionResponse>(
            new ActivateSessionRequest(Signature(), [], [], new ExtensionObject(token), proof), ct);
        _nonce = response.ServerNonce ?? [];
    }

    /// <summary>Asks within the session.</summary>
    public ValueTask<TResponse> AskAsync<TResponse>(IUaRequest request, CancellationToken ct)
        where TResponse : class, IUaResponse => AskAsync<TResponse>(request, _options.Timeout, ct);

    public async ValueTask<TResponse> AskAsync<TResponse>(IUaRequest request, TimeSpan timeout, CancellationToken ct)
        where TResponse : class, IUaResponse
    {
        try
        {
            return await Channel.AskAsync<TResponse>(request, Token, timeout, ct);
        }
        catch (OpcUaException e) when (e.Status.Code is StatusCodes.BadSessionIdInvalid
            or StatusCodes.BadSessionClosed or StatusCodes.BadSessionNotActivated)
        {
            IsForgotten = true;
            throw;
        }
    }

    private async ValueTask CreateAsync(CancellationToken ct)
    {
        var security = Channel.Security;
        var application = new ApplicationDescription(
            security.Own?.ApplicationUri ?? "urn:sdl", "urn:sdl", new LocalizedText("en", "Sdl"),
            ApplicationType.Client, null, null, []);
        var nonce = RandomNumberGenerator.GetBytes(32);
        var response = await AskAsync<CreateSessionResponse>(
            new CreateSessionRequest(application, null, _options.Url, "Sdl", nonce, security.Own?.Encoded,
                _options.SessionTimeout.TotalMilliseconds, (uint)_options.Limits.Message), ct);
        if (!security.Policy.IsNone)
            Verify(response, nonce);
        Token = response.AuthenticationToken;
        _nonce = response.ServerNonce ?? [];
    }

    /// <summary>The server proves that it holds the key of its certificate.</summary>
    private void Verify(CreateSessionResponse response, byte[] nonce)
    {
        var (security, proof) = (Channel.Security, response.ServerSignature.Signature ?? []);
        if (!security.Policy.Verify(security.Peer!.Key, (byte[])[.. security.Own!.Encoded, .. nonce], proof))
            throw new OpcUaException(StatusCodes.BadApplicationSignatureInvalid,
                $"{_options.Url}: the server's signature is not of its certificate");
    }

    private SignatureData Signature()
    {
        var security = Channel.Security;
        return security.Policy.IsNone
            ? new SignatureData(null, null)
            : new SignatureData(security.Policy.SignatureAlgorithm, security.Policy.Sign(security.Own!.Key,
                (byte[])[.. security.Peer!.Certificate.RawDataMemory.Span, .. _nonce]));
    }
}
