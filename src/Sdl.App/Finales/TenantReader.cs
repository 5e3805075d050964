using System.Globalization;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Finales.Methods;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Reading;

namespace Sdl.App.Finales;

/// <summary>Reads a tenant file.</summary>
internal static class TenantReader
{
    private static readonly Unit Second = Unit.Parse("s");

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static TenantFile Read(string path)
    {
        var findings = new Findings();
        var root = YamlFile.Load(path, "tenant", findings).Root;
        var offers = root.Maps("offers").Select(m => Offer(m, path)).ToList();
        var tenant = new TenantFile(
            root.Required("tenant"), Server(root, path), root.Text("uuid") ?? "", root.Text("contact") ?? "",
            Beside(path, root.Required("lab")),
            Poll(root), RawData(root), offers, root.At);
        if (tenant.Uuid.Length > 0 && !Guid.TryParse(tenant.Uuid, out _))
            findings.Add(
                root.MarkOf("uuid"), $"uuid: '{tenant.Uuid}' is none; the administrator of the server gives it");
        if (offers.Count == 0)
            findings.Add(root.At, "'offers' is missing: list what is offered, each with quantity, method and protocol");
        foreach (var twice in offers.GroupBy(o => (o.Quantity, o.Method)).Where(g => g.Count() > 1))
            findings.Add(twice.Last().At, $"{twice.Key.Quantity}/{twice.Key.Method} is offered twice");
        root.RefuseUnread("a tenant file");
        findings.ThrowIfAny();
        return tenant;
    }

    /// <summary>The <c>server</c>, <c>user</c> and <c>password_file</c> of a file.</summary>
    public static ServerEntry Server(YamlMap root, string path)
    {
        if (root.Has("password"))
            root.Findings.Add(root.MarkOf("password"),
                $"no password stands in a file that is shared: put it into a file of its own with mode 600 "
                + $"(password_file), or into the environment ({Password.Variable})");
        _ = root.Text("password");
        var address = root.Required("server");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) && address.Length > 0)
            root.Findings.Add(root.MarkOf("server"), $"server: '{address}' should be such as https://HOST:PORT");
        return new ServerEntry(
            uri ?? new Uri("http://127.0.0.1:13371"), root.Required("user"),
            root.Text("password_file") is { } file ? Home(path, file) : null, root.MarkOf("server"));
    }

    /// <summary>The <c>poll</c> of a file: how often the server is asked.</summary>
    public static TimeSpan Poll(YamlMap map)
    {
        var poll = map.Quantity("poll", Second)?.ToTimeSpan() ?? TimeSpan.FromSeconds(5);
        if (poll < TimeSpan.FromSeconds(1))
            map.Findings.Add(map.MarkOf("poll"), "poll: look at the server once in a second at most");
        return poll;
    }

    private static OfferEntry Offer(YamlMap map, string path)
    {
        var offer = new OfferEntry(
            map.Required("quantity"), map.Required("method"),
            map.Text("protocol") is { } protocol ? Beside(path, protocol) : null,
            map.Map("bind")?.Scalars().ToDictionary(b => b.Key, b => new InstrumentId(b.Value.Text)) ?? [],
            map.Has("mixture") ? CampaignReader.Mixture(map) : null, Takes(map), Gives(map), Constants(map),
            Positive(map, "slots", 1), Positive(map, "attempts", 3), map.At);
        map.RefuseUnread("an offer");
        return offer;
    }

    private static List<Take> Takes(YamlMap map)
    {
        var takes = new List<Take>();
        if (map.Map("take") is { } all)
            foreach (var path in all.Keys)
                if (all.Map(path) is { } one)
                {
                    takes.Add(new Take(path, one.Required("as"), UnitOf(one)));
                    one.RefuseUnread($"'{path}'");
                }
        return takes;
    }

    private static List<Give> Gives(YamlMap map)
    {
        var gives = new List<Give>();
        if (map.Map("give") is { } all)
            foreach (var path in all.Keys)
                if (all.Map(path) is { } one)
                {
                    if (!one.Has("in"))
                        one.Findings.Add(one.At, $"'{path}' needs 'in': the unit in which the server wants it");
                    var isList = one.Text("list") switch { null or "false" => false, "true" => true, _ => (bool?)null };
                    if (isList is null)
                        one.Findings.Add(one.MarkOf("list"), "'list' should be true or false");
                    gives.Add(new Give(path, one.Required("from"), UnitOf(one) ?? Unit.One, isList ?? false));
                    one.RefuseUnread($"'{path}'");
                }
        return gives;
    }

    private static Unit? UnitOf(YamlMap map)
    {
        if (map.Scalar("in") is not { } text)
            return null;
        if (!Unit.TryParse(text.Text, out var unit, out var error))
            map.Findings.Add(text.At, error);
        return unit;
    }

    // name: value lines, or name: lines below a path.
    private static Dictionary<string, JsonNode> Constants(YamlMap map)
    {
        var constants = new Dictionary<string, JsonNode>();
        if (map.Map("always") is { } all)
            foreach (var path in all.Keys)
                if (all.Map(path) is { } inner)
                    constants[path] = new JsonObject(inner.Scalars().Select(
                        s => KeyValuePair.Create(s.Key, (JsonNode?)s.Value.Text)));
        return constants;
    }

    private static int Positive(YamlMap map, string key, int otherwise)
    {
        var value = map.Integer(key) ?? otherwise;
        if (value < 1)
            map.Findings.Add(map.MarkOf(key), string.Create(
                CultureInfo.InvariantCulture, $"{key}: {value} should be at least 1"));
        return value;
    }

    private static Uri? RawData(YamlMap root)
    {
        if (root.Scalar("raw_data") is not { } text)
            return null;
        if (Uri.TryCreate(text.Text, UriKind.Absolute, out var uri))
            return text.Text.EndsWith('/') ? uri : new Uri(text.Text + "/");
        root.Findings.Add(text.At, $"raw_data: '{text.Text}' is no address such as https://HOST/FOLDER/");
        return null;
    }

    private static string Home(string path, string file) => file.StartsWith("~/", StringComparison.Ordinal)
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), file[2..])
        : Beside(path, file);

    private static string Beside(string path, string other) =>
        Path.GetFullPath(other, Path.GetDirectoryName(Path.GetFullPath(path))!);
}
