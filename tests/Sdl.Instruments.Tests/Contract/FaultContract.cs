using Sdl.Core.Instruments;
using Sdl.Core.Simulation;
using Sdl.Core.Units;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Whatever a device or its line does: what was asked for, truthfully, or an
/// <see cref="InstrumentException"/>, in time, and once the fault is over all is well. What nobody could notice
/// stands on the driver's page, under <c>What it cannot notice</c>. A failing case is repeated by its seed.</summary>
public class FaultContract
{
    private const int Seeds = 12;

    private static readonly Dictionary<string, Quantity> NoReadings = [];

    public static IEnumerable<TheoryDataRow<string, string>> KindsAndFaults =>
        from row in Kinds
        from fault in new ContractRig(row.Data).Device.Faults.Known
        select new TheoryDataRow<string, string>(row.Data, fault);

    public static IEnumerable<TheoryDataRow<string, string, string>> CallsAndFaults =>
        from row in Calls
        from fault in new ContractRig(row.Data.Item1).Device.Faults.Known
        select new TheoryDataRow<string, string, string>(row.Data.Item1, row.Data.Item2, fault);

    [Theory, MemberData(nameof(KindsAndFaults))]
    public void Connecting_survives_a_fault(string kind, string fault) =>
        ForEachSeed(() => new ContractRig(kind), fault, async (rig, host, seed, expected) =>
    {
        Strike(rig, fault, seed, TimeSpan.Zero);
        await rig.Attempt(
            ContractRig.Patience + ContractRig.Allowed(fault), $"ConnectAsync with {fault}", () => rig.Connect(host));
        await Recovers(rig, host, fault, expected);
    });

    [Theory, MemberData(nameof(KindsAndFaults))]
    public void Looking_survives_a_fault(string kind, string fault) =>
        ForEachSeed(() => new ContractRig(kind), fault, async (rig, host, seed, expected) =>
    {
        await rig.Connect(host);
        Strike(rig, fault, seed, TimeSpan.Zero);
        for (var i = 0; i < 4; i++)
        {
            InstrumentStatus? status = null;
            await rig.Attempt(ContractRig.Patience, $"ReadStatusAsync with {fault}", async () =>
                status = await host.Driver.ReadStatusAsync(CancellationToken.None));
            if (status is not null && IsOfTheWire(fault) && !CannotNotice(kind).Contains(fault))
                SameReadings(expected, status, $"with {fault}");
        }
        await Recovers(rig, host, fault, expected);
    });

