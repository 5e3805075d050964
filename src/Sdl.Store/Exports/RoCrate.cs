using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Sdl.Store.Exports;

/// <summary>Writes <c>ro-crate-metadata.json</c> (RO-Crate 1.1) into a folder: every file with its kind, size and
/// SHA-256.</summary>
public static class RoCrate
{
    public const string FileName = "ro-crate-metadata.json";

    /// <param name="written">When the contents were finished.</param>
    /// <param name="passOver">Files that are still written to and not part of the results; by their path below the
    /// folder.</param>
    /// <returns>Number of files.</returns>
    /// <exception cref="IOException">A file cannot be read, or the crate not be written.</exception>
    public static async Task<int> WriteAsync(
        string folder, string name, string description, DateTimeOffset written, Func<string, bool> passOver,
        CancellationToken ct)
    {
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'))
            .Where(f => f != FileName && !passOver(f)).Order(StringComparer.Ordinal).ToList();
        var graph = new JsonArray
        {
            new JsonObject
            {
                ["@id"] = FileName, ["@type"] = "CreativeWork",
                ["conformsTo"] = Reference("https://w3id.org/ro/crate/1.1"), ["about"] = Reference("./"),
            },
            new JsonObject
            {
                ["@id"] = "./", ["@type"] = "Dataset", ["name"] = name, ["description"] = description,
                ["datePublished"] = written.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                ["license"] = "not stated: ask whoever made it",
                ["hasPart"] = new JsonArray([.. files.Select(f => (JsonNode)Reference(Uri(f)))]),
            },
        };
        foreach (var file in files)
        {
            var path = Path.Combine(folder, file);
            graph.Add((JsonNode)new JsonObject
            {
                ["@id"] = Uri(file), ["@type"] = "File", ["name"] = Path.GetFileName(file),
                ["encodingFormat"] = MediaType(file), ["contentSize"] = new FileInfo(path).Length,
                ["sha256"] = await Sha256Async(path, ct),
            });
        }
        var crate = new JsonObject
        {
            // The context of RO-Crate 1.1 is older than this term of schema.org.
            ["@context"] = new JsonArray(
                "https://w3id.org/ro/crate/1.1/context", new JsonObject { ["sha256"] = "https://schema.org/sha256" }),
            ["@graph"] = graph,
        };
        var options = new System.Text.Json.JsonSerializerOptions
        {
            WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };
        await File.WriteAllTextAsync(Path.Combine(folder, FileName), crate.ToJsonString(options), ct);
        return files.Count;
    }

    /// <summary>Hex digest of a file.</summary>
    public static async Task<string> Sha256Async(string path, CancellationToken ct)
    {
        await using var file = new FileStream(
            path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1 << 16, useAsync: true);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, ct));
    }

    public static string MediaType(string file) => Path.GetExtension(file) switch
    {
        ".csv" => "text/csv",
        ".parquet" => "application/vnd.apache.parquet",
        ".jsonld" => "application/ld+json",
        ".json" => "application/json",
        ".yaml" or ".yml" => "application/yaml",
        ".html" => "text/html",
        ".db" => "application/vnd.sqlite3",
        ".svg" => "image/svg+xml",
        ".gz" => "application/gzip",
        _ => "application/octet-stream",
    };

    private static string Uri(string file) => string.Join('/', file.Split('/').Select(System.Uri.EscapeDataString));

    private static JsonObject Reference(string id) => new() { ["@id"] = id };
}
