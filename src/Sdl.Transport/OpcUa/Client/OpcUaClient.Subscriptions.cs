namespace Sdl.Transport.OpcUa;

/// <content>Subscriptions: a few Publish requests lie with the server all the time; what it sends is taken in the order
/// of its numbers, and what got lost on the way is asked for again (Part 4, 5.14.5 and 5.14.6).</content>
public sealed partial class OpcUaClient
{
    private const int MostKept = 1000;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<SubscriptionAcknowledgement> _taken = [];
    private bool _isPublishing;

    /// <summary>Has the server watch items.</summary>
    /// <param name="interval">How often it sends what has come up.</param>
    /// <exception cref="OpcUaException">It refuses the subscription or one of the items.</exception>
    public async ValueTask<Subscription> SubscribeAsync(
        TimeSpan interval, IReadOnlyList<MonitoredItem> items, CancellationToken ct)
    {
        var subscription = new Subscription(interval, items, DeleteAsync);
        await subscription.CreateAsync(await SessionAsync(ct), ct);
        lock (_gate)
        {
            _subscriptions.Add(subscription);
            if (_isPublishing)
                return subscription;
            _isPublishing = true;
        }
        lock (_gate)
            _work.Add(PublishAllAsync());
        return subscription;
    }

    private Subscription[] Subscriptions
    {
        get
        {
            lock (_gate)
                return [.. _subscriptions];
        }
    }

    private async ValueTask DeleteAsync(Subscription subscription, CancellationToken ct)
    {
        lock (_gate)
            if (!_subscriptions.Remove(subscription))
                return;
        if (_session is { IsForgotten: false, Channel.Lost: null } session)
            await session.AskAsync<DeleteSubscriptionsResponse>(new DeleteSubscriptionsRequest([subscription.Id]), ct);
    }

    private async Task PublishAllAsync()
    {
        var waiting = new Queue<Task<PublishResponse>>();
        while (!_closing.IsCancellationRequested)
            try
            {
                if (Subscriptions.Length == 0)
                    waiting.Clear();
                await PublishAsync(waiting);
            }
            catch (Exception e) when (e is IOException or OpcUaException or TimeoutException
                or OperationCanceledException or ObjectDisposedException)
            {
                waiting.Clear();
                await RecoverAsync(e as OpcUaException);
            }
    }

    /// <summary>Fills up the requests that lie with the server and takes the answer to the oldest.</summary>
    private async ValueTask PublishAsync(Queue<Task<PublishResponse>> waiting)
    {
        var subscriptions = Subscriptions;
        if (subscriptions.Length == 0)
        {
            await Task.Delay(Pause, clock, _closing.Token);
            return;
        }
        var session = await SessionAsync(_closing.Token);
        // 20 intervals without news bring a sign of life (see Subscription.CreateAsync).
        var patience = subscriptions.Max(s => s.Interval) * 20 + options.Timeout;
        while (waiting.Count < Math.Min(2 + subscriptions.Length, 10))
            waiting.Enqueue(session.AskAsync<PublishResponse>(
                new PublishRequest(Acknowledgements()), patience, _closing.Token).AsTask());
        var response = await waiting.Dequeue();
        if (subscriptions.FirstOrDefault(s => s.Id == response.SubscriptionId) is { } subscription)
            await TakeAsync(session, subscription, response.NotificationMessage);
    }

    private async ValueTask TakeAsync(Session session, Subscription subscription, NotificationMessage message)
    {
        while ((int)(message.SequenceNumber - subscription.Last) > MostKept)
        {
            // No server keeps so many, and asking for each would take for ever.
            subscription.Missed++;
            subscription.Last++;
        }
        while ((int)(message.SequenceNumber - subscription.Last) > 1)
            if (!await RepublishAsync(session, subscription, _closing.Token))
            {
                subscription.Missed++;
                subscription.Last++;
            }
        if (message.NotificationData.Length == 0 || (int)(message.SequenceNumber - subscription.Last) < 1)
            return;
        if (Note(subscription, message) is { IsBad: true })
            await subscription.CreateAsync(session, _closing.Token);
    }

    private StatusCode? Note(Subscription subscription, NotificationMessage message)
    {
        subscription.Last = message.SequenceNumber;
        lock (_gate)
            _taken.Add(new SubscriptionAcknowledgement(subscription.Id, message.SequenceNumber));
        return subscription.Take(message);
    }

    /// <summary>Asks for the message behind the last one.</summary>
    /// <returns>Whether the server has it still.</returns>
    private async ValueTask<bool> RepublishAsync(Session session, Subscription subscription, CancellationToken ct)
    {
        try
        {
            var response = await session.AskAsync<RepublishResponse>(
                new RepublishRequest(subscription.Id, subscription.Last + 1), ct);
            var isNext = response.NotificationMessage.SequenceNumber == subscription.Last + 1;
            if (isNext)
                Note(subscription, response.NotificationMessage);
            return isNext;
        }
        catch (OpcUaException e) when (e.Status.Code == StatusCodes.BadMessageNotAvailable)
        {
            return false;
        }
    }

    private SubscriptionAcknowledgement[] Acknowledgements()
    {
        lock (_gate)
        {
            SubscriptionAcknowledgement[] taken = [.. _taken];
            _taken.Clear();
            return taken;
        }
    }

    /// <summary>Waits a little; the next turn connects anew.</summary>
    private async ValueTask RecoverAsync(OpcUaException? refusal)
    {
        try
        {
            if (refusal?.Status.Code == StatusCodes.BadNoSubscription
                && _session is { IsForgotten: false, Channel.Lost: null } session)
                await ResumeAsync(session, isSameSession: true, _closing.Token);
            await Task.Delay(Pause, clock, _closing.Token);
        }
        catch (Exception e) when (e is IOException or OpcUaException or TimeoutException or OperationCanceledException)
        {
            // Closed, or lost again: the next turn sees which.
        }
    }

    /// <summary>Takes the subscriptions along to a session: those that the server still has lose nothing, the others
    /// are made anew.</summary>
    private async ValueTask ResumeAsync(Session session, bool isSameSession, CancellationToken ct)
    {
        Acknowledgements();
        var subscriptions = Subscriptions;
        var known = isSameSession || subscriptions.Length == 0
            ? subscriptions
            : await TransferAsync(session, subscriptions, ct);
        foreach (var subscription in subscriptions)
            if (!known.Contains(subscription) || !await CatchUpAsync(session, subscription, ct))
                await subscription.CreateAsync(session, ct);
    }

    /// <returns>Those that the server took over.</returns>
    private static async ValueTask<Subscription[]> TransferAsync(
        Session session, Subscription[] subscriptions, CancellationToken ct)
    {
        try
        {
            var response = await session.AskAsync<TransferSubscriptionsResponse>(
                new TransferSubscriptionsRequest([.. subscriptions.Select(s => s.Id)], false), ct);
            return [.. subscriptions.Zip(response.Results).Where(r => !r.Second.StatusCode.IsBad).Select(r => r.First)];
        }
        catch (OpcUaException) when (session.Channel.Lost is null)
        {
            // Not every server has the service.
            return [];
        }
    }

    /// <summary>Fetches what was sent while we were away.</summary>
    /// <returns>False when the server does not know the subscription.</returns>
    private async ValueTask<bool> CatchUpAsync(Session session, Subscription subscription, CancellationToken ct)
    {
        try
        {
            while (await RepublishAsync(session, subscription, ct))
            {
            }
            return true;
        }
        catch (OpcUaException) when (session.Channel.Lost is null)
        {
            return false;
        }
    }
}
