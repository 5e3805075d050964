using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>What the next program learns of a call whose end the dead one did not see. A dose too much or too little spoils
/// an experiment unnoticed, so what the answer leads to is weighed on the bench.</summary>
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
            var host = await rig.Connected();
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
            Assert.True(outcome.Progress == CallProgress.Done, $"{kind}: '{name}' ended and is reported {outcome.Progress}: {outcome.Evidence}");
            Assert.True(columns.Count == 0 || outcome.Samples is { Count: > 0 }, $"{kind}: '{name}' is done and has no row for the record");
            Assert.All(outcome.Samples ?? [], s => Assert.Equal(columns.Count, s.Values.Length));
            outcome = await Reconciled(rig, after, next);
            Assert.True(outcome.Progress == CallProgress.NotStarted,
                $"{kind}: an equal call after a '{name}' that was done never began and is reported {outcome.Progress}: {outcome.Evidence}");
        });
    }

    [Theory, MemberData(nameof(Asked))]
    public void However_the_program_dies_the_call_is_done_once(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        for (var death = 0.0; death <= 1.2; death += 0.025)
        {
            var rig = new ContractRig(kind);
            var at = clean.Duration * death;
            var (outcome, effect) = rig.Time.Run(async () =>
            {
                var host = await rig.Connected();
                var call = rig.Call(host, name);
                _ = host.Driver.Finish(call);
                await rig.Wait(at);
                await host.Line.Kill();
                var next = await rig.Connected();
                // Half of the programs that start again make everything safe first.
                if ((int)Math.Round(death / 0.025) % 2 == 0)
                    await rig.MakeSafe(next);
                var outcome = await Reconciled(rig, next, call);
                Assert.False((await rig.Status(next)).Busy, $"{kind}: '{name}' is reported {outcome.Progress} and still runs");
                if (outcome.Progress == CallProgress.NotStarted)
                    await next.Driver.Finish(call);
                else if (outcome is { Progress: CallProgress.Partial, Remaining: { } rest })
                    await next.Driver.Finish(call with { Arguments = rest });
                return (outcome, rig.Masses);
            });
            // Anything else needs a person.
            if (outcome is { Progress: CallProgress.NotStarted or CallProgress.Done } or { Remaining: not null })
                Assert.All(clean.Masses, m => Assert.True(Math.Abs(effect[m.Key] - m.Value) <= 0.01 * Math.Abs(m.Value),
                    $"{kind}: the program died {at} into '{name}', which was reported {outcome.Progress} ({outcome.Evidence}); acting on "
                    + $"that, the vial at '{m.Key}' has {effect[m.Key]} kg, where one such call leaves {m.Value} kg"));
        }
    }

    private static Task<InvocationOutcome> Reconciled(ContractRig rig, Host host, Invocation call) => rig.Within(
        CleanRun.Of(rig.Kind, call.Capability).Duration + ContractRig.Patience, $"ReconcileAsync of '{call.Capability}'",
        ((IReconcile)host.Driver).ReconcileAsync(call, CancellationToken.None).AsTask());
}
