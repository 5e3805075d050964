using Sdl.Core.Protocols;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Engine;

/// <summary>Keeps the time limits of steps. What counts is the time in which the run works: not while it rests in a
/// pause, and after a crash from the beginning.</summary>
internal sealed class TimeLimits(RunId run, Scope scope, IJournal journal)
{
    /// <summary>Does the work of a step and cancels it when its limit passes.</summary>
    /// <exception cref="TimeLimitException">It did.</exception>
    /// <exception cref="ExpressionException">The limit is no time above zero.</exception>
    public Task KeepAsync(
        Step step, string path, IGate gate, Func<CancellationToken, Task> work, CancellationToken ct) =>
        step.Terms.TimeLimit is { } limit ? KeepAsync(step, limit, path, gate, work, ct) : work(ct);

    /// <summary>For a branch that sees values of its own.</summary>
    public TimeLimits In(Scope own) => new(run, own, journal);

    /// <summary>Whether the limit of a step can be worked out by now.</summary>
    public bool CanTell(Step step)
    {
        try
        {
            return step.Terms.TimeLimit is { } limit && scope.Evaluate(limit).Si > 0;
        }
        catch (ExpressionException)
        {
            return false;
        }
    }

    private async Task KeepAsync(
        Step step, Scalar limit, string path, IGate gate, Func<CancellationToken, Task> work, CancellationToken ct)
    {
        var time = scope.Evaluate(limit);
        if (!(time.Si > 0) || time.Si > TimeSpan.MaxValue.TotalSeconds / 2)
            throw new ExpressionException($"{limit.At}: a time limit of '{limit.Text}' = {time} makes no sense");
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var done = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var passed = false;
        async Task WatchAsync()
        {
            try
            {
                await gate.PassAsync(time.ToTimeSpan(), done.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            await journal.AppendAsync(new StepTimedOut(run, path, time), done.Token);
            passed = true;
            cut.Cancel();
        }
        var watch = WatchAsync();
        try
        {
            await work(cut.Token);
        }
        catch (Exception e) when (passed && !ct.IsCancellationRequested
            && e is not (JournalException or RunStoppedException or TimeLimitException))
        {
            // What was cancelled by the limit ends like this; a driver that did not obey is worth a word.
            var trouble = e is OperationCanceledException ? "" : $"; {e.Message}";
            throw new TimeLimitException(
                $"{step.At}: '{step.Name}' took longer than its time limit of {limit.Text}{trouble}");
        }
        finally
        {
            done.Cancel();
            await watch;
        }
    }
}

/// <summary>A step took longer than its time limit.</summary>
public sealed class TimeLimitException(string message) : Exception(message);
