using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Sdl.Simulators.Finales;

/// <summary>Serves a broker over HTTP on a loopback port.</summary>
public sealed class BrokerServer : IAsyncDisposable, IHttpApplication<IFeatureCollection>
{
    // As uvicorn: a client that polls every 5 s meets connections that are just being closed.
    private static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(5);
    private const long MostBody = 256L << 20;

    private readonly NetworkWeather _weather;
    private readonly TimeProvider _clock;
    private KestrelServer? _server;
    private bool _hasRun;
    private Task _restart = Task.CompletedTask;

    /// <param name="broker">Is the server's from now on: it goes with it.</param>
    public BrokerServer(Broker broker, NetworkWeather weather, TimeProvider clock) =>
        (Broker, _weather, _clock) = (broker, weather, clock);

    /// <summary>Where it is served, or was at last.</summary>
    public Uri? Address { get; private set; }

    /// <summary>The one that answers. After a restart it is another one if it has a file, with what that
    /// holds.</summary>
    public Broker Broker { get; private set; }

    /// <param name="port">0: any that is free.</param>
    /// <exception cref="IOException">The port is taken, or the broker's file cannot be used.</exception>
    public async Task StartAsync(int port, CancellationToken ct)
    {
        if (_hasRun)
            Broker = Broker.Reopened();
        _hasRun = true;
        var options = new KestrelServerOptions { AddServerHeader = false, AllowSynchronousIO = false };
        options.Limits.KeepAliveTimeout = KeepAlive;
        options.Limits.MaxRequestBodySize = MostBody;
        options.Listen(IPAddress.Loopback, port);
        var logs = NullLoggerFactory.Instance;
        _server = new KestrelServer(
            Options.Create(options),
            new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs), logs);
        await _server.StartAsync(this, ct);
        Address = new Uri(_server.Features.Get<IServerAddressesFeature>()!.Addresses.First());
    }

    /// <summary>From now on connections are refused.</summary>
    public async Task StopAsync()
    {
        if (_server is { } server)
        {
            _server = null;
            using var now = new CancellationTokenSource();
            now.Cancel();
            await server.StopAsync(now.Token);
            server.Dispose();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _restart;
        await StopAsync();
        Broker.Dispose();
    }

    IFeatureCollection IHttpApplication<IFeatureCollection>.CreateContext(IFeatureCollection contextFeatures) =>
        contextFeatures;

    void IHttpApplication<IFeatureCollection>.DisposeContext(IFeatureCollection context, Exception? exception)
    {
    }

    async Task IHttpApplication<IFeatureCollection>.ProcessRequestAsync(IFeatureCollection context)
    {
        var life = context.Get<IHttpRequestLifetimeFeature>()!;
        try
        {
            await AnswerAsync(context, life);
        }
        catch (ObjectDisposedException)
        {
            // The broker went while this call was under way.
            life.Abort();
        }
    }

    private async Task AnswerAsync(IFeatureCollection context, IHttpRequestLifetimeFeature life)
    {
        var call = await ReadAsync(context.Get<IHttpRequestFeature>()!, life.RequestAborted);
        var broker = Broker;
        switch (_weather.Next())
        {
            case NetworkFault.Refused or NetworkFault.Restart:
                life.Abort();
                Restart();
                break;
            case NetworkFault.CutBefore:
                life.Abort();
                break;
            case NetworkFault.CutAfter:
                broker.Answer(call);
                life.Abort();
                break;
            case NetworkFault.BadGateway:
                await WriteAsync(context, BrokerWire.BadGateway, life.RequestAborted);
                break;
            case NetworkFault.Slow:
                var late = broker.Answer(call);
                await Task.Delay(_weather.Delay, _clock, life.RequestAborted);
                await WriteAsync(context, late, life.RequestAborted);
                break;
            default:
                await WriteAsync(context, broker.Answer(call), life.RequestAborted);
                break;
        }
    }

    // A port that refuses is one that nobody listens to: the server goes, and comes back.
    private void Restart()
    {
        if (_restart.IsCompleted && Address is { } address)
            _restart = RestartAsync(address.Port);
    }

    private async Task RestartAsync(int port)
    {
        await Task.Yield();
        await StopAsync();
        await Task.Delay(_weather.Outage, _clock, CancellationToken.None);
        await StartAsync(port, CancellationToken.None);
    }

    private static async Task<BrokerCall> ReadAsync(IHttpRequestFeature request, CancellationToken ct)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, ct);
        return new BrokerCall(
            request.Method, request.RawTarget, Header(request, "Host") ?? "", Header(request, "Authorization"),
            Header(request, "Content-Type"), body.ToArray());
    }

    private static string? Header(IHttpRequestFeature request, string name) =>
        request.Headers.TryGetValue(name, out var values) && values.Count > 0 ? values[0] : null;

    private static async Task WriteAsync(IFeatureCollection context, BrokerAnswer answer, CancellationToken ct)
    {
        var response = context.Get<IHttpResponseFeature>()!;
        response.StatusCode = answer.Status;
        response.Headers.Server = "uvicorn";
        response.Headers.ContentLength = answer.Body.Length;
        if (answer.ContentType is { } type)
            response.Headers.ContentType = type;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;
        if (context.Get<IHttpRequestFeature>()!.Method != "HEAD")
            await context.Get<IHttpResponseBodyFeature>()!.Stream.WriteAsync(answer.Body, ct);
    }
}
