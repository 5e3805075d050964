using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Finales;
using Sdl.Finales.Client;
using Sdl.Finales.Requests;
using Sdl.Finales.Tenants;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales requests|results|cancel|status</c>: what stands on a server, and what a tenant has done.
/// </summary>
internal static class FinalesListCommands
{
    public static Command Requests()
    {
        var (file, quantity, method, json) = (Account(), Quantity(), Method(), Options.Json());
        var all = new Option<bool>("--all") { Description = "of every status, not only pending ones" };
        var command = new Command("requests", "list the requests on a server") { file, quantity, method, all, json };
        command.SetAction((r, ct) => WithAsync(
            new Shell(r.GetValue(json)), r.GetValue(file)!, async (shell, client, _) =>
        {
            var (q, m) = (r.GetValue(quantity), r.GetValue(method));
            var requests = r.GetValue(all)
                ? (await client.AllRequestsAsync(ct)).Where(i => (q is null || i.Request.Quantity == q)
                    && (m is null || i.Request.Methods.Contains(m))).ToList()
                : await client.PendingRequestsAsync(q, m, ct);
            foreach (var i in requests)
                shell.Line($"{i.Uuid} {i.Ctime} {i.Status,-9} {i.Request.Quantity}/"
                    + $"{string.Join(",", i.Request.Methods)} by {i.Request.TenantUuid}");
            shell.Document(requests.Select(i => new
            {
                uuid = i.Uuid, created = i.Ctime, status = i.Status, quantity = i.Request.Quantity,
                methods = i.Request.Methods, tenant = i.Request.TenantUuid, parameters = i.Request.Parameters,
            }));
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Results()
    {
        var (file, quantity, method, json) = (Account(), Quantity(), Method(), Options.Json());
        var command = new Command("results", "list the results on a server") { file, quantity, method, json };
        command.SetAction((r, ct) => WithAsync(
            new Shell(r.GetValue(json)), r.GetValue(file)!, async (shell, client, _) =>
        {
            var results = await client.ResultsAsync(r.GetValue(quantity), r.GetValue(method), ct);
            foreach (var i in results)
                shell.Line($"{i.Uuid} {i.Ctime} {i.Status,-8} {i.Result.Quantity}/{string.Join(",", i.Result.Method)}"
                    + $" for {i.Result.RequestUuid} by {i.Result.TenantUuid}");
            shell.Document(results.Select(i => new
            {
                uuid = i.Uuid, changed = i.Ctime, status = i.Status, quantity = i.Result.Quantity,
                method = i.Result.Method, request = i.Result.RequestUuid, tenant = i.Result.TenantUuid,
                data = i.Result.Data,
            }));
            return ExitCode.Ok;
        }));
        return command;
    }

    public static Command Cancel()
    {
        var (file, json) = (Account(), Options.Json());
        var request = new Argument<string>("request") { Description = "uuid of the request" };
        var command = new Command("cancel", "take a request of your own back") { file, request, json };
        command.SetAction((r, ct) => WithAsync(
            new Shell(r.GetValue(json)), r.GetValue(file)!, async (shell, client, uuid) =>
            {
                var clock = TimeProvider.System;
                await new Requester(client, uuid, new Endurance(clock, 1), clock, shell.Line)
                    .RetractAsync(r.GetValue(request)!, ct);
                shell.Line($"request {r.GetValue(request)} is retracted; whoever works on it may not notice");
                shell.Document(new { request = r.GetValue(request), status = RequestStatus.Retracted });
                return ExitCode.Ok;
            }));
        return command;
    }

    /// <summary>From the journal of a tenant, also while it runs.</summary>
    public static Command Status()
    {
        var folder = new Argument<string>("folder") { Description = "result folder of a tenant" };
        var json = Options.Json();
        var command = new Command("status", "say what a tenant has done and what it owes") { folder, json };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Show(shell, r.GetValue(folder)!)));
        });
        return command;
    }

    private static int Show(Shell shell, string folder)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        var book = RequestBook.Of(journal);
        foreach (var c in book.Cases)
            shell.Line($"{c.Run} {StateOf(c),-9} {c.Request.Request.Quantity}/"
                + $"{string.Join(",", c.Request.Request.Methods)} {c.Request.Uuid}"
                + (c.Why.Length > 0 ? $": {c.Why}" : ""));
        foreach (var (request, why) in book.Declined)
            shell.Line($"left to others: {request}: {why}");
        shell.Document(new
        {
            requests = book.Cases.Select(c => new
            {
                run = c.Run.Value, request = c.Request.Uuid, state = StateOf(c), attempt = c.Attempt, why = c.Why,
                result = c.Posted, success = c.Result?.Success,
            }),
            declined = book.Declined.Select(d => new { request = d.Key, why = d.Value }),
        });
        return ExitCode.Ok;
    }

    private static string StateOf(RequestCase c) => c.Phase != CasePhase.Closed ? c.Phase.ToString().ToLowerInvariant()
        : c.Posted is not null ? "answered"
        : c.NotBefore is null ? "left" : "released";

    private static Task<int> WithAsync(
        Shell shell, string file, Func<Shell, FinalesClient, string, Task<int>> work) =>
        FinalesTrouble.GuardAsync(shell, async () =>
        {
            var (server, uuid) = RequestReader.Account(file);
            using var client = ServerAccess.Client(server);
            return await work(shell, client, uuid);
        });

    private static Argument<string> Account() => new("file")
    {
        Description = "tenant file or request file: it says which server and who asks",
    };

    private static Option<string?> Quantity() => new("--quantity") { Description = "only of this quantity" };

    private static Option<string?> Method() => new("--method") { Description = "only of this method" };
}
