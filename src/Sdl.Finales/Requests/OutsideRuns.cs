using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Finales.Client;

namespace Sdl.Finales.Requests;

/// <summary>How the runs of a campaign become questions, and answers become their results.</summary>
/// <param name="Ask">Quantity, method and parameters for an order.</param>
/// <param name="Read">The protocol's results, as an answer gives them; null when it gives no value.</param>
public sealed record Translation(
    Func<RunOrder, (string Quantity, string Method, JsonElement Parameters)> Ask,
    Func<RunOrder, FinalesResult, IReadOnlyDictionary<string, Measured>?> Read);

/// <summary>Other laboratories behind the door to one's own: a run that is submitted is asked for on a FINALES server,
/// and ends when somebody has answered. It is in the journal like any other, so that a campaign is taken up again as
/// usual; a question is named after its run, so that it is not asked twice.</summary>
/// <param name="requester">On real time.</param>
/// <param name="own">For what is not asked outside.</param>
/// <param name="say">For people who watch.</param>
public sealed class OutsideRuns(
    Requester requester, Translation translation, IJournal journal, IRunService own, Action<string> say) : IRunService
{
    private const string Book = "finales-requests";

    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, (RunInfo Info, CancellationTokenSource End)> _waiting =
        new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunCommand> _asked = [];

    public IReadOnlyList<RunInfo> Runs
    {
        get
        {
            lock (_gate)
                return [.. _waiting.Values.Select(w => w.Info)];
        }
    }

    public IReadOnlyList<Task<RunOutcome>> SubmitAsync(
        IReadOnlyList<RunOrder> orders, Action<RunId>? submitted = null) =>
        [.. orders.Select(o => SubmitAsync(o, submitted))];

    public async Task<RunOutcome> SubmitAsync(RunOrder order, Action<RunId>? submitted = null)
    {
        using var end = new CancellationTokenSource();
        lock (_gate)
            if (!_waiting.TryAdd(order.Id.Value, (InfoOf(order), end)))
                throw new InvalidOperationException($"run {order.Id} is under way already");
        try
        {
            submitted?.Invoke(order.Id);
            return await RunAsync(order, end.Token);
        }
        finally
        {
            lock (_gate)
                _waiting.Remove(order.Id.Value);
        }
    }

    private static RunInfo InfoOf(RunOrder order) =>
        new(order.Id, order.Protocol.Name, RunState.Running, "waits for an answer", order.Author);

    /// <summary>Stop and abort take the request back; a pause changes nothing, for others work.</summary>
    public void Send(RunId run, RunCommand command, string by)
    {
        CancellationTokenSource end;
        lock (_gate)
        {
            if (!_waiting.TryGetValue(run.Value, out var waiting))
                throw new KeyNotFoundException($"no run '{run}' is under way");
            if (command is not (RunCommand.Stop or RunCommand.Abort))
                return;
            _asked[run.Value] = command;
            end = waiting.End;
        }
        end.Cancel();
    }

    public IAsyncEnumerable<JournalEntry> WatchAsync(RunId run, CancellationToken ct) => own.WatchAsync(run, ct);

    private async Task<RunOutcome> RunAsync(RunOrder order, CancellationToken ct)
    {
        var isNew = journal.Find(new JournalQuery(typeof(RunStarted)) { Run = order.Id, Latest = 1 }).Count == 0;
        if (isNew)
        {
            await AppendAsync(new RunStarted(
                order.Id, order.Protocol.Name, order.Protocol.Digest, "", order.Arguments, order.Bindings,
                order.Author));
            await MoveAsync(order, RunState.Queued, RunState.Running, "asked for on a FINALES server");
        }
        var before = journal.Find(new JournalQuery(typeof(Resulted)) { Run = order.Id, Latest = 1 });
        if (before is [{ Event: Resulted known }])
            return await EndAsync(order, RunState.Completed, "", known.Values);
        string? request = null;
        try
        {
            var (quantity, method, parameters) = translation.Ask(order);
            request = await AskAsync(order, new Question(quantity, method, parameters, KeyOf(order.Id)), ct);
            var result = await requester.WaitAsync(request, ct);
            if (translation.Read(order, result.Result) is not { } results)
                return await EndAsync(order, RunState.Failed,
                    $"tenant {result.Result.TenantUuid} has answered request {request} without a value");
            await AppendAsync(NoteOf(order.Id, new RequestNote.Answered(result.Uuid, result.Result.TenantUuid)));
            await AppendAsync(new Resulted(order.Id, results));
            return await EndAsync(order, RunState.Completed, "", results);
        }
        catch (OperationCanceledException)
        {
            return await TakeBackAsync(order, request);
        }
        catch (Exception e) when (e is FinalesException or UnansweredException or ArgumentException)
        {
            return await EndAsync(order, RunState.Failed, e.Message);
        }
    }

    private async Task<string> AskAsync(RunOrder order, Question question, CancellationToken ct)
    {
        var before = NotesOf(order.Id);
        if (before.OfType<RequestNote.Asked>().LastOrDefault() is { } known)
            return known.Request;
        var mayBeThere = before.Any(n => n is RequestNote.Asking);
        if (!mayBeThere)
            await AppendAsync(NoteOf(order.Id, new RequestNote.Asking(question.Key)));
        var request = await requester.PostAsync(question, mayBeThere, ct);
        await AppendAsync(NoteOf(order.Id, new RequestNote.Asked(request)));
        say($"{order.Id}: asked for {question.Quantity}/{question.Method} with request {request}");
        return request;
    }

    private async Task<RunOutcome> TakeBackAsync(RunOrder order, string? request)
    {
        RunCommand command;
        lock (_gate)
            _asked.Remove(order.Id.Value, out command);
        if (request is not null)
            try
            {
                await requester.RetractAsync(request, CancellationToken.None);
            }
            catch (Exception e) when (e is FinalesException or UnansweredException)
            {
                say($"{order.Id}: {e.Message}");
            }
        return await EndAsync(order, command == RunCommand.Abort ? RunState.Aborted : RunState.Stopped,
            "the request was taken back");
    }

    private async Task<RunOutcome> EndAsync(
        RunOrder order, RunState state, string why, IReadOnlyDictionary<string, Measured>? results = null)
    {
        await MoveAsync(order, RunState.Running, state, why);
        return new RunOutcome(order.Id, state, why, results ?? new Dictionary<string, Measured>());
    }

    private Task MoveAsync(RunOrder order, RunState from, RunState to, string why) =>
        AppendAsync(new Moved(order.Id, from, to, why));

    private async Task AppendAsync(RunEvent happened) => await journal.AppendAsync(happened, CancellationToken.None);

    // The first event of a journal has a time of its own, and a run a name of its own within it.
    private string KeyOf(RunId run)
    {
        var begun = journal.Read().First().At.UtcTicks;
        return FormattableString.Invariant($"sdl-{begun:x}-{run}");
    }

    private List<RequestNote> NotesOf(RunId run) =>
        [.. journal.Find(new JournalQuery(typeof(Noted)) { Run = run }).Select(e => (Noted)e.Event)
            .Where(n => n.Book == Book).Select(n => n.Body.Deserialize<RequestNote>(Wire.Json)!)];

    private static Noted NoteOf(RunId run, RequestNote note) =>
        new(Book, run, JsonSerializer.SerializeToElement(note, Wire.Json));

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "note")]
    [JsonDerivedType(typeof(Asking), "asking")]
    [JsonDerivedType(typeof(Asked), "asked")]
    [JsonDerivedType(typeof(Answered), "answered")]
    private abstract record RequestNote
    {
        /// <summary>It is going to be posted.</summary>
        public sealed record Asking(string Key) : RequestNote;

        public sealed record Asked(string Request) : RequestNote;

        public sealed record Answered(string Result, string Tenant) : RequestNote;
    }
}
