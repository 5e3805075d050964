using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Finales.Client;
using Sdl.Finales.Schemas;

namespace Sdl.Finales.Requests;

/// <summary>What is asked of whoever offers it.</summary>
/// <param name="Key">Names this question among all that its requester ever asks; it travels with the parameters, so
/// that a request whose answer was lost is found again and not posted twice.</param>
public sealed record Question(string Quantity, string Method, JsonElement Parameters, string Key);

/// <summary>Nobody will answer.</summary>
public sealed class UnansweredException(string message) : Exception(message);

/// <summary>Asks other tenants: posts once, waits through outages, and reads what comes back.</summary>
/// <param name="tenant">Uuid of the one who asks.</param>
/// <param name="clock">Real time, also where the laboratory's is not.</param>
/// <param name="say">For people who watch.</param>
public sealed class Requester(
    FinalesClient client, string tenant, Endurance endurance, TimeProvider clock, Action<string> say)
{
    /// <summary>Beside the parameters of the method; servers keep what they do not know.</summary>
    public const string KeyName = "sdl_key";

    private const int StatusEvery = 6;

    // After an answer was lost, the server may still be busy with what it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    private readonly Published _published = new(client, clock);

    /// <summary>Between two looks for a result, give or take half of it.</summary>
    public TimeSpan Poll { get; init; } = TimeSpan.FromSeconds(5);

    /// <returns>What is wrong with a question, by the published schema; none when it can be posted.</returns>
    public async Task<IReadOnlyList<string>> FaultsAsync(Question question, CancellationToken ct)
    {
        var capability = await EndureAsync(
            () => _published.FindAsync(question.Quantity, question.Method, ct), ct);
        return capability is null
            ? [$"the server has no capability {question.Quantity}/{question.Method}"]
            : capability.Input.Faults(question.Parameters);
    }

    /// <summary>Posts a question that fits the published schema.</summary>
    /// <param name="mayBeThere">An earlier process may have posted it.</param>
    /// <returns>The request's uuid.</returns>
    /// <exception cref="ArgumentException">It does not fit.</exception>
    /// <exception cref="FinalesException">The server refuses it.</exception>
    public async Task<string> PostAsync(Question question, bool mayBeThere, CancellationToken ct)
    {
        if (await FaultsAsync(question, ct) is { Count: > 0 } faults)
            throw new ArgumentException(
                $"{question.Quantity}/{question.Method} cannot be asked like this: {string.Join("; ", faults)}");
        var parameters = JsonNode.Parse(question.Parameters.GetRawText()) as JsonObject ?? [];
        parameters[KeyName] = question.Key;
        var request = new FinalesRequest(
            question.Quantity, [question.Method],
            new Dictionary<string, JsonElement>
            {
                [question.Method] = JsonSerializer.SerializeToElement(parameters),
            }, tenant);
        for (var (failures, broken) = (0, 0); ; failures++)
            try
            {
                if (mayBeThere && await FindAsync(question, ct) is { } known)
                    return known;
                return await client.PostRequestAsync(request, ct);
            }
            catch (FinalesException e) when (
                e.Fault == FinalesFault.Unreachable || e.Fault == FinalesFault.Broken && ++broken <= 2)
            {
                mayBeThere |= e.MayHaveArrived;
                var rest = endurance.Rest(failures);
                rest = e.MayHaveArrived && rest < Settle ? Settle : rest;
                Resting(e, rest);
                await Task.Delay(rest, clock, ct);
            }
            catch (FinalesException e) when (e.Fault == FinalesFault.Broken)
            {
                throw new FinalesException(e.Fault, e.Status,
                    e.Message + ". It fits the published schema: the server may still enforce an older one", e);
            }
    }

    /// <summary>Waits for an answer, through outages.</summary>
    /// <exception cref="UnansweredException">The request was retracted, or is gone.</exception>
    public async Task<ResultInfo> WaitAsync(string request, CancellationToken ct)
    {
        for (var look = 1; ; look++)
        {
            if (await ReadAsync(request, ct) is { } result)
                return result;
            if (look % StatusEvery == 0)
                switch ((await EndureAsync(() => client.FindRequestAsync(request, ct), ct))?.Status)
                {
                    case null:
                        throw new UnansweredException($"the server does not know request {request} any more");
                    case RequestStatus.Retracted:
                        throw new UnansweredException($"request {request} was retracted");
                }
            await Task.Delay(endurance.Scatter(Poll), clock, ct);
        }
    }

    /// <summary>The answer that counts now: the first that was not deleted, and one that was amended only where there
    /// is no other.</summary>
    /// <returns>Null while there is none.</returns>
    public async Task<ResultInfo?> ReadAsync(string request, CancellationToken ct)
    {
        var first = await EndureAsync(() => client.FindResultOfAsync(request, ct), ct);
        if (first is null || first.Status == ResultStatus.Original)
            return first;
        // The server shows only the first, whatever became of it; the others are in the list of all.
        var method = first.Result.Method is [var one, ..] ? one : null;
        var all = await EndureAsync(() => client.ResultsAsync(first.Result.Quantity, method, ct), ct);
        return all.Where(r => Wire.Uuid(r.Result.RequestUuid) == Wire.Uuid(request) && r.Status != ResultStatus.Deleted)
            .OrderBy(r => r.Status == ResultStatus.Amended).FirstOrDefault();
    }

    /// <summary>Takes a request back; nobody is forced to notice.</summary>
    /// <exception cref="UnansweredException">It is not this requester's, or it is over.</exception>
    public async Task RetractAsync(string request, CancellationToken ct)
    {
        var now = await client.FindRequestAsync(request, ct)
            ?? throw new UnansweredException($"the server knows no request {request}");
        if (Wire.Uuid(now.Request.TenantUuid) != Wire.Uuid(tenant))
            throw new UnansweredException($"request {request} was made by tenant {now.Request.TenantUuid}: "
                + "only whoever made a request should take it back");
        if (now.Status is not (RequestStatus.Pending or RequestStatus.Reserved))
            throw new UnansweredException($"request {request} is {now.Status}: there is nothing to take back");
        await client.ChangeRequestAsync(request, RequestStatus.Retracted, "retracted by its requester", ct);
    }

    private async Task<string?> FindAsync(Question question, CancellationToken ct)
    {
        var pending = await client.PendingRequestsAsync(question.Quantity, question.Method, ct);
        if (Own(pending, question) is { } known)
            return known;
        try
        {
            return Own(await client.AllRequestsAsync(ct), question);
        }
        catch (FinalesException e) when (e.Fault == FinalesFault.Broken)
        {
            // A request without a method makes this list unreadable for ever; a result tells its request, too.
            var results = await client.ResultsAsync(question.Quantity, question.Method, ct);
            return results.FirstOrDefault(r => HasKey(r.Result.Parameters, question))?.Result.RequestUuid;
        }
    }

    private string? Own(IEnumerable<RequestInfo> requests, Question question) => requests.FirstOrDefault(
        r => Wire.Uuid(r.Request.TenantUuid) == Wire.Uuid(tenant) && HasKey(r.Request.Parameters, question))?.Uuid;

    private static bool HasKey(IReadOnlyDictionary<string, JsonElement> parameters, Question question) =>
        parameters.TryGetValue(question.Method, out var own) && Wire.At(own, KeyName)?.ToString() == question.Key;

    private Task<T> EndureAsync<T>(Func<Task<T>> exchange, CancellationToken ct) =>
        endurance.DoAsync(exchange, Resting, ct);

    private void Resting(FinalesException e, TimeSpan rest) =>
        say(FormattableString.Invariant($"{e.Message}; again in {rest.TotalSeconds:0} s"));
}
