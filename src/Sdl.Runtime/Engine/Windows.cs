using System.Collections.Concurrent;
using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Runtime.Engine;

/// <summary>The time windows of one run: a step whose window has passed is not begun.</summary>
internal sealed class Windows
{
    private readonly RunId _run;
    private readonly LeaseHistory _history;
    private readonly IJournal _journal;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _born;
    private readonly HashSet<string> _earlier;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _ends = [];
    private readonly ConcurrentDictionary<string, Window> _open = [];

    public Windows(RunId run, Protocol protocol, RunHistory history, IJournal journal, TimeProvider clock)
    {
        (_run, _history, _journal, _clock, _born) = (run, history.Leases, journal, clock, clock.GetUtcNow());
        _earlier = Below(protocol.Body.Concat(protocol.Finally)).Select(s => s.Terms.Window?.After).OfType<string>()
            .ToHashSet();
    }

    private bool None => _earlier.Count == 0;

    /// <summary>An invocation has ended: now, or as the journal says.</summary>
    public void Ended(CallId call, bool wasRecalled)
    {
        // What was still under way when the process died has ended since then, so the window counts from no later.
        if (!None)
            _ends[call.Value] = wasRecalled ? _history.EndOf(call) ?? _born : _clock.GetUtcNow();
    }

    public void Waited(string path, DateTimeOffset until)
    {
        if (!None)
            _ends[path] = until;
    }

    /// <summary>A step has ended, from whose end a window may count.</summary>
    public void Ended(Step step, string path)
    {
        if (!_earlier.Contains(step.Name))
            return;
        var ends = _ends.Where(e => RunPaths.IsWithin(e.Key, path)).Select(e => e.Value).ToList();
        _ends[path] = ends.Count > 0 ? ends.Max() : _clock.GetUtcNow();
    }

    /// <summary>A step with a window is next.</summary>
    public void Open(string path, TimeWindow window, Scope scope)
    {
        var limit = scope.Evaluate(window.Within);
        if (!(limit.Si > 0))
            throw new ExpressionException(
                $"{window.Within.At}: a window of '{window.Within.Text}' = {limit} makes no sense");
        for (var around = path.LastIndexOf('/'); around > 0; around = path.LastIndexOf('/', around - 1))
            if (_ends.TryGetValue($"{path[..around]}/{window.After}", out var end))
            {
                if (!_history.WasBegun(path))
                    _open[path] = new Window($"{path[..around]}/{window.After}", end, limit);
                return;
            }
    }

    /// <summary>The latest beginning of an invocation there; null when it may begin at any time.</summary>
    public DateTimeOffset? Deadline(string path) => _open.IsEmpty ? null
        : _open.Where(w => Concerns(w.Key, path)).Select(w => (DateTimeOffset?)w.Value.Deadline).Min();

    /// <summary>An invocation is about to begin.</summary>
    /// <exception cref="WindowMissedException">Its window has passed.</exception>
    public async ValueTask BeginAsync(string path, CancellationToken ct)
    {
        if (_open.IsEmpty)
            return;
        foreach (var (step, window) in _open.OrderBy(w => w.Key, StringComparer.Ordinal))
        {
            if (!Concerns(step, path))
                continue;
            var elapsed = Quantity.Of((_clock.GetUtcNow() - window.From).TotalSeconds, "s");
            if (elapsed > window.Limit)
            {
                await _journal.AppendAsync(new WindowMissed(_run, step, window.After, window.Limit, elapsed), ct);
                throw new WindowMissedException(string.Create(CultureInfo.InvariantCulture,
                    $"'{step}' was not begun: it has to begin within {window.Limit.Si:0.###} s after the end of "
                    + $"'{window.After}', and {elapsed.Si:0.###} s had passed"));
            }
            _open.TryRemove(step, out _);
        }
    }

    // The Finally steps of a hold that was too late are done all the same.
    private static bool Concerns(string step, string path) => RunPaths.IsWithin(path, step)
        && !path.StartsWith(RunPaths.Cleanup(step) + "/", StringComparison.Ordinal);

    private static IEnumerable<Step> Below(IEnumerable<Step> steps) =>
        steps.SelectMany(s => Below(s.Children).Prepend(s));

    private sealed record Window(string After, DateTimeOffset From, Quantity Limit)
    {
        public DateTimeOffset Deadline => From + Limit.ToTimeSpan();
    }
}

/// <summary>A step could not begin within its time window; the sample is lost.</summary>
public sealed class WindowMissedException(string message) : Exception(message);
