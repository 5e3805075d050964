using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Runtime.Interlocks;
using Sdl.Tests.Support;
using static Sdl.Tests.Runtime.Interlocks.WatchBench;

namespace Sdl.Tests.Runtime.Interlocks;

/// <summary>How often is looked while cells are cycled for weeks of virtual time.</summary>
public class DryWeeksTests
{
    private static readonly Interlock Hot = Rules.Rule("a.value > 65", "a.value < 60", settle: 2, name: "hot");

    [Fact]
    public void In_dry_weeks_what_does_nothing_is_looked_at_seldom_until_something_is_wrong()
    {
        var bench = new WatchBench { Options = InterlockWatchOptions.DryWeeks };
        bench.Watch(async session =>
        {
            using var run = session.Run(
                "steps: [{do: a.work, with: {time: 100 s}}, {do: b.work, with: {time: 1000 s}}]");
            var running = run.ExecuteAsync();
            await bench.After(90);
            Assert.InRange(bench.A.TimesRead, 60, 92);
            await bench.After(20);
            var read = bench.A.TimesRead;
            await bench.After(300);
            Assert.InRange(bench.A.TimesRead - read, 9, 11);
            Show(bench.A, 66);
            await bench.After(30);
            read = bench.A.TimesRead;
            await bench.After(5);
            Assert.InRange(bench.A.TimesRead - read, 4, 6);
            Assert.Equal(InterlockState.Pending, session.State);
            Assert.Equal(RunState.Stopped, (await running).State);
        }, Hot with { Action = InterlockAction.Pause, Settle = TimeSpan.FromSeconds(60) });
    }
}
