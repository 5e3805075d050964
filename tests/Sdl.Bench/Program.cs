using Sdl.Bench;

switch (args)
{
    case ["planner", ..]:
        return PlannerScore.Run(args[1..]);
    case ["campaign", ..]:
        return await CampaignScore.RunAsync(args[1..]);
    case ["safe", ..]:
        return await SafeScore.RunAsync();
    default:
        Console.Error.WriteLine(
            "planner [PROBLEM] [SEEDS]   experiments and milliseconds that the planner needs on known problems");
        Console.Error.WriteLine("safe                        milliseconds until the last instrument is told to be safe");
        Console.Error.WriteLine("campaign [FILE] [SEEDS]     experiments that the whole simulated laboratory needs");
        return 2;
}
