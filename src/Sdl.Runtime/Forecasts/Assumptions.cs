using Sdl.Core.Protocols;

namespace Sdl.Runtime.Forecasts;

/// <summary>What a prediction cannot know: the values that a run measures, where they decide how it goes on.</summary>
public static class Assumptions
{
    /// <summary>One sentence for each step that depends on a measured value.</summary>
    public static IReadOnlyList<string> Of(Protocol protocol)
    {
        var steps = protocol.Body.Concat(protocol.Finally).ToList();
        var saved = new HashSet<string>();
        foreach (var step in steps)
            Collect(step, saved);
        var found = new List<string>();
        foreach (var step in steps)
            Find(step, saved, found);
        return found;
    }

    private static void Collect(Step step, HashSet<string> saved)
    {
        if ((step as Step.Invoke)?.Save is { } record)
            saved.Add(record);
        if (step is Step.Analyse analyse)
            saved.Add(analyse.Save);
        foreach (var child in step.Children)
            Collect(child, saved);
    }

    private static void Find(Step step, HashSet<string> saved, List<string> found)
    {
        var (scalar, what) = step switch
        {
            Step.When s => (s.Condition, "whether it is done"),
            Step.Repeat s => (s.Times, "how often it is done"),
            Step.Wait s => (s.For, "how long it takes"),
            Step.Require s => (s.Condition, "whether the run goes on"),
            _ => (null, "what it is told"),
        };
        IEnumerable<Scalar> scalars = step is Step.Repeat { Until: { } until } ? [scalar!, until]
            : scalar is not null ? [scalar]
            : step is Step.Invoke invoke ? invoke.Arguments.Values
            : [];
        var measured = scalars.SelectMany(s => s.Expression is { } e ? Names(e) : [])
            .Where(n => saved.Contains(n.Split('.')[0])).Distinct().ToList();
        if (measured.Count > 0)
            found.Add($"{step.Name}: {what} depends on {string.Join(", ", measured)}");
        if (step is Step.Parallel { IsTolerant: true } several)
            found.Add($"{step.Name}: goes on as long as {several.Least} of its {several.Branches.Count} branches can "
                + "succeed");
        foreach (var child in step.Children)
            Find(child, saved, found);
    }

    private static IEnumerable<string> Names(Expression expression) => expression switch
    {
        Expression.Reference r => [r.Name],
        Expression.Negate n => Names(n.Of),
        Expression.Binary b => Names(b.Left).Concat(Names(b.Right)),
        Expression.Call c => c.Arguments.SelectMany(Names),
        _ => [],
    };
}
