using System.Net.Security;

namespace Sdl.Finales.Client;

/// <summary>Where a server is and who asks. The password goes nowhere but into the login.</summary>
public sealed record FinalesAccess
{
    /// <param name="server">Such as <c>https://finales.example.org</c>.</param>
    /// <exception cref="ArgumentException">It is no address of a server, or a password would cross a network
    /// unprotected.</exception>
    public FinalesAccess(Uri server, string user, string password)
    {
        if (!server.IsAbsoluteUri || server.Scheme is not ("http" or "https"))
            throw new ArgumentException($"'{server}' is no address of a server; write https://HOST:PORT");
        if (server.UserInfo.Length > 0 || server.Query.Length > 0 || server.Fragment.Length > 0)
            throw new ArgumentException(
                $"the address of the server at {server.Host} should hold no user, password, ? or #");
        if (server.Scheme == "http" && !server.IsLoopback)
            throw new ArgumentException(
                $"{server} would send the password in the clear: put a proxy with TLS in front of the server and "
                + $"write https, or go through a tunnel (ssh -L 13371:{server.Authority} GATEWAY) and write "
                + "http://127.0.0.1:13371");
        // A path behind the host has to end as one, or the last part of it is replaced.
        Server = server.AbsolutePath.EndsWith('/') ? server : new Uri(server.AbsoluteUri + "/");
        User = user;
        Password = password;
    }

    public Uri Server { get; }

    public string User { get; }

    internal string Password { get; }

    /// <summary>For one exchange.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    public override string ToString() => $"{User} at {Server}";

    /// <summary>Connections for this server: no redirections followed (they would lose the authorisation), certificates
    /// checked unless the address is this computer's own, where a tunnel shows a certificate of another name.</summary>
    public HttpMessageHandler Handler()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = !Server.IsLoopback,
            // The server closes idle connections after 5 s, and a request on one that is being closed is lost.
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
        };
        handler.SslOptions.RemoteCertificateValidationCallback =
            (_, _, _, errors) => Server.IsLoopback || errors == SslPolicyErrors.None;
        return handler;
    }
}
