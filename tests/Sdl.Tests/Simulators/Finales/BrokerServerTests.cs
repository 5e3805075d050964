using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Sdl.Simulators.Finales;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Finales;

/// <summary>Faults of the network, over sockets and without.</summary>
public class BrokerServerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(NetworkFault.CutBefore, 0)]
    [InlineData(NetworkFault.CutAfter, 1)]
    public async Task Answer_is_lost_when_the_connection_is_cut(NetworkFault fault, int requests)
    {
        await using var served = await Served.StartAsync(n => n == 2 ? fault : NetworkFault.None);
        Assert.Equal(200, await served.StatusAsync("/"));
        await Assert.ThrowsAsync<HttpRequestException>(served.AskAsync);
        Assert.Equal(requests, served.Broker.Office.Requests.Count);
        Assert.Equal(200, await served.AskAsync());
    }

    [Fact]
    public async Task Proxy_answers_when_the_broker_is_behind_it_and_away()
    {
        await using var served = await Served.StartAsync(n => n == 1 ? NetworkFault.BadGateway : NetworkFault.None);
        Assert.Equal(502, await served.AskAsync());
        Assert.Empty(served.Broker.Office.Requests);
        Assert.Equal(200, await served.AskAsync());
    }

    [Fact(Timeout = 60_000)]
    public async Task Slow_answer_comes_when_its_time_has_come()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var served = await Served.StartAsync(n => n == 1 ? NetworkFault.Slow : NetworkFault.None);
        var slow = served.AskAsync();
        await served.UntilAsync(() => served.Broker.Office.Requests.Count == 1, ct);
        Assert.Equal(200, await served.AskAsync());
        Assert.False(slow.IsCompleted);
        await served.AdvanceUntilAsync(slow, ct);
        Assert.Equal(200, await slow);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(NetworkFault.Refused)]
    [InlineData(NetworkFault.Restart)]
    public async Task Nobody_listens_during_a_restart_and_all_is_known_after_it(NetworkFault fault)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var served = await Served.StartAsync(n => n == 2 ? fault : NetworkFault.None, isKept: true);
        Assert.Equal(200, await served.AskAsync());
        var known = Assert.Single(served.Broker.Office.Requests).Uuid;
        await Assert.ThrowsAsync<HttpRequestException>(served.AskAsync);
        await served.UntilAsync(async () => !await served.ListensAsync(), ct);
        await served.AdvanceUntilAsync(served.ListensAsync, ct);
        Assert.Equal(known, Assert.Single(served.Broker.Office.Requests).Uuid);
        // The token is still good, too.
        Assert.Equal(200, await served.AskAsync());
        Assert.Equal(2, served.Broker.Office.Requests.Count);
    }

    [Fact]
    public async Task Wire_without_a_socket_has_the_same_faults()
    {
        var plan = Enum.GetValues<NetworkFault>();
        using var broker = BrokerTests.Equipped(new BrokerOptions { Seed = 1 }, TimeProvider.System);
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) };
        using var wire = new HttpMessageInvoker(new BrokerWire(broker, new NetworkWeather(n => plan[n - 1]), clock));
        var seen = new List<string>();
        foreach (var fault in plan)
            try
            {
                var answer = wire.SendAsync(Served.Post(broker), Ct);
                if (fault == NetworkFault.Slow)
                {
                    Assert.False(answer.IsCompleted);
                    clock.Advance(TimeSpan.FromSeconds(8));
                }
                using var got = await answer;
                seen.Add($"{fault}: {(int)got.StatusCode}");
            }
            catch (HttpRequestException e)
            {
                seen.Add($"{fault}: {e.HttpRequestError}");
            }
        Assert.Equal(
            ["None: 200", "Refused: ConnectionError", "CutBefore: ResponseEnded", "CutAfter: ResponseEnded",
                "BadGateway: 502", "Slow: 200", "Restart: ConnectionError"], seen);
        // Nobody was told that the third had been done.
        Assert.Equal(3, broker.Office.Requests.Count);
    }

    [Fact]
    public void Foul_weather_is_drawn_from_its_seed_in_the_share_that_was_asked_for()
    {
        static List<NetworkFault> Draw(int seed)
        {
            var weather = NetworkWeather.Foul(0.25, seed);
            return [.. Enumerable.Range(0, 4000).Select(_ => weather.Next())];
        }

        var drawn = Draw(7);
        Assert.Equal(drawn, Draw(7));
        Assert.NotEqual(drawn, Draw(8));
        // 1000 are expected of 4000; five standard deviations are 137.
        Assert.InRange(drawn.Count(f => f != NetworkFault.None), 863, 1137);
        Assert.Equal(7, drawn.Distinct().Count());
    }

    /// <summary>A broker on a socket, and a client that knows its token.</summary>
    private sealed class Served : IAsyncDisposable
    {
        private readonly TempFolder _folder = new();
        private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 15, 12, 0, 0, TimeSpan.Zero));
        private readonly HttpMessageInvoker _client = new(new SocketsHttpHandler { AllowAutoRedirect = false });
        private readonly BrokerServer _server;
        private readonly string _token;

        private Served(Func<int, NetworkFault> plan, bool isKept)
        {
            var broker = BrokerTests.Equipped(new BrokerOptions
            {
                Seed = 1, File = isKept ? Path.Combine(_folder.Path, "broker") : null,
            }, _clock);
            _token = broker.TokenFor("lab");
            _server = new BrokerServer(broker, new NetworkWeather(plan), _clock);
        }

        public Broker Broker => _server.Broker;

        public static async Task<Served> StartAsync(Func<int, NetworkFault> plan, bool isKept = false)
        {
            var served = new Served(plan, isKept);
            await served._server.StartAsync(0, Ct);
            return served;
        }

        public static HttpRequestMessage Post(Broker broker) => Message(
            HttpMethod.Post, new Uri("http://127.0.0.1/requests/"), broker.TokenFor("lab"));

        public Task<int> AskAsync() => SendAsync(HttpMethod.Post, "/requests/");

        public Task<int> StatusAsync(string path) => SendAsync(HttpMethod.Get, path);

        public async Task<bool> ListensAsync()
        {
            using var socket = new System.Net.Sockets.TcpClient();
            try
            {
                await socket.ConnectAsync(IPAddress.Loopback, _server.Address!.Port, Ct);
                return true;
            }
            catch (System.Net.Sockets.SocketException)
            {
                return false;
            }
        }

        // The server works in threads of its own: there is nothing to wait on but what it has done.
        public Task UntilAsync(Func<bool> isSo, CancellationToken ct) => UntilAsync(() => Task.FromResult(isSo()), ct);

        public async Task UntilAsync(Func<Task<bool>> isSo, CancellationToken ct)
        {
            while (!await isSo())
            {
                ct.ThrowIfCancellationRequested();
                await Task.Yield();
            }
        }

        public Task AdvanceUntilAsync(Task task, CancellationToken ct) =>
            AdvanceUntilAsync(() => Task.FromResult(task.IsCompleted), ct);

        public Task AdvanceUntilAsync(Func<Task<bool>> isSo, CancellationToken ct) => UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            return isSo();
        }, ct);

        public async ValueTask DisposeAsync()
        {
            _client.Dispose();
            await _server.DisposeAsync();
            _folder.Dispose();
        }

        private async Task<int> SendAsync(HttpMethod method, string path)
        {
            using var message = Message(method, new Uri(_server.Address!, path), _token);
            using var answer = await _client.SendAsync(message, Ct);
            return (int)answer.StatusCode;
        }

        private static HttpRequestMessage Message(HttpMethod method, Uri uri, string token) => new(method, uri)
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", token) },
            Content = method == HttpMethod.Get
                ? null
                : new StringContent(BrokerTests.RequestBody, Encoding.UTF8, "application/json"),
        };
    }
}
