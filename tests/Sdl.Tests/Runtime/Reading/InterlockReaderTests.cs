using FsCheck.Xunit;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Reading;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Reading;

public class InterlockReaderTests
{
    private const string Head = "lab: x\ninstruments:\n  bath: {driver: d, address: 'sim:'}\n"
        + "  pan: {driver: d, address: 'sim:'}\ninterlocks:\n";

    private const string Broken = Head + """
          a hot one: {when: bath.temperature > 65 degC, action: abort}
          empty: {}
          when: {when: hot, action: abort, reset: 5, message: look}
          words: {when: bath.temperature >, action: explode, scope: some, latch: yes, on_loss: maybe}
          times: {when: bath.temperature > 65 degC, action: stop, settle: 25 h, sample: 1 s, stale: 0.1 s}
          settle: {when: bath.temperature > 65 degC, action: stop, settle: 3 g, sample: 1 ms, colour: red}
          safe: {when: bath.temperature > 65 degC and pan.load > 1 g, action: safe}
          scope: {when: bath.temperature > 65 degC, action: safe, scope: users}
          whom: {when: bath.temperature > 65 degC, action: abort, instrument: bath}
          list: [1, 2]
        """;

    private const string Unfit = Head + """
          unknown: {when: oven.temperature > 65 degC, reset: bath.heat < 1, action: abort}
          safe: {when: bath.temperature > 65 degC, action: safe, instrument: oven}
          both: {when: oven.temperature > 65 degC, action: safe}
          blind: {when: eye.light > 1, action: stop}
          unit: {when: bath.temperature > 65 g, action: stop}
          never: {when: bath.temperature > 200 degC, action: stop}
          edge: {when: bath.temperature > 150 degC, action: stop}
          contrary: {when: bath.temperature > 65 degC and bath.temperature < 60 degC, action: stop}
          always: {when: bath.temperature > -300 K, action: stop}
          reset: {when: bath.temperature > 65 degC, reset: bath.temperature < -60 degC, action: stop}
          overlap: {when: bath.temperature > 65 degC, reset: bath.temperature < 70 degC, action: stop}
          flags: {when: pan.open >= 0.5, reset: pan.open != 1, action: stop}
          one: {when: pan.open == 1, reset: pan.open > 0, action: stop}
          sound: {when: bath.temperature >= 150 degC or pan.open == 1,
            reset: bath.temperature < 90 degC and pan.open == 0, action: stop}
        """;

    private static readonly Dictionary<InstrumentId, IReadOnlyList<Sdl.Core.Instruments.Reading>> Readings = new()
    {
        [new("bath")] = [new("temperature", Unit.Celsius, Quantity.Of(-50, "degC"), Quantity.Of(150, "degC"), "")],
        [new("pan")] = [Sdl.Core.Instruments.Reading.Flag("open", "")],
        [new("eye")] = [],
    };

    [Fact]
    public void Broken_interlocks_are_answered_with_every_finding_and_its_place() =>
        Golden.Check("broken-interlocks.txt", Findings(Broken, null));

    [Fact]
    public void Interlocks_that_protect_nobody_are_refused_with_place_and_remedy() =>
        Golden.Check("unfit-interlocks.txt", Findings(Unfit, Readings));

    [Fact]
    public void An_interlock_is_read_with_its_defaults()
    {
        var rule = Assert.Single(Read(Head + "  hot: {when: bath.temperature > 65 degC, action: abort}\n").Interlocks);
        Assert.Equal("bath.temperature <= 65 degC", rule.Reset.ToString());
        Assert.Equal((TimeSpan.Zero, 100, 5, true, OnLoss.Trip, InterlockScope.All, null, ""), (rule.Settle,
            rule.Sample.TotalMilliseconds, rule.Stale.TotalSeconds, rule.Latch, rule.OnLoss, rule.Scope,
            (string?)rule.Instrument?.Value, rule.Message));
        Assert.Empty(Read("lab: x\ninstruments:\n  bath: {driver: d, address: 'sim:'}\n").Interlocks);
    }

    [Fact]
    public void An_interlock_is_read_with_all_its_entries()
    {
        var rules = Read(Head + """
              hot: {when: bath.temperature > 65 degC, reset: bath.temperature < 60 degC, settle: 2 s, sample: 50 ms,
                latch: false, stale: 10 s, on_loss: ignore, action: pause, scope: users, message: look}
              safe: {when: bath.temperature > 65 degC, action: safe}
              other: {when: bath.temperature > 65 degC, action: safe, instrument: pan}
            """).Interlocks;
        Assert.Equal((2, 50, 10, false, OnLoss.Ignore, InterlockScope.Users, InterlockAction.Pause, "look"),
            (rules[0].Settle.TotalSeconds, rules[0].Sample.TotalMilliseconds, rules[0].Stale.TotalSeconds,
            rules[0].Latch, rules[0].OnLoss, rules[0].Scope, rules[0].Action, rules[0].Message));
        Assert.Equal(["bath", "pan"], rules.Skip(1).Select(r => r.Instrument?.Value));
        Assert.Equal((6, 15), (rules[0].PlaceOf("when").Line, rules[0].PlaceOf("when").Column));
    }

    [Property(MaxTest = 300)]
    public void No_text_breaks_the_reader(string when, string reset)
    {
        using var folder = new TempFolder();
        var path = folder.Write("lab.yaml", Head + $"  hot: {{when: '{when?.Replace("'", "")}', "
            + $"reset: '{reset?.Replace("'", "")}', action: abort}}\n");
        try
        {
            LabReader.Read(path);
        }
        catch (FindingsException e)
        {
            Assert.NotEmpty(e.Findings);
        }
    }

    private static Lab Read(string text)
    {
        using var folder = new TempFolder();
        return LabReader.Read(folder.Write("lab.yaml", text));
    }

    private static string Findings(
        string text, IReadOnlyDictionary<InstrumentId, IReadOnlyList<Sdl.Core.Instruments.Reading>>? readings)
    {
        using var folder = new TempFolder();
        var path = folder.Write("lab.yaml", text);
        IReadOnlyList<Finding> findings;
        if (readings is null)
            findings = Assert.Throws<FindingsException>(() => LabReader.Read(path)).Findings;
        else
            findings = InterlockChecker.Check(LabReader.Read(path).Interlocks, readings);
        return string.Concat(findings.Select(
            f => f.ToString().Replace(path, "lab.yaml", StringComparison.Ordinal) + "\n"));
    }
}
