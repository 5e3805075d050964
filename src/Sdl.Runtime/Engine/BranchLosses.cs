using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;

namespace Sdl.Runtime.Engine;

/// <summary>The branches of one step that have failed, of which so many may.</summary>
/// <param name="begun">The names of all branches, in order, and the instruments that are each one's own.</param>
internal sealed class BranchLosses(
    string step, int least, IReadOnlyDictionary<string, IReadOnlyList<InstrumentId>> begun)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (string Why, Exception? Cause)> _lost = [];

    public string Step => step;

    public int Least => least;

    public IReadOnlyList<InstrumentId> OwnOf(string branch) => begun[branch];

    /// <summary>Takes note of a branch that has failed.</summary>
    /// <param name="cause">Null for one that was given up before the run was interrupted.</param>
    /// <returns>Whether enough branches are left.</returns>
    public bool Add(string branch, string why, Exception? cause)
    {
        lock (_gate)
        {
            _lost.TryAdd(branch, (why, cause));
            return begun.Count - _lost.Count >= least;
        }
    }

    public int Left
    {
        get
        {
            lock (_gate)
                return begun.Count - _lost.Count;
        }
    }

    /// <summary>Why those failed that had not been given up before.</summary>
    public IReadOnlyList<Exception> Causes
    {
        get
        {
            lock (_gate)
                return [.. _lost.Values.Select(l => l.Cause).OfType<Exception>()];
        }
    }

    /// <summary>For people: every branch that has failed, in the order of the protocol.</summary>
    public override string ToString()
    {
        lock (_gate)
            return $"{_lost.Count} of the {begun.Count} branches of '{step[(step.LastIndexOf('/') + 1)..]}' failed, "
                + $"and {least} have to succeed: " + string.Join("; ", begun.Keys.Where(_lost.ContainsKey)
                    .Select(b => $"'{b}': {_lost[b].Why}"));
    }

    /// <summary>Whether a failure is the branch's own and may be left behind: not one of the journal, of a device that
    /// others use meanwhile, or of the program, and nothing that a person or an interlock asked for.</summary>
    /// <param name="own">The instruments that nothing beside the branch uses.</param>
    public static bool Allows(Exception failure, IReadOnlyCollection<InstrumentId> own) => failure switch
    {
        // A device that refuses is well, and refuses the next branch only for reasons of its own.
        InstrumentException e => own.Contains(e.Id) || DeviceTrouble.SignOf(e) is null,
        EarlierFailureException e => Allows(e.Failure, own),
        BranchesFailedException e => e.Losses.Causes.All(c => Allows(c, own)),
        AnalysisException or RequirementException or WindowMissedException or TimeLimitException
            or ExpressionException => true,
        _ => false,
    };
}

/// <summary>Too many branches have failed; the message names each.</summary>
internal sealed class BranchesFailedException(BranchLosses losses) : Exception
{
    public BranchLosses Losses => losses;

    public override string Message => losses.ToString();
}

/// <summary>A call had failed before the run was interrupted.</summary>
internal sealed class EarlierFailureException(string message, InstrumentException failure) : Exception(message, failure)
{
    public InstrumentException Failure => failure;
}
