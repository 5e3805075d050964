using System.Globalization;
using System.Runtime.CompilerServices;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;

namespace Sdl.Bench;

/// <summary>How long it takes, in real time, until the last instrument has its command to become safe while others are
/// hung, blocked, slow or broken: from the request itself, and from the abort of a run at work.</summary>
public static class SafeScore
{
    private const int Instruments = 16, Rounds = 50;
    private const double Promise = 250;

    private static readonly RunId Id = new("run");
    private static readonly Mark At = new("bench", 1, 1);

    /// <returns>0 when every round kept the promise of 250 ms.</returns>
    public static async Task<int> RunAsync()
    {
        Console.WriteLine($"{Instruments} instruments: one driver hung for ever, one that blocks its thread, one slow, "
            + $"one that throws; {Rounds} rounds, ms until the last of the others has its command");
        var direct = new List<double>();
        var abort = new List<double>();
        for (var round = -2; round < Rounds; round++)
        {
            var (first, second) = (await DirectAsync(), await AbortAsync());
            if (round < 0)
                continue;
            direct.Add(first);
            abort.Add(second);
        }
        Print("make safe", direct);
        Print("abort", abort);
        return direct.Concat(abort).All(t => t <= Promise) ? 0 : 1;
    }

    private static async Task<double> DirectAsync()
    {
        var devices = Devices();
        var hosts = devices.ConvertAll(d => new InstrumentHost(d, TimeProvider.System));
        var start = TimeProvider.System.GetTimestamp();
        _ = new SafeStates(hosts, TimeProvider.System).MakeSafeAsync(hosts, (_, _) => ValueTask.CompletedTask);
        return await LastAsync(devices, start);
    }

    private static async Task<double> AbortAsync()
    {
        var devices = Devices();
        var hosts = devices.ConvertAll(d => new InstrumentHost(d, TimeProvider.System));
        var nothing = new Dictionary<string, Scalar>();
        var calls = devices.ConvertAll<Step>(
            d => new Step.Invoke(d.Id.Value, At, d.Id.Value, "work", nothing, null));
        var protocol = new Protocol(
            "bench", "", "", [], devices.ToDictionary(d => d.Id.Value, _ => ""), [new Step.Parallel("all", At, calls)],
            [], nothing, At);
        var bound = new BoundProtocol(
            protocol, "", devices.ToDictionary(d => d.Id.Value, d => d.Id),
            devices.ToDictionary(d => d.Id, d => d.Capabilities), []);
        var journal = new NoJournal();
        using var run = new Run(
            new RunRequest(Id, bound, Arguments.None, "bench"), hosts, journal, RunHistory.Of(Id, journal),
            TimeProvider.System);
        var running = Task.Run(run.ExecuteAsync);
        await Task.WhenAll(devices.Select(d => d.Working));
        var start = TimeProvider.System.GetTimestamp();
        run.Send(RunCommand.Abort, "bench");
        var last = await LastAsync(devices, start);
        devices.ForEach(d => d.Release());
        await running;
        return last;
    }

    private static async Task<double> LastAsync(List<Device> devices, long start)
    {
        var told = await Task.WhenAll(devices.Where(d => !d.IsAmiss).Select(d => d.Told));
        devices.ForEach(d => d.Release());
        return told.Max(t => TimeProvider.System.GetElapsedTime(start, t).TotalMilliseconds);
    }

    // The bad ones first, where they do the most harm.
    private static List<Device> Devices() =>
        [.. Enumerable.Range(0, Instruments).Select(i => new Device($"i{i}", (Trouble)Math.Min(i, (int)Trouble.None)))];

    private static void Print(string name, List<double> times)
    {
        var sorted = times.Order().ToList();
        var median = 0.5 * (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{name,10}: median {median,7:0.00}, worst {sorted[^1],7:0.00} (promised: {Promise})"));
    }

    private enum Trouble { Hangs, Blocks, IsSlow, Throws, None }

    private sealed class Device(string id, Trouble trouble) : IInstrument
    {
        private readonly TaskCompletionSource<long> _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _working = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ManualResetEventSlim _unblocked = new();

        public InstrumentId Id => new(id);

        public IReadOnlyList<Reading> Readings => [];

        public bool IsAmiss => trouble != Trouble.None;

        /// <summary>When the command came.</summary>
        public Task<long> Told => _told.Task;

        public Task Working => _working.Task;

        public string SafeState => "";

        public IReadOnlyList<Capability> Capabilities { get; } = [new("work", "", [], [], Replay.Safe)];

        public void Release()
        {
            _released.TrySetResult();
            _unblocked.Set();
        }

        public ValueTask ConnectAsync(CancellationToken ct) => ValueTask.CompletedTask;

        public ValueTask<InstrumentStatus> ReadStatusAsync(CancellationToken ct) => throw new NotSupportedException();

        public async IAsyncEnumerable<Sample> InvokeAsync(
            Invocation call, [EnumeratorCancellation] CancellationToken ct)
        {
            _working.TrySetResult();
            // Who hangs does not obey its cancellation.
            await _released.Task.WaitAsync(trouble is Trouble.Hangs or Trouble.Blocks ? CancellationToken.None : ct);
            yield break;
        }

        public async ValueTask MakeSafeAsync(TimeSpan limit)
        {
            _told.TrySetResult(TimeProvider.System.GetTimestamp());
            switch (trouble)
            {
                case Trouble.Hangs:
                    await _released.Task;
                    break;
                case Trouble.Blocks:
                    _unblocked.Wait();
                    break;
                case Trouble.IsSlow:
                    await Task.Delay(TimeSpan.FromSeconds(0.3), TimeProvider.System, CancellationToken.None);
                    break;
                case Trouble.Throws:
                    throw new InvalidOperationException("its driver has a bug");
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
