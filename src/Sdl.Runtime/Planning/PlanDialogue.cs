using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Planning;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Planning;

/// <summary>A planner that is driven by another program: one JSON object in, one out, each on a line. It keeps what it
/// was told; the same lines give the same answers.</summary>
/// <remarks>A proposal draws from the seed and the number of observations: who asks twice without telling anything gets
/// the same proposals twice.</remarks>
public sealed class PlanDialogue(IPlanner planner)
{
    private const int MostProposals = 1000;
    private const string Example = """{"op":"ask","count":1}""";

    private static readonly JsonSerializerOptions Format = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly List<Observation> _seen = [];
    private readonly List<Pending> _pending = [];
    private readonly List<DesignPoint> _suggested = [];
    private readonly List<Veto> _vetoes = [];
    private Problem? _problem;
    private ulong _seed;

    private static readonly string[] Operations =
        ["create", "tell", "ask", "recommend", "predict", "pending", "suggest", "veto"];

    /// <returns>One line. What cannot be used is told in it, with the field, and has changed nothing.</returns>
    public string Answer(string line)
    {
        try
        {
            var request = JsonMap.Parse(line);
            var answer = Carry(request);
            return (request.HasFindings ? Error(request.Problems) : answer).ToJsonString(Format);
        }
        catch (JsonException e)
        {
            return Error($"this is no request, which is a JSON object such as {Example}: {Told(e)}")
                .ToJsonString(Format);
        }
        catch (ArgumentException e)
        {
            return Error(e.Message).ToJsonString(Format);
        }
    }

    private JsonObject Carry(JsonMap request)
    {
        var map = request.Root;
        var op = map.Required("op");
        if (op.Length > 0 && !Operations.Contains(op))
            map.Findings.Add(map.MarkOf("op"), $"op: there is no '{op}'; it may be {string.Join(", ", Operations)}");
        if (request.HasFindings)
            return [];
        if (op == "create")
            return Create(request);
        if (_problem is not { } problem)
            throw new ArgumentException($"op: nothing can be done with '{op}' before a 'create' has said the problem");
        var reader = new EvidenceReader(problem);
        return op switch
        {
            "tell" => Tell(request, reader),
            "ask" => Ask(request, reader, problem),
            "recommend" => Recommend(request, problem),
            "predict" => Predict(request, reader, problem),
            "pending" => Replace(request, _pending, map.Maps("points").Select(reader.Pending)),
            "suggest" => Replace(request, _suggested, map.Maps("points").Select(p => Only(p, reader))),
            _ => AddVeto(request, reader),
        };
    }

    private JsonObject Create(JsonMap request)
    {
        var (problem, seed) = (ProblemReader.ReadProblem(request.Root), ProblemReader.Seed(request.Root));
        request.Root.RefuseUnread("a 'create'");
        if (request.HasFindings)
            return [];
        // Asks the planner once, so that what contradicts itself is told now.
        planner.Propose(problem, Evidence.None, 1, seed);
        (_problem, _seed) = (problem, seed);
        _seen.Clear();
        _pending.Clear();
        _suggested.Clear();
        _vetoes.Clear();
        return Ok();
    }

    private JsonObject Tell(JsonMap request, EvidenceReader reader)
    {
        if (!request.Root.Has("observations"))
            request.Root.Findings.Add(request.Root.At, "'observations' is missing");
        var told = request.Root.Maps("observations").Select(reader.Observation).ToList();
        request.Root.RefuseUnread("a 'tell'");
        if (request.HasFindings)
            return [];
        _seen.AddRange(told);
        foreach (var observation in told)
        {
            _pending.RemoveAll(p => p.At.Equals(observation.At) && p.Source == observation.Source);
            _suggested.RemoveAll(s => s.Equals(observation.At));
        }
        return Ok();
    }

    private JsonObject Ask(JsonMap request, EvidenceReader reader, Problem problem)
    {
        var map = request.Root;
        var count = map.Integer("count") ?? 1;
        if (count is < 1 or > MostProposals)
            map.Findings.Add(map.MarkOf("count"), $"count: {count} should be 1 to {MostProposals}");
        var pending = map.Maps("pending").Select(reader.Pending).ToList();
        map.RefuseUnread("an 'ask'");
        if (request.HasFindings)
            return [];
        var evidence = Known() with { Pending = [.. _pending, .. pending] };
        var proposals = planner.Propose(problem, evidence, count, Draw());
        return new JsonObject
        {
            ["proposals"] = new JsonArray([.. proposals.Select(p => ProposalDocument.Of(problem, p))]),
        };
    }

    private JsonObject Recommend(JsonMap request, Problem problem)
    {
        request.Root.RefuseUnread("a 'recommend'");
        if (request.HasFindings)
            return [];
        var best = planner.Recommend(problem, Known(), Draw());
        if (best.Count == 0)
            throw new ArgumentException("op: there is nothing to recommend before an objective has been observed");
        var answer = Recommended(problem, best[0]);
        if (problem.Objectives.Count > 1)
            answer["front"] = new JsonArray([.. best.Select(p => Recommended(problem, p))]);
        return answer;
    }

    private JsonObject Predict(JsonMap request, EvidenceReader reader, Problem problem)
    {
        var points = request.Root.Maps("points").Select(p => Only(p, reader)).ToList();
        request.Root.RefuseUnread("a 'predict'");
        if (request.HasFindings)
            return [];
        var (evidence, answers) = (Known(), points.ConvertAll(_ => new JsonObject()));
        foreach (var outcome in problem.Outcomes.Where(o => _seen.Any(s => s.Values.ContainsKey(o))))
            foreach (var (answer, prediction) in answers.Zip(
                planner.Predict(problem, evidence, outcome, points, Draw())))
                answer[outcome] = ProposalDocument.Of(prediction);
        return new JsonObject { ["predictions"] = new JsonArray([.. answers]) };
    }

    private JsonObject AddVeto(JsonMap request, EvidenceReader reader)
    {
        var map = request.Root;
        if (!map.Has("where"))
            map.Findings.Add(map.At, "'where' is missing, such as {\"x1\":{\"min\":2}}");
        var veto = map.Map("where") is { } where ? reader.Veto(where, map.Text("why") ?? "") : null;
        map.RefuseUnread("a 'veto'");
        if (request.HasFindings)
            return [];
        _vetoes.Add(veto!);
        return Ok();
    }

    private static JsonObject Replace<T>(JsonMap request, List<T> list, IEnumerable<T> with)
    {
        var read = with.ToList();
        if (!request.Root.Has("points"))
            request.Root.Findings.Add(request.Root.At, "'points' is missing, such as [{\"x\":{…}}]");
        request.Root.RefuseUnread("this request");
        if (request.HasFindings)
            return [];
        list.Clear();
        list.AddRange(read);
        return Ok();
    }

    private static DesignPoint Only(YamlMap map, EvidenceReader reader) => reader.Pending(map).At;

    private static JsonObject Recommended(Problem problem, Proposal proposal)
    {
        var document = ProposalDocument.Of(problem, proposal);
        document.Remove("source");
        document["predicted"] = ProposalDocument.Of(proposal.Predicted);
        return document;
    }

    private Evidence Known() =>
        new([.. _seen]) { Pending = [.. _pending], Suggested = [.. _suggested], Vetoes = [.. _vetoes] };

    private ulong Draw() => _seed * 1_000_003 + (ulong)_seen.Count;

    // Without the place, which counts from zero and repeats itself.
    private static string Told(JsonException e) => e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];

    private static JsonObject Ok() => new() { ["ok"] = true };

    private static JsonObject Error(string text) => new() { ["error"] = text };
}
