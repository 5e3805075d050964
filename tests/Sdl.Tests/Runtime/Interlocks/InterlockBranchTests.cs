using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Core.Safety;
using Sdl.Tests.Support;
using static Sdl.Tests.Runtime.Interlocks.WatchBench;

namespace Sdl.Tests.Runtime.Interlocks;

/// <summary>Interlocks beside branches of which some may fail.</summary>
public class InterlockBranchTests
{
    [Theory]
    [InlineData(InterlockAction.Abort, RunState.Aborted, 0)]
    [InlineData(InterlockAction.Stop, RunState.Stopped, 0)]
    [InlineData(InterlockAction.Safe, RunState.Completed, 1)]
    public void What_it_asks_of_the_run_is_no_failure_of_a_branch_and_the_instrument_that_it_forbids_is(
        InterlockAction action, RunState end, int givenUp)
    {
        var bench = new WatchBench();
        bench.Watch(async session =>
        {
            using var run = session.Run("""
                steps:
                  - name: cells
                    least: 1
                    parallel:
                      - name: one
                        sequence: [{do: a.work, with: {time: 20 s}}, {do: a.work, with: {time: 5 s}, name: more}]
                      - {name: two, do: b.work, with: {time: 60 s}}
                """);
            var running = run.ExecuteAsync();
            await bench.After(10);
            Show(bench.A, 66);
            Assert.Equal(end, (await running).State);
        }, Rules.Rule("a.value > 65", "a.value < 60", settle: 2, name: "hot") with
        {
            Action = action,
            Instrument = action == InterlockAction.Safe ? new InstrumentId("a") : null,
        });
        Assert.Equal(givenUp, bench.Seen<BranchGivenUp>().Count(g => g.Branch == "run/cells/one"));
        Assert.Equal(givenUp, bench.Seen<BranchGivenUp>().Count());
    }
}
