using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Finales.Methods;
using Sdl.Runtime.Reading;

namespace Sdl.App.Finales;

/// <summary>One question to other laboratories, as a file says it.</summary>
/// <param name="Uuid">Of the tenant who asks.</param>
/// <param name="Show">Places in the data of a result that hold a measured value, with their units.</param>
internal sealed record RequestFile(
    string Name, ServerEntry Server, string Uuid, string Quantity, string Method, JsonElement Parameters,
    IReadOnlyList<(string Path, Unit Unit)> Show);

/// <summary>Reads request files, and who asks from any file that says it.</summary>
internal static class RequestReader
{
    private static readonly string[] Kinds = ["tenant", "request"];

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static RequestFile Read(string path)
    {
        var findings = new Findings();
        var root = YamlFile.Load(path, "request", findings).Root;
        var (quantity, method) = (root.Required("quantity"), root.Required("method"));
        var request = new RequestFile(
            root.Required("request"), TenantReader.Server(root, path), Uuid(root), quantity, method, Parameters(root),
            Show(root, quantity, method));
        root.RefuseUnread("a request file");
        findings.ThrowIfAny();
        return request;
    }

    /// <summary>Who asks, from a tenant file or a request file.</summary>
    /// <exception cref="FindingsException">It says neither server nor user.</exception>
    public static (ServerEntry Server, string Uuid) Account(string path)
    {
        var findings = new Findings();
        var first = File.Exists(path)
            ? File.ReadLines(path).FirstOrDefault(l => l.Length > 0 && l[0] is not ('#' or '-' or '%' or ' ')) : null;
        var kind = first?.Split(':')[0] is { } key && Kinds.Contains(key) ? key : Kinds[0];
        var root = YamlFile.Load(path, kind, findings).Root;
        var account = (TenantReader.Server(root, path), Uuid(root));
        findings.ThrowIfAny();
        return account;
    }

    /// <summary>Mole fractions by symbol, such as <c>{EC: 0.4, EMC: 0.6}</c>, as FINALES writes them.</summary>
    public static JsonArray? Formulation(YamlMap root)
    {
        if (root.Map("formulation") is not { } map)
            return null;
        var fractions = new Dictionary<string, double>();
        foreach (var symbol in map.Keys)
            if (Substance.Find(symbol) is null)
                root.Findings.Add(map.MarkOf(symbol), $"'{symbol}' is not known here; there are "
                    + string.Join(", ", Substance.All.Select(s => s.Symbol)));
            else if (map.Number(symbol) is { } fraction)
                fractions[symbol] = fraction;
        if (Math.Abs(fractions.Values.Sum() - 1) > 1e-6)
            root.Findings.Add(root.MarkOf("formulation"), FormattableString.Invariant(
                $"formulation: the mole fractions sum to {fractions.Values.Sum():0.######}; they should sum to 1"));
        return Chemicals.Write(new Formulation(fractions));
    }

    private static JsonElement Parameters(YamlMap root)
    {
        var parameters = root.Json("parameters") as JsonObject ?? [];
        if (Formulation(root) is { } formulation)
            parameters["formulation"] = formulation;
        if (root.Quantity("temperature", Unit.Celsius) is { } temperature)
            parameters["temperature"] = temperature.Si;
        return JsonSerializer.SerializeToElement(parameters);
    }

    private static List<(string, Unit)> Show(YamlMap root, string quantity, string method)
    {
        var show = (Catalogue.Find(quantity, method)?.Gives ?? [])
            .Where(g => g.IsList).Select(g => (g.Path, g.Unit)).ToList();
        if (root.Map("show") is { } map)
            foreach (var path in map.Keys)
                if (map.Scalar(path) is { } text)
                    if (Unit.TryParse(text.Text, out var unit, out var error))
                        show.Add((path, unit));
                    else
                        root.Findings.Add(text.At, error);
        return show;
    }

    private static string Uuid(YamlMap root)
    {
        var uuid = root.Required("uuid");
        if (uuid.Length > 0 && !Guid.TryParse(uuid, out _))
            root.Findings.Add(root.MarkOf("uuid"), $"uuid: '{uuid}' is none; the administrator of the server gives it");
        return uuid;
    }
}
