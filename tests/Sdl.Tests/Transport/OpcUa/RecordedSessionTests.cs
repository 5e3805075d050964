using System.Runtime.CompilerServices;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>A session of a node-opcua client with a node-opcua server, without security (freezer.txt).</summary>
public class RecordedSessionTests
{
    private const int Head = 24;

    public static TheoryData<int> Lines => [.. Enumerable.Range(0, Recorded().Count)];

    [Theory]
    [MemberData(nameof(Lines))]
    public void Message_that_was_read_is_written_with_the_same_bytes(int line)
    {
        var body = Recorded()[line];
        var from = new UaReader(body);
        var type = from.ReadNodeId();
        var message = Structures.Read(type.Number, ref from);
        Assert.NotNull(message);
        Assert.Equal(0, from.Left);
        var to = new UaWriter();
        to.WriteMessage(message);
        Assert.Equal(Convert.ToHexString(body), Convert.ToHexString(to.Written.Span));
    }

    [Fact]
    public void Recorded_session_is_understood()
    {
        var messages = Recorded().Select(body =>
        {
            var from = new UaReader(body);
            return Structures.Read(from.ReadNodeId().Number, ref from)!;
        }).ToList();
        var endpoints = messages.OfType<GetEndpointsResponse>().First().Endpoints;
        Assert.Equal(7, endpoints.Length);
        Assert.Equal("opc.tcp://vm:48402", endpoints[0].EndpointUrl);
        Assert.Equal(SecurityPolicy.None, SecurityPolicy.Find(endpoints[0].SecurityPolicyUri));
        Assert.Contains(messages.OfType<ReadResponse>(), r => r.Results[0].Value.Value is string[] { Length: > 3 });
        Assert.Contains(messages.OfType<PublishResponse>(),
            p => p.NotificationMessage.NotificationData is [{ Structure: DataChangeNotification }]);
        Assert.Equal(
            messages.OfType<IUaRequest>().Select(r => r.RequestHeader.RequestHandle).Order(),
            messages.OfType<IUaResponse>().Select(r => r.ResponseHeader.RequestHandle).Order());
    }

    /// <summary>Bodies of the MSG chunks.</summary>
    private static List<byte[]> Recorded([CallerFilePath] string here = "") =>
        [.. File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "freezer.txt"))
            .Where(l => l.Length > 12 && l[4..].StartsWith("4d534746", StringComparison.Ordinal))
            .SelectMany(l => Chunks(Convert.FromHexString(l[4..])))];

    private static IEnumerable<byte[]> Chunks(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length; at += BitConverter.ToInt32(bytes, at + 4))
            yield return bytes[(at + Head)..(at + BitConverter.ToInt32(bytes, at + 4))];
    }
}
