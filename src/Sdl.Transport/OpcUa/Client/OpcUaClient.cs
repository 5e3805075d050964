using Sdl.Core.Instruments;

namespace Sdl.Transport.OpcUa;

/// <summary>A client of one server. It connects at first use and again after the connection was lost: the session is
/// taken up again where the server still knows it, else made anew; subscriptions go along. It repeats no request: what
/// was under way when the connection broke fails.</summary>
/// <remarks>Every method throws <see cref="OpcUaException"/> when the server refuses or cannot be trusted, <see
/// cref="TimeoutException"/> when it is silent and <see cref="IOException"/> when the line is gone.</remarks>
public sealed partial class OpcUaClient(OpcUaClientOptions options, TimeProvider clock) : IAsyncDisposable
{
    private readonly Turns _connecting = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly List<Task> _work = [];
    private Session? _session;
    private bool _isClosed;

    public string Url => options.Url;

    /// <summary>How often a session was made; more than one when a server has forgotten the first.</summary>
    public int Sessions { get; private set; }

    /// <summary>Connects if need be.</summary>
    public async ValueTask ConnectAsync(CancellationToken ct) => await SessionAsync(ct);

    /// <summary>Sends any request within the session.</summary>
    public async ValueTask<TResponse> AskAsync<TResponse>(IUaRequest request, CancellationToken ct)
        where TResponse : class, IUaResponse =>
        await (await SessionAsync(ct)).AskAsync<TResponse>(request, ct);

    /// <summary>Closes the session with its subscriptions, then the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _closing.Cancel();
        await Task.WhenAll(_work);
        using var turn = await _connecting.TakeAsync(CancellationToken.None);
        if (_session is not { } session)
            return;
        try
        {
            if (session.Channel.Lost is null && !session.IsForgotten)
                await session.AskAsync<CloseSessionResponse>(
                    new CloseSessionRequest(true), TimeSpan.FromSeconds(1), CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or OpcUaException or TimeoutException)
        {
            // Who is gone needs no farewell.
        }
        await session.Channel.DisposeAsync();
    }

    private ValueTask<Session> SessionAsync(CancellationToken ct) =>
        Volatile.Read(ref _session) is { IsForgotten: false, Channel.Lost: null } session
            ? ValueTask.FromResult(session)
            : ReconnectAsync(ct);

    private async ValueTask<Session> ReconnectAsync(CancellationToken ct)
    {
        using var turn = await _connecting.TakeAsync(ct);
        if (_session is { IsForgotten: false, Channel.Lost: null } there)
            return there;
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_session is { } old)
            await old.Channel.DisposeAsync();
        var (endpoint, security) = await EndpointAsync(ct);
        var channel = await ClientChannel.OpenAsync(
            options.Dial(clock), options.Url, security, options.Limits, clock, options.Timeout, ct);
        try
        {
            var session = await TakeUpAsync(endpoint, channel, ct);
            var isFirst = _session is null;
            Volatile.Write(ref _session, session);
            if (isFirst)
                lock (_gate)
                    _work.Add(KeepAliveAsync());
            return session;
        }
        catch
        {
            await channel.DisposeAsync();
            throw;
        }
    }

    /// <summary>What the server offers is asked each time: it may have another certificate after a restart.</summary>
    private async ValueTask<(EndpointDescription, ChannelSecurity)> EndpointAsync(CancellationToken ct)
    {
        var offered = await Discovery.GetEndpointsAsync(options, clock, ct);
        var (endpoint, policy) = Discovery.Choose(options, offered);
        if (policy.IsNone)
            return (endpoint, ChannelSecurity.None);
        var store = options.Certificates ?? throw new InvalidOperationException("security needs a certificate store");
        var peer = PeerCertificate.Read(endpoint.ServerCertificate);
        store.CheckServer(peer, options.Address.Host, endpoint.Server.ApplicationUri, options.Url);
        return (endpoint, new ChannelSecurity(policy, endpoint.SecurityMode, store.Own, peer));
    }

    private async ValueTask<Session> TakeUpAsync(
        EndpointDescription endpoint, ClientChannel channel, CancellationToken ct)
    {
        if (_session is { IsForgotten: false } old)
            try
            {
                await old.ActivateAsync(channel, ct);
                await ResumeAsync(old, isSameSession: true, ct);
                return old;
            }
            catch (OpcUaException) when (channel.Lost is null)
            {
                // It was restarted, or has given the session up: a new one follows.
            }
        var session = await Session.CreateAsync(options, endpoint, channel, ct);
        Sessions++;
        await ResumeAsync(session, isSameSession: false, ct);
        return session;
    }

    private async Task KeepAliveAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(options.KeepAlive, clock, _closing.Token);
                if (_session is { IsForgotten: false, Channel.Lost: null } session)
                    await AskWhetherThereAsync(session);
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private async ValueTask AskWhetherThereAsync(Session session)
    {
        try
        {
            await session.AskAsync<ReadResponse>(
                new ReadRequest(0, TimestampsToReturn.Neither,
                    [new ReadValueId(Ids.ServerServerStatusState, AttributeId.Value, null, default)]), _closing.Token);
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            // The next request, or the subscriptions, will open it anew.
            await session.Channel.DisposeAsync();
        }
        catch (OpcUaException)
        {
            // It is there. If it has forgotten the session, that is noted.
        }
    }
}