    [Theory, MemberData(nameof(CallsAndFaults))]
    public void A_call_survives_a_fault(string kind, string name, string fault)
    {
        var clean = CleanRun.Of(kind, name);
        ForEachSeed(() => ContractRig.For(kind, name), fault, async (rig, host, seed, expected) =>
        {
            await rig.Connect(host);
            var (call, before) = (rig.Call(host, name), rig.Effects);
            List<Sample>? rows = null;
            Strike(rig, fault, seed, clean.Duration * (seed / (double)Seeds));
            // Lost replies cost time, and who waits for a slow measurement waits longer before giving it up.
            var allowed = call.Arguments.Find("timeout")?.Quantity?.ToTimeSpan() ?? TimeSpan.Zero;
            await rig.Attempt(
                clean.Duration * 5 + ContractRig.Patience + ContractRig.Allowed(fault) + allowed,
                $"'{name}' with {fault}", async () => rows = await host.Driver.Finish(call));
            if (rows is not null && Deceives(fault) && !CannotNotice(kind).Contains(fault))
            {
                clean.CheckPlausible(rows, $"with {fault}, seed {seed}");
                Assert.True(Math.Abs(rig.Effects - before - clean.Effects) <= 0.01 * clean.Effects,
                    $"'{name}' ended well with {fault}, and the device has done {rig.Effects - before} where it does "
                    + $"{clean.Effects}");
            }
            await rig.Attempt(ContractRig.SafeLimit + TimeSpan.FromSeconds(1), $"MakeSafeAsync with {fault}",
                () => rig.MakeSafe(host));
            rig.Misbehave(null, Never, 0);
            await rig.Wait(TimeSpan.FromSeconds(5));
            var error = await rig.Attempt(
                ContractRig.SafeLimit, $"MakeSafeAsync after {fault}", () => rig.MakeSafe(host));
            Assert.True(error is null,
                $"MakeSafeAsync failed when all was well again after {fault}: {error?.Message}");
            Assert.True(
                rig.Device.Danger is null, $"MakeSafeAsync after {fault} ended well, and the device is not safe");
            await Recovers(rig, host, fault, expected with { Readings = NoReadings });
        });
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_page_names_only_faults_that_the_device_can_have(string kind) =>
        Assert.Subset(new ContractRig(kind).Device.Faults.Known.ToHashSet(), CannotNotice(kind));

    private static FaultTimes Never => new(0, 0, [], []);

    private static bool IsOfTheWire(string fault) => FaultKind.OfTheWire.Any(k => k.Name == fault);

    // Other faults change what is there to be measured, and what is measured may be true.
    private static bool Deceives(string fault) => IsOfTheWire(fault)
        || fault is FaultKind.StaleValue or FaultKind.WrongUnit or FaultKind.PartialEffect;

    // Every occurrence, one in two, or one that comes after a while; of requests and of replies.
    private static void Strike(ContractRig rig, string fault, int seed, TimeSpan after)
    {
        var when = (seed % 3) switch
        {
            0 => Never with { At = [after] },
            1 => Never with { Chance = 1 },
            _ => Never with { Chance = 0.5 },
        };
        rig.Misbehave(fault, when, (ulong)seed,
            onRequest: seed / 3 % 2 == 1 && fault is FaultKind.DropByte or FaultKind.BadChecksum);
    }

    private static void ForEachSeed(
        Func<ContractRig> bench, string fault, Func<ContractRig, Host, int, InstrumentStatus, Task> test)
    {
        var struck = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var rig = bench();
            var error = Record.Exception(() => rig.Time.Run(async () =>
            {
                var expected = await rig.WasUsed();
                await test(rig, rig.NewHost(), seed, expected);
            }));
            Assert.True(error is null, $"{rig.Kind} with {fault}, seed {seed}: {error}");
            struck += rig.Struck;
        }
        // An effect is only struck by who has one.
        Assert.True(struck > 0 || fault == FaultKind.PartialEffect, $"{fault} never struck");
    }

    /// <summary>At once it may still meet what is under way; when that has come, nothing of it may be left.</summary>
    private static async Task Recovers(ContractRig rig, Host host, string fault, InstrumentStatus expected)
    {
        rig.Misbehave(null, Never, 0);
        // What a device has been through may show in its readings; what its line has been through may not.
        var readings = IsOfTheWire(fault) && !CannotNotice(rig.Kind).Contains(fault) ? expected.Readings : NoReadings;
        InstrumentStatus? status = null;
        await rig.Attempt(ContractRig.Patience, $"ConnectAsync and ReadStatusAsync after {fault}", async () =>
        {
            await rig.Connect(host);
            status = await rig.Status(host);
        });
        if (status is not null)
            SameReadings(expected with { Readings = readings }, status, $"just after {fault}");
        await rig.Wait(TimeSpan.FromSeconds(3));
        await rig.Attempt(
            ContractRig.Patience, $"the first ConnectAsync once {fault} was over", () => rig.Connect(host));
        await rig.Within(ContractRig.Patience, $"ConnectAsync once {fault} was over", rig.Connect(host));
        status = await rig.Status(host);
        Assert.False(status.Busy, $"{rig.Kind} is busy after {fault} although nothing was asked of it");
        Assert.Equal(expected.Identity, status.Identity);
        SameReadings(expected with { Readings = readings }, status, $"once {fault} was over");
    }

    private static void SameReadings(InstrumentStatus expected, InstrumentStatus status, string when)
    {
        foreach (var (name, value) in expected.Readings)
            Assert.True(status.Readings.TryGetValue(name, out var read)
                && Math.Abs(read.Si - value.Si) <= 0.02 * Math.Abs(value.Si) + 1e-12,
                $"reading '{name}' is {status.Readings.GetValueOrDefault(name)} {when}, where it is {value}: "
                + "a reply was taken for that to another question");
    }
}
