using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Sdl.Core.Instruments;

namespace Sdl.Finales.Client;

/// <summary>Sends calls, with a token that is fetched once for its life, and reads what comes back.</summary>
internal sealed class Exchange(FinalesAccess access, HttpMessageHandler handler, TimeProvider clock) : IDisposable
{
    private const int MostDetail = 600;

    private readonly HttpMessageInvoker _http = new(handler, disposeHandler: true);
    private readonly Turns _login = new();
    private Token? _token;
    private long _count;
    private long _logins;

    public FinalesAccess Access => access;

    public long Count => Interlocked.Read(ref _count);

    public long Logins => Interlocked.Read(ref _logins);

    public string? TokenLife => Volatile.Read(ref _token)?.Life;

    public void Dispose() => _http.Dispose();

    /// <returns>The JSON of a good answer.</returns>
    public async Task<JsonElement> SendAsync(Call call, CancellationToken ct)
    {
        using var limit = new CancellationTokenSource(access.Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, limit.Token);
        using var answer = await AnswerAsync(call, either.Token, ct);
        return await ReadAsync(call, answer, either.Token, ct);
    }

    /// <summary>Writes a good answer to a stream as it comes.</summary>
    public async Task CopyAsync(Call call, Stream to, CancellationToken ct)
    {
        using var answer = await AnswerAsync(call, ct, ct);
        if (answer.StatusCode != HttpStatusCode.OK)
            await ReadAsync(call, answer, ct, ct);
        await GuardAsync(call, async () =>
        {
            await answer.Content.CopyToAsync(to, ct);
            return true;
        }, ct);
    }

    public FinalesException Garbled(string what, string why) => new(
        FinalesFault.Garbled, null, $"{what} at {access.Server}: the answer cannot be used: {why}");

    private async Task<HttpResponseMessage> AnswerAsync(Call call, CancellationToken limit, CancellationToken ct)
    {
        if (call.IsOpen)
            return await OnceAsync(call, null, limit, ct);
        var token = await TokenAsync(refused: null, limit, ct);
        var answer = await OnceAsync(call, token, limit, ct);
        if (answer.StatusCode != HttpStatusCode.Unauthorized)
            return answer;
        answer.Dispose();
        token = await TokenAsync(refused: token, limit, ct);
        answer = await OnceAsync(call, token, limit, ct);
        if (answer.StatusCode != HttpStatusCode.Unauthorized)
            return answer;
        answer.Dispose();
        throw new FinalesException(FinalesFault.NotAllowed, 401,
            $"{access.Server} has accepted the login of '{access.User}' and refuses the token that it gave: "
            + $"{token.Life}. A server west of UTC makes tokens that have ended already: its administrator has to set "
            + "a longer token_expiration_min, or its clock");
    }

    /// <param name="refused">The token that the server has just refused.</param>
    private async Task<Token> TokenAsync(Token? refused, CancellationToken limit, CancellationToken ct)
    {
        using var turn = await _login.TakeAsync(limit);
        if (_token is { } known && known != refused && !known.IsAging(clock.GetUtcNow()))
            return known;
        try
        {
            return _token = await LoginAsync(limit, ct);
        }
        catch (FinalesException e) when (
            e.Fault == FinalesFault.Unreachable && refused is null && _token is { } still)
        {
            // It is only aging: the call itself will show whether the server is there.
            return still;
        }
    }

