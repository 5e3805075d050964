using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

/// <summary>The same steps for several values.</summary>
public class EachReaderTests
{
    private const string Steps = "\n    steps:\n"
        + "      - {do: $x.dispense, with: {volume: $x1 * 1 mL, other: 2 $x}, name: give-$x}\n";

    [Theory]
    [InlineData("{x: [a, b]}", "a b")]
    [InlineData("{x: 3..5}", "3 4 5")]
    [InlineData("{x: 7..7}", "7")]
    public void The_steps_come_once_for_each_value_one_after_the_other(string each, string expected)
    {
        var all = Assert.IsType<Step.Sequence>(Assert.Single(Read($"  - each: {each}{Steps}").Body));
        Assert.Equal("each", all.Name);
        Assert.Equal(expected.Split(' '), all.Steps.Select(s => s.Name));
        foreach (var turn in all.Steps.Cast<Step.Sequence>())
        {
            var give = Assert.IsType<Step.Invoke>(Assert.Single(turn.Steps));
            Assert.Equal(($"give-{turn.Name}", turn.Name), (give.Name, give.Role));
            Assert.Equal($"{turn.Name}1 * 1 mL", give.Arguments["volume"].Text);
            Assert.Equal($"2 {turn.Name}", give.Arguments["other"].Text);
        }
    }

    [Fact]
    public void They_come_all_at_once_where_that_is_asked_for() => Assert.Equal(
        ["1", "2"], Assert.IsType<Step.Parallel>(Assert.Single(
            Read($"  - each: {{n: 1..2}}\n    together: true\n    steps: [{{wait: $n s}}]\n").Body))
            .Branches.Select(b => b.Name));

    [Theory]
    [InlineData("each: {n: 1..3}\n    together: true\n    steps: [{wait: $n s}]", "", 3)]
    [InlineData("each: {n: 1..3}\n    together: true\n    steps: [{wait: $n s}]", "\n    least: 1", 1)]
    [InlineData("each: {n: 1..3}\n    together: true\n    steps: [{wait: $n s}]", "\n    least: 3", 3)]
    [InlineData("parallel: [{wait: 1 s}, {wait: 2 s}]", "", 2)]
    [InlineData("parallel: [{wait: 1 s}, {wait: 2 s}]", "\n    least: 1", 1)]
    public void So_many_branches_have_to_succeed(string step, string least, int expected)
    {
        var several = Assert.IsType<Step.Parallel>(Assert.Single(Read($"  - {step}{least}\n").Body));
        Assert.Equal((expected, expected < several.Branches.Count), (several.Least, several.IsTolerant));
    }

    [Fact]
    public void A_number_of_branches_that_makes_no_sense_is_told_at_its_line_and_column()
    {
        var e = Assert.Throws<FindingsException>(() => Read("  - parallel: [{wait: 1 s}]\n    least: 2\n"));
        var finding = Assert.Single(e.Findings);
        Assert.Equal((5, 12), (finding.At.Line, finding.At.Column));
    }

    [Fact]
    public void One_within_the_other_knows_both_values_and_the_longer_name_is_meant_first()
    {
        var outer = (Step.Sequence)Read("""
              - each: {n: [a]}
                steps:
                  - each: {nn: [b]}
                    steps: [{do: $n.dispense, with: {volume: $nn}}]
            """).Body[0];
        var inner = (Step.Sequence)((Step.Sequence)outer.Steps[0]).Steps[0];
        var give = (Step.Invoke)((Step.Sequence)inner.Steps[0]).Steps[0];
        Assert.Equal(("a", "b"), (give.Role, give.Arguments["volume"].Text));
    }

    [Theory]
    [InlineData("{n: 5..1}", "should be a range such as 1..8")]
    [InlineData("{n: 1..5000}", "should be a range such as 1..8")]
    [InlineData("{n: many}", "should be a range such as 1..8")]
    [InlineData("{n: [a, a]}", "has the value 'a' twice")]
    [InlineData("{n: [a/b]}", "cannot name a step")]
    [InlineData("{n: 1..2, m: 1..2}", "should name one variable")]
    [InlineData("{n: 1..2}\n    together: maybe", "should be true or false")]
    [InlineData("{n: 1..2}\n    together: true\n    least: 0", "should be a whole number from 1 to 2")]
    [InlineData("{n: 1..2}\n    together: true\n    least: 3", "least: '3' should be a whole number from 1 to 2")]
    [InlineData("{n: 1..2}\n    together: true\n    least: most", "should be a whole number from 1 to 2")]
    [InlineData("{n: 1..2}\n    together: true\n    least: 1.5", "should be a whole number from 1 to 2")]
    [InlineData("{n: 1..2}\n    least: 1", "it needs 'together: true'")]
    public void What_cannot_be_meant_is_refused_at_its_place(string each, string message)
    {
        var e = Assert.Throws<FindingsException>(() => Read($"  - each: {each}\n    steps: [{{wait: 1 s}}]\n"));
        Assert.Contains(e.Findings, f => f.Text.Contains(message, StringComparison.Ordinal) && f.At.Line > 2);
    }

    private static Protocol Read(string steps)
    {
        using var folder = new TempFolder();
        return ProtocolReader.Read(folder.Write("test.yaml", "protocol: test\nroles: {a: ''}\nsteps:\n" + steps));
    }
}
