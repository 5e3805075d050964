using System.Buffers.Binary;
using Microsoft.Extensions.Time.Testing;
using Sdl.Transport.OpcUa;

namespace Sdl.Tests.Transport.OpcUa;

/// <summary>What somebody on the line does to a channel costs it the channel, and no request is done twice, late or
/// otherwise than it was sent.</summary>
public class ChannelAttackTests
{
    private static readonly NodeId Node = new(1, "node");

    public static TheoryData<MessageSecurityMode> Modes =>
        [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt];

    public static TheoryData<MessageSecurityMode> SecureModes =>
        [MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt];

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunk_that_comes_twice_is_refused(MessageSecurityMode mode) =>
        RefusedAsync(mode, StatusCodes.BadSequenceNumberInvalid, sent => [sent, sent], isAnswered: true);

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunk_that_is_left_out_is_noticed(MessageSecurityMode mode)
    {
        var count = 0;
        return RefusedAsync(
            mode, StatusCodes.BadSequenceNumberInvalid, sent => count++ == 0 ? [] : [sent], requests: 2);
    }

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunks_in_the_wrong_order_are_refused(MessageSecurityMode mode)
    {
        byte[]? held = null;
        return RefusedAsync(mode, StatusCodes.BadSequenceNumberInvalid, sent =>
        {
            if (held is not null)
                return [sent, held];
            held = sent;
            return [];
        }, requests: 2);
    }

    [Theory]
    [MemberData(nameof(SecureModes))]
    public async Task Chunk_with_any_bit_changed_behind_its_head_is_refused(MessageSecurityMode mode)
    {
        for (var place = 16; place < 120; place += 7)
            await RefusedAsync(mode, StatusCodes.BadSecurityChecksFailed, sent =>
            {
                sent[place] ^= 0x10;
                return [sent];
            });
        await RefusedAsync(mode, StatusCodes.BadSecurityChecksFailed, sent =>
        {
            sent[^1] ^= 1;
            return [sent];
        });
    }

    [Theory]
    [MemberData(nameof(SecureModes))]
    public Task Chunk_that_was_cut_is_refused(MessageSecurityMode mode) =>
        RefusedAsync(mode, StatusCodes.BadSecurityChecksFailed, sent => [Resized(sent[..^16])]);

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunk_that_says_it_is_larger_than_allowed_is_refused(MessageSecurityMode mode) =>
        RefusedAsync(mode, StatusCodes.BadTcpMessageTooLarge, sent =>
        {
            BinaryPrimitives.WriteUInt32LittleEndian(sent.AsSpan(4), 65_537);
            return [sent];
        });

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunk_of_another_channel_is_refused(MessageSecurityMode mode) =>
        RefusedAsync(mode, StatusCodes.BadTcpSecureChannelUnknown, sent =>
        {
            sent[8] ^= 1;
            return [sent];
        });

    [Theory]
    [MemberData(nameof(Modes))]
    public Task Chunk_under_an_unknown_token_is_refused(MessageSecurityMode mode) =>
        RefusedAsync(mode, StatusCodes.BadSecureChannelTokenUnknown, sent =>
        {
            sent[12] ^= 0x40;
            return [sent];
        });

    [Fact]
    public Task Bytes_that_are_no_opc_ua_are_refused() => RefusedAsync(
        MessageSecurityMode.None, StatusCodes.BadTcpMessageTypeInvalid, _ => ["GET / HTTP/1.1\r\n\r\n"u8.ToArray()]);

    [Fact]
    public async Task Message_of_more_chunks_than_allowed_is_refused_by_its_sender_and_its_receiver()
    {
        await using var pair = await OpenAsync(MessageSecurityMode.None, null, new ChannelLimits(8192, 20_000, 2));
        var refused = await Assert.ThrowsAsync<OpcUaException>(
            () => pair.ReadAsync(new NodeId(1, new string('x', 30_000))).AsTask());
        Assert.Equal(StatusCodes.BadEncodingLimitsExceeded, refused.Status.Code);
        // Nothing was sent, so that the channel goes on.
        await pair.ReadAsync(Node);
        // A sender that does not keep to it: one chunk again and again, each said not to be the last.
        Meddler meddler = null!;
        await using var other = await OpenAsync(
            MessageSecurityMode.None, m => meddler = m, new ChannelLimits(8192, 20_000, 2));
        meddler.Change = sent => Enumerable.Range(0, 3).Select(i => Numbered(sent, i));
        _ = other.ReadAsync(Node).AsTask();
        Assert.Equal(StatusCodes.BadTcpMessageTooLarge,
            (await Assert.ThrowsAsync<OpcUaException>(() => other.Serving)).Status.Code);
    }

    private static async Task RefusedAsync(
        MessageSecurityMode mode, uint status, Func<byte[], IEnumerable<byte[]>> change, int requests = 1,
        bool isAnswered = false)
    {
        Meddler meddler = null!;
        await using var pair = await OpenAsync(mode, m => meddler = m);
        await pair.ReadAsync(Node);
        meddler.Change = change;
        var asked = Enumerable.Range(0, requests).Select(_ => pair.ReadAsync(Node).AsTask()).ToList();
        var refused = await Assert.ThrowsAsync<OpcUaException>(() => pair.Serving);
        Assert.Equal(new StatusCode(status).ToString(), refused.Status.ToString());
        if (isAnswered)
        {
            Assert.Single((await asked[0]).Results);
            return;
        }
        // The client hears why.
        var heard = await Assert.ThrowsAsync<OpcUaException>(() => asked[^1]);
        Assert.Equal(status, heard.Status.Code);
    }

    private static Task<ChannelPair> OpenAsync(
        MessageSecurityMode mode, Action<Meddler>? tell, ChannelLimits? limits = null)
    {
        var policy = mode == MessageSecurityMode.None ? SecurityPolicy.None : SecurityPolicy.Basic256Sha256;
        var security = ChannelPair.Security(policy, mode, Certificates.Client, Certificates.Server);
        return ChannelPair.OpenAsync(security, Certificates.Server, new FakeTimeProvider(), limits, inner =>
        {
            var meddler = new Meddler(inner);
            tell?.Invoke(meddler);
            return meddler;
        });
    }

    private static byte[] Resized(byte[] chunk)
    {
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), chunk.Length);
        return chunk;
    }

    private static byte[] Numbered(byte[] sent, int add)
    {
        byte[] chunk = [.. sent];
        chunk[3] = (byte)'C';
        BinaryPrimitives.WriteUInt32LittleEndian(
            chunk.AsSpan(16), BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(16)) + (uint)add);
        return chunk;
    }
}
