using Sdl.Bench;

(string Name, string Takes, string Says, Func<string[], Task<int>> Run)[] benchmarks =
[
    ("planner", "[PROBLEM] [SEEDS]", "experiments and milliseconds that the planner needs on known problems",
        a => Task.FromResult(PlannerScore.Run(a))),
    ("campaign", "[FILE] [SEEDS]", "experiments that the whole simulated laboratory needs", CampaignScore.RunAsync),
    ("journal", "[EVENTS]", "replay, resume at the tail, durable steps and group commit, against their floors",
        JournalSpeed.RunAsync),
];

if (args is [var name, ..] && benchmarks.FirstOrDefault(b => b.Name == name) is { Run: { } run })
    return await run(args[1..]);
foreach (var benchmark in benchmarks)
    Console.Error.WriteLine($"{benchmark.Name} {benchmark.Takes,-20} {benchmark.Says}");
return 2;
