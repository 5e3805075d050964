using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Checking;

public class MatterCheckerTests
{
    [Theory]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, into: vial, uses: {vials: n}}", null)]
    [InlineData("{sequence: [{do: a.dispense, with: {volume: 1 mL}}], into: vial}", null)]
    [InlineData("{do: a.read, uses: {viols: 1}}", "the inventory counts no 'viols'; it counts vials")]
    [InlineData("{do: a.read, uses: {vials: 1.5}}", "whole number of parts")]
    [InlineData("{do: a.read, uses: {vials: -1}}", "whole number of parts")]
    [InlineData("{do: a.read, uses: {vials: 1 mL}}", "a number is wanted here")]
    [InlineData("{wait: 1 s, uses: {vials: 1}}", "'uses' belongs to a 'do' step")]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, into: a/b}", "cannot name a vessel")]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, from: vial}", "draws in nothing")]
    [InlineData("{do: a.read, into: vial}", "dispenses nothing")]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, cell: c, gives: {Electrolyte amount (uL): volume}}", null)]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, cell: c, gives: {Electrolyte amount (uL): mass}}",
        "has no column and no input 'mass'")]
    [InlineData("{do: a.dispense, with: {volume: 1 mL}, cell: c, gives: {Cathode mass (mg): volume}}",
        "cannot be 'Cathode mass (mg)'")]
    public void Terms_of_matter_are_judged(string step, string? why)
    {
        var findings = ProtocolChecker.Check(Bound($"steps: [{step}]"));
        if (why is null)
            Assert.Empty(findings);
        else
            Assert.Contains(why, Assert.Single(findings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{choices: 'x.urp, y.urp'}", null)]
    [InlineData("{default: x.urp}", null)]
    [InlineData("{choices: 'x.urp, z.urp'}", "'z.urp' is not one of")]
    [InlineData("{default: z.urp}", "'z.urp' is not one of")]
    public void Text_parameter_is_judged_by_what_it_may_be(string parameter, string? why)
    {
        var bound = Bound(
            $"parameters: {{which: {parameter}}}\nsteps: [{{do: a.play, with: {{program: which}}}}]", parameters: "");
        var play = new Capability(
            "play", "", [new TextInput("program", "", ["x.urp", "y.urp"])], [], Replay.Safe);
        bound = bound with
        {
            Capabilities = new Dictionary<InstrumentId, IReadOnlyList<Capability>> { [new("a")] = [play] },
        };
        var findings = ProtocolChecker.Check(bound);
        if (why is null)
            Assert.Empty(findings);
        else
            Assert.Contains(why, Assert.Single(findings).Text, StringComparison.Ordinal);
    }

    private static BoundProtocol Bound(
        string steps, string parameters = "parameters: {n: {unit: '1', default: 1}}\n")
    {
        using var folder = new TempFolder();
        var protocol = ProtocolReader.Read(
            folder.Write("p.yaml", $"protocol: p\nroles: {{a: ''}}\n{parameters}{steps}"));
        var time = new VirtualTime(TestRun.Start);
        var a = new FakeInstrument("a", new FakeDevice(time), time);
        var at = new Mark("lab.yaml", 1, 1);
        return TestRun.Bound(protocol, new Dictionary<InstrumentId, IInstrument> { [a.Id] = a }) with
        {
            Inventory = new Inventory(
                new Dictionary<string, Container>(), new Dictionary<string, CountedPart> { ["vials"] = new(3, at) }),
        };
    }
}
