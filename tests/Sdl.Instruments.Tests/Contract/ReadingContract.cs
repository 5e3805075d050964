using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Instruments.Tests.Support;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>What can be watched: declared, shown as declared at any time, and forced in the simulator.</summary>
public class ReadingContract
{
    private static readonly TimeSpan Tenth = TimeSpan.FromMilliseconds(100);

    /// <summary>Kind and reading.</summary>
    public static IEnumerable<TheoryDataRow<string, string>> Readings =>
        from e in Catalogue.Entries
        from reading in new ContractRig(e.Attribute.Kind).NewHost().Driver.Readings
        select new TheoryDataRow<string, string>(e.Attribute.Kind, reading.Name);

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void Readings_are_declared_alike_and_stand_on_the_page(string kind)
    {
        var readings = new ContractRig(kind).NewHost().Driver.Readings;
        var page = File.ReadAllText(Page(Catalogue.Find(kind)!).FullName);
        Assert.Distinct(readings.Select(r => r.Name));
        Assert.True(page.Contains("\n## Readings\n", StringComparison.Ordinal),
            $"{kind}: the page tells of no readings");
        Assert.All(readings, r =>
        {
            Assert.Matches("^[a-z][a-z0-9]*(_[a-z0-9]+)*$", r.Name);
            Assert.True(r.Description.Length > 0, $"{kind}: '{r.Name}' needs a description");
            Assert.True(r.Min.Dimension == r.Unit.Dimension && r.Max.Dimension == r.Unit.Dimension && r.Min < r.Max,
                $"{kind}: '{r.Name}' shows {r.Min} to {r.Max} in {r.Unit}");
            Assert.True(page.Contains($"`{r.Name}`"), $"{kind}: the page should tell of reading `{r.Name}`");
        });
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_status_shows_the_declared_readings_and_no_others(string kind)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            AsDeclared(host.Driver, (await rig.Status(host)).Readings);
            foreach (var reading in host.Driver.Readings)
            {
                var one = await rig.Within(ContractRig.Patience, "ReadAsync",
                    host.Driver.ReadAsync(new HashSet<string> { reading.Name }, CancellationToken.None).AsTask());
                Assert.True(reading.Includes(one[reading.Name]), $"{kind}: {reading.Name} = {one[reading.Name]}");
            }
        });
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void Looking_at_any_time_disturbs_no_call(string kind, string name)
    {
        var clean = CleanRun.Of(kind, name);
        var rig = ContractRig.For(kind, name);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var names = host.Driver.Readings.Select(r => r.Name).ToHashSet();
            var looks = 0;
            var call = rig.Within(clean.Duration * 3 + ContractRig.Patience, $"'{name}' while it is looked at",
                host.Driver.Finish(rig.Call(host, name)));
            // From several sides and at no fixed distance, so that looks meet every place of the conversation.
            async Task Look(TimeSpan pause)
            {
                while (!call.IsCompleted && looks < 2000)
                {
                    AsDeclared(host.Driver, (await rig.Status(host)).Readings);
                    AsDeclared(host.Driver, await host.Driver.ReadAsync(names, CancellationToken.None));
                    looks++;
                    await rig.Wait(pause);
                }
            }
            await Task.WhenAll(Look(Tenth), Look(Tenth * 0.37));
            var rows = await call;
            Assert.True(looks > 0);
            clean.CheckPlausible(rows, "while it was looked at");
            Assert.False((await rig.Status(host)).Busy);
        });
    }

    [Theory, MemberData(nameof(Readings))]
    public void Every_reading_can_be_forced_and_the_driver_sees_it(string kind, string name)
    {
        var rig = new ContractRig(kind);
        rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            await rig.Wait(TimeSpan.FromSeconds(5));
            var reading = host.Driver.Readings.Single(r => r.Name == name);
            foreach (var value in Places(reading))
            {
                Assert.True(rig.Device.Force(name, value), $"{kind}: '{name}' cannot be forced");
                // A pan that nobody looks at notices nothing: its settling begins with the first look.
                await rig.Status(host);
                await rig.Wait(TimeSpan.FromSeconds(5));
                var seen = (await rig.Status(host)).Readings[name];
                // What a display resolves, and what the noise of a pan is.
                var slack = Math.Max(Math.Abs(value.Si - reading.Min.Si) * 1e-3, reading.Unit.Scale * 0.051);
                Assert.True(Math.Abs(seen.Si - value.Si) <= slack,
                    $"{kind}: {name} is forced to {value} and shows {seen}");
            }
            Assert.True(rig.Device.Force(name, null));
            await rig.Wait(TimeSpan.FromSeconds(5));
            AsDeclared(host.Driver, (await rig.Status(host)).Readings);
        });
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void What_is_no_reading_cannot_be_forced(string kind) =>
        Assert.False(new ContractRig(kind).Device.Force("no_such_reading", null));

    // Whole numbers within what is usual on a bench: flags have their two values, others three between.
    private static IEnumerable<Quantity> Places(Reading reading)
    {
        var (min, max) = (reading.Min.In(reading.Unit), Math.Min(reading.Max.In(reading.Unit), 200));
        return (max == 1 ? new[] { 1.0, 0 } : [max - 1, Math.Max(min, 3), 50])
            .Select(v => Quantity.Of(v, reading.Unit));
    }

    private static void AsDeclared(IInstrument driver, IReadOnlyDictionary<string, Quantity> shown)
    {
        Assert.Equal(driver.Readings.Select(r => r.Name).Order(), shown.Keys.Order());
        Assert.All(driver.Readings, r => Assert.True(r.Includes(shown[r.Name]),
            $"{driver.Id}: {r.Name} = {shown[r.Name]}, declared {r.Min} to {r.Max} in {r.Unit}"));
    }
}
