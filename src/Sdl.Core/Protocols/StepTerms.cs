namespace Sdl.Core.Protocols;

/// <summary>What a step asks of the engine beside its work.</summary>
/// <param name="Resumable">False: once begun, an invocation below it is neither paused in its middle nor taken up again
/// after a crash without a person's word.</param>
/// <param name="TimeLimit">After it the step is cancelled and fails; null for none of its own.</param>
/// <param name="Window">When it must have begun; null when it may begin at any time.</param>
/// <param name="Uses">Counted parts that it takes from the lab's inventory: name and number.</param>
/// <param name="Into">The vessel that receives what it dispenses; null when nobody keeps account of it.</param>
public sealed record StepTerms(
    bool Resumable, Scalar? TimeLimit, TimeWindow? Window, IReadOnlyDictionary<string, Scalar> Uses, Scalar? Into)
{
    /// <summary>The vessel that it draws from; null when nobody keeps account of it.</summary>
    public Scalar? From { get; init; }

    /// <summary>Null where it names no cell.</summary>
    public CellTerms? Cell { get; init; }

    public static StepTerms None { get; } = new(true, null, null, new Dictionary<string, Scalar>(), null);
}

/// <summary>A step begins within a time after the end of an earlier one.</summary>
/// <param name="After">Name of the earlier step: a neighbour, or a neighbour of a step around this one.</param>
public sealed record TimeWindow(Scalar Within, string After, Mark At);
