using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Runtime.Planning;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Planning;

public sealed class ObservationTableTests : IDisposable
{
    private static readonly Problem Problem = new(
        new SearchSpace(
        [
            new ContinuousParameter("x", 0, 1), new CategoricalParameter("salt", ["LiPF6", "Li, FSI"]),
            new ContinuousParameter("boost", 0, 1) { When = new ActiveWhen("salt", ["LiPF6"]) },
        ]),
        [new Objective("y", Goal.Minimise)])
    {
        Constraints = [new OutcomeConstraint("viscosity", null, 5)],
        Sources = [new Source("cheap", 1), new Source("full", 20, true)],
    };

    private readonly TempFolder _folder = new();

    [Fact]
    public void Rows_become_observations_with_uncertainty_source_and_failures()
    {
        var seen = ObservationTable.Observations(_folder.Write("o.csv",
            "salt,x,boost,y,y_sd,viscosity,source,failed\r\n"
            + "LiPF6,0.5,1,1.25,0.1,,cheap,\r\n"
            + "\"Li, FSI\",1e-1,,2,,4.5,,\r\n"
            + ",,,,,,,\r\n"
            + "LiPF6,0,0,,,,full,true\r\n"), Problem);

        Assert.Equal(3, seen.Count);
        Assert.Equal(("cheap", false), (seen[0].Source, seen[0].Failed));
        Assert.Equal(new Outcome(1.25, 0.1), Assert.Single(seen[0].Values).Value);
        Assert.Equal(("full", "Li, FSI", 0.1), (seen[1].Source, seen[1].At.Level("salt"), seen[1].At.Number("x")));
        Assert.Equal(new Outcome(4.5), seen[1].Values["viscosity"]);
        Assert.False(seen[1].At.Has("boost"));
        Assert.True(seen[2].Failed);
    }

    [Theory]
    [InlineData("x,salt,boost,y\n0.5,LiPF6,1,abc\n", 2, 13, "'abc' should be a finite number")]
    [InlineData("x,salt,boost,y\n0.5,LiPF6,1,NaN\n", 2, 13, "'NaN' should be a finite number")]
    [InlineData("x,salt,boost,y\n0.5,LiBOB,1,1\n", 2, 5, "there is no 'LiBOB'")]
    [InlineData("x,salt,boost,y\n0.5,LiPF6,,1\n", 2, 11, "boost: a value is missing")]
    [InlineData("x,salt,boost,y\n0.5,LiPF6,1\n", 2, 1, "3 fields for 4 columns")]
    [InlineData("x,salt,boost,z\n", 1, 4, "column 4, 'z'")]
    [InlineData("x,boost,y\n", 1, 1, "no column for the parameter 'salt'")]
    [InlineData("x,salt,boost,y,y\n", 1, 1, "'y' is there twice")]
    [InlineData("x,salt,boost,y\n0.5,\"LiPF6,1,1\n", 2, 1, "never closed")]
    [InlineData("x,salt,boost,y,y_sd\n0.5,LiPF6,1,1,-1\n", 2, 15, "not below zero")]
    [InlineData("x,salt,boost,y,source\n0.5,LiPF6,1,1,odd\n", 2, 15, "there is no 'odd'")]
    [InlineData("x,salt,boost,y\n0.5,LiPF6,1,\n", 2, 13, "nothing was measured")]
    [InlineData("", 1, 1, "the file is empty")]
    public void Mistake_is_found_with_line_and_column(string text, int line, int column, string what)
    {
        var path = _folder.Write("o.csv", text);

        var finding = Assert.Single(
            Assert.Throws<FindingsException>(() => ObservationTable.Observations(path, Problem)).Findings);

        Assert.Contains(what, finding.Text, StringComparison.Ordinal);
        Assert.Equal(new Mark(path, line, column), finding.At);
    }

    [Fact]
    public void Missing_file_is_a_finding()
    {
        var path = Path.Combine(_folder.Path, "none.csv");

        Assert.Contains("there is no such file", Assert.Single(Assert.Throws<FindingsException>(
            () => ObservationTable.Pending(path, Problem)).Findings).Text, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
