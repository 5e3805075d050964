using System.Diagnostics;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Reading;

namespace Sdl.Bench;

/// <summary>A laboratory at work for a day of its own time, over and over in one process: memory, threads and open
/// files must not grow.</summary>
public static class Soak
{
    // All five instruments at work without a pause, and a quarter of an hour of rest in each hour.
    private const string Hour = """
        protocol: soak
        roles: {pump_a: '', pump_b: '', balance: '', thermostat: '', potentiostat: '', arm: ''}
        steps:
          - {name: on, do: arm.power_on}
          - name: hour
            repeat: 24
            steps:
              - {name: fetch, do: arm.run_program, with: {program: vial_to_balance.urp}}
              - name: beside
                parallel:
                  - {name: a, do: pump_a.dispense, with: {volume: 0.5 mL, rate: 2 mL/min}}
                  - {name: b, do: pump_b.dispense, with: {volume: 0.5 mL, rate: 2 mL/min}}
                  - {name: warm, do: thermostat.settle, with: {temperature: 30 degC, band: 0.2 K, hold: 5 min}}
              - {name: weigh, do: balance.weigh}
              - {name: look, do: potentiostat.ocp, with: {duration: 20 min, interval: 1 s}}
              - {name: sweep, do: potentiostat.eis, with: {start_frequency: 9 kHz, end_frequency: 1 Hz, points: 26}}
              - {name: cool, do: thermostat.settle, with: {temperature: 20 degC, band: 0.2 K, hold: 5 min}}
              - {name: rest, wait: 15 min}
        """;

    // The first days fill caches and let the runtime compile what is used much.
    private const int Warm = 3;
    private const double MostGrowth = 0.05;

    private sealed record Look(string When, double Heap, double WorkingSet, int Threads, int Handles);

    /// <param name="args"><c>[days]</c>, each a session of its own; 12 without.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var days = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 12;
        Console.WriteLine("            heap MB   working set MB   threads   handles");
        var (within, between) = (new List<Look>(), new List<Look>());
        for (var day = 1; day <= days; day++)
        {
            await DayAsync(day == days ? hour => within.Add(Tell($"hour {hour}")) : _ => { });
            between.Add(Tell($"day {day}"));
        }
        var isFlat = Compare("within a day", within[1..])
            & Compare("from day to day", between[Math.Min(Warm, days - 1)..]);
        return isFlat ? 0 : 1;
    }

    private static async Task DayAsync(Action<int> everyHour)
    {
        var folder = Directory.CreateTempSubdirectory("sdl-soak-").FullName;
        try
        {
            var file = Path.Combine(folder, "soak.yaml");
            await File.WriteAllTextAsync(file, Hour);
            var (lab, protocol) = (LabReader.Read("protocols/labs/electrolyte.yaml"), ProtocolReader.Read(file));
            await LabRunner.RunAsync(new RunMode(true, 1, 1), lab, folder, async (session, journal) =>
            {
                var bound = session.Bind(protocol, new Dictionary<string, InstrumentId>());
                var id = new RunId("run");
                using var run = session.NewRun(
                    new RunRequest(id, bound, ProtocolChecker.Complete(protocol, Arguments.None), "soak"),
                    RunHistory.Of(id, journal), journal);
                var hour = 0;
                journal.Appended += e =>
                {
                    if (e is WaitStarted)
                        everyHour(++hour);
                };
                var end = await run.ExecuteAsync();
                return end.State == RunState.Completed ? end : throw new IOException(end.Why);
            });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Look Tell(string when)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var heap = GC.GetTotalMemory(forceFullCollection: true) / 1e6;
        using var process = Process.GetCurrentProcess();
        var look = new Look(when, heap, process.WorkingSet64 / 1e6, process.Threads.Count, process.HandleCount);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{look.When,-8} {look.Heap,10:0.00} {look.WorkingSet,16:0.0} {look.Threads,9} {look.Handles,9}"));
        return look;
    }

    private static bool Compare(string over, List<Look> looks)
    {
        var (first, last) = (looks[0], looks[^1]);
        var (heap, set) = (last.Heap / first.Heap - 1, last.WorkingSet / first.WorkingSet - 1);
        // The pool keeps a thread more or less by itself: what has been is no growth.
        var before = looks.Take((looks.Count + 1) / 2).ToList();
        var isFlat = heap < MostGrowth && set < MostGrowth && last.Threads <= before.Max(l => l.Threads)
            && last.Handles <= before.Max(l => l.Handles);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{over}: heap {heap:+0.0%;-0.0%}, working set {set:+0.0%;-0.0%}, "
            + $"threads {last.Threads - first.Threads:+0;-0;0}, handles {last.Handles - first.Handles:+0;-0;0}"
            + $": {(isFlat ? "flat" : "it grows")}"));
        return isFlat;
    }
}
