using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Store.Exports;

/// <summary>The cells that the runs of a journal have built: a fold over its events. Liquids are followed through all
/// runs, so that what a syringe still holds of one batch is known to be in the next.</summary>
public sealed class CellBuilds
{
    private readonly IJournal _journal;
    private readonly CellPlan _plan;
    private readonly Dictionary<RunId, RunStarted> _runs = [];
    private readonly List<CellBuild> _cells = [];
    private readonly Dictionary<CallId, Attempt> _open = [];
    private readonly Dictionary<(RunId Run, string Liquid), double> _weighed = [];
    private readonly ElectrolyteTrace _trace = new();

    private CellBuilds(IJournal journal, CellPlan plan)
    {
        (_journal, _plan) = (journal, plan);
        Weigh();
        foreach (var entry in journal.Read())
            Apply(entry);
        foreach (var attempt in _open.Values.OrderBy(a => a.Begun))
            Book(attempt, attempt.Begun);
    }

    /// <param name="plan">Of the protocol that the runs did; runs of another one have built nothing as far as it
    /// knows.</param>
    /// <returns>In the order in which they were begun; cells that were only tested are not among them.</returns>
    public static IReadOnlyList<CellBuild> In(IJournal journal, CellPlan plan) =>
        new CellBuilds(journal, plan)._cells.FindAll(c => c.IsBuilt);

    // A campaign weighs what it mixed: the volumes of stock that agree best with pumps and balance go before what the
    // pumps alone say.
    private void Weigh()
    {
        var calls = new Dictionary<CallId, StepIntended>();
        var metered = new Dictionary<(RunId, string), double>();
        foreach (var entry in _journal.Read())
            if (entry.Event is StepIntended { Matter.Moves: not null } intended)
                calls[intended.Call] = intended;
            else if (entry.Event is StepDone done && calls.Remove(done.Call, out var call))
                metered[(done.Run, call.Matter!.Moves!.Material)] = metered.GetValueOrDefault(
                    (done.Run, call.Matter.Moves.Material)) + (done.Moved ?? call.Matter.Moves.Volume).Si;
            else if (entry.Event is Mixed mixed)
                foreach (var (liquid, volume) in mixed.ActualVolumes)
                    if (metered.GetValueOrDefault((mixed.Run, liquid)) is > 0 and var sum)
                        _weighed[(mixed.Run, liquid)] = volume.Value.Si / sum;
    }

    private void Apply(JournalEntry entry)
    {
        switch (entry.Event)
        {
            case RunStarted e:
                _runs[e.Run] = e;
                break;
            case StepIntended e:
                // An attempt that another one completes has moved what it was last known to have moved.
                if (_open.Remove(e.Call, out var earlier))
                    Book(earlier, entry.At);
                if (e.Matter?.Moves is not null || PlanOf(e) is not null)
                    _open[e.Call] = new Attempt(e, entry.At);
                break;
            case StepReconciled e when _open.TryGetValue(e.Call, out var attempt):
                attempt.Learn(e.Progress == CallProgress.NotStarted ? 0 : e.Moved?.Si);
                break;
            case StepFailed e when _open.TryGetValue(e.Call, out var attempt):
                attempt.Fail(e);
                if (PlanOf(attempt.Intended) is { } failed)
                    CellOf(e.Run, failed.Cell).Failed(e);
                break;
            case StepDone e when _open.Remove(e.Call, out var attempt):
                attempt.Learn(e.Moved?.Si ?? (attempt.IsKnown ? attempt.Least : attempt.Most));
                Book(attempt, entry.At);
                if (PlanOf(attempt.Intended) is { } planned)
                    CellOf(e.Run, planned.Cell).Done(
                        new BuildCall(attempt.Intended, attempt.Begun, entry.At), planned,
                        () => _journal.ReadRecord(e.Call));
                break;
        }
    }

    // Tests are no part of the assembly.
    private PlannedCall? PlanOf(StepIntended call) =>
        _runs.GetValueOrDefault(call.Run)?.ProtocolDigest == _plan.Digest && !CycledStep.IsTechnique(call.Capability)
            ? _plan.Find(call.Call) : null;

    private void Book(Attempt attempt, DateTimeOffset at)
    {
        var intended = attempt.Intended;
        if (intended.Matter?.Moves is not { } moves || attempt.Most == 0)
            return;
        var volume = (attempt.Least + attempt.Most) / 2;
        _trace.Move(moves.From, moves.To, moves.Material,
            volume * _weighed.GetValueOrDefault((intended.Run, moves.Material), 1));
        if (PlanOf(intended) is not { } planned || moves.To != $"{intended.Run}/{planned.Cell}")
            return;
        var cell = CellOf(intended.Run, planned.Cell);
        cell.Dosed(new BuildCall(intended, attempt.Begun, at), moves, volume, (attempt.Most - attempt.Least) / 2);
        cell.Electrolyte = _trace.Of(moves.To);
    }

    private CellBuild CellOf(RunId run, string name)
    {
        if (_cells.Find(c => c.Run == run && c.Cell == name) is { } known)
            return known;
        var cell = new CellBuild(_runs[run], name, 1 + _cells.Count(c => c.Run == run));
        _cells.Add(cell);
        return cell;
    }

    /// <summary>One attempt, and how much it has moved as far as anybody knows, m3.</summary>
    private sealed class Attempt(StepIntended intended, DateTimeOffset begun)
    {
        public StepIntended Intended => intended;

        public DateTimeOffset Begun => begun;

        public double Least { get; private set; }

        public double Most { get; private set; } = intended.Matter?.Moves?.Volume.Si ?? 0;

        public bool IsKnown => Least == Most;

        public void Learn(double? moved)
        {
            if (moved is { } volume)
                (Least, Most) = (volume, volume);
        }

        public void Fail(StepFailed failed)
        {
            if (failed.Fault == nameof(Fault.OutOfRange))
                Learn(0);
            else
                (Least, Most) = (Math.Max(Least, failed.Moved?.Si ?? 0), Math.Max(Most, failed.Moved?.Si ?? 0));
        }
    }
}
