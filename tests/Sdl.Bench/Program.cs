using Sdl.Bench;
using Sdl.Bench.Planning;

(string Name, string Takes, string Says, Func<string[], Task<int>> Run)[] benchmarks =
[
    ("planner", "[PROBLEM...] [--seeds 0-19]",
        "regret and experiments needed, beside other planners; --out F keeps traces",
        a => Task.FromResult(PlannerScore.Run(a))),
    ("planner-speed", "[OBSERVATIONS...]", "milliseconds of an ask and a fit, beside a Cholesky factor in the same run",
        a => Task.FromResult(PlannerSpeed.Run(a))),
    ("campaign", "[FILE] [SEEDS]", "experiments that the whole simulated laboratory needs", CampaignScore.RunAsync),
    ("journal", "[EVENTS]", "replay, resume at the tail, durable steps and group commit, against their floors",
        JournalSpeed.RunAsync),
    ("clock", "", "events per second of the virtual clock, beside SimPy", _ => Task.FromResult(ClockSpeed.Run())),
    ("engine", "", "steps per second, and the way in and out of a wait, beside Bluesky and OpenTAP",
        _ => EngineSpeed.RunAsync()),
    ("safe", "", "milliseconds until the last instrument is told to be safe", _ => SafeScore.RunAsync()),
    ("cells", "", "how much faster than a real one a simulated cell lives",
        _ => Task.FromResult(CellSpeed.Run())),
    ("month", "", "a dry run of thirty days on 64 channels", _ => MonthOfChannels.RunAsync()),
    ("cycling", "[CYCLES] [CELL] [INTERVAL]", "a dry run of 500 cycles on each of 64 channels of one cycler",
        CyclingOfChannels.RunAsync),
    ("coverage", "[NAMESPACE...]", "branches of the safety code that the unit tests take",
        a => Task.FromResult(SafetyCoverage.Run(a))),
    ("soak", "[DAYS]", "memory, threads and handles of a laboratory at work, day after day in one process",
        Soak.RunAsync),
    ("storm", "[--days N] [--seed N]", "lab-days of faults, crashes, operators and full disks; --folder F keeps one",
        StormScore.RunAsync),
    ("serial", "", "microseconds of an exchange on a serial line, beside the C library, System.IO.Ports and pyserial",
        _ => SerialSpeed.RunAsync()),
    ("modbus", "", "microseconds of an exchange beside libmodbus and pymodbus, TCP and RTU",
        _ => ModbusSpeed.RunAsync()),
    ("opcua", "", "microseconds of a Read beside node-opcua's client, with and without security",
        _ => OpcUaSpeed.RunAsync()),
    ("fuzz", "[MESSAGES] [SEED]", "mutated messages into every decoder of a wire's bytes",
        a => Task.FromResult(FuzzScore.Run(a))),
    ("stream", "[SECONDS]", "64 channels at 1 kHz to disk: loss and share of the processor", StreamSpeed.RunAsync),
    ("parquet", "[ROWS]", "rows and megabytes per second of an export to Parquet", ParquetSpeed.RunAsync),
];

if (args is [var name, ..] && benchmarks.FirstOrDefault(b => b.Name == name) is { Run: { } run })
    return await run(args[1..]);
foreach (var benchmark in benchmarks)
    Console.Error.WriteLine($"{benchmark.Name,-10} {benchmark.Takes,-20} {benchmark.Says}");
return 2;
