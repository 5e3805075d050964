using System.Security.Cryptography;

namespace Sdl.Transport.OpcUa;

/// <summary>The keys of one direction under one security token (Part 6, 6.7.5).</summary>
internal sealed class ChannelKeys : IDisposable
{
    public const int SignatureLength = 32, Block = 16;

    private readonly byte[] _signing;
    private readonly byte[] _vector;
    private readonly Aes _aes;

    /// <param name="secret">The nonce of who reads what these keys protect.</param>
    /// <param name="seed">The nonce of who writes.</param>
    public ChannelKeys(SecurityPolicy policy, byte[] secret, byte[] seed)
    {
        var derived = Derive(secret, seed, SignatureLength + policy.KeyLength + Block);
        _signing = derived[..SignatureLength];
        _vector = derived[^Block..];
        _aes = Aes.Create();
        _aes.Key = derived[SignatureLength..^Block];
    }

    public void Sign(ReadOnlySpan<byte> data, Span<byte> signature) => HMACSHA256.HashData(_signing, data, signature);

    public bool Verifies(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        Span<byte> right = stackalloc byte[SignatureLength];
        HMACSHA256.HashData(_signing, data, right);
        return CryptographicOperations.FixedTimeEquals(right, signature);
    }

    /// <summary>In place; whole blocks.</summary>
    public void Encrypt(Span<byte> data) => _aes.EncryptCbc(data, _vector, data, PaddingMode.None);

    /// <summary>In place; whole blocks.</summary>
    public void Decrypt(Span<byte> data) => _aes.DecryptCbc(data, _vector, data, PaddingMode.None);

    public void Dispose() => _aes.Dispose();

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
