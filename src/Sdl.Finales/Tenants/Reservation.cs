using Sdl.Finales.Client;

namespace Sdl.Finales.Tenants;

/// <summary>Takes requests and gives them back. A reservation is no lock: the server lets anybody reserve, also what is
/// reserved, so it is looked whether a request is still pending directly before.</summary>
internal sealed class Reservation(Desk desk)
{
    private const int Breaks = 3;

    /// <summary>Claims a request that was seen pending.</summary>
    /// <returns>Null when it is not pending any more.</returns>
    public async Task<RequestCase?> ClaimAsync(RequestInfo request, CancellationToken ct)
    {
        await Task.Delay(desk.Endurance.Scatter(desk.Settings.Jitter / 2), desk.Clock, ct);
        var now = await desk.Client.FindRequestAsync(request.Uuid, ct);
        return now?.Status == RequestStatus.Pending ? await desk.Book.ClaimAsync(now) : null;
    }

    /// <summary>Reserves what was claimed.</summary>
    /// <param name="mayBeOurs">An earlier attempt to reserve it may have reached the server.</param>
    public async Task<RequestCase> ReserveAsync(RequestCase at, bool mayBeOurs, CancellationToken ct)
    {
        for (var (failures, broken) = (0, 0); ; failures++)
            try
            {
                if (mayBeOurs)
                {
                    var status = (await desk.LookAsync(at, ct))?.Status;
                    if (status == RequestStatus.Reserved)
                        return await desk.Book.NoteAsync(at, new TenantNote.Reserved());
                    if (status != RequestStatus.Pending)
                        return await desk.Book.NoteAsync(at, Gone(status));
                }
                await desk.Client.ChangeRequestAsync(
                    at.Request.Uuid, RequestStatus.Reserved, $"{desk.Settings.Name} on {desk.Settings.Host}: {at.Run}",
                    ct);
                return await desk.Book.NoteAsync(at, new TenantNote.Reserved());
            }
            catch (FinalesException e) when (
                e.Fault == FinalesFault.Refused || e.Fault == FinalesFault.Broken && ++broken == Breaks)
            {
                return await desk.Book.NoteAsync(at, new TenantNote.GivenUp(e.Message, true));
            }
            catch (FinalesException e)
            {
                mayBeOurs = true;
                await desk.RestAsync(e, desk.Endurance.Rest(failures), ct);
            }
    }

    /// <summary>Makes pending again what is still reserved.</summary>
    public async Task<RequestCase> ReleaseAsync(RequestCase at, CancellationToken ct)
    {
        await desk.EndureAsync(async () =>
        {
            var now = await desk.Client.FindRequestAsync(at.Request.Uuid, ct);
            if (now?.Status == RequestStatus.Reserved)
                await desk.Client.ChangeRequestAsync(
                    at.Request.Uuid, RequestStatus.Pending, $"{desk.Settings.Name}: {at.Run} is released", ct);
            return true;
        }, ct);
        desk.Say($"{at.Run}: released: {at.Why}");
        return await desk.Book.NoteAsync(at, new TenantNote.Released());
    }

    /// <summary>Why a request that is neither pending nor reserved is not worked on.</summary>
    public static TenantNote.GivenUp Gone(string? status) => status switch
    {
        null => new TenantNote.GivenUp("the server does not know it any more", true),
        RequestStatus.Retracted => new TenantNote.GivenUp("it was retracted", true),
        RequestStatus.Resolved => new TenantNote.GivenUp("somebody else has answered it", false),
        _ => new TenantNote.GivenUp($"its status has become {status}", true),
    };
}
