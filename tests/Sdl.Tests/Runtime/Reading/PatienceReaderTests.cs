using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class PatienceReaderTests
{
    [Fact]
    public void A_lab_without_patience_has_the_usual_one() =>
        Assert.Same(InstrumentPatience.Default, Read(""));

    [Fact]
    public void Patience_is_read_with_that_for_single_capabilities()
    {
        var patience = Read("""
            patience:
              connect: 10 s
              request: 1.5 s
              whole: 2 h
              retries: 5
              back_off: 0.5 s
              dispense: {whole: 10 min}
              withdraw: {retries: 0, back_off: 2 s}
            """);
        Assert.Equal(
            new Patience
            {
                Connect = TimeSpan.FromSeconds(10), Request = TimeSpan.FromSeconds(1.5), Whole = TimeSpan.FromHours(2),
                Retries = 5, BackOff = TimeSpan.FromSeconds(0.5),
            }, patience.Usual);
        Assert.Equal(patience.Usual with { Whole = TimeSpan.FromMinutes(10) }, patience.For("dispense"));
        Assert.Equal(
            patience.Usual with { Retries = 0, BackOff = TimeSpan.FromSeconds(2) }, patience.For("withdraw"));
        Assert.Equal((12, 17), (patience.At["dispense"].Line, patience.At["dispense"].Column));
    }

    [Theory]
    [InlineData("connect: 0 s", "should be above 0 s and at most 366 days")]
    [InlineData("request: -1 s", "above 0 s")]
    [InlineData("whole: 400 d", "at most 366 days")]
    [InlineData("whole: 3 mL", "wrong unit")]
    [InlineData("retries: -1", "0 to 100")]
    [InlineData("retries: 101", "0 to 100")]
    [InlineData("retries: 1.5", "whole number")]
    [InlineData("back_of: 1 s", "back_of")]
    [InlineData("dispense: {connect: 1 s}", "has no entry 'connect'")]
    public void Patience_that_makes_no_sense_is_found(string entry, string text)
    {
        var e = Assert.Throws<FindingsException>(() => Read($"patience:\n  {entry}"));
        Assert.Contains(e.Findings, f => f.Text.Contains(text, StringComparison.Ordinal) && f.At.Line == 7);
    }

    private static InstrumentPatience Read(string patience)
    {
        using var folder = new TempFolder();
        var lines = patience.ReplaceLineEndings("\n").Split('\n').Select(l => "    " + l);
        return LabReader.Read(folder.Write("lab.yaml", "lab: test\ninstruments:\n  pump:\n    driver: pump.ne1000\n"
            + $"    address: 'sim:'\n{string.Join('\n', lines)}\n")).Instruments.Single().Patience;
    }
}
