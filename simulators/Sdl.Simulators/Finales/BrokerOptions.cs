namespace Sdl.Simulators.Finales;

/// <summary>What the administrator of a server chooses.</summary>
public sealed record BrokerOptions
{
    public ServerGeneration Generation { get; init; } = ServerGeneration.Pydantic1;

    /// <summary>Of a token, as configured: how long it really lives depends on <see cref="Zone"/>.</summary>
    public TimeSpan TokenLife { get; init; } = TimeSpan.FromMinutes(1440);

    /// <summary>Where the server stands; null: where the clock is.</summary>
    public TimeZoneInfo? Zone { get; init; }

    /// <summary>Of <c>/database_dump/</c>; null closes it.</summary>
    public string? DumpKey { get; init; }

    /// <summary>Draws the ids, so that a test repeats itself; null: nobody can guess them.</summary>
    public int? Seed { get; init; }

    /// <summary>Where what the server knows is kept, a line for each change; null keeps it in memory alone.</summary>
    public string? File { get; init; }
}
