using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;

namespace Sdl.Runtime.Engine;

/// <summary>Walks the tree of a protocol. The walk is the same each time: after a crash it starts at the root again and
/// passes over what the journal knows to be done.</summary>
internal sealed class StepWalker(
    RunId run, BoundProtocol bound, IReadOnlyDictionary<InstrumentId, InstrumentHost> hosts, Invoker invoker,
    RunHistory history, IJournal journal, Scope scope, TimeProvider clock, Func<CancellationToken, ValueTask> checkpoint)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(366);

    public async Task WalkAsync(IReadOnlyList<Step> steps, string path, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            await checkpoint(ct);
            await WalkAsync(step, $"{path}/{step.Name}", ct);
        }
    }

    private Task WalkAsync(Step step, string path, CancellationToken ct) => step switch
    {
        Step.Invoke s => InvokeAsync(s, path, ct),
        Step.Sequence s => WalkAsync(s.Steps, path, ct),
        Step.Parallel s => ParallelAsync(s, path, ct),
        Step.Repeat s => RepeatAsync(s, path, ct),
        Step.When s => WalkAsync(scope.Evaluate(s.Condition).Si != 0 ? s.Then : s.Else, path, ct),
        Step.Wait s => WaitAsync(s, path, ct),
        Step.Require s => Require(s),
        Step.Analyse s => AnalyseAsync(s, path, ct),
        _ => throw new NotSupportedException($"the engine has no rule for {step.GetType().Name}"),
    };

    private async Task InvokeAsync(Step.Invoke step, string path, CancellationToken ct)
    {
        var capability = bound.CapabilityOf(step);
        var host = hosts[bound.Bindings[step.Role]];
        var record = await invoker.InvokeAsync(
            host, capability, new CallId(path), Evaluate(capability.Inputs, step.Arguments), ct);
        if (step.Save is { } name)
            scope.Save(name, record);
    }

    private async Task ParallelAsync(Step.Parallel step, string path, CancellationToken ct)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var branches = step.Branches.Select(b => CancelOthersOnFailureAsync(b, $"{path}/{b.Name}", together)).ToList();
        // The first failure is the cause; the cancellations that it brings about are not.
        var failures = (await Task.WhenAll(branches)).OfType<Exception>().ToList();
        var cause = failures.Find(f => f is not OperationCanceledException) ?? failures.FirstOrDefault();
        if (cause is not null)
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(cause);
    }

    private async Task<Exception?> CancelOthersOnFailureAsync(Step branch, string path, CancellationTokenSource together)
    {
        try
        {
            await WalkAsync(branch, path, together.Token);
            return null;
        }
        catch (Exception e) when (e is not RunStoppedException)
        {
            await together.CancelAsync();
            return e;
        }
        catch (RunStoppedException e)
        {
            // Stop finishes current invocations: the other branches come to their own next checkpoint.
            return e;
        }
    }

    private async Task RepeatAsync(Step.Repeat step, string path, CancellationToken ct)
    {
        var times = scope.Evaluate(step.Times).Si;
        for (var i = 1; i <= times; i++)
            await WalkAsync(step.Steps, $"{path}[{i}]", ct);
    }

    private async Task WaitAsync(Step.Wait step, string path, CancellationToken ct)
    {
        var until = history.WaitEnd(path);
        if (until is null)
        {
            var time = scope.Evaluate(step.For).ToTimeSpan();
            if (time < TimeSpan.Zero || time > LongestWait)
                throw new ExpressionException($"{step.At}: a wait of {step.For.Text} = {time} makes no sense");
            until = clock.GetUtcNow() + time;
            await journal.AppendAsync(new WaitStarted(run, path, until.Value), ct);
        }
        var rest = until.Value - clock.GetUtcNow();
        if (rest > TimeSpan.Zero)
            await Task.Delay(rest, clock, ct);
    }

    private Task Require(Step.Require step) => scope.Evaluate(step.Condition).Si != 0
        ? Task.CompletedTask
        : throw new RequirementException($"{step.At}: {step.Message}");

    private async Task AnalyseAsync(Step.Analyse step, string path, CancellationToken ct)
    {
        var analysis = bound.AnalysisOf(step);
        var (inputs, errors) = new Capability(analysis.Name, "", analysis.Inputs, [], Replay.Safe)
            .Complete(Evaluate(analysis.Inputs, step.Arguments));
        if (inputs is null)
            throw new ExpressionException($"{step.At}: {string.Join("; ", errors)}");
        var values = analysis.Analyse(scope.Records(step.Records), inputs);
        scope.Save(step.Save, values);
        await journal.AppendAsync(new Analysed(run, path, analysis.Name, values), ct);
    }

    private Arguments Evaluate(IReadOnlyList<Input> inputs, IReadOnlyDictionary<string, Scalar> given) =>
        new(given.Select(g => KeyValuePair.Create(g.Key, inputs.First(i => i.Name == g.Key) is TextInput
            ? new Argument(g.Value.Text)
            : new Argument(scope.Evaluate(g.Value)))));
}

/// <summary>The run was asked to stop and has come to a place where it can.</summary>
internal sealed class RunStoppedException : Exception;

/// <summary>A <c>require</c> step does not hold.</summary>
public sealed class RequirementException(string message) : Exception(message);
