using System.Text.Json;
using Sdl.Core.Runs;
using Sdl.Finales.Client;
using Sdl.Finales.Methods;

namespace Sdl.Finales.Tenants;

/// <summary>Leads one request from its claim to its end, from wherever the journal says that it is.</summary>
internal sealed class RequestWork(Desk desk, Offer offer)
{
    private const int Retries = 5;
    private static readonly TimeSpan LongestRest = TimeSpan.FromHours(1);

    private readonly Reservation _reservation = new(desk);
    private readonly Outbox _outbox = new(desk);

    /// <param name="takenUp">The program that began it is not this one.</param>
    public async Task<RequestCase> FinishAsync(RequestCase at, bool takenUp, CancellationToken ct)
    {
        while (at.Phase != CasePhase.Closed)
            at = at.Phase switch
            {
                CasePhase.Claimed => await _reservation.ReserveAsync(at, takenUp, ct),
                CasePhase.Reserved => await AnswerAsync(at, ct),
                CasePhase.Releasing => await _reservation.ReleaseAsync(at, ct),
                _ => await _outbox.PostAsync(at, takenUp, ct),
            };
        if (at.Posted is { } uuid)
            desk.Say($"{at.Run}: request {at.Request.Uuid} is answered by result {uuid}");
        return at;
    }

    private async Task<RequestCase> AnswerAsync(RequestCase at, CancellationToken ct)
    {
        try
        {
            return await desk.Book.NoteAsync(at, await OutcomeAsync(at, ct));
        }
        catch (Exception e) when (e is not (JournalException or OperationCanceledException))
        {
            // One of the four places for a broad catch: whatever a stranger's request does to the code behind it, the
            // others are served. It is left to other tenants.
            return await desk.Book.NoteAsync(at, new TenantNote.Releasing(e.Message, null));
        }
    }

    private async Task<TenantNote> OutcomeAsync(RequestCase at, CancellationToken ct)
    {
        var parameters = at.Request.Request.Parameters[offer.Method.Method];
        if (offer.Method.Prepare(parameters) is not { } errand)
            return await OwedAsync(at, offer.Method.Conclude(parameters, null, ProvenanceOf(at)), ct);
        string? withdrawn = null;
        var outcome = desk.Laboratory.OutcomeOf(at.Run);
        if (outcome is null)
            (outcome, withdrawn) = await RunAsync(at, errand, ct);
        return outcome.State switch
        {
            RunState.Completed => await ConcludeAsync(at, new Done(outcome, errand, desk.Laboratory.Journal), ct),
            RunState.Failed => await FailAsync(at, outcome.Why, ct),
            RunState.Interrupted => new TenantNote.Releasing(outcome.Why, null, IsHeld: true),
            _ => await StoppedAsync(at, withdrawn, outcome.Why, ct),
        };
    }

    private async Task<(RunOutcome Outcome, string? Withdrawn)> RunAsync(
        RequestCase at, Errand errand, CancellationToken ct)
    {
        var order = new RunOrder(
            at.Run, errand.Protocol, errand.Arguments, errand.Bindings,
            $"FINALES tenant {Wire.Uuid(at.Request.Request.TenantUuid)}");
        desk.Say($"{at.Run}: runs {errand.Protocol.Name} for request {at.Request.Uuid}");
        using var over = new CancellationTokenSource();
        var watch = WatchAsync(at, over.Token);
        try
        {
            var outcome = await desk.Laboratory.Runs.SubmitAsync(order);
            // A cable that is out may be put back; what only a person can say comes with the next process.
            for (var tries = 0; outcome.State == RunState.Interrupted && tries < Retries; tries++)
            {
                desk.Say($"{at.Run}: is held: {outcome.Why}");
                await Task.Delay(RestAfter(tries), desk.Clock, ct);
                outcome = await desk.Laboratory.Runs.SubmitAsync(order);
            }
            over.Cancel();
            return (outcome, await watch);
        }
        finally
        {
            over.Cancel();
        }
    }

