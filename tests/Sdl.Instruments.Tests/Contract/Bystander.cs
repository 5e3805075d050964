using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Another instrument of the run: it fails when it is told to.</summary>
internal sealed class Bystander : IInstrument
{
    private readonly TaskCompletionSource _fails = new();

    public InstrumentId Id => new("bystander");

    public string SafeState => "nothing moves";

    public IReadOnlyList<Capability> Capabilities { get; } = [new("fail", "", [], [], Replay.Safe)];

    public IReadOnlyList<Reading> Readings => [];

    public void Fail() => _fails.TrySetResult();

    public ValueTask ConnectAsync(CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) => throw new NotSupportedException();

    public async IAsyncEnumerable<Sample> InvokeAsync(Invocation call, [EnumeratorCancellation] CancellationToken ct)
    {
        await _fails.Task.WaitAsync(ct);
        yield return _fails.Task.IsCompleted
            ? throw new InstrumentException(Id, Fault.DeviceFault, "it failed")
            : default;
    }

    public ValueTask MakeSafeAsync(TimeSpan limit) => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
