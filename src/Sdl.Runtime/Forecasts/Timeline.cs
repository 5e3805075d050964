using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Forecasts;

public enum BarEnd
{
    Done,
    Failed,

    /// <summary>Its end was not seen, or has not come.</summary>
    Open,
}

/// <summary>One attempt at an invocation, or a wait, on the time axis.</summary>
/// <param name="Step">Path of the step below its run, such as <c>measure[2]/spectrum</c>.</param>
/// <param name="Instrument">Null for a wait.</param>
/// <param name="Doing">The capability.</param>
/// <param name="Waited">How long before it nothing of its run was under way.</param>
public sealed record Bar(
    RunId Run, string Step, InstrumentId? Instrument, string Doing, DateTimeOffset Start, DateTimeOffset End,
    BarEnd How, TimeSpan Waited)
{
    public TimeSpan Length => End - Start;
}

/// <summary>What a journal's instruments did, and when.</summary>
/// <param name="Start">First event.</param>
/// <param name="End">Last event.</param>
/// <param name="Bars">In the order in which they began.</param>
public sealed record Timeline(DateTimeOffset Start, DateTimeOffset End, IReadOnlyList<Bar> Bars)
{
    public TimeSpan Length => End - Start;

    /// <summary>In the order of their first use.</summary>
    public IReadOnlyList<InstrumentId> Instruments =>
        Bars.Select(b => b.Instrument).OfType<InstrumentId>().Distinct().ToList();

    public static Timeline Of(IEnumerable<JournalEntry> entries)
    {
        var builder = new TimelineBuilder();
        foreach (var entry in entries)
            builder.Add(entry);
        return builder.Build();
    }

    /// <summary>How long the instrument was in use; what overlaps counts once.</summary>
    public TimeSpan Busy(InstrumentId instrument)
    {
        var (busy, until) = (TimeSpan.Zero, DateTimeOffset.MinValue);
        foreach (var bar in Bars.Where(b => b.Instrument == instrument).OrderBy(b => b.Start))
        {
            var from = bar.Start > until ? bar.Start : until;
            busy += bar.End > from ? bar.End - from : TimeSpan.Zero;
            until = bar.End > until ? bar.End : until;
        }
        return busy;
    }
}

/// <summary>Reads bars from events, in order.</summary>
internal sealed class TimelineBuilder
{
    private readonly List<Bar> _bars = [];
    private readonly Dictionary<CallId, int> _open = [];
    private readonly Dictionary<RunId, RunClock> _runs = [];
    private DateTimeOffset? _start;
    private DateTimeOffset _end, _seen;

    public void Add(JournalEntry entry)
    {
        _start ??= entry.At;
        _end = entry.At;
        switch (entry.Event)
        {
            case StepIntended e:
                Close(e.Call, _seen, BarEnd.Open);
                Open(e, entry.At);
                break;
            case StepDone e:
                Close(e.Call, entry.At, BarEnd.Done);
                break;
            case StepFailed e:
                Close(e.Call, entry.At, BarEnd.Failed);
                break;
            case StepRetried e:
                Close(e.Call, entry.At, BarEnd.Failed);
                break;
            case StepSuspended e:
                Close(e.Call, entry.At, BarEnd.Open);
                break;
            case StepReconciled e:
                // It ended, for all that anybody saw, when the journal broke off.
                Close(e.Call, _seen, BarEnd.Open);
                return;
            case WaitStarted e:
                _bars.Add(new Bar(
                    e.Run, Below(e.Run, e.Step), null, "wait", entry.At, e.Until, BarEnd.Done, TimeSpan.Zero));
                Clock(e.Run, entry.At).Until(e.Until);
                break;
            case SafeEntered e:
                Clock(e.Run, entry.At).Until(entry.At);
                // After a crash it comes before it is known what had become of the calls.
                return;
        }
        _seen = entry.At;
    }

    public Timeline Build()
    {
        foreach (var call in _open.Keys.ToList())
            Close(call, _end, BarEnd.Open);
        // A wait may be cut short by a stop.
        return new Timeline(_start ?? default, _end, _bars.ConvertAll(b => b.End <= _end ? b : b with { End = _end }));
    }

    private void Open(StepIntended e, DateTimeOffset at)
    {
        _open[e.Call] = _bars.Count;
        var clock = Clock(e.Run, at);
        _bars.Add(new Bar(
            e.Run, Below(e.Run, e.Call.Value), e.Instrument, e.Capability, at, at, BarEnd.Open, clock.Begin(at)));
    }

    private void Close(CallId call, DateTimeOffset at, BarEnd how)
    {
        if (!_open.Remove(call, out var index))
            return;
        _bars[index] = _bars[index] with { End = at, How = how };
        Clock(_bars[index].Run, at).End(at);
    }

    private RunClock Clock(RunId run, DateTimeOffset at) =>
        _runs.TryGetValue(run, out var clock) ? clock : _runs[run] = new RunClock(at);

    private static string Below(RunId run, string path) =>
        path.StartsWith(run.Value, StringComparison.Ordinal) ? path[run.Value.Length..].TrimStart('/') : path;

    /// <summary>Knows since when nothing of a run has been under way.</summary>
    private sealed class RunClock(DateTimeOffset started)
    {
        private DateTimeOffset _idleSince = started;
        private int _underWay;

        public TimeSpan Begin(DateTimeOffset at)
        {
            var waited = _underWay++ == 0 && at > _idleSince ? at - _idleSince : TimeSpan.Zero;
            return waited;
        }

        public void End(DateTimeOffset at)
        {
            _underWay--;
            Until(at);
        }

        public void Until(DateTimeOffset at) => _idleSince = at > _idleSince ? at : _idleSince;
    }
}
