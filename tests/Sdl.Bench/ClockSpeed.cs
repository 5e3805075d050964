using System.Diagnostics;
using System.Globalization;
using Sdl.Runtime.Time;

namespace Sdl.Bench;

/// <summary>Events per second of the virtual clock, beside SimPy (Debian: python3-simpy3) doing the same: processes
/// that each wait for a time of their own, again and again.</summary>
public static class ClockSpeed
{
    // Measured with SimPy 3.0.11 on two shared cores of the machine that the project was made on.
    private static readonly Dictionary<int, double> Known = new() { [10] = 1.28e6, [1000] = 0.83e6 };

    private const string SimPy = """
        import sys, time, simpy
        n, total = int(sys.argv[1]), int(sys.argv[2])
        env = simpy.Environment()
        def process(k):
            for _ in range(total // n):
                yield env.timeout(1 + k * 0.001)
        for k in range(n):
            env.process(process(k))
        start = time.perf_counter()
        env.run()
        print(total / (time.perf_counter() - start))
        """;

    public static int Run()
    {
        var isMet = true;
        foreach (var processes in new[] { 10, 1000 })
        {
            var hasPeer = Peer.Python(SimPy, "10", "1000") is not null;
            const int total = 400_000;
            Events(processes, total);
            var rates = Rounds.Medians(
                5, () => Events(processes, total),
                () => hasPeer
                    ? Peer.Python(SimPy, Text(processes), Text(total))!.Value
                    : Known[processes]);
            var ratio = rates[0] / rates[1];
            isMet &= ratio >= 1;
            Rounds.Print($"virtual clock, {processes} processes", $"{rates[0]:0,0} events/s",
                $">= 1 x SimPy: {ratio:0.0} x its {rates[1]:0,0} events/s" + (hasPeer ? "" : " (not here; as known)"),
                ratio >= 1);
        }
        return isMet ? 0 : 1;
    }

    private static double Events(int processes, int total)
    {
        var time = new VirtualTime(DateTimeOffset.UnixEpoch);
        var start = Stopwatch.GetTimestamp();
        time.Run(() => Task.WhenAll(Enumerable.Range(0, processes).Select(async k =>
        {
            for (var i = 0; i < total / processes; i++)
                await Task.Delay(TimeSpan.FromSeconds(1 + k * 0.001), time);
        })));
        return total / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
