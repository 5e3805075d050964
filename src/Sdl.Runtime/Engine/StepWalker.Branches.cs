using Sdl.Core.Protocols;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <content>Branches of which some may fail: whoever fails by itself is given up, and the others go on.</content>
internal sealed partial class StepWalker
{
    private async Task TolerantAsync(Step.Parallel step, string path, CancellationToken ct)
    {
        var begun = history.Branches.Find(path) ?? await BeginAsync(step, path, ct);
        var losses = new BranchLosses(path, begun.Least, begun.Branches);
        var branches = new List<(Step Step, string Path, Scope Own)>();
        foreach (var branch in step.Branches)
        {
            var place = BranchHistory.PathOf(path, branch.Name);
            if (history.Branches.GivenUpAt(place) is { } early)
            {
                losses.Add(branch.Name, early.Why, null);
                scope.LeaveOut(SavedBelow(branch), Short(place));
            }
            else
                branches.Add((branch, place, scope.Branch()));
        }
        leases.Part(branches.Select(b => b.Path));
        try
        {
            await TogetherAsync(branches.Select(b =>
                (Func<CancellationToken, Task>)(token => FollowAsync(b.Step, b.Path, b.Own, losses, token))), ct);
        }
        finally
        {
            leases.Join(branches.Select(b => b.Path));
            foreach (var branch in branches)
                scope.Take(branch.Own);
        }
    }

    private async Task<BranchesBegun> BeginAsync(Step.Parallel step, string path, CancellationToken ct)
    {
        await gate.EnterAsync(ct);
        await gate.LeaveAsync();
        var begun = new BranchesBegun(run, path, step.Least, tree.OwnInstruments(step, bound));
        await journal.AppendAsync(begun, ct);
        return begun;
    }

    private async Task FollowAsync(
        Step branch, string path, Scope own, BranchLosses losses, CancellationToken ct)
    {
        var early = history.Branches.CauseOf(path);
        try
        {
            try
            {
                await With(early is null ? gate : new ClosedGate(clock), own).WalkAsync(branch, path, ct);
            }
            catch (RunStoppedException e) when (early is not null && e is not RunHeldException)
            {
                // It had got so far before the interruption; if the whole run is stopped, this throws.
                await gate.EnterAsync(ct);
                await gate.LeaveAsync();
            }
            if (early is not null)
                throw early;
        }
        catch (Exception e) when (!ct.IsCancellationRequested && !leases.IsClosed
            && BranchLosses.Allows(e, losses.OwnOf(branch.Name)))
        {
            if (!losses.Add(branch.Name, e.Message, e))
                throw new BranchesFailedException(losses);
            await GiveUpAsync(branch, path, own, losses, e.Message);
        }
    }

    /// <summary>Its steps have ended. Written down last: what is given up needs nothing any more.</summary>
    private async Task GiveUpAsync(Step branch, string path, Scope own, BranchLosses losses, string why)
    {
        var instruments = losses.OwnOf(branch.Name);
        invoker.Forget(instruments);
        await leases.GiveUpAsync(path, instruments);
        own.Clear();
        scope.LeaveOut(SavedBelow(branch), Short(path));
        var givenUp = new BranchGivenUp(run, path, why, losses.Left, losses.Least);
        await journal.AppendAsync(givenUp, CancellationToken.None);
        history.Branches.Apply(givenUp);
    }

    private string Short(string path) => path[(run.Value.Length + 1)..];

    private static IEnumerable<string> SavedBelow(Step step)
    {
        var own = step switch { Step.Invoke s => s.Save, Step.Analyse s => s.Save, _ => null };
        return step.Children.SelectMany(SavedBelow).Concat(own is null ? [] : [own]).Distinct();
    }
}
