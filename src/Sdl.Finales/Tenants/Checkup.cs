using System.Text.Json;
using Sdl.Finales.Client;
using Sdl.Finales.Schemas;

namespace Sdl.Finales.Tenants;

/// <param name="IsGood">Null for what is only worth knowing.</param>
public sealed record CheckupLine(bool? IsGood, string Text);

/// <summary>Looks whether a server and a tenant fit together; changes nothing there.</summary>
public static class Checkup
{
    /// <exception cref="FinalesException">The server cannot be reached.</exception>
    public static async Task<IReadOnlyList<CheckupLine>> OfAsync(
        FinalesClient client, string uuid, IReadOnlyList<Offer> offers, TimeProvider clock, CancellationToken ct)
    {
        var lines = new List<CheckupLine>();
        void Add(bool? good, string text) => lines.Add(new CheckupLine(good, text));
        Add(true, $"{client.Access.Server} answers, OpenAPI {await client.ProbeAsync(ct)}");
        await client.GreetAsync(ct);
        Add(true, $"user '{client.Access.User}' is let in; {client.TokenLife}");
        var tenants = await client.TenantsAsync(ct);
        if (tenants.FirstOrDefault(t => Wire.Uuid(t.TenantUuid) == Wire.Uuid(uuid)) is not { } own)
        {
            Add(false, $"the server knows no tenant {uuid}: compare it with what the administrator has sent");
            return lines;
        }
        Add(own.IsActive, own.IsActive ? $"tenant {own.Name} is active"
            : $"tenant {own.Name} is not active: it can answer, but nobody finds what it offers");
        var published = new Published(client, clock);
        foreach (var offer in offers)
            await AddAsync(lines, offer, own, tenants, published, ct);
        foreach (var more in own.Limitations.Where(l => offers.All(o => !IsOf(l, o))))
            Add(null, $"{more.Quantity}/{more.Method} is registered and not offered in the file");
        return lines;
    }

    private static async Task AddAsync(
        List<CheckupLine> lines, Offer offer, TenantInfo own, IReadOnlyList<TenantInfo> tenants, Published published,
        CancellationToken ct)
    {
        void Add(bool? good, string text) => lines.Add(new CheckupLine(good, $"{offer.Name} {text}"));
        var (quantity, method) = (offer.Method.Quantity, offer.Method.Method);
        try
        {
            var capability = await published.FindAsync(quantity, method, ct);
            Add(capability is not null, capability is not null ? "is published"
                : "is not registered on the server: send its capability file to the administrator");
        }
        catch (FormatException e)
        {
            Add(false, $"is published, but {e.Message}");
        }
        var registered = own.Limitations.Where(l => IsOf(l, offer)).ToList();
        if (registered.Count == 0)
            Add(false, "is not among what this tenant is registered for: nobody finds it");
        else if (!registered.Exists(l => IsSame(l.Limitations, offer.Limitations)))
            Add(false, "is registered with other limitations than the laboratory has: register anew");
        else
            Add(true, "is registered with the limitations of the laboratory");
        var others = tenants.Where(t => t.IsActive && t != own && t.Limitations.Any(l => IsOf(l, offer))).ToList();
        if (others.Count > 0)
            Add(null, $"is offered by {string.Join(", ", others.Select(t => t.Name))} as well: both may take a request"
                + ", and the optimiser F2Opt stops at two entries for one method");
    }

    private static bool IsOf(LimitationsInfo limitations, Offer offer) =>
        limitations.Quantity == offer.Method.Quantity && limitations.Method == offer.Method.Method;

    // An object is as good as a list of one, and 5.0 as 5.
    private static bool IsSame(JsonElement a, JsonElement b) => JsonElement.DeepEquals(Unwrapped(a), Unwrapped(b));

    private static JsonElement Unwrapped(JsonElement e) =>
        e is { ValueKind: JsonValueKind.Array } && e.GetArrayLength() == 1 ? e[0] : e;
}
