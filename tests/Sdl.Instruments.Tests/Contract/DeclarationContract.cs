using System.Reflection;
using System.Text.RegularExpressions;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Simulators;
using Sdl.Transport;
using static Sdl.Instruments.Tests.Contract.DriversUnderTest;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>What can be said of every driver without a device: its files, and what it declares.</summary>
public partial class DeclarationContract
{
    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_driver_comes_with_page_simulator_and_tests(string kind)
    {
        var entry = Catalogue.Find(kind)!;
        var name = entry.Type.Name;
        Assert.True(entry.Attribute.Description.Length > 0,
            $"{kind}: say in [Driver(Description = ...)] what it drives");
        Assert.True(Page(entry).Exists, $"{kind} has no page: write {Page(entry).FullName}");
        var simulators = typeof(ISimulator).Assembly.GetExportedTypes();
        Assert.True(simulators.Any(t => t.GetCustomAttribute<SimulatesAttribute>()?.Kind == kind),
            $"{kind} has no simulator: write a public class with [Simulates(\"{kind}\")] in "
            + $"simulators/Sdl.Simulators/{Folder(entry)}");
        var tests = Path.Combine(Root.FullName, "tests", "Sdl.Instruments.Tests", Folder(entry), name + "Tests.cs");
        Assert.True(File.Exists(tests),
            $"{kind} has no tests of its own: write {tests} with literal frames and the device's quirks");
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_page_says_how_to_use_the_driver_and_whether_it_met_the_device(string kind)
    {
        var entry = Catalogue.Find(kind)!;
        var text = File.ReadAllText(Page(entry).FullName);
        Assert.True(text.Contains($"`{kind}`"), $"{Page(entry).Name} should name its kind, `{kind}`");
        var verified = Regex.Match(text, @"verified on hardware: *(\S+)", RegexOptions.IgnoreCase);
        Assert.True(verified.Success && verified.Groups[1].Value.StartsWith("no", StringComparison.OrdinalIgnoreCase)
            == (entry.Attribute.VerifiedOnHardware.Length == 0),
            $"{Page(entry).Name} should say 'Verified on hardware: no' or when, "
            + "as VerifiedOnHardware of [Driver] does");
        foreach (var capability in Unconnected(kind).Capabilities)
            Assert.True(text.Contains($"`{capability.Name}`"),
                $"{Page(entry).Name} should tell of `{capability.Name}`");
        Assert.True(text.Contains("safe state", StringComparison.OrdinalIgnoreCase),
            $"{Page(entry).Name} should tell of the safe state");
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_driver_is_constructed_without_touching_a_line(string kind)
    {
        var driver = Unconnected(kind);
        Assert.False(string.IsNullOrWhiteSpace(driver.SafeState),
            $"{kind}: SafeState should say what MakeSafeAsync brings about");
        Assert.NotEmpty(driver.Capabilities);
        Assert.Equal(Lab(kind).Instruments.Single().Id, driver.Id);
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void A_setting_that_the_driver_does_not_know_is_refused(string kind)
    {
        var instrument = Lab(kind).Instruments.Single();
        var settings = new Settings(new Dictionary<string, string>(instrument.Settings) { ["no_such_setting"] = "1" });
        Assert.Throws<SettingException>(() => Catalogue.Create(
            kind, new DriverContext(
                instrument.Id, instrument.Address, settings, new Untouchable(), TimeProvider.System)));
    }

    [Theory, MemberData(nameof(Kinds), MemberType = typeof(DriversUnderTest))]
    public void Capabilities_are_named_described_and_predicted_alike(string kind)
    {
        var driver = Unconnected(kind);
        Assert.Distinct(driver.Capabilities.Select(c => c.Name));
        foreach (var c in driver.Capabilities)
        {
            Assert.Distinct(c.Inputs.Select(i => i.Name));
            Assert.Distinct(c.Columns.Select(o => o.Name));
            Assert.All([c.Name, .. c.Inputs.Select(i => i.Name), .. c.Columns.Select(o => o.Name)], n =>
                Assert.True(SnakeCase.IsMatch(n),
                    $"{kind} {c.Name}: '{n}' should be snake_case, as protocols write it"));
            Assert.True(c.Description.Length > 0, $"{kind}: '{c.Name}' needs a description");
            Assert.All(c.Inputs, i =>
                Assert.True(i.Description.Length > 0, $"{kind} {c.Name}: '{i.Name}' needs a description"));
            Assert.True(c.Replay != Replay.AskDevice || driver is IReconcile,
                $"{kind} declares '{c.Name}' as AskDevice and does not implement IReconcile, "
                + "so recovery has nobody to ask");
            if (c.Predict is { } predict)
                Assert.InRange(predict(TypicalArguments.Of(c)), TimeSpan.FromTicks(1), TimeSpan.FromDays(365));
        }
    }

    [Theory, MemberData(nameof(Calls), MemberType = typeof(DriversUnderTest))]
    public void Limits_of_quantities_are_declared_and_enforced(string kind, string name)
    {
        var capability = Unconnected(kind).Capabilities.Single(c => c.Name == name);
        var typical = TypicalArguments.Of(capability);
        foreach (var input in capability.Inputs.OfType<QuantityInput>())
        {
            var what = $"{kind} {name}: '{input.Name}'";
            Assert.True(input is { Min: not null, Max: not null },
                $"{what} needs both limits: what has none is checked by nobody");
            var (min, max, dimension) = (input.Min!.Value, input.Max!.Value, input.Unit.Dimension);
            Assert.True(min.Dimension == dimension && max.Dimension == dimension,
                $"{what} has limits of another dimension than {input.Unit}");
            Assert.True(min <= max, $"{what} has limits from {min} to {max}");
            if (input.Default is { } otherwise)
                Assert.True(min <= otherwise && otherwise <= max,
                    $"{what} has the default {otherwise}, outside {min} to {max}");
            var beyond = 1e-6 * Math.Max(Math.Abs(min.Si), Math.Abs(max.Si));
            var other = dimension == Unit.One.Dimension ? Unit.Parse("K").Dimension : Unit.One.Dimension;
            Assert.All([
                new Argument(new Quantity(max.Si + beyond, dimension)),
                new Argument(new Quantity(min.Si - beyond, dimension)),
                new Argument(new Quantity(min.Si, other)), new Argument("much"),
            ], wrong => Assert.Contains(
                input.Name, Assert.Single(capability.Complete(typical.With(input.Name, wrong)).Errors)));
            Assert.All([min, max], limit =>
                Assert.Empty(capability.Complete(typical.With(input.Name, new Argument(limit))).Errors));
        }
        foreach (var input in capability.Inputs.OfType<TextInput>().Where(i => i.Choices is not null))
            Assert.NotEmpty(capability.Complete(typical.With(input.Name, new Argument("no such choice"))).Errors);
    }

    private static IInstrument Unconnected(string kind) => new ContractRig(kind).NewDriver(new Untouchable());

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*$")]
    private static partial Regex SnakeCase { get; }

    /// <summary>Lines that nobody may use yet.</summary>
    private sealed class Untouchable : ILines, ITransport
    {
        public string Name => "untouchable";

        public Line Get(InstrumentId id, Address address) => new(this);

        public ValueTask OpenAsync(CancellationToken ct) => throw Touched();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct) => throw Touched();

        public ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken ct) => throw Touched();

        public void DiscardInput() => throw Touched();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static InvalidOperationException Touched() =>
            new("a constructor must touch no line: a lab is checked unconnected; talk in ConnectAsync");
    }
}
