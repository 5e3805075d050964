using Sdl.Core.Instruments;

namespace Sdl.Core.Protocols;

/// <summary>What to do, as an immutable tree.</summary>
/// <param name="Digest">SHA-256 of the file, hex.</param>
/// <param name="Parameters">What a run may be given; each has a unit and limits.</param>
/// <param name="Roles">Name and description of each instrument that it needs.</param>
/// <param name="Finally">Done after the body at every end except an abort: success, failure, stop, time limit.</param>
/// <param name="Results">Values that the run gives, by name.</param>
public sealed record Protocol(
    string Name, string Description, string Digest, IReadOnlyList<Input> Parameters,
    IReadOnlyDictionary<string, string> Roles, IReadOnlyList<Step> Body, IReadOnlyList<Step> Finally,
    IReadOnlyDictionary<string, Scalar> Results, Mark At)
{
    /// <summary>The cell protocols and lists of parts that it uses, as paths relative to its own file. They are part of
    /// the digest.
    /// </summary>
    public IReadOnlyList<string> Tests { get; init; } = [];
}

/// <summary>A value as it stands in the file: a text, and the expression that it spells if a quantity
/// is wanted there.</summary>
public sealed record Scalar
{
    public Scalar(string text, Mark at)
    {
        Text = text;
        At = at;
        Expression = ExpressionParser.TryParse(text, out var error);
        Error = error;
    }

    public string Text { get; }

    public Mark At { get; }

    /// <summary>Null when the text is no expression: then <see cref="Error"/> says why.</summary>
    public Expression? Expression { get; }

    public string? Error { get; }
}

/// <param name="Name">Unique among its neighbours; part of the call's id, so renaming a step makes
/// it another step.</param>
public abstract record Step(string Name, Mark At)
{
    public StepTerms Terms { get; init; } = StepTerms.None;

    /// <summary>Uses a capability of the instrument bound to a role.</summary>
    /// <param name="Save">Name under which later steps find the record, or null.</param>
    public sealed record Invoke(
        string Name, Mark At, string Role, string Capability, IReadOnlyDictionary<string, Scalar> Arguments,
        string? Save)
        : Step(Name, At);

    /// <summary>One after the other.</summary>
    public sealed record Sequence(string Name, Mark At, IReadOnlyList<Step> Steps) : Step(Name, At);

    /// <summary>Has several instruments to itself until its steps have ended: no other run and no other branch comes
    /// between.</summary>
    /// <param name="Roles">Of the instruments; leases are taken all at once, in the order of the lab file.</param>
    public sealed record Hold(string Name, Mark At, IReadOnlyList<string> Roles, IReadOnlyList<Step> Steps)
        : Step(Name, At)
    {
        /// <summary>Done after the steps at every end except an abort, while the instruments are still held.</summary>
        public IReadOnlyList<Step> Finally { get; init; } = [];
    }

    /// <summary>Gives back some of what a hold around it has, before the hold ends: others may use them from
    /// here on.</summary>
    public sealed record Release(string Name, Mark At, IReadOnlyList<string> Roles) : Step(Name, At);

    /// <summary>All at once; ends when all have ended. When one fails the others are cancelled, unless enough of them
    /// can succeed still.</summary>
    public sealed record Parallel(string Name, Mark At, IReadOnlyList<Step> Branches) : Step(Name, At)
    {
        /// <summary>How many branches have to succeed. What a branch saves is seen outside of it when all have
        /// ended, where this is less than their number; what a failed one saved is not.</summary>
        public int Least { get; init; } = Branches.Count;

        /// <summary>A branch may fail.</summary>
        public bool IsTolerant => Least < Branches.Count;
    }

    /// <summary>The same steps several times. What is saved inside is a list afterwards, in order.</summary>
    public sealed record Repeat(string Name, Mark At, Scalar Times, IReadOnlyList<Step> Steps) : Step(Name, At)
    {
        /// <summary>Looked at after each round: where it holds, that round was the last. Null: all are done.</summary>
        public Scalar? Until { get; init; }
    }

    public sealed record When(
        string Name, Mark At, Scalar Condition, IReadOnlyList<Step> Then, IReadOnlyList<Step> Else)
        : Step(Name, At);

    public sealed record Wait(string Name, Mark At, Scalar For) : Step(Name, At);

    /// <summary>The run fails with <paramref name="Message"/> unless the condition holds.</summary>
    public sealed record Require(string Name, Mark At, Scalar Condition, string Message) : Step(Name, At);

    /// <summary>Turns saved records into values.</summary>
    public sealed record Analyse(
        string Name, Mark At, string Analysis, string Records, IReadOnlyDictionary<string, Scalar> Arguments,
        string Save)
        : Step(Name, At);

    /// <summary>The steps directly below this one.</summary>
    public IReadOnlyList<Step> Children => this switch
    {
        Sequence s => s.Steps,
        Hold h => [.. h.Steps, .. h.Finally],
        Parallel p => p.Branches,
        Repeat r => r.Steps,
        When w => [.. w.Then, .. w.Else],
        _ => [],
    };
}