    private async Task<Token> LoginAsync(CancellationToken limit, CancellationToken ct)
    {
        var call = new Call(HttpMethod.Post, "user_management/authenticate")
        {
            IsOpen = true,
            Form = [new("grant_type", "password"), new("username", access.User), new("password", access.Password)],
        };
        Interlocked.Increment(ref _logins);
        using var answer = await OnceAsync(call, null, limit, ct);
        if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.NotFound)
            throw new FinalesException(FinalesFault.NotAllowed, (int)answer.StatusCode,
                answer.StatusCode == HttpStatusCode.NotFound
                    ? $"{access.Server} knows no user '{access.User}': ask its administrator"
                    : $"{access.Server} does not accept the password of '{access.User}'");
        var body = await ReadAsync(call, answer, limit, ct);
        return Wire.At(body, "access_token")?.GetString() is { } text
            ? Token.Read(text, clock.GetUtcNow())
            : throw Garbled("the login", "it holds no access_token");
    }

    private Task<HttpResponseMessage> OnceAsync(Call call, Token? token, CancellationToken limit, CancellationToken ct)
    {
        Interlocked.Increment(ref _count);
        return GuardAsync(call, async () =>
        {
            using var message = Message(call, token);
            return await _http.SendAsync(message, limit);
        }, ct);
    }

    private HttpRequestMessage Message(Call call, Token? token)
    {
        var message = new HttpRequestMessage(call.Method, new Uri(access.Server, call.Target));
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (token is not null)
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Text);
        if (call.Form is { } form)
            message.Content = new FormUrlEncodedContent(form);
        else if (call.Body is { } body)
            message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body))
            {
                Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
            };
        return message;
    }

    private Task<JsonElement> ReadAsync(
        Call call, HttpResponseMessage answer, CancellationToken limit, CancellationToken ct) =>
        GuardAsync(call, async () =>
        {
            var bytes = await answer.Content.ReadAsByteArrayAsync(limit);
            var json = Parse(bytes);
            if (answer.StatusCode == HttpStatusCode.OK)
                return json ?? throw Garbled(Name(call), "it is no JSON");
            throw Judge(call, (int)answer.StatusCode, json, answer);
        }, ct);

    private FinalesException Judge(Call call, int status, JsonElement? body, HttpResponseMessage answer)
    {
        var detail = body is { } json ? Detail.Of(json) : "";
        return status switch
        {
            502 or 503 or 504 => new FinalesException(FinalesFault.Unreachable, status,
                $"{Name(call)}: what stands in front of {access.Server} does not reach it ({status})")
            {
                MayHaveArrived = true,
            },
            500 => new FinalesException(FinalesFault.Broken, status,
                $"{Name(call)}: {access.Server} broke over it (500) and does not say why; usually it is input that it "
                + "cannot use"),
            >= 300 and < 400 => Garbled(
                Name(call), $"it sends us on to {answer.Headers.Location} ({status}), which is not followed"),
            401 => new FinalesException(FinalesFault.NotAllowed, status, $"{Name(call)}: {detail}"),
            >= 400 and < 500 => new FinalesException(FinalesFault.Refused, status,
                $"{Name(call)}: {access.Server} refuses it ({status}): "
                + (detail.Length > MostDetail ? detail[..MostDetail] + "…" : detail)),
            _ => Garbled(Name(call), $"its status is {status}"),
        };
    }

    // Whatever goes wrong on the way is one thing: the server could not be reached.
    private async Task<T> GuardAsync<T>(Call call, Func<Task<T>> exchange, CancellationToken ct)
    {
        try
        {
            return await exchange();
        }
        catch (HttpRequestException e) when (e.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new FinalesException(FinalesFault.NotAllowed, null,
                $"{access.Server} shows a certificate that cannot be trusted: "
                + $"{e.InnerException?.Message ?? e.Message}. Add its authority to the system's store", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new FinalesException(
                FinalesFault.Unreachable, null, $"{Name(call)}: {access.Server} cannot be reached: {e.Message}", e)
            {
                MayHaveArrived = e is not HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.ProxyTunnelError,
                },
            };
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new FinalesException(FinalesFault.Unreachable, null,
                $"{Name(call)}: {access.Server} has not answered within {access.Patience.TotalSeconds:0} s", e)
            {
                MayHaveArrived = true,
            };
        }
    }

    private static JsonElement? Parse(byte[] bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Name(Call call) => $"{call.Method} /{call.Path}";
}
