using System.Text.Json;
using Sdl.Runtime.Reading;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;
using Mark = YamlDotNet.Core.Mark;

namespace Sdl.Runtime.Planning;

/// <summary>A JSON object read with the readers of our files; a place in it is told as a path.</summary>
internal sealed class JsonMap : IParser
{
    // By line; there is no line 0.
    private readonly List<string> _paths = [""];
    private readonly Queue<ParsingEvent> _events = new();
    private readonly Findings _findings = new();

    private JsonMap(JsonElement root)
    {
        var start = At(1);
        _events.Enqueue(new StreamStart(start, start));
        _events.Enqueue(new DocumentStart(null, null, true, start, start));
        Add(root, "");
        _events.Enqueue(new DocumentEnd(true, start, start));
        _events.Enqueue(new StreamEnd(start, start));
        var stream = new YamlStream();
        stream.Load(this);
        Root = new YamlMap((YamlMappingNode)stream.Documents[0].RootNode, "", _findings);
    }

    public YamlMap Root { get; }

    public bool HasFindings => _findings.All.Count > 0;

    /// <summary>What was found, each with the path of its field.</summary>
    public string Problems => string.Join("; ", _findings.All.Select(Told).Distinct());

    public ParsingEvent? Current { get; private set; }

    /// <exception cref="JsonException">The text is no JSON object.</exception>
    public static JsonMap Parse(string text)
    {
        using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
        return document.RootElement.ValueKind == JsonValueKind.Object
            ? new JsonMap(document.RootElement)
            : throw new JsonException("it is no object");
    }

    public bool MoveNext()
    {
        var more = _events.TryDequeue(out var next);
        Current = next;
        return more;
    }

    private string Told(Sdl.Core.Protocols.Finding finding)
    {
        var path = _paths[Math.Clamp(finding.At.Line, 0, _paths.Count - 1)];
        var field = path[(path.LastIndexOf('.') + 1)..];
        var text = finding.Text.StartsWith(field + ": ", StringComparison.Ordinal)
            ? finding.Text[(field.Length + 2)..] : finding.Text;
        return path.Length == 0 ? text : $"{path}: {text}";
    }

    // What is null counts as left out, as most programs mean it.
    private void Add(JsonElement element, string path)
    {
        var at = At(_paths.Count);
        _paths.Add(path);
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                _events.Enqueue(new MappingStart(AnchorName.Empty, TagName.Empty, true, MappingStyle.Flow, at, at));
                foreach (var property in element.EnumerateObject().Where(p => p.Value.ValueKind != JsonValueKind.Null))
                {
                    Scalar(property.Name, at);
                    Add(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
                }
                _events.Enqueue(new MappingEnd(at, at));
                break;
            case JsonValueKind.Array:
                _events.Enqueue(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Flow, at, at));
                foreach (var (i, child) in element.EnumerateArray().Index())
                    Add(child, $"{path}[{i}]");
                _events.Enqueue(new SequenceEnd(at, at));
                break;
            case JsonValueKind.String:
                Scalar(element.GetString()!, at);
                break;
            default:
                Scalar(element.GetRawText(), at);
                break;
        }
    }

    private void Scalar(string text, Mark at) => _events.Enqueue(
        new Scalar(AnchorName.Empty, TagName.Empty, text, ScalarStyle.DoubleQuoted, false, true, at, at));

    private static Mark At(int node) => new(node, node, 1);
}
