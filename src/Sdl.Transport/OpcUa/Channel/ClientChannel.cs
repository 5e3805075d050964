using System.Diagnostics.CodeAnalysis;
using Sdl.Core.Instruments;

namespace Sdl.Transport.OpcUa;

/// <summary>The client's end of a channel: many requests under way at once, answers in any order, the security token
/// renewed before it ends. It repeats nothing.</summary>
[SuppressMessage("Design", "CA1001", Justification = "DisposeAsync disposes")]
public sealed class ClientChannel : IAsyncDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ChannelCore _core;
    private readonly TimeProvider _clock;
    private readonly string _name;
    private readonly CancellationTokenSource _closing = new();
    private readonly Dictionary<uint, TaskCompletionSource<IUaResponse>> _pending = [];
    private Exception? _lost;
    private Task _work = Task.CompletedTask;
    private byte[] _nonce = [];
    private uint _request;

    private ClientChannel(ITransport transport, ChannelLimits limits, ChannelSecurity security, TimeProvider clock)
    {
        _clock = clock;
        _name = transport.Name;
        _core = new ChannelCore(transport, limits, clock) { Identify = Identify, Security = security };
    }

    public ChannelSecurity Security => _core.Security;

    /// <summary>Why it is of no more use; null while it is.</summary>
    public Exception? Lost => Volatile.Read(ref _lost);

    /// <summary>Opens the transport, greets and opens the channel.</summary>
    /// <param name="endpointUrl">As dialled.</param>
    /// <param name="timeout">For all of it.</param>
    /// <exception cref="OpcUaException">The server refuses, or is not genuine.</exception>
    /// <exception cref="IOException">There is no connection, or it broke.</exception>
    /// <exception cref="TimeoutException">The server is silent.</exception>
    public static async ValueTask<ClientChannel> OpenAsync(
        ITransport transport, string endpointUrl, ChannelSecurity security, ChannelLimits limits, TimeProvider clock,
        TimeSpan timeout, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        var channel = new ClientChannel(transport, limits, security, clock);
        try
        {
            await transport.OpenAsync(either.Token);
            await channel._core.SendRawAsync(ConnectionMessages.Hello(limits, endpointUrl), either.Token);
            var answer = await channel._core.ReceiveAsync(either.Token)
                ?? throw new IOException($"{transport.Name}: the server closed the connection at once");
            if (answer.Kind != ChunkKind.Acknowledge)
                throw new OpcUaException(StatusCodes.BadTcpMessageTypeInvalid, "the server does not greet back");
            (channel._core.Peer, _) = ConnectionMessages.ReadLimits(answer.Body.Span);
            channel._work = channel.ReceiveAllAsync();
            var lifetime = await channel.IssueAsync(SecurityTokenRequestType.Issue, either.Token);
            channel._work = Task.WhenAll(channel._work, channel.RenewAsync(lifetime));
            return channel;
        }
        catch (Exception e)
        {
            await channel.DisposeAsync();
            if (e is OperationCanceledException && !ct.IsCancellationRequested)
                throw new TimeoutException(
                    $"{transport.Name}: no OPC UA channel within {timeout.TotalSeconds:0.#} s", e);
            throw;
        }
    }

    /// <summary>Sends a request and waits for its response.</summary>
    /// <param name="authentication">The session's token; null outside a session.</param>
    /// <exception cref="OpcUaException">The server refuses, or answered something else.</exception>
    /// <exception cref="TimeoutException">No answer in time; a late one is passed over.</exception>
    /// <exception cref="IOException">The line is gone.</exception>
    public async ValueTask<TResponse> AskAsync<TResponse>(
        IUaRequest request, NodeId authentication, TimeSpan timeout, CancellationToken ct)
        where TResponse : class, IUaResponse
    {
        using var limit = new CancellationTokenSource(timeout, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        try
        {
            var response = await ExchangeAsync(ChunkKind.Message, request, authentication, timeout, either.Token);
            return Checked<TResponse>(request, response);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested && limit.IsCancellationRequested)
        {
            throw new TimeoutException(
                $"{_name}: no answer to {request.GetType().Name} within {timeout.TotalSeconds:0.#} s");
        }
    }

    /// <summary>Says goodbye and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.CompareExchange(ref _lost, new IOException($"{_name}: closed"), null) is null && _core.Id != 0)
            try
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), _clock);
                var farewell = new CloseSecureChannelRequest { RequestHeader = Header(NodeId.Null, default) };
                await _core.SendAsync(ChunkKind.Close, NextRequest(), farewell, limit.Token);
            }
            catch (Exception e) when (e is IOException or OpcUaException or OperationCanceledException)
            {
                // Who is gone needs no farewell.
            }
        _closing.Cancel();
        await _core.DisposeAsync();
        await _work;
        Fail(Lost!);
    }

    private async ValueTask<IUaResponse> ExchangeAsync(
        ChunkKind kind, IUaRequest request, NodeId authentication, TimeSpan timeout, CancellationToken ct)
    {
        request.RequestHeader = Header(authentication, timeout);
        var id = NextRequest();
        var answer = new TaskCompletionSource<IUaResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_pending)
        {
            if (_lost is { } lost)
                throw new IOException(lost.Message, lost);
            _pending.Add(id, answer);
        }
        try
        {
            using var registration = ct.UnsafeRegister(
                static (a, token) => ((TaskCompletionSource<IUaResponse>)a!).TrySetCanceled(token), answer);
            await _core.SendAsync(kind, id, request, ct);
            return await answer.Task;
        }
        finally
        {
            lock (_pending)
                _pending.Remove(id);
        }
    }

    private TResponse Checked<TResponse>(IUaRequest request, IUaResponse response) where TResponse : class, IUaResponse
    {
        var status = response.ResponseHeader.ServiceResult;
        if (status.IsBad)
            throw new OpcUaException(status, $"{_name}: the server refuses {request.GetType().Name}");
        return response as TResponse ?? throw new OpcUaException(StatusCodes.BadUnknownResponse,
            $"{_name}: {response.GetType().Name} came for {request.GetType().Name}");
    }

    private async ValueTask<TimeSpan> IssueAsync(SecurityTokenRequestType type, CancellationToken ct)
    {
        var policy = _core.Security.Policy;
        _nonce = policy.Nonce();
        var request = new OpenSecureChannelRequest(
            0, type, _core.Security.Mode, policy.IsNone ? null : _nonce, (uint)Lifetime.TotalMilliseconds);
        return LifetimeOf(Checked<OpenSecureChannelResponse>(
            request, await ExchangeAsync(ChunkKind.Open, request, NodeId.Null, TimeSpan.FromSeconds(15), ct)));
    }

    /// <summary>Before the next chunk is looked at, which may be under the new token already.</summary>
    private void TakeToken(OpenSecureChannelResponse response)
    {
        var token = response.SecurityToken;
        _core.Id = token.ChannelId;
        _core.Tokens.Add(ChannelToken.Create(token.TokenId, _core.Security.Policy, _nonce, response.ServerNonce ?? [],
            LifetimeOf(response), _clock), isSending: true);
    }

    private static TimeSpan LifetimeOf(OpenSecureChannelResponse response) =>
        TimeSpan.FromMilliseconds(Math.Max(1000, response.SecurityToken.RevisedLifetime));

    private async Task RenewAsync(TimeSpan lifetime)
    {
        try
        {
            while (true)
            {
                await Task.Delay(lifetime * 0.75, _clock, _closing.Token);
                using var limit = new CancellationTokenSource(lifetime * 0.25, _clock);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(_closing.Token, limit.Token);
                lifetime = await IssueAsync(SecurityTokenRequestType.Renew, either.Token);
            }
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            // Closed.
        }
        catch (Exception e) when (e is IOException or OpcUaException or OperationCanceledException)
        {
            await FailAsync(new IOException($"{_name}: the channel's token was not renewed: {e.Message}", e));
        }
    }

    private async Task ReceiveAllAsync()
    {
        try
        {
            while (await _core.ReceiveAsync(_closing.Token) is { } message)
                Answer(message);
            await FailAsync(new IOException($"{_name}: the server closed the connection"));
        }
        catch (Exception e) when (e is OpcUaException or IOException or ObjectDisposedException
            or OperationCanceledException)
        {
            await FailAsync(e is OpcUaException or IOException ? e : new IOException($"{_name}: closed"));
        }
    }

    private void Answer(ReceivedMessage message)
    {
        TaskCompletionSource<IUaResponse>? waiting;
        lock (_pending)
            // Nobody waits for the late answer to a request that was given up.
            if (!_pending.Remove(message.Request, out waiting))
                return;
        try
        {
            var response = Decode(message);
            if (message.Kind == ChunkKind.Open && response is OpenSecureChannelResponse opened)
                TakeToken(opened);
            waiting.TrySetResult(response);
        }
        catch (OpcUaException e)
        {
            waiting.TrySetException(e);
        }
    }

    private static IUaResponse Decode(ReceivedMessage message)
    {
        if (message.IsAborted)
            throw ConnectionMessages.ReadError(message.Body.Span);
        var from = new UaReader(message.Body.Span);
        var type = from.ReadNodeId();
        return Structures.Read(type.Namespace == 0 ? type.Number : 0, ref from) as IUaResponse
            ?? throw new OpcUaException(StatusCodes.BadUnknownResponse, $"what came is no response: {type}");
    }

    private ChannelSecurity Identify(AsymmetricChunk.Header header)
    {
        var expected = _core.Security;
        if (header.PolicyUri != expected.Policy.Uri)
            throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected,
                $"{_name}: the server answers with policy '{header.PolicyUri}' instead of {expected.Policy}");
        if (!expected.Policy.IsNone && !expected.Peer!.Certificate.RawDataMemory.Span.SequenceEqual(
            header.Sender.AsSpan(0, Math.Min(header.Sender?.Length ?? 0, expected.Peer.Certificate.RawData.Length))))
            throw new OpcUaException(StatusCodes.BadCertificateInvalid,
                $"{_name}: the server answers with another certificate than its endpoint shows");
        return expected;
    }

    private async ValueTask FailAsync(Exception reason)
    {
        Interlocked.CompareExchange(ref _lost, reason, null);
        Fail(Lost!);
        _closing.Cancel();
        await _core.DisposeAsync();
    }

    private void Fail(Exception reason)
    {
        TaskCompletionSource<IUaResponse>[] waiting;
        lock (_pending)
        {
            waiting = [.. _pending.Values];
            _pending.Clear();
        }
        foreach (var one in waiting)
            one.TrySetException(reason is OpcUaException e ? e : new IOException(reason.Message, reason));
    }

    private RequestHeader Header(NodeId authentication, TimeSpan timeout) => new(
        authentication, _clock.GetUtcNow().UtcDateTime, _request, 0, null, (uint)timeout.TotalMilliseconds, default);

    private uint NextRequest() => Interlocked.Increment(ref _request);
}
