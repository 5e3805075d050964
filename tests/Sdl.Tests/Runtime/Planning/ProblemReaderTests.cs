using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Runtime.Planning;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Planning;

public sealed class ProblemReaderTests : IDisposable
{
    private const string Everything =
        """
        problem: blend
        description: all that a problem may say
        space:
          parameters:
            - {name: rate, min: 0.1, max: 2, unit: 1/h, resolution: 0.1}
            - {name: additive, min: 0, max: 0.1, least: 0.02}
            - {name: rests, type: integer, min: 1, max: 5}
            - {name: mesh, type: ordered, levels: [100, 200, 400]}
            - {name: salt, type: categorical, levels: [LiPF6, LiFSI], descriptors: {LiPF6: [1.5], LiFSI: [2]}}
            - {name: boost, min: 0, max: 1, when: {salt: [LiFSI]}}
          mixtures:
            - {parameters: [a, b, c], most_present: 2}
          linear:
            - {coefficients: {rate: 1, a: 2}, min: 0.2, max: 3, why: pump}
        objectives:
          - {name: y, goal: min, reference: 18}
          - {name: z, goal: max, desirability: {low: 1, target: 2, weight: 0.5}}
        constraints:
          - {name: viscosity, max: 5}
        sources:
          - {name: cheap, cost: 1, outcomes: [y]}
          - {name: full, cost: 20, delay: 2 h, target: true}
        noise: none
        seed: 7
        """;

    private readonly TempFolder _folder = new();

    [Fact]
    public void Problem_holds_all_that_its_file_says()
    {
        var task = ProblemReader.Read(_folder.Write("p.yaml", Everything));
        var (problem, space) = (task.Problem, task.Problem.Space);

        Assert.Equal(("blend", 7ul, UndeclaredNoise.None), (task.Name, task.Seed, problem.Noise));
        Assert.Equal(
            ["rate", "additive", "rests", "mesh", "salt", "boost", "a", "b", "c"],
            space.Parameters.Select(p => p.Name));
        Assert.Equal(new ContinuousParameter("rate", 0.1, 2, "1/h") { Resolution = 0.1 }, space.Parameters[0]);
        Assert.Equal(0.02, Assert.IsType<ContinuousParameter>(space.Parameters[1]).LeastUnlessZero);
        Assert.Equal(new IntegerParameter("rests", 1, 5), space.Parameters[2]);
        Assert.Equal([100, 200, 400], Assert.IsType<OrderedParameter>(space.Parameters[3]).Levels);
        Assert.Equal([2.0], Assert.IsType<CategoricalParameter>(space.Parameters[4]).Descriptors!["LiFSI"]);
        Assert.Equal(["LiFSI"], space.Parameters[5].When!.Levels);
        Assert.Equal(2, Assert.Single(space.Mixtures).MostPresent);
        Assert.Equal([3, -0.2], space.Constraints.Select(c => c.Max));
        Assert.Equal(new Objective("y", Goal.Minimise, 18), problem.Objectives[0]);
        Assert.Equal(new Desirability(1, 2, null, 0.5), problem.Objectives[1].Desirability);
        Assert.Equal(new OutcomeConstraint("viscosity", null, 5), Assert.Single(problem.Constraints));
        Assert.Equal(TimeSpan.FromHours(2), problem.Sources[1].Delay);
        Assert.Equal([false, true], problem.Sources.Select(s => s.IsTarget));
    }

    [Theory]
    [InlineData("min: 0.1, max: 2", "min: 3, max: 2", "min: 3 is above max 2")]
    [InlineData("levels: [100, 200, 400]", "levels: [100, 50]", "ascending")]
    [InlineData("levels: [LiPF6, LiFSI]", "levels: [LiPF6]", "two or more")]
    [InlineData("LiFSI: [2]", "LiFSI: [2, 3]", "as many for each")]
    [InlineData("name: additive", "name: rate", "'rate' is there twice")]
    [InlineData("least: 0.02", "least: 0.2", "up to 'max'")]
    [InlineData("coefficients: {rate: 1, a: 2}", "coefficients: {rat: 1}", "there is no parameter 'rat'")]
    [InlineData("parameters: [a, b, c]", "parameters: [a, salt]", "it is not continuous")]
    [InlineData("goal: min", "goal: down", "should be maximise or minimise")]
    [InlineData("name: z", "name: rate", "'rate' is a parameter, too")]
    [InlineData(", target: true", "", "exactly one of them is what counts")]
    [InlineData("delay: 2 h", "delay: 2 mL", "wrong unit")]
    [InlineData("noise: none", "noise: little", "should be learned, none or considerable")]
    [InlineData("seed: 7", "seed: -7", "should be a whole number")]
    [InlineData("name: viscosity, max: 5", "name: viscosity", "'min', 'max' or both")]
    [InlineData("most_present", "most", "a mixture has no entry 'most'")]
    public void Mistake_is_found_with_its_line(string right, string wrong, string text)
    {
        var file = Everything.Replace(right, wrong, StringComparison.Ordinal);
        var line = 1 + Everything.Split('\n').TakeWhile(l => !l.Contains(right, StringComparison.Ordinal)).Count();

        var findings = Assert.Throws<FindingsException>(
            () => ProblemReader.Read(_folder.Write("p.yaml", file))).Findings;

        var finding = Assert.Single(findings, f => f.Text.Contains(text, StringComparison.Ordinal));
        Assert.InRange(finding.At.Line, right.Contains("target", StringComparison.Ordinal) ? 1 : line - 1, line);
    }

    public void Dispose() => _folder.Dispose();
}
