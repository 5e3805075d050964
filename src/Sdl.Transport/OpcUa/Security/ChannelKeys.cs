using System.Security.Cryptography;

namespace Sdl.Transport.OpcUa;

/// <summary>The keys of one direction under one security token (Part 6, 6.7.5). One user at a time: the machines behind
/// them are kept from chunk to chunk, since setting them up costs as much again as a short chunk.</summary>
internal sealed class ChannelKeys : IDisposable
{
    public const int SignatureLength = 32, Block = 16;

    private readonly IncrementalHash _hash;
    private readonly Aes _aes;
    private ICryptoTransform? _cipher;

    /// <param name="secret">The nonce of who reads what these keys protect.</param>
    /// <param name="seed">The nonce of who writes.</param>
    public ChannelKeys(SecurityPolicy policy, byte[] secret, byte[] seed)
    {
        var derived = Derive(secret, seed, SignatureLength + policy.KeyLength + Block);
        _hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, derived[..SignatureLength]);
        _aes = Aes.Create();
        _aes.Padding = PaddingMode.None;
        _aes.Key = derived[SignatureLength..^Block];
        _aes.IV = derived[^Block..];
    }

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature)
    {
        _hash.AppendData(data);
        _hash.GetHashAndReset(signature);
    }

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> right = stackalloc byte[SignatureLength];
        Sign(data, right);
        return CryptographicOperations.FixedTimeEquals(right, signature);
    }

    /// <summary>In place; whole blocks.</summary>
    public void Encrypt(ArraySegment<byte> data) => Transform(_cipher ??= _aes.CreateEncryptor(), data);

    /// <summary>In place; whole blocks.</summary>
    public void Decrypt(ArraySegment<byte> data) => Transform(_cipher ??= _aes.CreateDecryptor(), data);

    public void Dispose()
    {
        _hash.Dispose();
        _cipher?.Dispose();
        _aes.Dispose();
    }

    private static void Transform(ICryptoTransform cipher, ArraySegment<byte> data)
    {
        cipher.TransformBlock(data.Array!, data.Offset, data.Count, data.Array!, data.Offset);
        // Every chunk begins with the same vector (Part 6, 6.7.7): the end of one brings it back.
        cipher.TransformFinalBlock([], 0, 0);
    }

    /// <summary>P_SHA256 of TLS 1.2 (RFC 5246, section 5).</summary>
    internal static byte[] Derive(byte[] secret, byte[] seed, int length)
    {
        var derived = new byte[length];
        var round = seed;
        for (var at = 0; at < length; at += SignatureLength)
        {
            round = HMACSHA256.HashData(secret, round);
            var piece = HMACSHA256.HashData(secret, (byte[])[.. round, .. seed]);
            piece.AsSpan(0, Math.Min(piece.Length, length - at)).CopyTo(derived.AsSpan(at));
        }
        return derived;
    }
}
