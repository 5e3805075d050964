using Sdl.Core.Runs;
using Sdl.Finales.Client;

namespace Sdl.Finales.Tenants;

public enum CasePhase
{
    /// <summary>The server may have been told that it is reserved.</summary>
    Claimed,
    Reserved,

    /// <summary>There is an answer, and the server has not been told.</summary>
    Owed,

    /// <summary>The server may have the answer.</summary>
    Posting,

    /// <summary>The server may have been told that it is pending again.</summary>
    Releasing,

    /// <summary>Nothing is to be done about it now.</summary>
    Closed,
}

/// <summary>A request as the journal of this laboratory knows it.</summary>
/// <param name="Name">Its runs are named after it.</param>
/// <param name="Attempt">From 1.</param>
/// <param name="Result">The answer, once there is one.</param>
/// <param name="Posted">Uuid of the result on the server.</param>
/// <param name="Why">Why it was released or given up; for people.</param>
/// <param name="NotBefore">For a closed case: when it may be taken again; null for never.</param>
/// <param name="Failures">Attempts that have failed.</param>
public sealed record RequestCase(
    RunId Name, RequestInfo Request, int Attempt, CasePhase Phase, TenantNote.Owed? Result, string? Posted,
    string Why, DateTimeOffset? NotBefore, int Failures)
{
    /// <summary>Its latest run waits for a person.</summary>
    public bool IsHeld { get; init; }

    /// <summary>The run of this attempt.</summary>
    public RunId Run => Attempt == 1 ? Name : new RunId($"{Name}~{Attempt}");

    internal static RequestCase? After(RequestCase? before, RunId name, TenantNote note) => (note, before) switch
    {
        (TenantNote.Claimed e, _) => new RequestCase(
            name, e.Request, e.Attempt, CasePhase.Claimed, null, null, "", null, before?.Failures ?? 0),
        (TenantNote.Reserved, { } c) => c with { Phase = CasePhase.Reserved },
        (TenantNote.Owed e, { } c) => c with { Phase = CasePhase.Owed, Result = e },
        (TenantNote.Posting, { } c) => c with { Phase = CasePhase.Posting },
        (TenantNote.Posted e, { } c) => c with { Phase = CasePhase.Closed, Posted = e.Result },
        (TenantNote.Releasing e, { } c) => c with
        {
            Phase = CasePhase.Releasing,
            Why = e.Why,
            NotBefore = e.NotBefore,
            Failures = c.Failures + 1,
            IsHeld = e.IsHeld,
        },
        (TenantNote.Released, { } c) => c with { Phase = CasePhase.Closed },
        (TenantNote.Freed, { } c) => c with { IsHeld = false },
        (TenantNote.GivenUp e, { } c) => c with
        {
            Phase = CasePhase.Closed,
            Why = e.Why,
            NotBefore = e.Again ? DateTimeOffset.MinValue : null,
        },
        _ => before,
    };
}
