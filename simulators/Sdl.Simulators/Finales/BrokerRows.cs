namespace Sdl.Simulators.Finales;

/// <summary>A request as the server has it now.</summary>
/// <param name="Created">Local time of the server, as it is sent.</param>
/// <param name="Methods">Empty for one that nobody can read any more.</param>
public sealed record HeldRequest(
    string Uuid, string Created, string Status, string TenantUuid, string? Quantity, IReadOnlyList<string> Methods);

/// <summary>A result as the server has it now.</summary>
/// <param name="Changed">UTC of its last change, as it is sent.</param>
public sealed record HeldResult(string Uuid, string RequestUuid, string Changed, string Status, string TenantUuid);

/// <summary>One row of the tables that no endpoint shows: who was given which status, and with what words.</summary>
/// <param name="Uuid">Of the request or result.</param>
public sealed record StatusChange(DateTimeOffset At, string Uuid, string Status, string? Message);

/// <summary>A user row; the hash is the server's secret.</summary>
internal sealed record UserRow(string Name, string Uuid, string Hash, List<object?> Groups);

internal sealed record CapabilityRow(string Quantity, string Method, PyMap Input, PyMap Output)
{
    public bool IsActive { get; set; } = true;
}

internal sealed record TenantRow(string Uuid, string Name, List<object?> Limitations, string Contact)
{
    public bool IsActive { get; set; } = true;
}

/// <param name="Links">The capabilities that it asks for.</param>
internal sealed record RequestRow(
    string Uuid, string Created, PyMap Parameters, string TenantUuid, IReadOnlyList<CapabilityRow> Links)
{
    public required string Status { get; set; }

    public bool AsksFor(string? quantity, string? method) =>
        Links.Any(l => (quantity ?? l.Quantity) == l.Quantity && (method ?? l.Method) == l.Method);

    // A request without a method cannot be made into an answer, nor can a list that has one.
    public PyMap Info() => Links.Count == 0
        ? throw new CrashException($"Corrupted DB! No quantity was found for request {Uuid}")
        : new PyMap
        {
            ["uuid"] = Uuid, ["ctime"] = Created, ["status"] = Status,
            ["request"] = new PyMap
            {
                ["quantity"] = Links[0].Quantity, ["methods"] = PyMap.List(Links.Select(l => l.Method)),
                ["parameters"] = Parameters, ["tenant_uuid"] = TenantUuid,
            },
        };
}

internal sealed record ResultRow(
    string Uuid, string RequestUuid, PyMap Parameters, PyMap Data, string TenantUuid, CapabilityRow Link)
{
    public required string Status { get; set; }

    public required string Changed { get; set; }

    public PyMap Info() => new()
    {
        ["uuid"] = Uuid, ["ctime"] = Changed, ["status"] = Status,
        ["result"] = new PyMap
        {
            ["data"] = Data, ["quantity"] = Link.Quantity, ["method"] = PyMap.List([Link.Method]),
            ["parameters"] = Parameters, ["tenant_uuid"] = TenantUuid, ["request_uuid"] = RequestUuid,
        },
    };
}
