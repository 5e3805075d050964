using System.Text.Json;
using Sdl.Finales.Methods;

namespace Sdl.Finales.Tenants;

/// <summary>One pair of quantity and method that this tenant serves.</summary>
public sealed record Offer(IMethod Method)
{
    /// <summary>How many of its requests are worked on at once.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>How often a request may fail here before this tenant leaves it to others.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>As the server's administrator registers them.</summary>
    public JsonElement Limitations { get; } = JsonSerializer.SerializeToElement(Method.Limitations);

    public string Name => $"{Method.Quantity}/{Method.Method}";
}

/// <summary>How a tenant behaves.</summary>
/// <param name="Uuid">By which the server knows it.</param>
/// <param name="Name">By which people do; also its registered name.</param>
/// <param name="Host">Where it runs, for the server's log.</param>
public sealed record TenantSettings(string Uuid, string Name, string Host)
{
    /// <summary>Between two looks at the server, give or take half of it.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Between two looks whether the request that is worked on is still wanted.</summary>
    public TimeSpan Watch { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Before a request that failed is taken again; doubled with each failure, up to an hour.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>At most before a request is reserved, so that two tenants do not do it at the same moment.</summary>
    public TimeSpan Jitter { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Of the program, for the provenance of results.</summary>
    public string Software { get; init; } = "sdl";

    /// <summary>Where raw data can be had, such as a folder on the web; null when nowhere.</summary>
    public Uri? RawData { get; init; }
}
