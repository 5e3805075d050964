using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.App.Composition.Control;

namespace Sdl.App.Commands;

/// <summary><c>sdl runs</c>: what the running processes of this user do.</summary>
internal static class RunsCommand
{
    public static Command Build()
    {
        var json = Options.Json();
        var command = new Command("runs", "list the runs of all running sdl processes of this user") { json };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => ListAsync(shell, ct));
        });
        return command;
    }

    private static async Task<int> ListAsync(Shell shell, CancellationToken ct)
    {
        var found = await new ControlClient(TimeProvider.System).FindAsync(Console.Error.WriteLine, ct);
        if (found.Count == 0)
            shell.Line("nothing runs");
        foreach (var (_, process) in found)
        {
            shell.Line(string.Create(CultureInfo.InvariantCulture,
                $"{process.Kind} {process.Name}, process {process.Pid}, since "
                + $"{process.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}, in {process.Folder}"));
            foreach (var run in process.Runs)
                shell.Line(
                    $"  {run.Run}  {run.State}{(run.Step.Length > 0 ? $": {run.Step}" : "")}  (by {run.Author})");
            if (process.Runs.Count == 0)
                shell.Line("  between two runs");
        }
        shell.Document(found.Select(f => new
        {
            pid = f.Process.Pid, kind = f.Process.Kind, name = f.Process.Name, folder = f.Process.Folder,
            since = f.Process.Since,
            runs = f.Process.Runs.Select(r => new
            {
                run = r.Run, protocol = r.Protocol, state = r.State, step = r.Step, author = r.Author,
            }),
        }));
        return ExitCode.Ok;
    }
}
