using System.Globalization;
using System.Text.Json;

namespace Sdl.Finales.Client;

/// <summary>What is asked for (reference: data model of the server's API, <c>Request</c>).</summary>
/// <param name="Methods">Those that are acceptable; the server can only keep one.</param>
/// <param name="Parameters">By method.</param>
/// <param name="TenantUuid">Of the one who asks.</param>
public sealed record FinalesRequest(
    string Quantity, IReadOnlyList<string> Methods, IReadOnlyDictionary<string, JsonElement> Parameters,
    string TenantUuid);

/// <param name="Ctime">The server's local time, without a zone: good for ordering requests, and for nothing else.
/// </param>
/// <param name="Status">One of <see cref="RequestStatus"/>, or one that a newer server has added.</param>
public sealed record RequestInfo(string Uuid, string Ctime, string Status, FinalesRequest Request);

/// <summary>What was found.</summary>
/// <param name="Data">In the shape of the method's output schema, which the server does not check.</param>
/// <param name="Method">Exactly one.</param>
/// <param name="Parameters">Those that were really used, by method.</param>
/// <param name="TenantUuid">Of the one who answers.</param>
/// <param name="RequestUuid">Empty for a result that nobody asked for.</param>
public sealed record FinalesResult(
    JsonElement Data, string Quantity, IReadOnlyList<string> Method,
    IReadOnlyDictionary<string, JsonElement> Parameters, string TenantUuid, string RequestUuid);

/// <param name="Ctime">UTC, without a zone; moves when the status is changed.</param>
/// <param name="Status">One of <see cref="ResultStatus"/>, or one that a newer server has added.</param>
public sealed record ResultInfo(string Uuid, string Ctime, string Status, FinalesResult Result);

/// <param name="JsonSchemaSpecifications">Schema of the parameters.</param>
/// <param name="JsonSchemaResultOutput">Schema of a result's data.</param>
public sealed record CapabilityInfo(
    string Quantity, string Method, JsonElement JsonSchemaSpecifications, JsonElement JsonSchemaResultOutput);

/// <param name="Limitations">One entry for each tenant that offers it, or several.</param>
public sealed record LimitationsInfo(string Quantity, string Method, JsonElement Limitations);

public sealed record TenantInfo(
    string TenantUuid, string Name, IReadOnlyList<LimitationsInfo> Limitations, string? ContactPerson,
    bool IsActive);

public static class RequestStatus
{
    public const string Pending = "pending", Reserved = "reserved", Resolved = "resolved", Retracted = "retracted",
        Unsolicited = "unsolicited";
}

public static class ResultStatus
{
    public const string Original = "original", Amended = "amended", Deleted = "deleted";
}

/// <summary>How this server writes what is not text.</summary>
public static class Wire
{
    internal static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    /// <summary>The server takes ids with and without dashes in any case; this is how it writes them.</summary>
    public static string Uuid(string text) => Guid.TryParse(text, out var id) ? id.ToString("D") : text;

    /// <summary>A time without a zone, for comparing with others of its kind; null when it cannot be read.</summary>
    public static DateTime? Time(string text) => DateTime.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
        ? DateTime.SpecifyKind(time, DateTimeKind.Unspecified)
        : null;

    /// <summary>A number however it is written: as <c>5</c>, <c>5.0</c>, or as a text; null for anything else, which
    /// is also what becomes of NaN on some servers.</summary>
    public static double? Number(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number when element.TryGetDouble(out var value) && double.IsFinite(value) => value,
        JsonValueKind.String when double.TryParse(
            element.GetString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && double.IsFinite(value) => value,
        _ => null,
    };

    /// <summary>A truth value however it is written: tenants also write the text <c>True</c>.</summary>
    public static bool? Truth(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when bool.TryParse(element.GetString(), out var value) => value,
        _ => null,
    };

    /// <summary>What lies at a path of names; null where there is nothing, or null.</summary>
    public static JsonElement? At(JsonElement element, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
            if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out element))
                return null;
        return element.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined ? null : element;
    }
}
