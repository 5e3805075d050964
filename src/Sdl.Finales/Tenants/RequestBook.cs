using Sdl.Core.Runs;
using Sdl.Finales.Client;

namespace Sdl.Finales.Tenants;

/// <summary>The requests that the journal of this laboratory knows, and the way to write about them.</summary>
public sealed class RequestBook
{
    private readonly IJournal _journal;
    private readonly Lock _gate = new();
    private readonly Dictionary<RunId, RequestCase> _cases = [];
    private readonly Dictionary<string, RunId> _names = [];
    private readonly List<RunId> _order = [];
    private readonly Dictionary<string, string> _declined = [];

    private RequestBook(IJournal journal) => _journal = journal;

    /// <summary>Reads what was noted, and not what happened within the runs.</summary>
    public static RequestBook Of(IJournal journal)
    {
        var book = new RequestBook(journal);
        foreach (var entry in journal.Find(new JournalQuery(typeof(Noted))))
            if (entry.Event is Noted noted && TenantNote.Read(noted) is { } note)
                book.Apply(noted.Run, note);
        return book;
    }

    /// <summary>In the order in which they were first taken.</summary>
    public IReadOnlyList<RequestCase> Cases
    {
        get
        {
            lock (_gate)
                return _order.ConvertAll(n => _cases[n]);
        }
    }

    /// <summary>Why requests were not taken, by uuid.</summary>
    public IReadOnlyDictionary<string, string> Declined
    {
        get
        {
            lock (_gate)
                return new SortedDictionary<string, string>(_declined, StringComparer.Ordinal);
        }
    }

    public RequestCase? Find(string request)
    {
        lock (_gate)
            return _names.TryGetValue(Wire.Uuid(request), out var name) ? _cases[name] : null;
    }

    /// <summary>Whether the journal leaves it to this tenant to take a pending request now.</summary>
    public bool MayTake(string request, DateTimeOffset now) =>
        Find(request) is not { } known || known.Phase == CasePhase.Closed && known.NotBefore <= now;

    /// <summary>On disk before a request is reserved.</summary>
    public async Task<RequestCase> ClaimAsync(RequestInfo request)
    {
        var before = Find(request.Uuid);
        return await NoteAsync(before?.Name ?? NameFor(request.Uuid), new TenantNote.Claimed(
            request with { Uuid = Wire.Uuid(request.Uuid) }, (before?.Attempt ?? 0) + 1));
    }

    public Task<RequestCase> NoteAsync(RequestCase about, TenantNote note) => NoteAsync(about.Name, note);

    /// <summary>Notes that a request is not taken, unless that is known already.</summary>
    public async Task DeclineAsync(string request, string why)
    {
        lock (_gate)
            if (_declined.GetValueOrDefault(Wire.Uuid(request)) == why)
                return;
        var note = new TenantNote.Declined(Wire.Uuid(request), why);
        await _journal.AppendAsync(TenantNote.Write(NameFor(request), note), CancellationToken.None);
        lock (_gate)
            Apply(NameFor(request), note);
    }

    private async Task<RequestCase> NoteAsync(RunId name, TenantNote note)
    {
        await _journal.AppendAsync(TenantNote.Write(name, note), CancellationToken.None);
        lock (_gate)
        {
            Apply(name, note);
            return _cases[name];
        }
    }

    private void Apply(RunId name, TenantNote note)
    {
        if (note is TenantNote.Declined declined)
            _declined[declined.Request] = declined.Why;
        var before = _cases.GetValueOrDefault(name);
        if (RequestCase.After(before, name, note) is not { } after)
            return;
        _cases[name] = after;
        _declined.Remove(after.Request.Uuid);
        if (before is not null)
            return;
        _names[after.Request.Uuid] = name;
        _order.Add(name);
    }

    // Readable, and as long as it has to be.
    private RunId NameFor(string request)
    {
        var digits = Wire.Uuid(request).Replace("-", "", StringComparison.Ordinal);
        lock (_gate)
            for (var length = Math.Min(8, digits.Length); ; length += 4)
            {
                var name = new RunId("f-" + digits[..Math.Min(length, digits.Length)]);
                if (length >= digits.Length || !_cases.TryGetValue(name, out var other)
                    || other.Request.Uuid == Wire.Uuid(request))
                    return name;
            }
    }
}
