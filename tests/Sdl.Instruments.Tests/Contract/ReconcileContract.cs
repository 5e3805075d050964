using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;
using Bench = System.Collections.Generic.IReadOnlyDictionary<string, (int Vial, double Mass)>;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>What the next program learns of a call whose end the dead one did not see. A dose too much or too little
/// spoils an experiment unnoticed, so what the answer leads to is weighed on the bench.</summary>
public class ReconcileContract
{
    /// <summary>The capabilities whose device is asked.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Asked =>
        from row in Calls
        let host = new ContractRig(row.Data.Item1).NewHost()
        where host.Driver.Capabilities.Single(c => c.Name == row.Data.Item2).Replay == Replay.AskDevice
        select row;

    [Theory, MemberData(nameof(Asked))]
    public void A_call_that_never_began_is_not_started(string kind, string name)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            // The controller of an instrument that never did anything may not know whether it has forgotten.
            var host = await Used(rig, name);
            var call = rig.Call(host, name);
            await host.Line.Kill();
            var outcome = await Reconciled(rig, await rig.Connected(), call);
            Assert.True(outcome.Progress == CallProgress.NotStarted,
                $"{kind}: '{name}' never began and is reported {outcome.Progress}: {outcome.Evidence}");
        });
    }

    [Theory, MemberData(nameof(Asked))]
    public void A_call_that_ended_unseen_is_done_and_an_equal_one_after_it_is_not(string kind, string name)
    {
        var columns = CleanRun.Of(kind, name).Capability.Columns;
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var (call, next) = (rig.Call(host, name), rig.Call(host, name));
            await host.Driver.Finish(call);
            await host.Line.Kill();
            var after = await rig.Connected();
            var outcome = await Reconciled(rig, after, call);
            Assert.True(outcome.Progress == CallProgress.Done,
                $"{kind}: '{name}' ended and is reported {outcome.Progress}: {outcome.Evidence}");
            Assert.True(columns.Count == 0 || outcome.Samples is { Count: > 0 },
                $"{kind}: '{name}' is done and has no row for the record");
            Assert.All(outcome.Samples ?? [], s => Assert.Equal(columns.Count, s.Values.Length));
            outcome = await Reconciled(rig, after, next);
            Assert.True(outcome.Progress == CallProgress.NotStarted,
                $"{kind}: an equal call after a '{name}' that was done never began and is reported {outcome.Progress}: "
                + outcome.Evidence);
        });
    }

    [Theory, MemberData(nameof(Asked))]
    public void However_the_program_dies_the_call_is_done_once(string kind, string name)
    {
        var duration = CleanRun.Of(kind, name).Duration;
        var (_, before, due) = DieAt(kind, name, null);
        var seen = new SortedSet<CallProgress>();
        for (var step = 0; step <= 50; step++)
        {
            // Half of the programs that start again make everything safe first.
            var (outcome, _, now) = DieAt(kind, name, duration * (step / 40.0), makeSafe: step % 2 == 0);
            seen.Add(outcome.Progress);
            // Anything else needs a person.
            if (outcome is { Progress: CallProgress.NotStarted or CallProgress.Done } or { Remaining: not null })
                foreach (var (place, (vial, mass)) in due)
                    Assert.True(now[place].Vial == vial
                        && Math.Abs(now[place].Mass - mass) <= 0.03 * Math.Abs(mass - before[place].Mass) + 1e-9,
                        $"{kind}: the program died {duration * (step / 40.0)} into '{name}', which was reported "
                        + $"{outcome.Progress} ({outcome.Evidence}); acting on that leaves {now[place]} at '{place}', "
                        + $"where one such call makes {(vial, mass)} out of {before[place]} (vial, kg)");
        }
        Assert.True(seen.Contains(CallProgress.NotStarted) && seen.Contains(CallProgress.Done),
            $"{kind}: a '{name}' that was interrupted anywhere between start and end was only ever reported "
            + string.Join(", ", seen));
    }

    /// <summary>One life ends so long into the call (or not before its end), the next does what is left.</summary>
    private static (InvocationOutcome Outcome, Bench Before, Bench Now) DieAt(
        string kind, string name, TimeSpan? after, bool makeSafe = false)
    {
        var rig = new ContractRig(kind);
        return rig.Time.Run(async () =>
        {
            var host = await Used(rig, name);
            var (before, call) = (rig.Bench, rig.Call(host, name));
            var running = host.Driver.Finish(call);
            await (after is { } death ? rig.Wait(death) : running);
            await host.Line.Kill();
            var next = await rig.Connected();
            if (makeSafe)
                await rig.MakeSafe(next);
            var outcome = await Reconciled(rig, next, call);
            Assert.False((await rig.Status(next)).Busy,
                $"{kind}: '{name}' is reported {outcome.Progress} and still runs");
            if (outcome.Progress == CallProgress.NotStarted)
                await next.Driver.Finish(call);
            else if (outcome is { Progress: CallProgress.Partial, Remaining: { } rest })
                await next.Driver.Finish(call with { Arguments = rest });
            return (outcome, before, rig.Bench);
        });
    }

    private static async Task<Host> Used(ContractRig rig, string name)
    {
        var host = await rig.Connected();
        await host.Driver.Finish(rig.Call(host, name));
        return host;
    }

    private static Task<InvocationOutcome> Reconciled(ContractRig rig, Host host, Invocation call) => rig.Within(
        CleanRun.Of(rig.Kind, call.Capability).Duration + ContractRig.Patience,
        $"ReconcileAsync of '{call.Capability}'",
        ((IReconcile)host.Driver).ReconcileAsync(call, CancellationToken.None).AsTask());
}
