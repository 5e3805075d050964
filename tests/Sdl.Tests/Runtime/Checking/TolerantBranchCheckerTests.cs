using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Checking;

/// <summary>What branches save that may fail need not be there.</summary>
public class TolerantBranchCheckerTests
{
    [Theory]
    [InlineData(1, "seen.value > 0", false)]
    [InlineData(1, "alone.value > 0", true)]
    [InlineData(2, "alone.value > 0", true)]
    [InlineData(3, "alone.value > 0", false)]
    public void A_value_that_too_few_branches_save_is_refused_outside_of_them(
        int least, string condition, bool isRefused)
    {
        var findings = Check($$"""
              - name: cells
                least: {{least}}
                parallel:
                  - name: one
                    sequence: [{do: a.read, save: alone}, {require: alone.value > 0}, {do: a.read, save: seen}]
                  - {name: two, do: b.read, save: seen}
                  - {name: three, do: c.read, save: seen}
              - require: {{condition}}
            """);
        if (!isRefused)
            Assert.Empty(findings);
        else
            Assert.Contains("'alone.value' need not be there: it is saved in branches of line 4 that may fail, "
                + $"{3 - least} of 3", Assert.Single(findings).Text, StringComparison.Ordinal);
        Assert.All(findings, f => Assert.Equal(11, f.At.Line));
    }

    [Fact]
    public void Records_that_too_few_branches_save_are_refused_and_those_of_all_are_not()
    {
        Assert.Empty(Check(Analysed("seen")));
        Assert.Contains("'alone' need not be there", Assert.Single(Check(Analysed("alone"))).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_saved_before_or_is_saved_again_is_there()
    {
        const string Doubtful =
            "  - {parallel: [{do: a.read, save: alone}, {do: b.read}], least: 1}\n";
        Assert.NotEmpty(Check(Doubtful + "  - {require: alone.value > 0}\n"));
        Assert.Empty(Check("  - {do: c.read, save: alone}\n" + Doubtful + "  - {require: alone.value > 0}\n"));
        Assert.Empty(Check(Doubtful + "  - {do: c.read, save: alone}\n  - {require: alone.value > 0}\n"));
        Assert.NotEmpty(Check(Doubtful + Doubtful.Replace("parallel", "name: again, parallel", StringComparison.Ordinal)
            + "  - {require: alone.value > 0}\n"));
    }

    private static string Analysed(string records) => $$"""
          - name: cells
            least: 1
            parallel:
              - {sequence: [{do: a.read, save: alone}, {do: a.read, save: seen}], name: one}
              - {do: b.read, save: seen, name: two}
          - {analyse: mean, records: {{records}}, save: all}
        """;

    private static IReadOnlyList<Finding> Check(string steps)
    {
        using var folder = new TempFolder();
        var protocol = ProtocolReader.Read(folder.Write(
            "test.yaml", "protocol: test\nroles: {a: '', b: '', c: ''}\nsteps:\n" + steps));
        var device = new FakeDevice(TimeProvider.System);
        var instruments = protocol.Roles.Keys.ToDictionary(
            r => new InstrumentId(r), r => (IInstrument)new FakeInstrument(r, device, TimeProvider.System));
        return ProtocolChecker.Check(TestRun.Bound(protocol, instruments));
    }
}
