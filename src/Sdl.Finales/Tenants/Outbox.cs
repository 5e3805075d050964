using System.Text.Json;
using Sdl.Finales.Client;

namespace Sdl.Finales.Tenants;

/// <summary>Brings answers to the server, each once, through lost answers and deaths of this program: before anything
/// is posted it is looked whether it is there.</summary>
internal sealed class Outbox(Desk desk)
{
    private const int Breaks = 3;

    // After an answer was lost, the server may still be busy with what it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10), Stuck = TimeSpan.FromHours(1);

    /// <param name="takenUp">The program that began it is not this one.</param>
    public async Task<RequestCase> PostAsync(RequestCase at, bool takenUp, CancellationToken ct)
    {
        if (takenUp && at.Phase == CasePhase.Posting)
            await Task.Delay(Settle, desk.Clock, ct);
        var result = at.Result!.Result;
        for (var (failures, refused) = (0, 0); ; failures++)
            try
            {
                if (await FindAsync(at, ct) is { } end)
                    return await desk.Book.NoteAsync(at, end);
                if (at.Phase == CasePhase.Owed)
                    at = await desk.Book.NoteAsync(at, new TenantNote.Posting());
                var uuid = await desk.Client.PostResultAsync(result, ct);
                return await desk.Book.NoteAsync(at, new TenantNote.Posted(uuid));
            }
            catch (FinalesException e) when (e.Fault is FinalesFault.Refused or FinalesFault.Broken)
            {
                // A server may enforce an older schema than it publishes; what was asked for has passed it.
                if (++refused == Breaks)
                    result = result with { Parameters = at.Request.Request.Parameters };
                if (refused > Breaks)
                    desk.Published.Doubt();
                await desk.RestAsync(e, refused > Breaks ? Stuck : desk.Endurance.Rest(failures), ct);
            }
            catch (FinalesException e)
            {
                var rest = desk.Endurance.Rest(failures);
                await desk.RestAsync(e, e.MayHaveArrived && rest < Settle ? Settle : rest, ct);
            }
    }

    /// <returns>Why nothing has to be posted; null when it has.</returns>
    private async Task<TenantNote?> FindAsync(RequestCase at, CancellationToken ct)
    {
        var mayBeThere = at.Phase == CasePhase.Posting;
        ResultInfo? first;
        try
        {
            first = await desk.Client.FindResultOfAsync(at.Request.Uuid, ct);
        }
        catch (FinalesException e) when (e.Fault == FinalesFault.Broken)
        {
            // Somebody's result holds what the server cannot write. What was posted has resolved the request.
            return mayBeThere && (await desk.LookAsync(at, ct))?.Status == RequestStatus.Resolved
                ? new TenantNote.Posted("")
                : null;
        }
        if (first is null)
            return null;
        if (IsOurs(first, at))
            return new TenantNote.Posted(first.Uuid);
        if (mayBeThere && await FindBehindAsync(at, ct) is { } ours)
            return new TenantNote.Posted(ours.Uuid);
        return first.Status == ResultStatus.Deleted ? null : new TenantNote.GivenUp(
            $"tenant {first.Result.TenantUuid} has answered it with result {first.Uuid}", false);
    }

    // The server shows only the first result of a request; the others are in the list of all.
    private async Task<ResultInfo?> FindBehindAsync(RequestCase at, CancellationToken ct)
    {
        var result = at.Result!.Result;
        var all = await desk.Client.ResultsAsync(result.Quantity, result.Method[0], ct);
        return all.FirstOrDefault(r => IsOurs(r, at));
    }

    private bool IsOurs(ResultInfo info, RequestCase at) =>
        Wire.Uuid(info.Result.RequestUuid) == at.Request.Uuid
        && (Wire.Uuid(info.Result.TenantUuid) == Wire.Uuid(desk.Settings.Uuid)
            || Reference(info.Result.Data) is { } reference && reference == Reference(at.Result!.Result.Data));

    private static string? Reference(JsonElement data) => Wire.At(data, "run_info", "internal_reference")?.ToString();
}
