using System.CommandLine;
using System.Text;
using Sdl.App.Composition;
using Sdl.Planner;
using Sdl.Runtime.Planning;

namespace Sdl.App.Commands;

/// <summary><c>sdl plan serve</c>: the planner for another program, one JSON object on a line in, one out.</summary>
internal static class ServeCommand
{
    public static Command Build()
    {
        var command = new Command(
            "serve", "let another program ask the planner: JSON lines on standard input and output "
            + "(create, tell, ask, recommend, predict, pending, suggest, veto)");
        command.SetAction((_, ct) => new Shell(json: true).GuardAsync(() => ServeAsync(ct)));
        return command;
    }

    private static async Task<int> ServeAsync(CancellationToken ct)
    {
        var encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        using var questions = new StreamReader(Console.OpenStandardInput(), encoding);
        await using var answers = new StreamWriter(Console.OpenStandardOutput(), encoding) { NewLine = "\n" };
        var dialogue = new PlanDialogue(new GaussianProcessPlanner());
        while (await questions.ReadLineAsync(ct) is { } line)
        {
            await answers.WriteLineAsync(dialogue.Answer(line).AsMemory(), ct);
            await answers.FlushAsync(ct);
        }
        return ExitCode.Ok;
    }
}
