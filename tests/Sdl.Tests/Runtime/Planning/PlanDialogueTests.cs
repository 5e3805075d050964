using System.Text.Json;
using System.Text.Json.Nodes;
using FsCheck.Xunit;
using Sdl.Planner;
using Sdl.Runtime.Planning;

namespace Sdl.Tests.Runtime.Planning;

public sealed class PlanDialogueTests
{
    private const string Create =
        """
        {"op":"create","space":{"parameters":[{"name":"x1","type":"continuous","min":-5,"max":10}],
        "mixtures":[{"parameters":["a","b","c"],"sum":1}],"linear":[{"coefficients":{"x1":1,"a":2},"max":3}]},
        "objectives":[{"name":"y","goal":"min","reference":18.0}],"seed":7}
        """;

    private const string Tell =
        """{"op":"tell","observations":[{"x":{"x1":1,"a":0.2,"b":0.3,"c":0.5},"y":{"y":1.2},"sd":{"y":0.05}}]}""";

    private readonly PlanDialogue _dialogue = new(new GaussianProcessPlanner());

    [Fact]
    public void Problem_is_created_told_of_asked_and_answered_by_a_recommendation()
    {
        Assert.Equal("""{"ok":true}""", _dialogue.Answer(Create));
        Assert.Equal("""{"ok":true}""", _dialogue.Answer(Tell));
        for (var i = 0; i < 5; i++)
        {
            var x = Ask("""{"op":"ask","count":1}""").Single()!["x"]!;
            Assert.True(x["x1"]!.GetValue<double>() + 2 * x["a"]!.GetValue<double>() <= 3 + 1e-9);
            Assert.Equal(1, "abc".Sum(part => x[part.ToString()]!.GetValue<double>()), 1e-12);
            var value = Math.Abs(x["x1"]!.GetValue<double>()) + x["b"]!.GetValue<double>();
            Assert.Equal("""{"ok":true}""", _dialogue.Answer(new JsonObject
            {
                ["op"] = "tell",
                ["observations"] = new JsonArray(
                    new JsonObject { ["x"] = x.DeepClone(), ["y"] = new JsonObject { ["y"] = value } }),
            }.ToJsonString()));
        }

        var reason = Ask("""{"op":"ask"}""").Single()!["reason"]!;
        Assert.Contains("Expected to reach", reason["text"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(reason["predicted"]!["y"]!["sd"]!.GetValue<double>() > 0);
        var best = Object("""{"op":"recommend"}""");
        Assert.InRange(best["predicted"]!["y"]!["mean"]!.GetValue<double>(), -10, 1.3);
        Assert.Equal(4, best["x"]!.AsObject().Count);
        var predicted = Object("""{"op":"predict","points":[{"x":{"x1":1,"a":0.2,"b":0.3,"c":0.5}}]}""");
        Assert.Equal(1.2, predicted["predictions"]![0]!["y"]!["mean"]!.GetValue<double>(), 0.2);
    }

    [Fact]
    public void Same_lines_give_the_same_answers_and_asking_twice_gives_the_same_proposals()
    {
        var other = new PlanDialogue(new GaussianProcessPlanner());
        foreach (var line in new[] { Create, Tell, """{"op":"ask","count":3}""", """{"op":"ask","count":3}""" })
            Assert.Equal(_dialogue.Answer(line), other.Answer(line));
        Assert.Equal(_dialogue.Answer("""{"op":"ask"}"""), _dialogue.Answer("""{"op":"ask"}"""));
    }

    [Fact]
    public void Points_under_way_are_kept_until_they_are_told()
    {
        _dialogue.Answer(Create);
        var first = _dialogue.Answer("""{"op":"ask"}""");
        var at = JsonNode.Parse(first)!["proposals"]![0]!["x"]!.ToJsonString();

        Assert.Equal("""{"ok":true}""", _dialogue.Answer($$"""{"op":"pending","points":[{"x":{{at}}}]}"""));
        Assert.NotEqual(first, _dialogue.Answer("""{"op":"ask"}"""));
        _dialogue.Answer("""{"op":"pending","points":[]}""");
        Assert.Equal(first, _dialogue.Answer("""{"op":"ask"}"""));
        var beside = _dialogue.Answer($$"""{"op":"ask","pending":[{"x":{{at}}}]}""");
        Assert.NotEqual(first, beside);
    }

    [Theory]
    [InlineData("""{"op":"ask"}""", "create")]
    [InlineData("""{"op":"sing"}""", "op")]
    [InlineData("""{}""", "op")]
    [InlineData("", "no request")]
    [InlineData("[1]", "no request")]
    [InlineData("""{"op":"create"}""", "space")]
    [InlineData("""{"op":"create","space":{"parameters":[{"name":"x","min":0}]},"objectives":[{"name":"y"}]}""",
        "space.parameters[0]: 'max'")]
    [InlineData("""{"op":"create","space":{"parameters":[{"name":"x","type":"odd"}]},"objectives":[{"name":"y"}]}""",
        "space.parameters[0].type")]
    [InlineData("""{"op":"create","space":{"parameters":[{"name":"x","min":2,"max":1}]},"objectives":[{"name":"y"}]}""",
        "space.parameters[0].min")]
    [InlineData("""{"op":"create","space":{"parameters":[{"name":"x","min":0,"max":1}]},"objectives":[{"nam":"y"}]}""",
        "nam")]
    [InlineData("""{"op":"create","space":{"linear":[{"max":1,"coefficients":{"z":1}}]},"objectives":[{"name":"y"}]}""",
        "space.linear[0].coefficients.z")]
    public void Bad_request_is_answered_with_the_field(string line, string field)
    {
        Assert.Contains(field, Error(line), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"op":"ask","count":0}""", "count")]
    [InlineData("""{"op":"ask","count":"many"}""", "count")]
    [InlineData("""{"op":"ask","cont":1}""", "cont")]
    [InlineData("""{"op":"tell"}""", "observations")]
    [InlineData("""{"op":"tell","observations":[{"x":{"x1":1,"a":1,"b":0},"y":{"y":1}}]}""",
        "observations[0].x: 'c' is missing")]
    [InlineData("""{"op":"tell","observations":[{"x":{"x1":1,"a":1,"b":0,"c":0},"y":{"z":1}}]}""",
        "observations[0].y: 'y' has no entry 'z'")]
    [InlineData("""{"op":"tell","observations":[{"x":{"x1":1,"a":1,"b":0,"c":0},"y":{"y":1e999}}]}""",
        "observations[0].y.y")]
    [InlineData("""{"op":"tell","observations":[{"x":{"x1":1,"a":1,"b":0,"c":0},"y":{"y":1},"sd":{"y":-1}}]}""",
        "observations[0].sd.y")]
    [InlineData("""{"op":"tell","observations":[{"x":{"x1":1,"a":1,"b":0,"c":0},"y":{"y":1},"source":"full"}]}""",
        "observations[0].source")]
    [InlineData("""{"op":"veto","where":{"z":{"min":1}}}""", "where")]
    [InlineData("""{"op":"recommend"}""", "recommend")]
    public void What_cannot_be_used_changes_nothing(string line, string field)
    {
        _dialogue.Answer(Create);
        var before = _dialogue.Answer("""{"op":"ask"}""");

        Assert.Contains(field, Error(line), StringComparison.Ordinal);
        Assert.Equal(before, _dialogue.Answer("""{"op":"ask"}"""));
    }

    [Property(MaxTest = 100)]
    public void Any_line_is_answered_by_one_line_that_is_a_JSON_object(int seed, string noise)
    {
        var random = new Random(seed);
        _dialogue.Answer(Create);
        foreach (var line in new[] { noise ?? "", RandomRequest.Line(random), RandomRequest.Mutated(random, Create),
            RandomRequest.Mutated(random, Tell), """{"op":"ask"}""" })
        {
            var answer = _dialogue.Answer(line);
            Assert.DoesNotContain('\n', answer);
            Assert.DoesNotContain('\r', answer);
            Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(answer).RootElement.ValueKind);
        }
    }

    private JsonArray Ask(string line) => Object(line)["proposals"]!.AsArray();

    private JsonObject Object(string line) => JsonNode.Parse(_dialogue.Answer(line))!.AsObject();

    private string Error(string line) => Object(line)["error"]!.GetValue<string>();
}
