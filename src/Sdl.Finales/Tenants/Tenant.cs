using Sdl.Core.Runs;
using Sdl.Finales.Client;
using Sdl.Finales.Schemas;

namespace Sdl.Finales.Tenants;

/// <summary>Serves requests for weeks: looks for those that this laboratory can do, does them, and answers. It may die
/// at any moment and be started again with the same journal.</summary>
public sealed class Tenant
{
    private static readonly TimeSpan UntilTriedAgain = TimeSpan.FromMinutes(10), LongestRest = TimeSpan.FromHours(1);

    private readonly Desk _desk;
    private readonly IReadOnlyList<Offer> _offers;
    private readonly Admission _admission;
    private readonly Reservation _reservation;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Why, DateTimeOffset Until)> _declined = [];

    /// <param name="clock">Real time, also where the laboratory's is not.</param>
    /// <param name="say">For people who watch.</param>
    /// <param name="seed">Of everything that is scattered.</param>
    public Tenant(
        FinalesClient client, TenantSettings settings, IReadOnlyList<Offer> offers, Laboratory laboratory,
        TimeProvider clock, Action<string> say, int seed)
    {
        var published = new Published(client, clock);
        _desk = new Desk(
            client, settings, laboratory, RequestBook.Of(laboratory.Journal), published,
            new Endurance(clock, seed) { WaitsForAccess = true }, clock, say);
        _offers = offers;
        _admission = new Admission(published, laboratory);
        _reservation = new Reservation(_desk);
    }

    public RequestBook Book => _desk.Book;

    /// <summary>Serves until it is stopped; what is under way is finished first.</summary>
    /// <param name="stop">Nothing new is taken any more.</param>
    /// <param name="leave">What is under way is left as it is: the journal knows how to go on.</param>
    /// <exception cref="JournalException">The journal cannot be written: nothing can go on.</exception>
    public async Task RunAsync(CancellationToken stop, CancellationToken leave)
    {
        // Where one offer cannot go on because the journal cannot be written, none can.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(leave);
        var offers = _offers.Select(o => EndAsync(ServeAsync(o, stop, either.Token), either)).ToList();
        offers.Add(EndAsync(SettleOthersAsync(either.Token), either));
        try
        {
            await Task.WhenAll(offers);
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            // The next process goes on from the journal.
        }
    }

    /// <summary>Whether a run waits for a person, so that nothing new may be begun with the instruments that it
    /// has.</summary>
    public bool IsHeld { get; private set; }

    private void Hold(RequestCase ended)
    {
        if (!ended.IsHeld)
            return;
        IsHeld = true;
        _desk.Say($"{ended.Run} is held: {ended.Why}. Nothing new is taken: stop this program, see what is open with "
            + "sdl recover, and start it again");
    }

    /// <summary>Ends the runs that waited for a person when an earlier process ended: what they had begun is finished,
    /// and nothing new is.</summary>
    /// <exception cref="InvalidOperationException">One of them still waits.</exception>
    public async Task FreeAsync()
    {
        foreach (var at in _desk.Book.Cases.Where(c => c.IsHeld))
        {
            if (_offers.FirstOrDefault(o => IsOf(o, at.Request)) is { } offer
                && _desk.Laboratory.OutcomeOf(at.Run) is null
                && offer.Method.Prepare(at.Request.Request.Parameters[offer.Method.Method]) is { } errand)
            {
                var runs = _desk.Laboratory.Runs;
                var outcome = await runs.SubmitAsync(
                    new RunOrder(at.Run, errand.Protocol, errand.Arguments, errand.Bindings, _desk.Settings.Name),
                    run => runs.Send(run, RunCommand.Stop, _desk.Settings.Name));
                if (outcome.State == RunState.Interrupted)
                    throw new InvalidOperationException(
                        $"{at.Run} waits for a person: {outcome.Why}; to see what is open: sdl recover FOLDER");
            }
            await _desk.Book.NoteAsync(at, new TenantNote.Freed());
        }
    }

    private static async Task EndAsync(Task work, CancellationTokenSource either)
    {
        try
        {
            await work;
        }
        catch
        {
            either.Cancel();
            throw;
        }
    }

    /// <summary>What an earlier process has left of offers that are not made any more.</summary>
    private async Task SettleOthersAsync(CancellationToken leave)
    {
        foreach (var at in _desk.Book.Cases.Where(
            c => c.Phase != CasePhase.Closed && !_offers.Any(o => IsOf(o, c.Request))))
        {
            var now = at.Phase is CasePhase.Claimed or CasePhase.Reserved
                ? await _desk.Book.NoteAsync(at, new TenantNote.Releasing("it is not offered any more", null))
                : at;
            _ = now.Phase == CasePhase.Releasing
                ? await _reservation.ReleaseAsync(now, leave)
                : await new Outbox(_desk).PostAsync(now, takenUp: true, leave);
        }
    }

    private async Task ServeAsync(Offer offer, CancellationToken stop, CancellationToken leave)
    {
        var work = new RequestWork(_desk, offer);
        var left = new Queue<RequestCase>(_desk.Book.Cases
            .Where(c => c.Phase != CasePhase.Closed && IsOf(offer, c.Request)));
        var working = new List<Task<RequestCase>>();
        var (failures, polls, restUntil) = (0, 0, DateTimeOffset.MinValue);
        while (true)
        {
            foreach (var ended in working.Where(w => w.IsCompleted).ToList())
            {
                working.Remove(ended);
                var end = await ended;
                Hold(end);
                failures = end is { Why.Length: > 0, Posted: null, Failures: > 0 } ? failures + 1 : 0;
                restUntil = failures == 0 ? DateTimeOffset.MinValue : _desk.Clock.GetUtcNow() + RestAfter(failures);
            }
            leave.ThrowIfCancellationRequested();
            if (working.Count < offer.Slots && left.TryDequeue(out var at))
            {
                working.Add(work.FinishAsync(at, takenUp: true, leave));
                continue;
            }
            if (stop.IsCancellationRequested && working.Count == 0)
                return;
            var mayTake = working.Count < offer.Slots && !stop.IsCancellationRequested && !IsHeld;
            TimeSpan? pause = mayTake ? _desk.Endurance.Scatter(_desk.Settings.Poll) : null;
            if (mayTake && _desk.Clock.GetUtcNow() >= restUntil)
            {
                var (taken, failed) = await TakeAsync(offer, polls, stop);
                polls = failed is null ? 0 : polls + 1;
                pause = failed ?? pause;
                if (taken is not null)
                {
                    working.Add(work.FinishAsync(taken, takenUp: false, leave));
                    continue;
                }
            }
            await WaitAsync(working, pause, stop, leave);
        }
    }

    /// <summary>Until something ends, it is time to look again, or somebody wants it to end.</summary>
    /// <param name="pause">Null where only the end of something matters.</param>
    private async Task WaitAsync(
        List<Task<RequestCase>> working, TimeSpan? pause, CancellationToken stop, CancellationToken leave)
    {
        if (stop.IsCancellationRequested && working.Count == 0)
            return;
        using var awake = CancellationTokenSource.CreateLinkedTokenSource(
            stop.IsCancellationRequested ? leave : stop, leave);
        await Task.WhenAny([.. working, RestAsync(pause ?? Timeout.InfiniteTimeSpan, awake.Token)]);
        awake.Cancel();
    }

    // Awaited by itself: where a cancelled delay is one of several that are awaited, the thread pool comes between, and
    // the clock of a dry run goes on meanwhile.
    private async Task RestAsync(TimeSpan time, CancellationToken ct)
    {
        try
        {
            await Task.Delay(time, _desk.Clock, ct);
        }
        catch (OperationCanceledException)
        {
            // Whoever waits looks what has happened.
        }
    }

    /// <returns>The next request that can be served here, claimed; or how long to rest because the server cannot be
    /// asked.</returns>
    private async Task<(RequestCase? Taken, TimeSpan? Failed)> TakeAsync(
        Offer offer, int failures, CancellationToken stop)
    {
        try
        {
            var pending = await _desk.Client.PendingRequestsAsync(offer.Method.Quantity, offer.Method.Method, stop);
            foreach (var request in pending.OrderBy(r => Wire.Time(r.Ctime) ?? DateTime.MaxValue))
                if (_desk.Book.MayTake(request.Uuid, _desk.Clock.GetUtcNow())
                    && await IsAdmittedAsync(offer, request, stop)
                    && await _reservation.ClaimAsync(request, stop) is { } claimed)
                    return (claimed, null);
            return (null, null);
        }
        catch (Exception e) when (e is FinalesException or FormatException)
        {
            var isAllowed = e is not FinalesException { Fault: FinalesFault.NotAllowed };
            var rest = isAllowed ? _desk.Endurance.Rest(failures) : UntilTriedAgain;
            _desk.Say(FormattableString.Invariant($"{offer.Name}: {e.Message}; again in {rest.TotalSeconds:0} s"));
            return (null, rest);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return (null, null);
        }
    }

    // What was declined is looked at again after a while: somebody may have refilled a bottle.
    private async Task<bool> IsAdmittedAsync(Offer offer, RequestInfo request, CancellationToken ct)
    {
        lock (_gate)
            if (_declined.TryGetValue(request.Uuid, out var before) && _desk.Clock.GetUtcNow() < before.Until)
                return false;
        if (await _admission.RefusalAsync(offer, request, ct) is not { } why)
            return true;
        lock (_gate)
            _declined[request.Uuid] = (why, _desk.Clock.GetUtcNow() + UntilTriedAgain);
        await _desk.Book.DeclineAsync(request.Uuid, why);
        _desk.Say($"{offer.Name}: request {request.Uuid} is left to others: {why}");
        return false;
    }

    // Several failures in a row are the laboratory's: it rests before it spoils more requests.
    private TimeSpan RestAfter(int failures)
    {
        var rest = _desk.Settings.Rest * Math.Pow(2, Math.Min(failures - 1, 20));
        return rest < LongestRest ? rest : LongestRest;
    }

    private static bool IsOf(Offer offer, RequestInfo request) =>
        request.Request.Quantity == offer.Method.Quantity && request.Request.Methods.Contains(offer.Method.Method);
}
