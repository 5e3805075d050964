using Sdl.Core.Runs;
using Sdl.Runtime.Runs;
using Sdl.Runtime.Time;

namespace Sdl.App.Finales;

/// <summary>The runs of a dry laboratory that waits for work from the real world: its clock stands still while nothing
/// runs, or it would rush through years between two requests. Made and used on the loop of the clock.</summary>
internal sealed class StillBetweenRuns : IRunService, IDisposable
{
    private readonly RunService _runs;
    private readonly VirtualTime _time;
    private IDisposable? _still;
    private int _under;

    public StillBetweenRuns(RunService runs, VirtualTime time)
    {
        _runs = runs;
        _time = time;
        _still = time.Hold();
    }

    public IReadOnlyList<RunInfo> Runs => _runs.Runs;

    public async Task<RunOutcome> SubmitAsync(RunOrder order, Action<RunId>? submitted = null)
    {
        Begin();
        try
        {
            return await _runs.SubmitAsync(order, submitted);
        }
        finally
        {
            End();
        }
    }

    public IReadOnlyList<Task<RunOutcome>> SubmitAsync(
        IReadOnlyList<RunOrder> orders, Action<RunId>? submitted = null) =>
        [.. orders.Select(o => SubmitAsync(o, submitted))];

    public void Send(RunId run, RunCommand command, string by) => _runs.Send(run, command, by);

    public IAsyncEnumerable<JournalEntry> WatchAsync(RunId run, CancellationToken ct) => _runs.WatchAsync(run, ct);

    public void Dispose() => _still?.Dispose();

    private void Begin()
    {
        if (_under++ > 0)
            return;
        _still?.Dispose();
        _still = null;
    }

    private void End()
    {
        if (--_under == 0)
            _still = _time.Hold();
    }
}
