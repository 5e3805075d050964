using System.Net;
using System.Net.Http.Headers;

namespace Sdl.Simulators.Finales;

/// <summary>The wire between an HTTP client and a broker in the same process, without a socket, so that both live by
/// one clock, which may be virtual.</summary>
public sealed class BrokerWire(Broker broker, NetworkWeather weather, TimeProvider clock) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var ct = cancellationToken;
        var body = request.Content is { } content ? await content.ReadAsByteArrayAsync(ct) : [];
        var uri = request.RequestUri!;
        var call = new BrokerCall(
            request.Method.Method, uri.PathAndQuery, request.Headers.Host ?? uri.Authority,
            Header(request.Headers, "Authorization"),
            request.Content is null ? null : Header(request.Content.Headers, "Content-Type"), body);
        switch (weather.Next())
        {
            case NetworkFault.Refused or NetworkFault.Restart:
                throw new HttpRequestException(HttpRequestError.ConnectionError, "connection refused");
            case NetworkFault.CutBefore:
                throw Cut();
            case NetworkFault.CutAfter:
                broker.Answer(call);
                throw Cut();
            case NetworkFault.BadGateway:
                return Message(call, BadGateway);
            case NetworkFault.Slow:
                var late = broker.Answer(call);
                await Task.Delay(weather.Delay, clock, ct);
                return Message(call, late);
            default:
                return Message(call, broker.Answer(call));
        }
    }

    internal static BrokerAnswer BadGateway { get; } = new(502, "text/html", "<h1>502 Bad Gateway</h1>"u8.ToArray());

    private static string? Header(HttpHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.ToString() : null;

    private static HttpRequestException Cut() =>
        new(HttpRequestError.ResponseEnded, "the connection was cut");

    private static HttpResponseMessage Message(BrokerCall call, BrokerAnswer answer)
    {
        var message = new HttpResponseMessage((HttpStatusCode)answer.Status)
        {
            Content = new ByteArrayContent(call.Method == "HEAD" ? [] : answer.Body),
        };
        message.Content.Headers.ContentLength = answer.Body.Length;
        if (answer.ContentType is { } type)
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        foreach (var (name, value) in answer.Headers)
            if (!message.Headers.TryAddWithoutValidation(name, value))
                message.Content.Headers.TryAddWithoutValidation(name, value);
        message.Headers.TryAddWithoutValidation("server", "uvicorn");
        return message;
    }
}
