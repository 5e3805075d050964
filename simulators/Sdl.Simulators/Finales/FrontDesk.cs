using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>What anybody may see: the list of endpoints for programs, and a page for people. Both are shorter than the
/// real ones.</summary>
internal sealed class FrontDesk(BrokerOptions options, Func<IEnumerable<(string Method, string Pattern)>> endpoints)
{
    public IEnumerable<Route> Routes() =>
    [
        new("GET", "/openapi.json", _ => OpenApi()) { IsOpen = true },
        new("GET", "/docs", _ => Page()) { IsOpen = true },
        new("GET", "/redoc", _ => Page()) { IsOpen = true },
    ];

    private PyMap OpenApi()
    {
        var paths = new PyMap();
        foreach (var (method, pattern) in endpoints().Skip(Routes().Count()))
        {
            var path = pattern.Replace("*", "{object_id}", StringComparison.Ordinal);
            var methods = paths.Find(path) as PyMap ?? [];
            methods[method.ToLowerInvariant()] = new PyMap();
            paths[path] = methods;
        }
        return new PyMap
        {
            ["openapi"] = options.Generation == ServerGeneration.Pydantic1 ? "3.0.2" : "3.1.0",
            ["info"] = new PyMap
            {
                ["title"] = "FINALES2", ["description"] = "A simulated FINALES server", ["version"] = "0.0.1",
            },
            ["paths"] = paths,
        };
    }

    private BrokerAnswer Page()
    {
        var lines = endpoints().Skip(Routes().Count()).Select(e => $"<li>{e.Method} {e.Pattern}</li>");
        return new BrokerAnswer(200, "text/html; charset=utf-8", Encoding.UTF8.GetBytes(
            "<!DOCTYPE html><html><head><title>FINALES2</title></head><body><p>A simulated FINALES server.</p><ul>"
            + string.Concat(lines) + "</ul></body></html>"));
    }
}
