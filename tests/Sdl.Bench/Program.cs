using Sdl.Bench;

(string Name, string Description, Func<string[], Task<int>> Run)[] benchmarks =
[
    ("planner", "[PROBLEM] [SEEDS]  experiments and milliseconds that the planner needs on known problems",
        a => Task.FromResult(PlannerScore.Run(a))),
    ("campaign", "[FILE] [SEEDS]  experiments that the whole simulated laboratory needs", CampaignScore.RunAsync),
    ("clock", "events per second of the virtual clock, beside SimPy", _ => Task.FromResult(ClockSpeed.Run())),
    ("coverage", "[NAMESPACE...]  branches of the safety code that the unit tests take",
        a => Task.FromResult(SafetyCoverage.Run(a))),
    ("engine", "steps per second, and the way in and out of a wait, beside Bluesky and OpenTAP",
        _ => EngineSpeed.RunAsync()),
    ("soak", "[DAYS]  memory, threads and handles of a laboratory at work, day after day in one process",
        Soak.RunAsync),
    ("storm", "[--days N] [--seed N [--folder F]]  lab-days of faults, crashes, operators and full disks",
        StormScore.RunAsync),
];
if (args.Length > 0 && benchmarks.FirstOrDefault(b => b.Name == args[0]) is { Run: not null } chosen)
    return await chosen.Run(args[1..]);
foreach (var (name, description, _) in benchmarks)
    Console.Error.WriteLine($"{name,-10} {description}");
return 2;
