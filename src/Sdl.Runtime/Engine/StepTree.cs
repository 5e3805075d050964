using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>The steps of a protocol as the ids of its calls name them: a call's id is the path of its step.</summary>
internal sealed class StepTree(Protocol protocol, RunId run)
{
    // Most protocols say nothing of this kind, and their calls are not looked for.
    private readonly bool _allResumable = All(protocol.Body.Concat(protocol.Finally)).All(s => s.Terms.Resumable);

    /// <summary>Whether neither the step of a call nor one around it is marked <c>resumable: false</c>.</summary>
    public bool IsResumable(CallId call) =>
        _allResumable || Chains(call).All(chain => chain.All(s => s.Step.Terms.Resumable));

    /// <summary>The steps around a call that have a time limit, from the outside in, with their paths.</summary>
    public IReadOnlyList<(Step Step, string Path)> Limited(CallId call) =>
        Chains(call).SelectMany(chain => chain).Where(s => s.Step.Terms.TimeLimit is not null).Distinct().ToList();

    // More than one where a 'then' step and an 'else' step share a name; which of them it was nobody can say here.
    private IEnumerable<IReadOnlyList<(Step Step, string Path)>> Chains(CallId call) =>
        IsBelow(call.Value, RunPaths.Body(run), out var names) ? Chains(protocol.Body, names, RunPaths.Body(run))
        : IsBelow(call.Value, RunPaths.Finally(run), out names)
            ? Chains(protocol.Finally, names, RunPaths.Finally(run))
        : [];

    private static IEnumerable<IReadOnlyList<(Step Step, string Path)>> Chains(
        IEnumerable<Step> steps, string[] names, string above)
    {
        if (names.Length == 0)
            return [[]];
        // The path of a repeated step carries the number of the round.
        var name = names[0].Split('[')[0];
        return
            from step in steps
            where step.Name == name
            from rest in Chains(step.Children, names[1..], $"{above}/{names[0]}")
            select (IReadOnlyList<(Step, string)>)[(step, $"{above}/{name}"), .. rest];
    }

    private static bool IsBelow(string path, string part, out string[] names)
    {
        var isBelow = path.StartsWith(part + "/", StringComparison.Ordinal);
        names = isBelow ? path[(part.Length + 1)..].Split('/') : [];
        return isBelow;
    }

    private static IEnumerable<Step> All(IEnumerable<Step> steps) =>
        steps.SelectMany(s => All(s.Children).Prepend(s));
}
