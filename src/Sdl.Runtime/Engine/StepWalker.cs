using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.ExceptionServices;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Engine;

/// <summary>Walks the tree of a protocol. The walk is the same each time: after a crash it starts at the root again and
/// passes over what the journal knows to be done.</summary>
internal sealed partial class StepWalker(
    RunId run, BoundProtocol bound, IReadOnlyDictionary<InstrumentId, InstrumentHost> hosts, Invoker invoker,
    RunHistory history, IJournal journal, Scope scope, TimeProvider clock, IGate gate, StepTree tree,
    TimeLimits limits, RunLeases leases, Windows windows, CancellationToken abort)
{
    private const int MostRepeats = 1_000_000;
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(366);

    public async Task WalkAsync(IReadOnlyList<Step> steps, string path, CancellationToken ct)
    {
        foreach (var step in steps)
        {
            ct.ThrowIfCancellationRequested();
            await WalkAsync(step, $"{path}/{step.Name}", ct);
        }
    }

    /// <summary>All at once, until all have ended; when one fails the others are cancelled.</summary>
    public static async Task TogetherAsync(IEnumerable<Func<CancellationToken, Task>> branches, CancellationToken ct)
    {
        using var together = CancellationTokenSource.CreateLinkedTokenSource(ct);
        // The first failure is the cause; the cancellations that it brings about are not.
        var failures = new ConcurrentQueue<Exception>();
        RunStoppedException? stopped = null;
        async Task FollowAsync(Func<CancellationToken, Task> branch)
        {
            try
            {
                await branch(together.Token);
            }
            catch (RunStoppedException e)
            {
                // Stop finishes current invocations: the other branches come to their own next beginning.
                stopped = stopped as RunHeldException ?? e;
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
                Cancel(together);
            }
        }
        await Task.WhenAll(branches.Select(FollowAsync).ToList());
        if ((failures.FirstOrDefault(f => f is not OperationCanceledException) ?? failures.FirstOrDefault() ?? stopped)
            is { } end)
            ExceptionDispatchInfo.Throw(end);
    }

    // Here and now: the asynchronous one leaves the virtual loop, whose clock may jump meanwhile.
    private static void Cancel(CancellationTokenSource source) => source.Cancel();

    private async Task WalkAsync(Step step, string path, CancellationToken ct)
    {
        if (step.Terms.Window is { } window)
            windows.Open(path, window, scope);
        // Time runs for a call or a hold when it has its instruments.
        await (step is Step.Invoke or Step.Hold
            ? FollowAsync(step, path, ct)
            : limits.KeepAsync(step, path, gate, token => FollowAsync(step, path, token), ct));
        windows.Ended(step, path);
    }

    private Task FollowAsync(Step step, string path, CancellationToken ct) => step switch
    {
        Step.Invoke s => InvokeAsync(s, path, ct),
        Step.Sequence s => WalkAsync(s.Steps, path, ct),
        Step.Hold s => HoldAsync(s, path, ct),
        Step.Release s => ReleaseAsync(s, path),
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
        var call = new CallId(path);
        var wasDone = invoker.IsDone(call);
        var record = !wasDone ? await BeginAsync(step, call, ct) : step.Save is null ? null : invoker.Recall(call);
        windows.Ended(call, wasDone);
        if (bound.CapabilityOf(step).Holds)
            leases.Rely(path, bound.Bindings[step.Role]);
        if (step.Save is { } name)
            scope.Save(name, record!);
    }

    private async Task<Record> BeginAsync(Step.Invoke step, CallId call, CancellationToken ct)
    {
        var lease = await EnterAsync(call.Value, [bound.Bindings[step.Role]], ct);
        Record? record = null;
        try
        {
            await windows.BeginAsync(call.Value, ct);
            await limits.KeepAsync(
                step, call.Value, gate, async token => record = await CallAsync(step, call, token), ct);
            return record!;
        }
        finally
        {
            if (lease is not null && record is not null)
                lease.Return();
            else if (lease is not null)
                leases.Keep(call.Value, lease);
            await gate.LeaveAsync();
        }
    }

    private Task<Record> CallAsync(Step.Invoke step, CallId call, CancellationToken ct)
    {
        var capability = bound.CapabilityOf(step);
        return invoker.InvokeAsync(
            hosts[bound.Bindings[step.Role]], capability, call, Evaluate(capability.Inputs, step.Arguments),
            tree.IsResumable(call) && capability.Replay != Replay.Never ? gate : null,
            MatterOf(step, capability), ct);
    }

    private Func<Arguments, Matter?>? MatterOf(Step.Invoke step, Capability capability)
    {
        if (capability.Transfer is null && step.Terms.Uses.Count == 0)
            return null;
        var (into, from) = bound.VesselsOf(step);
        var uses = step.Terms.Uses.ToDictionary(u => u.Key, u => Bookkeeping.Count(u.Value, scope.Evaluate(u.Value)));
        return arguments => Bookkeeping.MatterOf(
            bound.Inventory, run, bound.Bindings[step.Role], capability, arguments, into?.Text, from?.Text, uses);
    }

    private async Task<Lease?> EnterAsync(string path, IEnumerable<InstrumentId> wanted, CancellationToken ct)
    {
        var deadline = windows.Deadline(path);
        try
        {
            return await leases.EnterAsync(gate, path, wanted, deadline, ct);
        }
        catch (OperationCanceledException) when (deadline < clock.GetUtcNow() && !ct.IsCancellationRequested)
        {
            await windows.BeginAsync(path, ct);
            throw;
        }
    }

    private async Task HoldAsync(Step.Hold step, string path, CancellationToken ct)
    {
        var hadEnded = leases.HadEnded(path);
        if (!hadEnded && !leases.IsHeld(path) && !WasEntered(step, path))
            await TakeAsync(step, path, ct);
        var steps = limits.KeepAsync(step, path, gate, token => WalkAsync(step.Steps, path, token), ct);
        await Task.WhenAny(steps);
        var end = steps;
        if (steps.Exception?.InnerException is not (JournalException or RunHeldException)
            && !abort.IsCancellationRequested)
        {
            // Nothing is begun below a hold that had ended before the process died: only found again.
            var cleaner = hadEnded ? this : With(new OpenGate(clock));
            var cleanup = cleaner.WalkAsync(step.Finally, RunPaths.Cleanup(path), abort);
            await Task.WhenAny(cleanup);
            end = steps.IsCompletedSuccessfully || cleanup.Exception?.InnerException is RunHeldException
                ? cleanup : steps;
        }
        // What went wrong is not left to others before it is safe; a stop comes to its end in good order.
        if (end.IsCompletedSuccessfully
            || end.Exception?.InnerException is RunStoppedException and not RunHeldException)
            await ReturnAsync(path, leases.HeldBy(path), () => leases.End(path));
        else
            leases.Keep(path);
        await end;
    }

    // A hold that others around it cover leaves no lease in the journal; what was begun below it tells.
    private bool WasEntered(Step.Hold step, string path) =>
        step.Roles.All(r => leases.Covers(path, bound.Bindings[r])) && history.Leases.WasBegun(path);

    private async Task TakeAsync(Step.Hold step, string path, CancellationToken ct)
    {
        // The empty lease of a hold that others around it cover already ends like any other.
        var lease = await EnterAsync(path, step.Roles.Select(r => bound.Bindings[r]), ct);
        try
        {
            if (lease is null)
                return;
            leases.Hold(path, lease);
            await journal.AppendAsync(new LeaseTaken(run, path, leases.HeldBy(path)), ct);
        }
        finally
        {
            await gate.LeaveAsync();
        }
    }

    private async Task ReleaseAsync(Step.Release step, string path)
    {
        foreach (var (hold, instruments) in leases.Around(path, [.. step.Roles.Select(r => bound.Bindings[r])]))
            await ReturnAsync(hold, instruments, () => leases.Release(hold, instruments));
    }

    private async Task ReturnAsync(string hold, IReadOnlyList<InstrumentId> instruments, Action give)
    {
        // Written first: nobody may begin with an instrument that the journal gives to this run.
        if (instruments.Count > 0)
            await journal.AppendAsync(new LeaseReturned(run, hold, instruments), CancellationToken.None);
        give();
    }

    private StepWalker With(IGate other, Scope? own = null) => new(
        run, bound, hosts, invoker, history, journal, own ?? scope, clock, other, tree,
        own is null ? limits : limits.In(own), leases, windows, abort);

    private Task ParallelAsync(Step.Parallel step, string path, CancellationToken ct) => step.IsTolerant
        ? TolerantAsync(step, path, ct)
        : TogetherAsync(step.Branches.Select(b =>
            (Func<CancellationToken, Task>)(token => WalkAsync(b, $"{path}/{b.Name}", token))), ct);

    private async Task RepeatAsync(Step.Repeat step, string path, CancellationToken ct)
    {
        var times = scope.Evaluate(step.Times).Si;
        if (times is < 0 or > MostRepeats || times != Math.Floor(times))
            throw new ExpressionException(string.Create(CultureInfo.InvariantCulture,
                $"{step.Times.At}: '{step.Times.Text}' = {times} should be a whole number from 0 to {MostRepeats}"));
        // The iterations before the one that was begun last are done, and only what they saved matters any more.
        for (var i = Saves(step) ? 1 : history.LastBegun(path, (int)times); i <= times; i++)
        {
            await WalkAsync(step.Steps, $"{path}[{i}]", ct);
            if (step.Until is { } until && scope.Evaluate(until).Si != 0)
                break;
        }
    }

    private static bool Saves(Step step) =>
        step is Step.Invoke { Save: not null } or Step.Analyse || step.Children.Any(Saves);

    private async Task WaitAsync(Step.Wait step, string path, CancellationToken ct)
    {
        var until = history.WaitEnd(path);
        if (until is null)
        {
            var time = scope.Evaluate(step.For);
            if (time.Si < 0 || time.Si > LongestWait.TotalSeconds)
                throw new ExpressionException($"{step.For.At}: a wait of '{step.For.Text}' = {time} makes no sense");
            await gate.EnterAsync(ct);
            await gate.LeaveAsync();
            until = clock.GetUtcNow() + time.ToTimeSpan();
            await journal.AppendAsync(new WaitStarted(run, path, until.Value), ct);
        }
        windows.Waited(path, until.Value);
        var rest = until.Value - clock.GetUtcNow();
        if (rest > TimeSpan.Zero)
            await gate.WaitAsync(rest, ct);
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
        await journal.AppendAsync(
            new Analysed(run, path, analysis.Name, values) { LeftOut = scope.LeftOut(step.Records) }, ct);
    }

    private Arguments Evaluate(IReadOnlyList<Input> inputs, IReadOnlyDictionary<string, Scalar> given) =>
        new(given.Select(g => KeyValuePair.Create(g.Key, inputs.First(i => i.Name == g.Key) is TextInput
            ? new Argument(scope.Arguments.Find(g.Value.Text)?.Text ?? g.Value.Text)
            : new Argument(scope.Evaluate(g.Value)))));
}

/// <summary>A <c>require</c> step does not hold.</summary>
public sealed class RequirementException(string message) : Exception(message);