    /// <summary>Looks now and then whether the request is still wanted, and stops its run when it is not.</summary>
    /// <returns>Why it is not; null when the run was over before.</returns>
    private async Task<string?> WatchAsync(RequestCase at, CancellationToken ct)
    {
        while (true)
            try
            {
                await Task.Delay(desk.Settings.Watch, desk.Clock, ct);
                var status = (await desk.Client.FindRequestAsync(at.Request.Uuid, ct))?.Status;
                if (status == RequestStatus.Reserved)
                    continue;
                if (status == RequestStatus.Pending)
                {
                    await desk.Client.ChangeRequestAsync(
                        at.Request.Uuid, RequestStatus.Reserved, $"{desk.Settings.Name}: {at.Run} is under way", ct);
                    continue;
                }
                var gone = Reservation.Gone(status).Why;
                desk.Say($"{at.Run}: stops: {gone}");
                desk.Laboratory.Runs.Send(at.Run, RunCommand.Stop, $"FINALES: {gone}");
                return gone;
            }
            catch (Exception e) when (e is FinalesException or KeyNotFoundException)
            {
                // The server is away, which is no reason to stop; or the run has just ended.
            }
            catch (OperationCanceledException)
            {
                return null;
            }
    }

    private async Task<TenantNote> ConcludeAsync(RequestCase at, Done done, CancellationToken ct)
    {
        var parameters = at.Request.Request.Parameters[offer.Method.Method];
        try
        {
            return await OwedAsync(at, offer.Method.Conclude(parameters, done, ProvenanceOf(at)), ct);
        }
        catch (UnfitException e)
        {
            return await OwedAsync(at, offer.Method.Fail(parameters, e.Message, ProvenanceOf(at)), ct);
        }
    }

    /// <summary>What the experiment itself says no to is answered so in the end; what the instruments did is nobody's
    /// answer, and another tenant may do better.</summary>
    private async Task<TenantNote> FailAsync(RequestCase at, string why, CancellationToken ct)
    {
        if (at.Failures + 1 < offer.Attempts)
            return new TenantNote.Releasing(why, desk.Clock.GetUtcNow() + RestAfter(at.Failures));
        return desk.Laboratory.FailedByItself(at.Run)
            ? await OwedAsync(at, offer.Method.Fail(
                at.Request.Request.Parameters[offer.Method.Method], why, ProvenanceOf(at)), ct)
            : new TenantNote.Releasing(
                $"{why} (it has failed {at.Failures + 1} times here and is left to others)", null);
    }

    private async Task<TenantNote> StoppedAsync(RequestCase at, string? withdrawn, string why, CancellationToken ct)
    {
        var status = withdrawn is null ? (await desk.LookAsync(at, ct))?.Status : RequestStatus.Retracted;
        return status is RequestStatus.Reserved or RequestStatus.Pending
            ? new TenantNote.Releasing(
                why, at.Failures + 1 < offer.Attempts ? desk.Clock.GetUtcNow() + RestAfter(at.Failures) : null)
            : new TenantNote.GivenUp(withdrawn ?? Reservation.Gone(status).Why, status != RequestStatus.Resolved);
    }

    /// <exception cref="InvalidOperationException">The answer does not have the published shape.</exception>
    private async Task<TenantNote> OwedAsync(RequestCase at, Answer answer, CancellationToken ct)
    {
        var (quantity, method) = (offer.Method.Quantity, offer.Method.Method);
        var capability = await desk.EndureAsync(() => desk.Published.FindAsync(quantity, method, ct), ct);
        if (capability is not null && (capability.Output.Faults(answer.Data) is { Count: > 0 } faults
            || (faults = capability.Input.Faults(answer.Parameters)).Count > 0))
            throw new InvalidOperationException(
                $"the answer does not have the published shape: {string.Join("; ", faults)}");
        return new TenantNote.Owed(
            new FinalesResult(
                answer.Data, quantity, [method], new Dictionary<string, JsonElement> { [method] = answer.Parameters },
                desk.Settings.Uuid, at.Request.Uuid), answer.Success);
    }

    private Provenance ProvenanceOf(RequestCase at) => new(
        $"{desk.Settings.Name}/{at.Run}", Provenance.Describe(
            desk.Laboratory.Journal, at.Run, desk.Settings.Software, desk.Settings.RawData));

    private TimeSpan RestAfter(int failures)
    {
        var rest = desk.Settings.Rest * Math.Pow(2, Math.Min(failures, 20));
        return rest < LongestRest ? rest : LongestRest;
    }
}
