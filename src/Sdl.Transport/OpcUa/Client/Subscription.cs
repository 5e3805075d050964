using System.Threading.Channels;

namespace Sdl.Transport.OpcUa;

/// <summary>What a server is to watch (Part 4, 5.13.1).</summary>
/// <param name="Node">For events the object that notifies.</param>
public sealed record MonitoredItem(NodeId Node)
{
    /// <summary>EventNotifier for events.</summary>
    public AttributeId Attribute { get; init; } = AttributeId.Value;

    /// <summary>Zero: as fast as the server can.</summary>
    public TimeSpan SamplingInterval { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Samples that the server keeps while they cannot be sent.</summary>
    public uint QueueSize { get; init; } = 1000;

    /// <summary>Whether a full queue drops the oldest sample, else the newest.</summary>
    public bool DiscardsOldest { get; init; } = true;

    /// <summary>A <see cref="DataChangeFilter"/> or an <see cref="EventFilter"/>.</summary>
    public IUaStructure? Filter { get; init; }

    /// <summary>Events of an object with these fields of BaseEventType and its subtypes.</summary>
    public static MonitoredItem Events(NodeId node, params IReadOnlyList<QualifiedName> fields) => new(node)
    {
        Attribute = AttributeId.EventNotifier,
        SamplingInterval = TimeSpan.Zero,
        Filter = new EventFilter(
            [.. fields.Select(f => new SimpleAttributeOperand(Ids.BaseEventType, [f], AttributeId.Value, null))],
            new ContentFilter([])),
    };
}

/// <summary>A sample or an event.</summary>
/// <param name="Item">Which of the subscription's items, from 0.</param>
/// <param name="Value">Null for an event.</param>
/// <param name="Fields">Of an event, in the order of the filter; null for a sample.</param>
public readonly record struct Notification(int Item, DataValue? Value, Variant[]? Fields);

/// <summary>A standing order to a server (Part 4, 5.14). It survives lost connections, and is made anew when the server
/// has forgotten it. What comes waits here, without limit, until it is read.</summary>
public sealed class Subscription
{
    private readonly Channel<Notification> _queue = Channel.CreateUnbounded<Notification>();
    private readonly Func<CancellationToken, ValueTask> _delete;

    internal Subscription(
        TimeSpan interval, IReadOnlyList<MonitoredItem> items, Func<Subscription, CancellationToken, ValueTask> delete)
    {
        Interval = interval;
        Items = items;
        _delete = ct => delete(this, ct);
    }

    /// <summary>How often the server sends what has come up.</summary>
    public TimeSpan Interval { get; }

    public IReadOnlyList<MonitoredItem> Items { get; }

    /// <summary>The server's number for it; another one after it was made anew.</summary>
    public uint Id { get; internal set; }

    /// <summary>How often it was made; more than once when the server has forgotten it.</summary>
    public int Times { get; private set; }

    /// <summary>Messages that the server sent and could not send again. Samples that its queue dropped show in the
    /// overflow bit of a sample's status.</summary>
    public long Missed { get; internal set; }

    /// <summary>Number of the last message that was taken.</summary>
    internal uint Last { get; set; }

    /// <summary>The next sample or event; waits for it.</summary>
    public async ValueTask<Notification> ReadAsync(CancellationToken ct)
    {
        while (true)
        {
            if (_queue.Reader.TryRead(out var notification))
                return notification;
            ObjectDisposedException.ThrowIf(!await _queue.Reader.WaitToReadAsync(ct), this);
        }
    }

    /// <summary>The next one if it is there already.</summary>
    public bool TryRead(out Notification notification) => _queue.Reader.TryRead(out notification);

    /// <summary>Ends it, at the server too when that can be reached.</summary>
    public async ValueTask DeleteAsync(CancellationToken ct)
    {
        _queue.Writer.TryComplete();
        await _delete(ct);
    }

    /// <summary>Has the server make it, with all its items.</summary>
    /// <exception cref="OpcUaException">It refuses the subscription or one of the items.</exception>
    internal async ValueTask CreateAsync(Session session, CancellationToken ct)
    {
        var made = await session.AskAsync<CreateSubscriptionResponse>(
            new CreateSubscriptionRequest(Interval.TotalMilliseconds, 6000, 20, 0, true, 0), ct);
        (Id, Last) = (made.SubscriptionId, 0);
        Times++;
        var response = await session.AskAsync<CreateMonitoredItemsResponse>(new CreateMonitoredItemsRequest(
            Id, TimestampsToReturn.Both, [.. Items.Index().Select(i => Request(i.Index, i.Item))]), ct);
        for (var i = 0; i < response.Results.Length && i < Items.Count; i++)
            if (response.Results[i].StatusCode.IsBad)
                throw new OpcUaException(response.Results[i].StatusCode, $"{Items[i].Node} cannot be watched");
    }

    /// <returns>The status for which the server gave it up; null while it lives.</returns>
    internal StatusCode? Take(NotificationMessage message)
    {
        StatusCode? ended = null;
        foreach (var data in message.NotificationData)
            switch (data.Structure)
            {
                case DataChangeNotification change:
                    foreach (var item in change.MonitoredItems)
                        _queue.Writer.TryWrite(new Notification((int)item.ClientHandle, item.Value, null));
                    break;
                case EventNotificationList events:
                    foreach (var one in events.Events)
                        _queue.Writer.TryWrite(new Notification((int)one.ClientHandle, null, one.EventFields));
                    break;
                case StatusChangeNotification status:
                    ended = status.Status;
                    break;
            }
        return ended;
    }

    private static MonitoredItemCreateRequest Request(int handle, MonitoredItem item) => new(
        new ReadValueId(item.Node, item.Attribute, null, default), MonitoringMode.Reporting,
        new MonitoringParameters((uint)handle, item.SamplingInterval.TotalMilliseconds,
            item.Filter is null ? default : new ExtensionObject(item.Filter), item.QueueSize, item.DiscardsOldest));
}
