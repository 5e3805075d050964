using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;

namespace Sdl.Runtime.Engine;

/// <summary>The steps of a protocol as the ids of its calls name them: a call's id is the path of its step.</summary>
internal sealed class StepTree(Protocol protocol, RunId run)
{
    // Most protocols say nothing of this kind, and their calls are not looked for.
    private readonly bool _allResumable = All(protocol.Body.Concat(protocol.Finally)).All(s => s.Terms.Resumable);

    /// <summary>Whether neither the step of a call nor one around it is marked <c>resumable: false</c>.</summary>
    public bool IsResumable(CallId call) =>
        _allResumable || Chains(call).All(chain => chain.All(s => s.Step.Terms.Resumable));

    /// <summary>The steps around a call that have a time limit, from the outside in, with their paths. The Finally
    /// steps of a hold have their own limits only.</summary>
    public IReadOnlyList<(Step Step, string Path)> Limited(CallId call)
    {
        var outside = call.Value.LastIndexOf("#finally/", StringComparison.Ordinal);
        return Chains(call).SelectMany(chain => chain)
            .Where(s => s.Step.Terms.TimeLimit is not null && s.Path.Length > outside).Distinct().ToList();
    }

    /// <summary>The instruments that each branch of a step uses and nothing else that may go on meanwhile.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<InstrumentId>> OwnInstruments(
        Step.Parallel step, BoundProtocol bound)
    {
        IEnumerable<InstrumentId> Used(Step below) => All([below]).OfType<Step.Invoke>()
            .Select(i => bound.Bindings[i.Role]).Concat(All([below]).OfType<Step.Hold>()
                .SelectMany(h => h.Roles.Select(r => bound.Bindings[r])));
        var beside = Beside(protocol.Body.Concat(protocol.Finally), step)!.SelectMany(Used).ToHashSet();
        return step.Branches.ToDictionary(b => b.Name, b =>
        {
            var others = step.Branches.Where(o => !ReferenceEquals(o, b)).SelectMany(Used).Concat(beside).ToHashSet();
            return (IReadOnlyList<InstrumentId>)[.. Used(b).Distinct().Where(i => !others.Contains(i))];
        });
    }

    // The branches beside a step, of all the steps around it; null when it is not below.
    private static IEnumerable<Step>? Beside(IEnumerable<Step> steps, Step step)
    {
        foreach (var one in steps)
            if (ReferenceEquals(one, step))
                return [];
            else if (one is Step.Parallel several)
            {
                foreach (var branch in several.Branches)
                    if (Beside([branch], step) is { } beside)
                        return [.. beside, .. several.Branches.Where(b => !ReferenceEquals(b, branch))];
            }
            else if (Beside(one.Children, step) is { } below)
                return below;
        return null;
    }

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
        // The path of a repeated step carries the number of the round, that of a hold may lead to its Finally steps.
        var name = names[0].Split('[', '#')[0];
        return
            from step in steps
            where step.Name == name
            from rest in Chains(Below(step, names[0]), names[1..], $"{above}/{names[0]}")
            select (IReadOnlyList<(Step, string)>)[(step, $"{above}/{name}"), .. rest];
    }

    private static IReadOnlyList<Step> Below(Step step, string name) =>
        step is not Step.Hold hold ? step.Children : name == RunPaths.Cleanup(hold.Name) ? hold.Finally : hold.Steps;

    private static bool IsBelow(string path, string part, out string[] names)
    {
        var isBelow = path.StartsWith(part + "/", StringComparison.Ordinal);
        names = isBelow ? path[(part.Length + 1)..].Split('/') : [];
        return isBelow;
    }

    private static IEnumerable<Step> All(IEnumerable<Step> steps) =>
        steps.SelectMany(s => All(s.Children).Prepend(s));
}
