using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Finales.Client;
using Sdl.Finales.Requests;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales request FILE [--wait]</c>: asks other laboratories for one measurement.</summary>
internal static class FinalesRequestCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("request") { Description = "request file" };
        var wait = new Option<bool>("--wait") { Description = "wait for the result and show it" };
        var key = new Option<string?>("--key")
        {
            Description = "names this question: asked again with the same key, the same request is found and nothing "
                + "is posted twice (default: what the file asks for; --key $(date +%s) asks anew)",
        };
        var json = Options.Json();
        var command = new Command("request", "ask other laboratories for a measurement") { file, wait, key, json };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return FinalesTrouble.GuardAsync(shell, () => AskAsync(
                shell, RequestReader.Read(r.GetValue(file)!), r.GetValue(wait), r.GetValue(key), ct));
        });
        return command;
    }

    private static async Task<int> AskAsync(
        Shell shell, RequestFile file, bool wait, string? key, CancellationToken ct)
    {
        using var client = ServerAccess.Client(file.Server);
        var clock = TimeProvider.System;
        var requester = new Requester(
            client, file.Uuid, new Endurance(clock, (int)(clock.GetTimestamp() & int.MaxValue)), clock,
            Console.Error.WriteLine);
        var question = new Question(file.Quantity, file.Method, file.Parameters, key ?? KeyOf(file));
        var uuid = await requester.PostAsync(question, mayBeThere: true, ct);
        shell.Line($"request {uuid}");
        if (!wait)
        {
            shell.Document(new { request = uuid });
            return ExitCode.Ok;
        }
        var result = await requester.WaitAsync(uuid, ct);
        return Show(shell, file, uuid, result);
    }

    private static int Show(Shell shell, RequestFile file, string uuid, ResultInfo result)
    {
        var values = file.Show
            .Select(s => (s.Path, s.Unit, Value: ResultValue.Of(result.Result, s.Path, s.Unit))).ToList();
        shell.Line($"result {result.Uuid} of tenant {result.Result.TenantUuid}, {result.Status}");
        foreach (var (path, _, value) in values)
            shell.Line($"{path} = {(value is null ? "no value" : value.ToString())}");
        shell.Document(new
        {
            request = uuid, result = result.Uuid, status = result.Status, tenant = result.Result.TenantUuid,
            values = values.ToDictionary(v => v.Path, v => v.Value is { } m
                ? (object)new
                {
                    value = m.Value.In(v.Unit), uncertainty = m.Uncertainty.Si / v.Unit.Scale, unit = v.Unit.Symbol,
                }
                : null),
            data = result.Result.Data,
        });
        return values.Exists(v => v.Value is null) ? ExitCode.Failed : ExitCode.Ok;
    }

    // The same question has the same key, so that the command can be repeated whatever became of it.
    private static string KeyOf(RequestFile file) => "sdl-" + Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{file.Name}\n{file.Quantity}\n{file.Method}\n{file.Parameters.GetRawText()}")))[..24];
}
