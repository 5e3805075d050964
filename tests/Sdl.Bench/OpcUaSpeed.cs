using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Transport.Channels;
using Sdl.Transport.OpcUa;

namespace Sdl.Bench;

/// <summary>One value read again and again from one node-opcua server by our client and by node-opcua's, with and
/// without security, in turn.</summary>
public static class OpcUaSpeed
{
    private const int RoundCount = 7, Reads = 1500;
    private const int Port = 48_655;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private const string NodeClient = """
        const { OPCUAClient, MessageSecurityMode, SecurityPolicy, AttributeIds } = require("node-opcua");
        console.log = console.warn = console.info = console.error;
        (async () => {
          const secure = process.argv[2] === "secure";
          const client = OPCUAClient.create({ endpointMustExist: false,
            securityMode: secure ? MessageSecurityMode.SignAndEncrypt : MessageSecurityMode.None,
            securityPolicy: secure ? SecurityPolicy.Basic256Sha256 : SecurityPolicy.None });
          await client.connect(process.argv[1]);
          const session = await client.createSession();
          const times = [];
          for (let i = 0; i < Number(process.argv[3]); i++) {
            const begun = process.hrtime.bigint();
            await session.read({ nodeId: "ns=1;s=SetPoint", attributeId: AttributeIds.Value });
            times.push(Number(process.hrtime.bigint() - begun) / 1000);
          }
          await session.close();
          await client.disconnect();
          times.sort((a, b) => a - b);
          process.stdout.write(String(times[times.length >> 1]) + "\n");
          process.exit(0);
        })().catch((e) => { console.error(e); process.exit(1); });
        """;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sdl-opcua-").FullName;
        using var server = Process.Start(new ProcessStartInfo("node", [Script(), $"{Port}", folder])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        server.ErrorDataReceived += (_, _) => { };
        server.BeginErrorReadLine();
        try
        {
            if (await server.StandardOutput.ReadLineAsync() is null)
            {
                Console.Error.WriteLine("node-opcua is not here: npm install node-opcua, NODE_PATH=its node_modules");
                return 1;
            }
            await CompareAsync(folder);
            return 0;
        }
        finally
        {
            server.Kill();
            await server.WaitForExitAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task CompareAsync(string folder)
    {
        var store = new CertificateStore(Path.Combine(folder, "own"), "sdl", TimeProvider.System);
        var open = new OpcUaClientOptions($"opc.tcp://127.0.0.1:{Port}").WithoutSecurity();
        var secure = new OpcUaClientOptions(open.Url) { Policy = SecurityPolicy.Basic256Sha256, Certificates = store };
        var endpoints = await Discovery.GetEndpointsAsync(open, TimeProvider.System, CancellationToken.None);
        using (var certificate = PeerCertificate.Read(endpoints[0].ServerCertificate))
            store.Trust(certificate.Certificate, "127.0.0.1");
        List<double> ours = [], oursSecure = [], theirs = [], theirsSecure = [];
        for (var round = 0; round < RoundCount; round++)
        {
            ours.Add(await OursAsync(open));
            theirs.Add(await TheirsAsync(open.Url, "open"));
            oursSecure.Add(await OursAsync(secure));
            theirsSecure.Add(await TheirsAsync(open.Url, "secure"));
        }
        Compare("OPC UA Read, None, p50", ours, theirs, 1, "node-opcua's client");
        Compare("OPC UA Read, SignAndEncrypt, p50", oursSecure, theirsSecure, 1, "node-opcua's client");
        await CompareOwnAsync();
    }

    /// <summary>Both ends ours, so that security costs what ours costs.</summary>
    private static async Task CompareOwnAsync()
    {
        var now = TimeProvider.System.GetUtcNow();
        var (client, server) = (
            OwnCertificate.Create("client", "localhost", now), OwnCertificate.Create("server", "localhost", now));
        using var peer = PeerCertificate.Read(server.Encoded);
        var secure = new ChannelSecurity(
            SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt, client, peer);
        List<double> none = [], encrypted = [];
        for (var round = 0; round < RoundCount; round++)
        {
            none.Add(await OwnChannelAsync(ChannelSecurity.None, server));
            encrypted.Add(await OwnChannelAsync(secure, server));
        }
        Compare("OPC UA Read, our server, SignAndEncrypt, p50", encrypted, none, 1.3, "our own None");
    }

    private static async Task<double> OwnChannelAsync(ChannelSecurity security, ApplicationCertificate server)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var serving = ServeAsync(listener, ServerChannelOptions.Open with
        {
            Allowed = [(security.Policy, security.Mode)],
            Own = server,
        });
        await using var channel = await ClientChannel.OpenAsync(
            new TcpTransport("127.0.0.1", port, TimeProvider.System, Patience), $"opc.tcp://127.0.0.1:{port}", security,
            new ChannelLimits(), TimeProvider.System, Patience, CancellationToken.None);
        var p50 = await TimeAsync(async () => await channel.AskAsync<ReadResponse>(
            new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(85, AttributeId.Value, null, default)]),
            NodeId.Null, Patience, CancellationToken.None));
        await channel.DisposeAsync();
        await serving;
        return p50;
    }

    private static async Task ServeAsync(TcpListener listener, ServerChannelOptions options)
    {
        var socket = await listener.AcceptSocketAsync();
        socket.NoDelay = true;
        await using var channel = await ServerChannel.AcceptAsync(
            new AcceptedSocket(socket), 1, options, TimeProvider.System, CancellationToken.None);
        while (await channel.ReceiveAsync(CancellationToken.None) is { } got)
            await channel.SendAsync(got.Id, new ReadResponse(
                [new DataValue(Variant.Of(1.5), 0, DateTime.UnixEpoch, DateTime.UnixEpoch)], []),
                CancellationToken.None);
    }

    private static void Compare(string what, List<double> one, List<double> other, double most, string whose)
    {
        var ratio = Rounds.Median([.. one.Zip(other, (o, t) => o / t)]);
        Rounds.Print(what, Text($"{Rounds.Median(one):0} µs"),
            Text($"<= {most} x {whose}: {ratio:0.00} x its {Rounds.Median(other):0} µs"), ratio <= most);
    }

    private static async Task<double> OursAsync(OpcUaClientOptions options)
    {
        await using var client = new OpcUaClient(options, TimeProvider.System);
        var node = new NodeId(1, "SetPoint");
        return await TimeAsync(async () => await client.ReadValueAsync(node, CancellationToken.None));
    }

    private static async Task<double> TimeAsync(Func<Task> read)
    {
        var times = new List<double>();
        for (var i = 0; i < Reads; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            await read();
            times.Add(Stopwatch.GetElapsedTime(begun).TotalMicroseconds);
        }
        return Rounds.Median(times);
    }

    private static async Task<double> TheirsAsync(string url, string security)
    {
        using var client = Process.Start(new ProcessStartInfo("node", ["-e", NodeClient, url, security, $"{Reads}"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var errors = client.StandardError.ReadToEndAsync();
        var output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return double.TryParse(output, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new InvalidOperationException(await errors);
    }

    private static string Script([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "../Sdl.Instruments.Tests/Peers/opcua_server.js");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class AcceptedSocket(Socket socket) : ITransport
    {
        public string Name => "accepted";

        public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) =>
            await socket.SendAsync(bytes, ct);

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => socket.ReceiveAsync(buffer, ct);

        public void DiscardInput()
        {
        }

        public ValueTask DisposeAsync()
        {
            socket.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
