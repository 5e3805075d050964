using System.Text.Json;
using System.Text.Json.Serialization;
using Sdl.Core.Runs;
using Sdl.Finales.Client;

namespace Sdl.Finales.Requests;

/// <summary>Hands what a campaign observes to a FINALES server as it comes, though nobody has asked for it, so that
/// others can learn from it. The observation in the journal is the message to send: none is lost, and each is posted
/// once.</summary>
/// <param name="resultOf">The result of a run that has been observed; null when it gives none.</param>
/// <param name="clock">Real time, also where the laboratory's is not.</param>
/// <param name="say">For people who watch.</param>
public sealed class HandOver(
    FinalesClient client, IJournal journal, Func<RunId, FinalesResult?> resultOf, Endurance endurance,
    TimeProvider clock, Action<string> say)
{
    private const string Book = "finales-handover";

    // After an answer was lost, the server may still be busy with what it was sent.
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private TaskCompletionSource _news = new();
    private bool _isEnding;

    /// <summary>Something was observed, or it is time to end.</summary>
    /// <param name="isEnding">End when nothing is owed any more.</param>
    public void Wake(bool isEnding = false)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            _isEnding |= isEnding;
            (news, _news) = (_news, new TaskCompletionSource());
        }
        news.SetResult();
    }

    /// <summary>How much is not handed over yet.</summary>
    public int Owed => RunsOwed().Count;

    /// <summary>Posts what there is and what comes, until it is told to end or to leave.</summary>
    public async Task RunAsync(CancellationToken leave)
    {
        while (true)
        {
            Task news;
            bool isEnding;
            lock (_gate)
                (news, isEnding) = (_news.Task, _isEnding);
            try
            {
                foreach (var run in RunsOwed())
                    await PostAsync(run, leave);
            }
            catch (OperationCanceledException) when (leave.IsCancellationRequested)
            {
                return;
            }
            if (isEnding)
                return;
            await news;
        }
    }

    private async Task PostAsync(RunId run, CancellationToken ct)
    {
        if (resultOf(run) is not { } result)
            return;
        var mayBeThere = NotesOf(run).Exists(n => n is HandOverNote.Handing);
        if (!mayBeThere)
            await NoteAsync(run, new HandOverNote.Handing());
        for (var (failures, refused) = (0, 0); ; failures++)
            try
            {
                var uuid = mayBeThere && await FindAsync(result, ct) is { } known
                    ? known
                    : await client.PostUnsolicitedAsync(result, ct);
                await NoteAsync(run, new HandOverNote.Handed(uuid));
                return;
            }
            catch (FinalesException e) when (e.Fault == FinalesFault.Refused
                || e.Fault == FinalesFault.Broken && ++refused == 3)
            {
                say($"{run}: the server does not take its result: {e.Message}");
                await NoteAsync(run, new HandOverNote.Refused(e.Message));
                return;
            }
            catch (FinalesException e)
            {
                mayBeThere |= e.MayHaveArrived || e.Fault == FinalesFault.Broken;
                var rest = endurance.Rest(failures);
                rest = e.MayHaveArrived && rest < Settle ? Settle : rest;
                say(FormattableString.Invariant($"{e.Message}; again in {rest.TotalSeconds:0} s"));
                await Task.Delay(rest, clock, ct);
            }
    }

    private async Task<string?> FindAsync(FinalesResult result, CancellationToken ct)
    {
        var all = await client.ResultsAsync(result.Quantity, result.Method[0], ct);
        var reference = ReferenceOf(result.Data);
        return all.FirstOrDefault(r => ReferenceOf(r.Result.Data) == reference
            && Wire.Uuid(r.Result.TenantUuid) == Wire.Uuid(result.TenantUuid))?.Uuid;
    }

    private static string? ReferenceOf(JsonElement data) =>
        Wire.At(data, "run_info", "internal_reference")?.ToString();

    private List<RunId> RunsOwed() =>
        [.. journal.Find(new JournalQuery(typeof(Observed))).Select(e => ((Observed)e.Event).Run).Distinct()
            .Where(run => !NotesOf(run).Exists(n => n is HandOverNote.Handed or HandOverNote.Refused))];

    private List<HandOverNote> NotesOf(RunId run) =>
        [.. journal.Find(new JournalQuery(typeof(Noted)) { Run = run }).Select(e => (Noted)e.Event)
            .Where(n => n.Book == Book).Select(n => n.Body.Deserialize<HandOverNote>(Wire.Json)!)];

    private async Task NoteAsync(RunId run, HandOverNote note) => await journal.AppendAsync(
        new Noted(Book, run, JsonSerializer.SerializeToElement(note, Wire.Json)), CancellationToken.None);

    [JsonPolymorphic(TypeDiscriminatorPropertyName = "note")]
    [JsonDerivedType(typeof(Handing), "handing")]
    [JsonDerivedType(typeof(Handed), "handed")]
    [JsonDerivedType(typeof(Refused), "refused")]
    private abstract record HandOverNote
    {
        /// <summary>It is going to be posted.</summary>
        public sealed record Handing : HandOverNote;

        public sealed record Handed(string Result) : HandOverNote;

        public sealed record Refused(string Why) : HandOverNote;
    }
}
