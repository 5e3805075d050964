using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Sdl.Simulators.Finales;

namespace Sdl.Tests.Simulators.Finales;

/// <summary>Says again what was said to a real server, to a broker, and holds the answers against those recorded. Ids,
/// times and tokens may differ, but an id has to be the same one wherever it comes again.</summary>
internal sealed partial class Rehearsal(HttpMessageInvoker client, Uri server)
{
    private readonly Dictionary<string, string> _ours = [];
    private readonly Dictionary<string, string> _theirs = [];

    /// <summary>Tokens, by the label of the exchange that uses them; "" for all others.</summary>
    public required IReadOnlyDictionary<string, string> Tokens { get; init; }

    /// <summary>What the server is called, when it is not where it was.</summary>
    public string? Host { get; init; }

    public async Task<IReadOnlyList<string>> FaultsAsync(RecordedExchange recorded, CancellationToken ct)
    {
        using var message = Message(recorded);
        using var answer = await client.SendAsync(message, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        var faults = new List<string>();
        Compare((int)answer.StatusCode, recorded.Status, "status");
        foreach (var (name, value) in recorded.Headers)
            if (name is not ("date" or "last-modified" or "etag" or "content-disposition"))
                Compare(
                    Header(answer, name), name == "content-length" && !IsOfOneLength(recorded) ? null : value, name);
        if (!IsFree(recorded))
            Same(recorded.Answer, Parsed(answer, body), "body", faults);
        return [.. faults.Select(f => $"{recorded}: {f}")];

        void Compare(object? found, object? wanted, string what)
        {
            if (wanted is not null && !Equals(found, what == "location" ? Ours((string)wanted) : wanted))
                faults.Add($"{what} is {found}, and was {wanted}");
        }
    }

    /// <summary>Does what the administrator did.</summary>
    public string? Fault(RecordedExchange recorded, BrokerOffice office)
    {
        var (words, file, isAccepted) = (recorded.Errand!.Words, recorded.Errand.File, recorded.Errand.IsAccepted);
        try
        {
            if (words is ["add", "capability"])
                office.AddCapability(file);
            else if (words is ["add", "tenant"])
                office.AddTenant(file);
            else if (words is ["alter-state", "deactivate-capability", _, var method, ..])
                office.DeactivateCapability(method);
            else
                office.SetTenantActive(Ours(words[3]), words[5] != "0");
            return isAccepted ? null : $"{recorded}: is accepted, and was not";
        }
        catch (Exception e) when (!isAccepted && e is FormatException or ArgumentException or KeyNotFoundException)
        {
            return null;
        }
    }

    private HttpRequestMessage Message(RecordedExchange recorded)
    {
        // The path as it was sent, however odd.
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        var message = new HttpRequestMessage(
            new HttpMethod(recorded.Method),
            new Uri(server.GetLeftPart(UriPartial.Authority) + Ours(recorded.Path), raw));
        message.Headers.Host = Host;
        if (recorded.Sent.TryGetValue("Authorization", out var authorization))
            message.Headers.TryAddWithoutValidation("Authorization", authorization.Replace(
                "<jwt>", Tokens.GetValueOrDefault(recorded.Label) ?? Tokens[""], StringComparison.Ordinal));
        if (recorded.Body is not { } body)
            return message;
        // Bytes that are no text hold no ids either.
        message.Content = new ByteArrayContent(body.Contains((byte)0xFF)
            ? body
            : Encoding.UTF8.GetBytes(Ours(Encoding.UTF8.GetString(body))));
        if (recorded.Sent.TryGetValue("Content-Type", out var type))
            message.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        return message;
    }

    private string Ours(string text) => Id.Replace(text, m => _ours.GetValueOrDefault(Plain(m.Value)) is { } ours
        ? m.Value.Contains('-') ? ours : ours.Replace("-", "", StringComparison.Ordinal)
        : m.Value);

    private void Same(JsonElement wanted, JsonElement found, string place, List<string> faults)
    {
        if (faults.Count > 3)
            return;
        if (wanted.ValueKind != found.ValueKind)
            faults.Add($"{place} is {found.ValueKind}, and was {wanted.ValueKind}");
        else if (wanted.ValueKind == JsonValueKind.Object)
        {
            var names = wanted.EnumerateObject().Select(p => p.Name).ToList();
            if (!names.SequenceEqual(found.EnumerateObject().Select(p => p.Name)))
                faults.Add($"{place} has {string.Join(", ", found.EnumerateObject().Select(p => p.Name))}, "
                    + $"and had {string.Join(", ", names)}");
            else
                foreach (var name in names)
                    Same(wanted.GetProperty(name), found.GetProperty(name), $"{place}.{name}", faults);
        }
        else if (wanted.ValueKind == JsonValueKind.Array)
        {
            if (wanted.GetArrayLength() != found.GetArrayLength())
                faults.Add($"{place} has {found.GetArrayLength()} items, and had {wanted.GetArrayLength()}");
            else
                foreach (var (i, item) in wanted.EnumerateArray().Index())
                    Same(item, found[i], $"{place}[{i}]", faults);
        }
        else if (wanted.ValueKind == JsonValueKind.String
            ? !IsSame(wanted.GetString()!, found.GetString()!, place)
            : wanted.GetRawText() != found.GetRawText())
            faults.Add($"{place} is {found.GetRawText()}, and was {wanted.GetRawText()}");
    }

    private bool IsSame(string wanted, string found, string place) => place switch
    {
        "body.access_token" or "body.password" => true,
        _ when place.EndsWith(".ctime", StringComparison.Ordinal) =>
            Digit.Replace(wanted, "0") == Digit.Replace(found, "0") || IsWholeSecond(wanted, found),
        _ => wanted == found || Meet(wanted, found),
    };

    // One in a million times has no fraction.
    private static bool IsWholeSecond(string wanted, string found) =>
        wanted.Contains('.') && Digit.Replace(wanted.Split('.')[0], "0") == Digit.Replace(found, "0");

    // An id that is met for the first time stands for the recorded one from then on.
    private bool Meet(string wanted, string found)
    {
        var (theirs, ours) = (Id.Matches(wanted), Id.Matches(found));
        if (theirs.Count != ours.Count || theirs.Count == 0 || Id.Replace(wanted, "") != Id.Replace(found, ""))
            return false;
        foreach (var (their, our) in theirs.Zip(ours))
        {
            var (t, o) = (Plain(their.Value), Plain(our.Value));
            if (!_ours.TryAdd(t, our.Value) && Plain(_ours[t]) != o || !_theirs.TryAdd(o, t) && _theirs[o] != t)
                return false;
        }
        return true;
    }

    private static JsonElement Parsed(HttpResponseMessage answer, byte[] body)
    {
        if (body.Length == 0 || answer.Content.Headers.ContentType?.MediaType != "application/json")
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body));
        using var document = JsonDocument.Parse(body);
        return document.RootElement.Clone();
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) || answer.Content.Headers.TryGetValues(name, out values)
            ? string.Join(", ", values)
            : name == "content-length"
                ? answer.Content.Headers.ContentLength?.ToString(CultureInfo.InvariantCulture)
                : null;

    private static string Plain(string id) => id.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // Tokens and hashes are of another length here; pages and dumps are the simulator's own.
    private static bool IsOfOneLength(RecordedExchange recorded) =>
        !IsFree(recorded) && recorded.Status != 307
        && recorded.Path is not ("/user_management/authenticate" or "/test");

    private static bool IsFree(RecordedExchange recorded) =>
        recorded.Path == "/docs" || recorded.Headers.GetValueOrDefault("content-type") == "application/octet-stream";

    [GeneratedRegex("[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}")]
    private static partial Regex Id { get; }

    [GeneratedRegex("[0-9]")]
    private static partial Regex Digit { get; }
}
