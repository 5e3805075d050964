using System.Buffers.Binary;
using Sdl.Core.Instruments;
using Sdl.Transport.OpcUa;

namespace Sdl.Shared.Tests.Fuzz;

/// <summary>OPC UA messages, and the server's end of a channel without security.</summary>
public static class OpcUaDecoders
{
    // An element takes a byte on the wire and up to 40 in memory; a channel has buffers of 8 kB.
    private const long MostBytes = 256 * 1024;

    private static readonly RequestHeader Asked =
        Headers.RequestHeader with { AuthenticationToken = new NodeId(1, "session"), RequestHandle = 7 };

    public static IEnumerable<Decoder> All => [Messages(), Channel()];

    private static Decoder Messages() => new("OPC UA message", [.. Samples().Select(Encoded)], MostBytes, message =>
    {
        try
        {
            var from = new UaReader(message);
            Structures.Read(from.ReadNodeId().Number, ref from);
        }
        catch (OpcUaException)
        {
            // As documented.
        }
    });

    private static Decoder Channel()
    {
        var options = ServerChannelOptions.Open with { Limits = new ChannelLimits(8192, 16_384, 4) };
        byte[] hello = Chunk("HELF", [.. new byte[4], 0, 0, 1, 0, 0, 0, 1, 0, .. new byte[8], 3, 0, 0, 0, 97, 98, 99]);
        byte[] open =
        [
            .. hello, .. Chunk("OPNF", [0, 0, 0, 0, .. Text(SecurityPolicy.None.Uri),
                .. Enumerable.Repeat((byte)255, 8), 1, 0, 0, 0, 1, 0, 0, 0, .. Encoded(new OpenSecureChannelRequest(
                    0, SecurityTokenRequestType.Issue, MessageSecurityMode.None, null, 60_000))]),
        ];
        byte[][] seeds =
        [
            hello, open, [.. open, .. Request("MSGF", 2), .. Request("MSGC", 3), .. Request("MSGF", 4)],
            [.. open, .. Request("MSGC", 2), .. Request("MSGA", 3), .. Request("CLOF", 4)],
        ];
        return new("OPC UA channel", seeds, MostBytes, message =>
        {
            try
            {
                var serving = ServeAsync(new Said(message), options);
                if (!serving.IsCompleted)
                    throw new InvalidOperationException("it waits for more than came");
                serving.GetAwaiter().GetResult();
            }
            catch (Exception e) when (e is OpcUaException or IOException)
            {
                // As documented.
            }
        });
    }

    private static async Task ServeAsync(Said transport, ServerChannelOptions options)
    {
        await using var channel = await ServerChannel.AcceptAsync(
            transport, 1, options, TimeProvider.System, CancellationToken.None);
        while (await channel.ReceiveAsync(CancellationToken.None) is not null)
        {
        }
    }

    private static IEnumerable<IUaStructure> Samples() =>
    [
        new ReadRequest(0, TimestampsToReturn.Both, [new ReadValueId(85, AttributeId.Value, null, default)])
        {
            RequestHeader = Asked,
        },
        new WriteRequest([new WriteValue(new NodeId(2, 9), AttributeId.Value, "1:2", new DataValue(
            Variant.Of(new[] { 1.5, 2 }), StatusCodes.UncertainLastUsableValue, DateTime.UnixEpoch))])
        {
            RequestHeader = Asked,
        },
        new CallRequest([new CallMethodRequest(1, 2,
            [
                Variant.Of(new[] { Variant.Of("a"), Variant.Of(Guid.Empty) }),
                Variant.Of(new EUInformation(null, 1, default, default)),
            ])])
        {
            RequestHeader = Asked,
        },
        new CreateMonitoredItemsRequest(1, TimestampsToReturn.Both, [new MonitoredItemCreateRequest(
            new ReadValueId(85, AttributeId.EventNotifier, null, default), MonitoringMode.Reporting,
            new MonitoringParameters(1, 100, new ExtensionObject(new EventFilter(
                [new SimpleAttributeOperand(2041, [new QualifiedName(0, "Message")], AttributeId.Value, null)],
                new ContentFilter([new ContentFilterElement(FilterOperator.Equals,
                    [new ExtensionObject(new LiteralOperand(Variant.Of(3)))])]))), 10, true))])
        {
            RequestHeader = Asked,
        },
        new PublishResponse(1, [1, 2], false, new NotificationMessage(3, DateTime.UnixEpoch,
        [
            new ExtensionObject(new DataChangeNotification(
                [new MonitoredItemNotification(1, new DataValue(Variant.Of(2.5)))], [new DiagnosticInfo(1)])),
            new ExtensionObject(new EventNotificationList([new EventFieldList(1, [Variant.Of("text")])])),
        ]), [0u], []),
    ];

    private static byte[] Encoded(IUaStructure message)
    {
        var to = new UaWriter();
        to.WriteMessage(message);
        return to.Written.ToArray();
    }

    private static byte[] Request(string kind, byte number) =>
        Chunk(kind, [1, 0, 0, 0, 1, 0, 0, 0, number, 0, 0, 0, 5, 0, 0, 0, .. Encoded(Samples().First())]);

    private static byte[] Text(string text)
    {
        var to = new UaWriter();
        to.WriteString(text);
        return to.Written.ToArray();
    }

    private static byte[] Chunk(string kind, byte[] rest)
    {
        byte[] chunk = [.. System.Text.Encoding.ASCII.GetBytes(kind), 0, 0, 0, 0, .. rest];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), chunk.Length);
        return chunk;
    }

    /// <summary>Says one message, then hangs up.</summary>
    private sealed class Said(byte[] message) : ITransport
    {
        private int _at;

        public string Name => "said";

        public ValueTask OpenAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct)
        {
            var count = Math.Min(buffer.Length, message.Length - _at);
            message.AsMemory(_at, count).CopyTo(buffer);
            _at += count;
            return ValueTask.FromResult(count);
        }

        public void DiscardInput()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
