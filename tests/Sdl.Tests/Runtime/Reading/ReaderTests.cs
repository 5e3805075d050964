using FsCheck.Xunit;
using Sdl.Core.Protocols;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class ReaderTests
{
    private const string Broken = """
        protocol: ''
        color: red
        parameters:
          volume: {unit: furlong}
          my-name: {unit: mL, min: 1 s, size: 3}
          dose: {unit: mL, min: much, max: 1e999 mL}
        roles:
          pump: a pump
        steps:
          - do: pump
          - do: pump.dispense
            with: {volume: 1 mL}
            withh: {}
          - name: pump.dispense
            wait: 1 s
          - wait: 1 s
            require: 1 > 0
          - name: a/b
            wait: 1 s
          - nothing: at all
          - 17
          - repeat: [1, 2]
            steps: 3
          - analyse: impedance.conductivity
        ? [a, b]
        : c
        """;

    [Fact]
    public void A_broken_protocol_is_answered_with_every_finding_and_its_place()
    {
        using var folder = new TempFolder();
        var path = folder.Write("broken.yaml", Broken);
        var e = Assert.Throws<FindingsException>(() => ProtocolReader.Read(path));
        Golden.Check(
            "broken.txt",
            e.Message.Replace(path, "broken.yaml", StringComparison.Ordinal).ReplaceLineEndings("\n") + "\n");
    }

    [Theory]
    [InlineData("", 1, "one YAML mapping")]
    [InlineData("- a", 1, "one YAML mapping")]
    [InlineData("a: 1\n---\nb: 2", 1, "one YAML mapping")]
    [InlineData("a: 1\nb: 2\na: 3", 3, "no YAML")]
    [InlineData("a: 1\n\tb: 2", 1, "no YAML")]
    [InlineData("a: &x [1]\nb: *x", 2, "aliases (*x) are not used here")]
    [InlineData("a: &x [*x]", 1, "aliases (*x) are not used here")]
    [InlineData("a: 'open", 1, "no YAML")]
    [InlineData("lab: a", 1, "this is a lab file; a protocol file is wanted here")]
    public void A_file_that_is_no_mapping_is_refused_with_its_place(string text, int line, string why)
    {
        using var folder = new TempFolder();
        var finding = Assert.Throws<FindingsException>(() =>
            ProtocolReader.Read(folder.Write("f.yaml", text))).Findings[^1];
        Assert.Equal(line, finding.At.Line);
        Assert.Contains(why, finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cannot_exhaust_the_stack()
    {
        using var folder = new TempFolder();
        string[] texts =
        [
            "a: " + new string('[', 100_000),
            string.Concat(Enumerable.Range(0, 500).Select(i => new string(' ', i) + "a:\n")),
        ];
        foreach (var text in texts)
        {
            var e = Assert.Throws<FindingsException>(() => ProtocolReader.Read(folder.Write("deep.yaml", text)));
            Assert.Contains("levels deep", e.Findings[^1].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var e = Assert.Throws<FindingsException>(() => LabReader.Read("nowhere.yaml"));
        Assert.Equal("nowhere.yaml:1:1: there is no such file", e.Message);
    }

    [Property(MaxTest = 400)]
    public bool Any_text_is_a_protocol_and_a_lab_or_gives_findings(byte[] words)
    {
        string[] vocabulary =
        [
            "protocol", "lab", "steps", ": ", ":\n", "\n", "  ", "- ", "do: a.b", "{", "}", "[", "]",
            "'", "\"", "#", "|", ">", "&x ", "*x", "!t ",
            "? ", "%", "@", "\t", "wait: 1 s", "name: ", ",", "1", "\u0001", "é", "---\n",
            "instruments:\n", "roles: {a: b}\n", "<<: ",
        ];
        using var folder = new TempFolder();
        var path = folder.Write("f.yaml", string.Concat(words.Select(w => vocabulary[w % vocabulary.Length])));
        foreach (var read in new Action[] { () => ProtocolReader.Read(path), () => LabReader.Read(path) })
            try
            {
                read();
            }
            catch (FindingsException e)
                when (e.Findings.Count > 0 && e.Findings.All(f => f.At is { Line: > 0, Column: > 0 }))
            {
            }
        return true;
    }
}
