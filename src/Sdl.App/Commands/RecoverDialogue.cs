using Sdl.App.Composition;
using Spectre.Console;

namespace Sdl.App.Commands;

/// <summary>Asks the person at the terminal about what no device can tell.</summary>
/// <param name="name">Proposed as that of the person.</param>
public sealed class RecoverDialogue(IAnsiConsole console, string name)
{
    private const string Leave = "leave it open";

    private string? _by;

    /// <returns>Null when it is left open.</returns>
    public Decision? Ask(OpenCase open)
    {
        var word = console.Prompt(new SelectionPrompt<string>()
            .Title(Markup.Escape($"{open.Id}: {open.Instrument} {open.Capability.Name} {open.Arguments}: "
                + "look at it; how far did it get?"))
            .AddChoices(Decision.Done, Decision.NotStarted, Decision.Partial, Leave));
        if (word == Leave)
            return null;
        var by = _by ??= console.Prompt(new TextPrompt<string>("Who says so?").DefaultValue(name));
        while (true)
        {
            var remaining = word == Decision.Partial
                ? console.Prompt(new TextPrompt<string>("What is still to be done, such as volume=0.3mL?"))
                : "";
            var note = console.Prompt(new TextPrompt<string>("What did you see?").AllowEmpty());
            var decision = new Decision(
                word, remaining.Split(' ', StringSplitOptions.RemoveEmptyEntries), by, note);
            try
            {
                _ = decision.For(open.Call, open.Capability);
                return decision;
            }
            catch (FormatException e) when (word == Decision.Partial)
            {
                console.MarkupLineInterpolated($"{e.Message}");
            }
        }
    }
}
