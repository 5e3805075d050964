using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;

namespace Sdl.Tests.Support;

/// <param name="What">A capability, <c>connect</c> or <c>reconcile</c>.</param>
/// <param name="After">Seconds into it; negative: when it has been done and only the reply is missing.</param>
internal sealed record Glitch(string What, Fault Fault = Fault.Timeout, double After = 0);

/// <summary>Troubles that strike instruments one after another, each once, whatever process meets them.</summary>
internal sealed class Glitches(params IEnumerable<Glitch> glitches)
{
    private readonly List<Glitch> _left = [.. glitches];

    public bool AreOver => _left.Count == 0;

    public Glitch? Take(string what)
    {
        var glitch = _left.Find(g => g.What == what);
        if (glitch is not null)
            _left.Remove(glitch);
        return glitch;
    }
}

/// <summary>An instrument on a bad line.</summary>
internal sealed class GlitchyInstrument(FakeInstrument inner, Glitches glitches, TimeProvider clock)
    : IInstrument, IReconcile
{
    public InstrumentId Id => inner.Id;

    public string SafeState => inner.SafeState;

    public TimeSpan ConnectTime { get; init; } = TimeSpan.FromSeconds(5);

    public bool ConnectsNever { get; init; }

    public bool Forgets { get; init; }

    public IReadOnlyList<Capability> Capabilities { get; init; } = inner.Capabilities;

    public IReadOnlyList<Reading> Readings => inner.Readings;

    public async ValueTask ConnectAsync(CancellationToken ct)
    {
        ThrowIf(glitches.Take("connect"));
        if (ConnectsNever)
            await Task.Delay(TimeSpan.FromDays(1), clock, ct);
        await inner.ConnectAsync(ct);
    }

    public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) => inner.ReadStatusAsync(ct);

    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        var glitch = glitches.Take(call.Capability);
        if (glitch is { After: 0 })
            ThrowIf(glitch);
        using var strike = glitch is { After: > 0 }
            ? new CancellationTokenSource(TimeSpan.FromSeconds(glitch.After), clock)
            : new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, strike.Token);
        await using var samples = inner.InvokeAsync(call, either.Token).GetAsyncEnumerator(either.Token);
        while (true)
        {
            try
            {
                if (!await samples.MoveNextAsync())
                    break;
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                ThrowIf(glitch);
            }
            // The reply that shows the end is the one that gets lost.
            if (glitch is not { After: < 0 })
                yield return samples.Current;
        }
        if (glitch is { After: < 0 })
            ThrowIf(glitch);
    }

    public ValueTask MakeSafeAsync(TimeSpan limit) => inner.MakeSafeAsync(limit);

    public async ValueTask<InvocationOutcome> ReconcileAsync(Invocation call, CancellationToken ct)
    {
        ThrowIf(glitches.Take("reconcile"));
        return Forgets
            ? new InvocationOutcome(CallProgress.Unknown, "its power was interrupted")
            : await inner.ReconcileAsync(call, ct);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void ThrowIf(Glitch? glitch)
    {
        if (glitch is not null)
            throw new InstrumentException(Id, glitch.Fault, $"{glitch.Fault} at {glitch.What}");
    }
}
