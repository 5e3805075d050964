using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class SafetyReaderTests
{
    private const string Lab = """
        lab: test
        instruments:
          a: {driver: pump.ne1000, address: "serial:COM1", deadman: DEADMAN}
          b: {driver: pump.ne1000, address: "serial:COM2"}
          c: {driver: pump.ne1000, address: "serial:COM3"}
        safe_order: ORDER
        """;

    [Fact]
    public void Named_instruments_are_made_safe_first_and_the_others_follow_in_file_order()
    {
        var lab = Read("10 s", "[c, a]");
        Assert.Equal(["c", "a", "b"], lab.InSafeOrder.Select(i => i.Value));
        Assert.Equal(TimeSpan.FromSeconds(10), lab.Instruments[0].Deadman);
        Assert.Null(lab.Instruments[1].Deadman);
        Assert.Equal(["a", "b", "c"], Read("1 min", "[]").InSafeOrder.Select(i => i.Value));
    }

    [Theory]
    [InlineData("10 s", "[c, d]", 6, "safe_order: 'd' is no instrument of this lab")]
    [InlineData("10 s", "[c, a, c]", 6, "safe_order: 'c' stands here twice")]
    [InlineData("10 s", "a", 6, "'safe_order' should be a list such as [a, b]")]
    [InlineData("0.9 s", "[]", 3, "deadman: 900 ms should be from 1 s to 1 h")]
    [InlineData("61 min", "[]", 3, "should be from 1 s to 1 h")]
    [InlineData("10 mL", "[]", 3, "deadman: 10 mL has the wrong unit; it is given in s")]
    public void What_makes_no_sense_is_refused_with_its_place(string deadman, string order, int line, string why)
    {
        var e = Assert.Throws<FindingsException>(() => Read(deadman, order));
        var finding = Assert.Single(e.Findings);
        Assert.Equal(line, finding.At.Line);
        Assert.Contains(why, finding.Text, StringComparison.Ordinal);
    }

    private static Sdl.Core.Instruments.Lab Read(string deadman, string order)
    {
        using var folder = new TempFolder();
        return LabReader.Read(folder.Write("lab.yaml", Lab
            .Replace("DEADMAN", deadman, StringComparison.Ordinal).Replace("ORDER", order, StringComparison.Ordinal)));
    }
}
