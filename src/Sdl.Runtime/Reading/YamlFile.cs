using System.Security.Cryptography;
using Sdl.Core.Protocols;
using Sdl.Runtime.Planning;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using Mark = Sdl.Core.Protocols.Mark;

namespace Sdl.Runtime.Reading;

/// <summary>A YAML file with its digest, read as nodes that know their place.</summary>
internal sealed class YamlFile
{
    // A hand-written file is far smaller and flatter; a larger one is a mistake, or an attack.
    private const long MaxBytes = 4 << 20;
    private const int MaxDepth = 64;

    private static readonly string[] Kinds =
        ["protocol", "lab", "campaign", "inventory", "faults", "tenant", "request", CellProtocolReader.Kind,
            ProblemReader.Kind];

    private YamlFile(string path, string digest, YamlMap root)
    {
        Path = path;
        Digest = digest;
        Root = root;
    }

    public string Path { get; }
    public string Digest { get; }
    public YamlMap Root { get; }

    /// <param name="kind">The first key, which says what a file is: protocol, lab, campaign or faults.</param>
    /// <exception cref="FindingsException">It is missing, too large, no YAML mapping or of another kind.</exception>
    public static YamlFile Load(string path, string kind, Findings findings)
    {
        var top = new Mark(path, 1, 1);
        try
        {
            if (!File.Exists(path))
                throw findings.Fatal(top, "there is no such file");
            if (new FileInfo(path).Length > MaxBytes)
                throw findings.Fatal(top, $"the file is larger than {MaxBytes >> 20} MB");
            var bytes = File.ReadAllBytes(path);
            RefuseUnusual(bytes, path, findings);
            var stream = new YamlStream();
            stream.Load(new StreamReader(new MemoryStream(bytes)));
            if (stream.Documents is not [{ RootNode: YamlMappingNode root }])
                throw findings.Fatal(top, "the file should hold one YAML mapping (name: value lines)");
            var map = new YamlMap(root, path, findings);
            if (map.Keys.FirstOrDefault() is { } first && first != kind && Kinds.Contains(first))
                throw findings.Fatal(top, $"this is a {first} file; a {kind} file is wanted here");
            return new YamlFile(path, Convert.ToHexStringLower(SHA256.HashData(bytes)), map);
        }
        catch (YamlException e)
        {
            throw findings.Fatal(
                new Mark(path, Math.Max(1, (int)e.Start.Line), Math.Max(1, (int)e.Start.Column)),
                $"this is no YAML: {e.Message}");
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            // YamlDotNet throws them for some malformed texts, without a place.
            throw findings.Fatal(
                top, "this is no YAML: look for a block text (| or >) or a tag (!) "
                + "where a name or value should be");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw findings.Fatal(top, $"the file cannot be read: {e.Message}");
        }
    }

    // Before the tree is built: nesting costs stack, and aliases make a small file a large tree, or an endless one.
    private static void RefuseUnusual(byte[] bytes, string path, Findings findings)
    {
        var parser = new Parser(new StreamReader(new MemoryStream(bytes)));
        for (var depth = 0; parser.MoveNext();)
        {
            var at = new Mark(path, (int)parser.Current!.Start.Line, (int)parser.Current.Start.Column);
            depth += parser.Current.NestingIncrease;
            if (depth > MaxDepth)
                throw findings.Fatal(at, $"the file is nested more than {MaxDepth} levels deep");
            if (parser.Current is AnchorAlias alias)
                throw findings.Fatal(at, $"aliases (*{alias.Value}) are not used here: write it out");
        }
    }
}

/// <summary>Collects findings, so that one reading reports all of them.</summary>
public sealed class Findings
{
    private readonly List<Finding> _list = [];

    public IReadOnlyList<Finding> All => _list;

    public void Add(Mark at, string text) => _list.Add(new Finding(at, text));

    public FindingsException Fatal(Mark at, string text)
    {
        Add(at, text);
        return new FindingsException(_list);
    }

    /// <exception cref="FindingsException">There are any.</exception>
    public void ThrowIfAny()
    {
        if (_list.Count > 0)
            throw new FindingsException([
                .. _list.OrderBy(f => f.At.File, StringComparer.Ordinal)
                    .ThenBy(f => f.At.Line).ThenBy(f => f.At.Column)]);
    }
}
