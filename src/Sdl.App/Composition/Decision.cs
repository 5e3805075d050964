using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Engine;

namespace Sdl.App.Composition;

/// <summary>A person's word on an invocation whose end nobody saw.</summary>
/// <param name="Word">done, not-started or partial.</param>
/// <param name="Remaining">Of a partial one, what is still to be done, such as <c>volume=0.3mL</c>.</param>
public sealed record Decision(string Word, IReadOnlyList<string> Remaining, string By, string Note)
{
    public const string Done = "done", NotStarted = "not-started", Partial = "partial";

    /// <summary>As the journal keeps it.</summary>
    /// <exception cref="FormatException">It makes no sense.</exception>
    public StepReconciled For(OpenCall open, Capability capability)
    {
        var progress = Word switch
        {
            Done => CallProgress.Done,
            NotStarted => CallProgress.NotStarted,
            Partial => CallProgress.Partial,
            _ => throw new FormatException($"--as {Word} should be {Done}, {NotStarted} or {Partial}"),
        };
        if (By.Length == 0 || By == StepReconciled.Device)
            throw new FormatException("--by should be the name of the person who decides");
        if (progress == CallProgress.Partial != Remaining.Count > 0)
            throw new FormatException(
                $"--remaining goes with --as {Partial}, and says what is still to be done, such as volume=0.3mL");
        return new StepReconciled(
            open.Run, open.Past.Intended.Call, progress, Note.Length > 0 ? Note : "a person's word", By)
        {
            Remaining = progress == CallProgress.Partial ? Rest(open.Past.Intended.Arguments, capability) : null,
        };
    }

    private Arguments Rest(Arguments asked, Capability capability)
    {
        var rest = asked;
        var given = Inputs.Arguments(capability.Inputs, Remaining);
        foreach (var name in given.Names)
        {
            var left = given.Find(name)!;
            if (left.Quantity is { } quantity && asked.Find(name)?.Quantity is { } all
                && quantity.Dimension == all.Dimension && quantity > all)
                throw new FormatException($"--remaining {name}={left}: only {all} was asked for");
            rest = rest.With(name, left);
        }
        var (complete, errors) = capability.Complete(rest);
        return complete ?? throw new FormatException($"--remaining: {string.Join("; ", errors)}");
    }
}
