using Sdl.Core.Protocols;

namespace Sdl.Runtime.Materials;

/// <param name="Into">What receives what the step dispenses.</param>
/// <param name="From">What the step draws from.</param>
internal sealed record StepVessels(Scalar? Into, Scalar? From)
{
    private static readonly StepVessels None = new(null, null);

    /// <summary>The vessels of each step that uses a capability: its own, else those of the nearest step around
    /// it.</summary>
    public static IReadOnlyDictionary<Step, StepVessels> In(Protocol protocol)
    {
        var found = new Dictionary<Step, StepVessels>(ReferenceEqualityComparer.Instance);
        foreach (var step in protocol.Body.Concat(protocol.Finally))
            Find(step, None, found);
        return found;
    }

    private static void Find(Step step, StepVessels around, Dictionary<Step, StepVessels> found)
    {
        var here = new StepVessels(
            step.Terms.Into ?? step.Terms.Cell?.Name ?? around.Into, step.Terms.From ?? around.From);
        if (step is Step.Invoke)
            found[step] = here;
        foreach (var child in step.Children)
            Find(child, here, found);
    }
}
