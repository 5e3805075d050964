using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Sdl.Store;

/// <summary>The links of the journal's hash chain: SHA-256 over the link before and everything that a row holds, so
/// that no row can be changed, removed, inserted or moved without every later link telling. Events and blocks of
/// samples stand in one chain, in the order in which they were written; sealed records are covered through the digest
/// in their step-done event.</summary>
internal static class JournalChain
{
    public const int Length = 32;

    // What a link is made of, so that no block can pass for an event.
    private const byte EventKind = (byte)'e', BlockKind = (byte)'b';

    /// <summary>The link before the first.</summary>
    public static byte[] Genesis { get; } = new byte[Length];

    /// <summary>The last link that is stored.</summary>
    public static byte[] Head(Database database)
    {
        using var last = database.Prepare("""
            SELECT hash FROM (SELECT after, hash FROM block ORDER BY id DESC LIMIT 1)
                WHERE after = (SELECT coalesce(max(seq), 0) FROM event)
            UNION ALL SELECT hash FROM (SELECT hash FROM event ORDER BY seq DESC LIMIT 1)
            LIMIT 1
            """);
        return last.Step() ? last.Bytes(0).ToArray() : Genesis;
    }

    /// <param name="at">UTC ticks.</param>
    /// <param name="body">UTF-8.</param>
    public static byte[] Event(ReadOnlySpan<byte> before, long seq, long at, ReadOnlySpan<byte> body)
    {
        Span<byte> head = stackalloc byte[Length + 17];
        before.CopyTo(head);
        head[Length] = EventKind;
        BinaryPrimitives.WriteInt64LittleEndian(head[(Length + 1)..], seq);
        BinaryPrimitives.WriteInt64LittleEndian(head[(Length + 9)..], at);
        return Hash(head, body);
    }

    /// <param name="after">Number of the event behind which it was written.</param>
    public static byte[] Block(
        ReadOnlySpan<byte> before, long id, long after, string call, long attempt, ReadOnlySpan<byte> data)
    {
        var name = Encoding.UTF8.GetBytes(call);
        var head = new byte[Length + 33 + name.Length];
        before.CopyTo(head);
        head[Length] = BlockKind;
        var numbers = head.AsSpan(Length + 1);
        BinaryPrimitives.WriteInt64LittleEndian(numbers, id);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], after);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[16..], attempt);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[24..], name.Length);
        name.CopyTo(numbers[32..]);
        return Hash(head, data);
    }

    private static byte[] Hash(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        var total = head.Length + rest.Length;
        Span<byte> all = total <= 1024 ? stackalloc byte[1024] : new byte[total];
        head.CopyTo(all);
        rest.CopyTo(all[head.Length..]);
        return SHA256.HashData(all[..total]);
    }
}
