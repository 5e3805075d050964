using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>The safe state is reached in time from wherever the instrument is, and holds.</summary>
public class SafetyContract
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Kind, capability and a fault of its simulator.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string>> Faults =>
        from row in Calls
        let call = row.Data
        from fault in new ContractRig(call.Item1).Device.Faults.Known
        select new TheoryDataRow<string, string, string>(call.Item1, call.Item2, fault);

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void An_instrument_becomes_safe_unconnected_connected_and_twice(string kind)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            // After a crash it is made safe before anything else.
            var host = rig.NewHost();
            await BecomesSafe(rig, host, "before it was connected");
            await rig.Connect(host);
            await BecomesSafe(rig, host, "when it had just been connected");
            await BecomesSafe(rig, host, "when it was safe already");
            await Rests(rig, host);
        });
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void A_busy_instrument_becomes_safe_and_its_call_ends(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        foreach (var share in new[] { 0.01, 0.5, 0.95 })
        {
            var rig = ContractRig.For(kind, name);
            rig.Time.Run(async () =>
            {
                var host = await rig.Connected();
                var running = rig.Attempt(clean.Duration + ContractRig.Patience, $"'{name}'",
                    () => host.Driver.Finish(rig.Call(host, name)));
                await rig.Wait(clean.Duration * share);
                await BecomesSafe(rig, host, $"in the middle of '{name}'");
                await Task.WhenAny(running, rig.Wait(Second));
                Assert.True(running.IsCompleted, $"{kind}: '{name}', made safe {share:0 %} through, goes on after "
                    + "MakeSafeAsync has ended; it must end the call that is under way");
                await running;
                await Rests(rig, host);
            });
        }
    }

    [Theory, MemberData(nameof(Faults))]
    public void An_instrument_with_a_fault_fails_in_time_and_becomes_safe(string kind, string name, string fault)
    {
        var clean = CleanRun.Of(kind, name);
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            rig.Device.Faults[fault] = true;
            // A fault may make a measurement wait for as long as it is allowed to.
            var allowed = rig.Call(host, name).Arguments.Find("timeout")?.Quantity?.ToTimeSpan() ?? TimeSpan.Zero;
            allowed += ContractRig.Allowed(fault);
            await rig.Attempt(clean.Duration * 2 + allowed + ContractRig.Patience, $"'{name}' with the fault '{fault}'",
                () => host.Driver.Finish(rig.Call(host, name)));
            await rig.Attempt(
                ContractRig.SafeLimit + Second, $"MakeSafeAsync with the fault '{fault}'", () => rig.MakeSafe(host));
            rig.Device.Faults[fault] = false;
            await BecomesSafe(rig, host, $"when the fault '{fault}' was over");
            await FindsTheLineAgain(rig, host);
            await Rests(rig, host);
        });
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void A_line_that_is_cut_in_a_call_ends_it_and_the_safe_state_is_not_claimed(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var before = host.Line.BytesWritten;
            await BecomesSafe(rig, host, "when it had just been connected");
            var movesNothing = host.Line.BytesWritten == before;
            await rig.Connect(host);
            var running = rig.Attempt(clean.Duration + ContractRig.Patience, $"'{name}' on a cut line",
                () => host.Driver.Finish(rig.Call(host, name)));
            await rig.Wait(clean.Duration / 2);
            host.Line.Cut();
            var error = await rig.Attempt(
                ContractRig.SafeLimit + Second, "MakeSafeAsync on a cut line", () => rig.MakeSafe(host));
            Assert.True(error is not null || movesNothing,
                $"{kind}: MakeSafeAsync ended well on a cut line; it must throw "
                + "when it could not be shown that the device is safe");
            await running;
            host.Line.Mend();
            await BecomesSafe(rig, host, "when the line was mended");
            await FindsTheLineAgain(rig, host);
            await Rests(rig, host);
        });
    }

    private static async Task BecomesSafe(ContractRig rig, Host host, string when)
    {
        var error = await rig.Attempt(ContractRig.SafeLimit, $"MakeSafeAsync {when}", () => rig.MakeSafe(host));
        Assert.True(error is null,
            $"{rig.Kind}: MakeSafeAsync {when} could not show that it is safe: {error?.Message}");
    }

    // What came late is here after some seconds; who has not used a line since finds out now that it was lost.
    private static async Task FindsTheLineAgain(ContractRig rig, Host host)
    {
        await rig.Wait(TimeSpan.FromSeconds(5));
        for (var i = 0; i < 2; i++)
            await rig.Attempt(ContractRig.Patience, "the first ConnectAsync after a fault", () => rig.Connect(host));
        await rig.Within(ContractRig.Patience, "ConnectAsync after a fault", rig.Connect(host));
    }

    // Nothing moves any more, and nothing that was still under way sets it moving again.
    private static async Task Rests(ContractRig rig, Host host)
    {
        for (var i = 0; i < 6; i++)
        {
            Assert.False((await rig.Status(host)).Busy, $"{rig.Kind} is busy {5 * i} s after it was made safe");
            await rig.Wait(TimeSpan.FromSeconds(5));
        }
    }
}
