namespace Sdl.Transport.OpcUa;

/// <summary>What can be asked without a session (Part 4, 5.4).</summary>
public static class Discovery
{
    public static async ValueTask<ApplicationDescription[]> FindServersAsync(
        OpcUaClientOptions options, TimeProvider clock, CancellationToken ct)
    {
        await using var channel = await OpenAsync(options, clock, ct);
        var response = await channel.AskAsync<FindServersResponse>(
            new FindServersRequest(options.Url, [], []), NodeId.Null, options.Timeout, ct);
        return response.Servers;
    }

    public static async ValueTask<EndpointDescription[]> GetEndpointsAsync(
        OpcUaClientOptions options, TimeProvider clock, CancellationToken ct)
    {
        await using var channel = await OpenAsync(options, clock, ct);
        var response = await channel.AskAsync<GetEndpointsResponse>(
            new GetEndpointsRequest(options.Url, [], []), NodeId.Null, options.Timeout, ct);
        return response.Endpoints;
    }

    /// <summary>The endpoint that fits the options.</summary>
    /// <exception cref="OpcUaException">There is none; the message says what there is.</exception>
    internal static (EndpointDescription Endpoint, SecurityPolicy Policy) Choose(
        OpcUaClientOptions options, IReadOnlyList<EndpointDescription> offered)
    {
        var fitting =
            from endpoint in offered
            let policy = SecurityPolicy.Find(endpoint.SecurityPolicyUri)
            where policy is not null && endpoint.SecurityMode == options.Mode
                && (options.Policy is null || options.Policy == policy)
                && endpoint.EndpointUrl?.StartsWith("opc.tcp:", StringComparison.OrdinalIgnoreCase) != false
            // Of two alike the one that takes our kind of user.
            orderby endpoint.UserIdentityTokens.Any(t => t.TokenType == options.User.Type) descending,
                SecurityPolicy.All.Index().First(p => p.Item == policy).Index descending
            select (endpoint, policy);
        return fitting.FirstOrDefault() is { endpoint: not null } best ? best : throw new OpcUaException(
            StatusCodes.BadSecurityPolicyRejected,
            $"{options.Url} has no endpoint with {options.Policy?.Name ?? "any policy"} and {options.Mode}; it offers "
            + string.Join(", ", offered.Select(e => $"{e.SecurityPolicyUri?.Split('#')[^1]} {e.SecurityMode}")));
    }

    private static ValueTask<ClientChannel> OpenAsync(
        OpcUaClientOptions options, TimeProvider clock, CancellationToken ct) =>
        ClientChannel.OpenAsync(options.Dial(clock), options.Url, ChannelSecurity.None, options.Limits, clock,
            options.Timeout, ct);
}
