using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Sdl.Tests.Planner.Suite;

/// <summary>The problems are those that the other planners were given: values that their Python definition gives at
/// four places each.</summary>
public sealed class SuiteProblemsTests
{
    private static JsonElement Expected { get; } = JsonDocument.Parse(File.ReadAllText(Beside("problems.json")))
        .RootElement;

    public static TheoryData<string> Names { get; } = [.. SuiteProblems.All.Select(p => p.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Problem_has_the_values_and_the_optimum_that_the_peers_were_given(string name)
    {
        var problem = SuiteProblems.All.Single(p => p.Name == name);
        var expected = Expected.GetProperty(name);

        Assert.Equal(expected.GetProperty("best").GetDouble(), problem.Best, 1e-12);
        foreach (var point in expected.GetProperty("points").EnumerateArray())
        {
            var x = Numbers(point.GetProperty("x"));
            var found = problem.Sources is null
                ? problem.Values(x, 0)
                : [.. problem.Sources.Select((_, source) => problem.Values(x, source)[0])];
            var wanted = Numbers(point.GetProperty("f"));
            Assert.Equal(wanted.Length, found.Length);
            Assert.All(wanted.Zip(found), v => Assert.Equal(v.First, v.Second, 1e-12 * (1 + Math.Abs(v.First))));
        }
    }

    [Fact]
    public void Every_problem_is_there_once() =>
        Assert.Equal(
            Expected.EnumerateObject().Select(p => p.Name).Order(), SuiteProblems.All.Select(p => p.Name).Order());

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];

    private static string Beside(string name, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, name);
}
