using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Records;

namespace Sdl.Core.Runs;

/// <summary>Everything that has to be known to run a protocol on the instruments of a lab.</summary>
/// <param name="Bindings">Role to instrument, where they are other than the lab file says.</param>
/// <param name="Author">Who asks for it.</param>
/// <param name="Priority">A run of higher priority is given an instrument first; 0 is usual.</param>
public sealed record RunOrder(
    RunId Id, Protocol Protocol, Arguments Arguments, IReadOnlyDictionary<string, InstrumentId> Bindings,
    string Author, int Priority = 0);

/// <param name="Step">What it does just now and which branches it has given up, for people; empty when there is
/// nothing to say.</param>
public sealed record RunInfo(RunId Id, string Protocol, RunState State, string Step, string Author);

/// <param name="Why">For people; empty after success.</param>
public sealed record RunOutcome(RunId Id, RunState State, string Why, IReadOnlyDictionary<string, Measured> Results)
{
    /// <summary>What it went on without, in the order in which it was given up.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp { get; init; } = [];
}

/// <summary>The one door to the runs of a lab: for the command line, campaigns, interlocks, the page and tenants.
/// May be called from anywhere at any time.</summary>
public interface IRunService
{
    /// <summary>The runs that have not ended, in the order in which they were submitted.</summary>
    IReadOnlyList<RunInfo> Runs { get; }

    /// <summary>Begins a run, or takes it up again where the journal says that it was interrupted.</summary>
    /// <param name="submitted">Told once commands reach the run, before anything is begun.</param>
    /// <returns>Its end; device trouble is an outcome, not an exception.</returns>
    /// <exception cref="FindingsException">The protocol does not fit the lab, or the arguments do not fit
    /// the protocol.</exception>
    /// <exception cref="InvalidOperationException">A run of this name is under way.</exception>
    Task<RunOutcome> SubmitAsync(RunOrder order, Action<RunId>? submitted = null);

    /// <summary>Begins several runs at once. All of them are there before the first one moves anything, so that those
    /// that are taken up again get back what each had.</summary>
    /// <returns>Their ends, in the order of <paramref name="orders"/>; one that cannot be begun fails as above and
    /// keeps no other from it.</returns>
    IReadOnlyList<Task<RunOutcome>> SubmitAsync(IReadOnlyList<RunOrder> orders, Action<RunId>? submitted = null);

    /// <summary>Asks a run for something. A second pause or stop within 10 s means now: what is under way is
    /// cancelled.</summary>
    /// <param name="by">Who asks; it is written down.</param>
    /// <exception cref="KeyNotFoundException">No such run is under way.</exception>
    void Send(RunId run, RunCommand command, string by);

    /// <summary>Everything that happens to a run from its beginning, until it has ended or is held: what the journal
    /// holds already, then each entry as it is written.</summary>
    /// <exception cref="KeyNotFoundException">The journal knows no such run (thrown by the enumeration).</exception>
    IAsyncEnumerable<JournalEntry> WatchAsync(RunId run, CancellationToken ct);
}
