using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Connecting, looking, doing and cancelling while nothing is wrong.</summary>
public class UseContract
{
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(5);

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_connected_instrument_tells_who_and_how_it_is(string kind)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var status = await rig.Status(host);
            Assert.False(string.IsNullOrWhiteSpace(status.Identity),
                $"{kind}: Identity should give maker, model and what else it tells");
            Assert.False(string.IsNullOrWhiteSpace(status.State),
                $"{kind}: State should be the device's own word for what it does");
            Assert.False(status.Busy, $"{kind} is busy although nothing was asked of it");
            Assert.InRange(status.At, DosingBench.Start, rig.Time.GetUtcNow());
            // A reading that a capability also records is the same quantity there.
            foreach (var column in host.Driver.Capabilities.SelectMany(c => c.Columns))
                if (status.Readings.TryGetValue(column.Name, out var reading))
                    Assert.True(reading.Dimension == column.Unit.Dimension,
                        $"{kind}: reading '{column.Name}' is {reading}, its column is in {column.Unit}");
        });
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void Connecting_again_changes_nothing(string kind)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            await rig.WasUsed();
            var host = await rig.Connected();
            var before = await rig.Status(host);
            await rig.Within(ContractRig.Patience, "ConnectAsync of a connected instrument", rig.Connect(host));
            SameAs(before, await rig.Status(host));
        });
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void Connecting_works_after_the_line_was_lost_and_by_the_next_program(string kind)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            var before = await rig.WasUsed();
            var host = await rig.Connected();
            host.Line.Cut();
            await Assert.ThrowsAsync<InstrumentException>(() => rig.Status(host));
            host.Line.Mend();
            await rig.Within(ContractRig.Patience, "ConnectAsync after the line was lost", rig.Connect(host));
            SameAs(before, await rig.Status(host));
            await host.Line.Kill();
            SameAs(before, await rig.Status(await rig.Connected()));
        });
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void A_call_runs_to_its_end_and_gives_its_columns_in_the_predicted_time(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        Assert.True(clean.Rows.Count > 0 || clean.Capability.Columns.Count == 0,
            $"{kind}: '{name}' declares {clean.Capability.Columns.Count} columns and gives no rows");
        Assert.All(clean.Rows, r => Assert.True(r.Values.Length == clean.Capability.Columns.Count,
            $"{kind}: '{name}' gives {r.Values.Length} values in a row for {clean.Capability.Columns.Count} columns"));
        Assert.Equal(clean.Rows.Select(r => r.At).Order(), clean.Rows.Select(r => r.At));
        Assert.All(clean.Rows, r => Assert.InRange(r.At, clean.Start, clean.Start + clean.Duration));
        if (clean.Capability.Predict is { } predict)
        {
            var predicted = predict(TypicalArguments.Of(clean.Capability));
            Assert.True(clean.Duration >= predicted * 0.2 && clean.Duration <= predicted * 5,
                $"{kind}: '{name}' took {clean.Duration} and predicts {predicted}; "
                + "plans need it within a factor of five");
        }
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void A_cancelled_call_ends_soon_and_leaves_the_instrument_fit_for_the_next(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            using var cancel = new CancellationTokenSource();
            var running = host.Driver.InvokeAsync(rig.Call(host, name), cancel.Token).Rows();
            await rig.Wait(clean.Duration / 2);
            cancel.Cancel();
            var error = await Record.ExceptionAsync(() => rig.Within(CancelLimit, $"cancelled '{name}'", running));
            // What is as short as an exchange may come to its end instead.
            Assert.True(
                error is OperationCanceledException
                || (error is null && clean.Duration <= TimeSpan.FromSeconds(1)),
                $"{kind}: '{name}', cancelled in its middle, ended with {error?.ToString() ?? "no exception"}; "
                + "cancelling stops the device and throws OperationCanceledException");
            Assert.False((await rig.Status(host)).Busy, $"{kind} is still busy after '{name}' was cancelled");
            var rows = await rig.Within(clean.Duration + ContractRig.Patience, $"'{name}' after a cancelled one",
                host.Driver.Finish(rig.Call(host, name)));
            Assert.True(rows.Count > 0 || clean.Rows.Count == 0,
                $"{kind}: '{name}' gives no rows after a cancelled one");
        });
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void A_call_that_was_cancelled_before_it_began_does_nothing(string kind, string name)
    {
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            await rig.WasUsed();
            var host = await rig.Connected();
            var (before, bench) = (await rig.Status(host), rig.Bench);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => rig.Within(CancelLimit, $"cancelled '{name}'",
                host.Driver.InvokeAsync(rig.Call(host, name), new CancellationToken(true)).Rows()));
            SameAs(before, await rig.Status(host));
            Assert.Equal(bench, rig.Bench);
        });
    }

    private static void SameAs(InstrumentStatus expected, InstrumentStatus status)
    {
        Assert.Equal(expected.Identity, status.Identity);
        Assert.Equal(expected.State, status.State);
        Assert.Equal(expected.Busy, status.Busy);
        Assert.Equal(expected.Readings.Keys.Order(), status.Readings.Keys.Order());
    }
}
