using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>What is known of the branches of a run that may fail: those that were given up before an interruption stay
/// given up, and those that had failed and were not given up yet will be, once what they had taken is in
/// order.</summary>
internal sealed class BranchHistory
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, BranchesBegun> _begun = [];
    private readonly Dictionary<string, (string Name, BranchesBegun Begun)> _branches = [];
    private readonly Dictionary<string, BranchLosses> _losses = [];
    private readonly Dictionary<string, Exception> _causes = [];
    private readonly List<BranchGivenUp> _givenUp = [];

    /// <summary>In the order in which they were.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp
    {
        get
        {
            lock (_gate)
                return [.. _givenUp];
        }
    }

    public static string PathOf(string step, string branch) => $"{step}/{branch}";

    public void Apply(BranchesBegun e)
    {
        _begun[e.Step] = e;
        _losses[e.Step] = new BranchLosses(e.Step, e.Least, e.Branches);
        foreach (var name in e.Branches.Keys)
            _branches[PathOf(e.Step, name)] = (name, e);
    }

    public void Apply(BranchGivenUp e)
    {
        lock (_gate)
            _givenUp.Add(e);
        if (_branches.TryGetValue(e.Branch, out var branch))
            _losses[branch.Begun.Step].Add(branch.Name, e.Why, null);
    }

    /// <summary>Null when the branches of the step had not begun.</summary>
    public BranchesBegun? Find(string step) => _begun.GetValueOrDefault(step);

    /// <summary>Null when the branch was not given up.</summary>
    public BranchGivenUp? GivenUpAt(string branch)
    {
        lock (_gate)
            return _givenUp.Find(g => g.Branch == branch);
    }

    /// <summary>What a branch had failed with before its walk came there; null when it had not.</summary>
    public Exception? CauseOf(string branch)
    {
        lock (_gate)
            return _causes.GetValueOrDefault(branch);
    }

    /// <summary>Whether what was under way at the place is not to be finished: in a branch that has failed, but for the
    /// Finally steps of its holds, and in one that was given up.</summary>
    public bool IsOver(string path) => Around(path).Any(b => GivenUpAt(b) is not null
        || CauseOf(b) is not null && !RunPaths.IsCleanup(path[b.Length..]));

    /// <summary>Whether the instrument was made safe because the branch of the call has failed.</summary>
    public bool IsSafeSince(CallId call, InstrumentId instrument) => Around(call.Value).Any(b =>
        _branches[b] is var (name, begun) && begun.Branches[name].Contains(instrument)
        && (CauseOf(b) is not null || GivenUpAt(b) is not null));

    /// <summary>Whether a branch whose own instrument it is was given up.</summary>
    public bool IsLeftBehind(InstrumentId instrument) => GivenUp.Any(g =>
        _branches.TryGetValue(g.Branch, out var branch) && branch.Begun.Branches[branch.Name].Contains(instrument));

    /// <summary>Takes note of a failure at a place.</summary>
    /// <returns>What fails outside of all branches because of it; null when that is nothing.</returns>
    public Exception? Escaping(string path, Exception cause)
    {
        var around = Around(path);
        if (around.Count > 0 && GivenUpAt(around[0]) is null)
            lock (_gate)
                _causes.TryAdd(around[0], cause);
        // Who was cancelled is not the cause: the walk finds out what was.
        if (around.Count > 0 && cause is OperationCanceledException)
            return null;
        foreach (var branch in around)
        {
            if (GivenUpAt(branch) is not null)
                return null;
            var (name, begun) = _branches[branch];
            if (!BranchLosses.Allows(cause, begun.Branches[name]))
                continue;
            var losses = _losses[begun.Step];
            if (losses.Add(name, cause.Message, cause))
                return null;
            cause = new BranchesFailedException(losses);
        }
        return cause;
    }

    /// <summary>The branches around a place, from the inside out.</summary>
    private List<string> Around(string path) => _branches.Count == 0 ? []
        : [.. _branches.Keys.Where(b => RunPaths.IsWithin(path, b)).OrderByDescending(b => b.Length)];
}
