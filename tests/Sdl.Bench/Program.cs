if (args is ["planner", ..]) return Sdl.Bench.PlannerScore.Run(args[1..]);
return 0;
