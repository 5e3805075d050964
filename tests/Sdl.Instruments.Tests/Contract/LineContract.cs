using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Whatever the line does: the right result or an <see cref="InstrumentException"/>, in time, and once the
/// line is well again all is well. A failing case is repeated by its seed: see <see cref="LineTrouble"/>.</summary>
public class LineContract
{
    private const int Seeds = 12;

    private static readonly Dictionary<string, Quantity> NoReadings = [];

    public static IEnumerable<TheoryDataRow<string, Trouble>> KindsAndTroubles =>
        from row in Kinds
        from trouble in Enum.GetValues<Trouble>().Where(t => t != Trouble.None)
        select new TheoryDataRow<string, Trouble>(row.Data, trouble);

    public static IEnumerable<TheoryDataRow<string, string, Trouble>> CallsAndTroubles =>
        from row in Calls
        from trouble in Enum.GetValues<Trouble>().Where(t => t != Trouble.None)
        select new TheoryDataRow<string, string, Trouble>(row.Data.Item1, row.Data.Item2, trouble);

    [Theory, MemberData(nameof(KindsAndTroubles))]
    public void Connecting_survives_a_bad_line(string kind, Trouble trouble) =>
        ForEachSeed(() => new ContractRig(kind), trouble, async (rig, host, expected) =>
    {
        host.Line.Set(trouble);
        var error = await rig.Attempt(ContractRig.Patience, $"ConnectAsync with {trouble}", () => rig.Connect(host));
        Assert.True(error is not null || trouble != Trouble.Cut, $"{kind}: ConnectAsync ended well on a cut line");
        await Recovers(rig, host, trouble, expected);
    });

    [Theory, MemberData(nameof(KindsAndTroubles))]
    public void Looking_survives_a_bad_line(string kind, Trouble trouble) =>
        ForEachSeed(() => new ContractRig(kind), trouble, async (rig, host, expected) =>
    {
        await rig.Connect(host);
        host.Line.Set(trouble);
        for (var i = 0; i < 4; i++)
        {
            InstrumentStatus? status = null;
            await rig.Attempt(ContractRig.Patience, $"ReadStatusAsync with {trouble}", async () =>
                status = await host.Driver.ReadStatusAsync(CancellationToken.None));
            if (status is not null && IsChecked(trouble))
                SameReadings(expected, status, $"with {trouble}");
        }
        await Recovers(rig, host, trouble, expected);
    });

    [Theory, MemberData(nameof(CallsAndTroubles))]
    public void A_call_survives_a_bad_line(string kind, string name, Trouble trouble)
    {
        var clean = CleanRun.Of(kind, name);
        ForEachSeed(() => ContractRig.For(kind, name), trouble, async (rig, host, expected) =>
        {
            await rig.Connect(host);
            var call = rig.Call(host, name);
            List<Sample>? rows = null;
            // Lost replies cost time, and who waits for a slow measurement waits longer before giving it up.
            var running = rig.Attempt(clean.Duration * 5 + ContractRig.Patience, $"'{name}' with {trouble}", async () =>
                rows = await host.Driver.Finish(call));
            await rig.Wait(clean.Duration * (host.Seed / (double)Seeds));
            host.Line.Set(trouble);
            await running;
            if (rows is not null && IsChecked(trouble))
                clean.CheckPlausible(rows, $"with {trouble}, seed {host.Seed}");
            await rig.Attempt(ContractRig.SafeLimit + TimeSpan.FromSeconds(1), $"MakeSafeAsync with {trouble}",
                () => rig.MakeSafe(host));
            host.Line.Set(Trouble.None);
            await rig.Wait(TimeSpan.FromSeconds(3));
            var error = await rig.Attempt(
                ContractRig.SafeLimit, $"MakeSafeAsync after {trouble}", () => rig.MakeSafe(host));
            Assert.True(error is null,
                $"MakeSafeAsync failed on a line that is well again after {trouble}: {error?.Message}");
            await Recovers(rig, host, trouble, expected with { Readings = NoReadings });
        });
    }

    // In a line of text without a checksum a lost digit cannot be noticed by anyone.
    private static bool IsChecked(Trouble trouble) => trouble != Trouble.DroppedByte;

    private static void ForEachSeed(
        Func<ContractRig> bench, Trouble trouble, Func<ContractRig, Host, InstrumentStatus, Task> test)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var rig = bench();
            var error = Record.Exception(() => rig.Time.Run(async () =>
            {
                var expected = await rig.WasUsed();
                await test(rig, rig.NewHost(seed), expected);
            }));
            Assert.True(error is null, $"{rig.Kind} with {trouble}, seed {seed}: {error}");
        }
    }

    /// <summary>At once it may still meet what is under way; when that has come, nothing of it may be left.</summary>
    private static async Task Recovers(ContractRig rig, Host host, Trouble trouble, InstrumentStatus expected)
    {
        host.Line.Set(Trouble.None);
        InstrumentStatus? status = null;
        await rig.Attempt(ContractRig.Patience, $"ConnectAsync and ReadStatusAsync after {trouble}", async () =>
        {
            await rig.Connect(host);
            status = await rig.Status(host);
        });
        if (status is not null)
            SameReadings(expected, status, $"just after {trouble}");
        await rig.Wait(TimeSpan.FromSeconds(3));
        await rig.Within(ContractRig.Patience, $"ConnectAsync once {trouble} was over", rig.Connect(host));
        status = await rig.Status(host);
        Assert.False(status.Busy, $"{rig.Kind} is busy after {trouble} although nothing was asked of it");
        Assert.Equal(expected.Identity, status.Identity);
        SameReadings(expected, status, $"once {trouble} was over");
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
