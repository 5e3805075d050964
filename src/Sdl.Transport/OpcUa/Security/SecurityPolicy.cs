using System.Security.Cryptography;

namespace Sdl.Transport.OpcUa;

/// <summary>Which algorithms protect a channel (Part 7, security policies).</summary>
public sealed class SecurityPolicy
{
    private const string Prefix = "http://opcfoundation.org/UA/SecurityPolicy#";
    private const string RsaSha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
    private const string RsaOaep = "http://www.w3.org/2001/04/xmlenc#rsa-oaep";

    private readonly RSASignaturePadding _signing;
    private readonly RSAEncryptionPadding _encryption;
    private readonly int _overhead;

    private SecurityPolicy(
        string name, int keyLength, RSASignaturePadding signing, RSAEncryptionPadding encryption, int overhead)
    {
        Name = name;
        KeyLength = keyLength;
        (_signing, _encryption, _overhead) = (signing, encryption, overhead);
    }

    /// <summary>Neither signed nor encrypted.</summary>
    public static SecurityPolicy None { get; } =
        new("None", 0, RSASignaturePadding.Pkcs1, RSAEncryptionPadding.OaepSHA1, 0);

    public static SecurityPolicy Basic256Sha256 { get; } =
        new("Basic256Sha256", 32, RSASignaturePadding.Pkcs1, RSAEncryptionPadding.OaepSHA1, 42);

    public static SecurityPolicy Aes128Sha256RsaOaep { get; } =
        new("Aes128_Sha256_RsaOaep", 16, RSASignaturePadding.Pkcs1, RSAEncryptionPadding.OaepSHA1, 42);

    public static SecurityPolicy Aes256Sha256RsaPss { get; } =
        new("Aes256_Sha256_RsaPss", 32, RSASignaturePadding.Pss, RSAEncryptionPadding.OaepSHA256, 66)
        {
            SignatureAlgorithm = "http://opcfoundation.org/UA/security/rsa-pss-sha2-256",
            EncryptionAlgorithm = "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256",
        };

    /// <summary>From the weakest to the strongest.</summary>
    public static IReadOnlyList<SecurityPolicy> All { get; } =
        [None, Aes128Sha256RsaOaep, Basic256Sha256, Aes256Sha256RsaPss];

    /// <summary>What people write.</summary>
    public string Name { get; }

    public string Uri => Prefix + Name;

    /// <summary>Bytes of the key that encrypts; 0 for None.</summary>
    public int KeyLength { get; }

    public bool IsNone => KeyLength == 0;

    /// <summary>Bytes of the nonces from which keys are made; those of sessions are as long.</summary>
    public int NonceLength => IsNone ? 0 : 32;

    public string SignatureAlgorithm { get; private init; } = RsaSha256;

    public string EncryptionAlgorithm { get; private init; } = RsaOaep;

    /// <returns>Null for a policy that is not spoken here.</returns>
    public static SecurityPolicy? Find(string? uri) => All.FirstOrDefault(p => p.Uri == uri);

    /// <summary>As many random bytes as the policy wants.</summary>
    public byte[] Nonce() => RandomNumberGenerator.GetBytes(NonceLength);

    public byte[] Sign(RSA key, ReadOnlySpan<byte> data) => key.SignData(data, HashAlgorithmName.SHA256, _signing);

    public bool Verify(RSA key, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) =>
        key.VerifyData(data, signature, HashAlgorithmName.SHA256, _signing);

    /// <summary>How many bytes a key encrypts at a time.</summary>
    internal int PlainBlock(RSA key) => key.KeySize / 8 - _overhead;

    /// <summary>Block by block; the last block may be short.</summary>
    public byte[] Encrypt(RSA key, ReadOnlySpan<byte> plain)
    {
        var block = PlainBlock(key);
        var cipher = new byte[(plain.Length + block - 1) / block * (key.KeySize / 8)];
        for (var (from, to) = (0, 0); from < plain.Length; from += block, to += key.KeySize / 8)
            key.Encrypt(plain.Slice(from, Math.Min(block, plain.Length - from)), cipher.AsSpan(to), _encryption);
        return cipher;
    }

    /// <exception cref="OpcUaException">It was not encrypted for this key.</exception>
    public byte[] Decrypt(RSA key, ReadOnlySpan<byte> cipher)
    {
        var block = key.KeySize / 8;
        if (cipher.Length == 0 || cipher.Length % block != 0)
            throw new OpcUaException(StatusCodes.BadSecurityChecksFailed, "what is encrypted has no whole blocks");
        var plain = new byte[cipher.Length];
        var length = 0;
        try
        {
            for (var at = 0; at < cipher.Length; at += block)
                length += key.Decrypt(cipher.Slice(at, block), plain.AsSpan(length), _encryption);
        }
        catch (CryptographicException e)
        {
            throw new OpcUaException(
                StatusCodes.BadSecurityChecksFailed, "it is not encrypted for this application's certificate", e);
        }
        return plain[..length];
    }

    public override string ToString() => Name;
}
