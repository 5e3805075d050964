using System.Buffers.Binary;
using System.Text;

namespace Sdl.Transport.OpcUa;

/// <summary>As whom a session acts (Part 4, 7.40).</summary>
public abstract class UserIdentity
{
    public static UserIdentity Anonymous { get; } = new AnonymousUser();

    internal abstract UserTokenType Type { get; }

    public static UserIdentity Name(string name, string password) => new NamedUser(name, password);

    /// <summary>A person's or a role's certificate with its private key.</summary>
    public static UserIdentity Certificate(ApplicationCertificate certificate) => new CertifiedUser(certificate);

    /// <summary>The token and, for a certificate, what proves it.</summary>
    /// <param name="policy">Of the endpoint, among those of this identity's type.</param>
    /// <param name="nonce">The server's last.</param>
    /// <exception cref="OpcUaException">It would show a secret.</exception>
    internal abstract (IUaStructure Token, SignatureData Proof) Show(
        UserTokenPolicy policy, EndpointDescription endpoint, byte[] nonce);

    private static SecurityPolicy PolicyOf(UserTokenPolicy token, EndpointDescription endpoint)
    {
        var uri = string.IsNullOrEmpty(token.SecurityPolicyUri) ? endpoint.SecurityPolicyUri : token.SecurityPolicyUri;
        return SecurityPolicy.Find(uri) ?? throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected,
            $"the server wants the user's token under policy '{uri}', which is not spoken here");
    }

    private sealed class AnonymousUser : UserIdentity
    {
        internal override UserTokenType Type => UserTokenType.Anonymous;

        internal override (IUaStructure, SignatureData) Show(
            UserTokenPolicy policy, EndpointDescription endpoint, byte[] nonce) =>
            (new AnonymousIdentityToken(policy.PolicyId), new SignatureData(null, null));
    }

    private sealed class NamedUser(string name, string password) : UserIdentity
    {
        internal override UserTokenType Type => UserTokenType.UserName;

        internal override (IUaStructure, SignatureData) Show(
            UserTokenPolicy policy, EndpointDescription endpoint, byte[] nonce)
        {
            var security = PolicyOf(policy, endpoint);
            var secret = Encoding.UTF8.GetBytes(password);
            if (security.IsNone && endpoint.SecurityMode != MessageSecurityMode.SignAndEncrypt)
                throw new OpcUaException(StatusCodes.BadSecurityModeInsufficient,
                    $"the password of '{name}' would go over the network in the clear; choose an endpoint with "
                    + "SignAndEncrypt");
            if (!security.IsNone)
            {
                using var server = PeerCertificate.Read(endpoint.ServerCertificate);
                var plain = new byte[4 + secret.Length + nonce.Length];
                BinaryPrimitives.WriteInt32LittleEndian(plain, secret.Length + nonce.Length);
                secret.CopyTo(plain, 4);
                nonce.CopyTo(plain, 4 + secret.Length);
                secret = security.Encrypt(server.Key, plain);
            }
            var token = new UserNameIdentityToken(
                policy.PolicyId, name, secret, security.IsNone ? null : security.EncryptionAlgorithm);
            return (token, new SignatureData(null, null));
        }
    }

    private sealed class CertifiedUser(ApplicationCertificate certificate) : UserIdentity
    {
        internal override UserTokenType Type => UserTokenType.Certificate;

        internal override (IUaStructure, SignatureData) Show(
            UserTokenPolicy policy, EndpointDescription endpoint, byte[] nonce)
        {
            var security = PolicyOf(policy, endpoint);
            if (security.IsNone)
                throw new OpcUaException(StatusCodes.BadSecurityPolicyRejected,
                    "the server wants no proof of the user's certificate; choose an endpoint with security");
            using var server = PeerCertificate.Read(endpoint.ServerCertificate);
            var proof = security.Sign(certificate.Key, (byte[])[.. server.Certificate.RawDataMemory.Span, .. nonce]);
            return (new X509IdentityToken(policy.PolicyId, certificate.Encoded),
                new SignatureData(security.SignatureAlgorithm, proof));
        }
    }
}
