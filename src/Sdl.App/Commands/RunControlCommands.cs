using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Composition.Control;
using Sdl.Core.Runs;

namespace Sdl.App.Commands;

/// <summary><c>sdl pause|resume|stop|abort RUN</c>: commands to a run of another process of this user.</summary>
internal static class RunControlCommands
{
    public static Command Pause() =>
        Build(RunCommand.Pause, "pause a run at its next step; once more within 10 s: now");

    public static Command Resume() => Build(RunCommand.Resume, "let a paused run go on");

    public static Command Stop() => Build(
        RunCommand.Stop, "end a run after its current step and its finally steps; once more within 10 s: now");

    public static Command Abort() =>
        Build(RunCommand.Abort, "cancel a run at once and make its instruments safe");

    private static Command Build(RunCommand what, string description)
    {
        var run = new Argument<string>("run")
        {
            Description = "id of a run, result folder, or folder/run; sdl runs lists them",
        };
        var by = new Option<string>("--by")
        {
            Description = "who asks (default: the system's user name)", DefaultValueFactory = _ => Environment.UserName,
        };
        var json = Options.Json();
        var command = new Command(ControlServer.Spelt(what), description) { run, by, json };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => AskAsync(shell, what, r.GetValue(run)!, r.GetValue(by)!, ct));
        });
        return command;
    }

    private static async Task<int> AskAsync(Shell shell, RunCommand what, string name, string by, CancellationToken ct)
    {
        var client = new ControlClient(TimeProvider.System);
        var (process, run) = RunNames.Find(name, await client.FindAsync(Console.Error.WriteLine, ct));
        var reply = await client.AskAsync(process, new ControlRequest(ControlServer.Spelt(what), run, by), ct);
        foreach (var line in reply.Said ?? [])
            shell.Line(line);
        shell.Document(new { said = reply.Said });
        return reply.IsTooLate ? ExitCode.Failed : ExitCode.Ok;
    }
}
