using Sdl.App.Commands;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Lab.Tests.Support;
using Sdl.Runtime.Engine;

namespace Sdl.Lab.Tests;

/// <summary>The person at the terminal: arrow keys choose, enter confirms.</summary>
public sealed class RecoverDialogueTests : IDisposable
{
    private readonly ScriptedConsole _console = new();

    public void Dispose() => _console.Dispose();

    [Fact]
    public void A_person_says_that_it_is_done_who_says_so_and_why()
    {
        _console.Press(ConsoleKey.Enter).Type("ann").Type("I saw it");
        AssertSame(new Decision(Decision.Done, [], "ann", "I saw it"), Dialogue().Ask(Open()));
        Assert.Contains("dispense", _console.Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rest_that_makes_no_sense_is_asked_for_again_and_the_name_only_once()
    {
        var dialogue = Dialogue();
        _console.Press(ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter)
            .Press(ConsoleKey.Enter).Type("volume=3mL").Press(ConsoleKey.Enter)
            .Type("volume=0.3mL").Press(ConsoleKey.Enter);
        AssertSame(new Decision(Decision.Partial, ["volume=0.3mL"], "bob", ""), dialogue.Ask(Open()));
        Assert.Contains("only 1 mL was asked for", _console.Said, StringComparison.Ordinal);
        _console.Press(ConsoleKey.DownArrow, ConsoleKey.Enter).Press(ConsoleKey.Enter);
        AssertSame(new Decision(Decision.NotStarted, [], "bob", ""), dialogue.Ask(Open()));
    }

    [Fact]
    public void What_a_person_cannot_say_stays_open()
    {
        _console.Press(ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.DownArrow, ConsoleKey.Enter);
        if (Dialogue().Ask(Open()) is { } decision)
            Assert.Fail($"{decision}");
    }

    private RecoverDialogue Dialogue() => new(_console, "bob");

    private static void AssertSame(Decision expected, Decision? decision)
    {
        Assert.NotNull(decision);
        Assert.Equal(expected with { Remaining = [] }, decision with { Remaining = [] });
        Assert.Equal(expected.Remaining, decision.Remaining);
    }

    private static OpenCase Open()
    {
        var volume = new QuantityInput("volume", Unit.Parse("mL"), null, null, "");
        var capability = new Capability("dispense", "", [volume], [], Replay.AskDevice);
        var asked = Arguments.Of(("volume", Quantity.Of(1, "mL")));
        var intended = new StepIntended(
            new RunId("run"), new CallId("run/pump.dispense"), new InstrumentId("pump"), "dispense", asked, 1);
        return new OpenCase(
            new OpenCall(intended.Run, new PastCall(1, intended, null, null) { Asked = asked }, default), capability,
            new InvocationOutcome(CallProgress.Unknown, "it could not be asked"), "device");
    }
}
