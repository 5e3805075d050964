using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;
using Sdl.Store.Exports;
using Sdl.Tests.Support;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Tests.Store.Exports;

/// <summary>What a run has built, from what its journal says.</summary>
public sealed class CellBuildTests
{
    private const string Build = """
        protocol: line
        roles: {pump: '', balance: '', arm: '', press: '', channel_1: '', channel_2: ''}
        steps:
          - {name: mix, do: pump.dispense, with: {volume: 1 mL}, into: vial}
          - {name: fill, do: pump.withdraw, with: {volume: 100 uL}, from: vial}
          - name: build
            each: {n: 1..2}
            cell: cell_$n
            parts: parts.json
            steps:
              - {name: weigh, do: balance.weigh, save: cathode_$n, gives: {Cathode mass (mg): mass}}
              - {name: stack, do: arm.stack, uses: {anodes: 1, separators: 1}, gives: {Rack position: slot}}
              - {name: wet, do: pump.dispense, with: {volume: 35 uL}}
              - {name: crimp, do: press.crimp}
          - name: cycle
            each: {n: 1..2}
            together: true
            steps: [{test: test.yaml, name: test, on: channel_$n, cell: cell_$n}]
        """;

    private const string Parts = """
        {
          "Cathode type": "NMC811", "Cathode current collector mass (mg)": 3, "Cathode diameter (mm)": 14,
          "Cathode active material mass fraction": 0.9, "Cathode balancing specific capacity (mAh/g)": 200,
          "Cathode C-rate definition specific capacity (mAh/g)": 180,
          "Anode diameter (mm)": 14, "Anode balancing capacity (mAh)": 2
        }
        """;

    private const string Test = """
        cell-protocol: test
        record: {time: 60 s}
        safety: {max_voltage: 4.3 V, min_voltage: 2.4 V}
        method: [{charge: C/2, until: {voltage: 4.2 V}}]
        """;

    private static readonly Dictionary<string, Stock> Stocks = new()
    {
        ["salty"] = new("salty", new Dictionary<string, double> { ["LiPF6"] = 0.2, ["EMC"] = 0.8 }, 1200, 1, 298),
        ["emc"] = new("emc", new Dictionary<string, double> { ["EMC"] = 1 }, 1000, 1, 298),
    };

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly MemoryJournal _journal;
    private readonly Protocol _protocol = Read(Build);

    public CellBuildTests() => _journal = new MemoryJournal(new Disk(), _clock);

    [Fact]
    public void Cell_was_made_of_what_was_weighed_dispensed_and_used_up()
    {
        Start("r1");
        Built("r1", 1, grams: 0.0131);
        var build = Assert.Single(Builds());
        var cell = CellDerivation.Complete(build.Record(Plan.PartsOf("cell_1"), Stocks));
        Assert.Equal(("r1-cell_1", "r1", "NMC811"), (cell.Id, cell.Text(CellKeys.RunId), cell.Text("Cathode type")));
        Assert.Equal(1, cell.Number("Cell number"));
        Assert.Equal(17, cell.Number("Rack position"));
        Assert.Equal(13.1, cell.Number("Cathode mass (mg)"));
        // (13.1 - 3) mg × 0.9, of which 200 and 180 mAh/g; N:P = 2 / 1.818.
        Assert.Equal(9.09, cell.Number("Cathode active material mass (mg)")!.Value, 9);
        Assert.Equal(1.6362, cell.Number(CellKeys.RateCapacity)!.Value, 9);
        Assert.Equal(2 / 1.818, cell.Number(CellKeys.Ratio)!.Value, 9);
        Assert.Equal(34.5, cell.Number(CellKeys.ElectrolyteAmount));
        Assert.Equal(0.345, cell.Number(CellKeys.ElectrolyteUncertainty));
        Assert.Equal("after", cell.Text("Electrolyte dispense order"));
        // 20 s between the end of the dose and the beginning of the crimp.
        Assert.Equal(20, cell.Number(CellKeys.WetToCrimp));
        Assert.Equal(build.CrimpedAt!.Value.ToString("O"), cell.Text(CellKeys.CrimpedAt));
        Assert.Null(cell.Text(CellKeys.Comment));
        var history = Assert.IsType<JsonArray>(
            cell.Values.Single(v => v.Key == CellKeys.AssemblyHistory).Value);
        Assert.Equal(["weigh", "stack", "wet", "crimp"], history.Select(h => h!["Step"]!.GetValue<string>()));
        Assert.Equal("r1/build/1/wet", history[2]!["Call"]!.GetValue<string>());
        var used = cell.Values.Single(v => v.Key == "Parts used").Value;
        Assert.Equal("""{"anodes":1,"separators":1}""", used.ToJsonString());
    }

    [Fact]
    public void Dose_that_came_in_two_parts_counts_whole_and_what_nobody_saw_widens_its_uncertainty()
    {
        Start("r1");
        var call = Intend("r1", "build/1/wet", "pump", "dispense", Move("pump", "r1/cell_1", 30));
        Write(new StepFailed(new("r1"), call, 1, "Timeout", "no answer") { Moved = Micro(10) });
        Intend("r1", "build/1/wet", "pump", "dispense", Move("pump", "r1/cell_1", 12), attempt: 2);
        Done("r1", call, 2, Micro(12));
        Do("r1", "build/1/crimp", "press", "crimp");
        var cell = Assert.Single(Builds()).Record(CellRecord.Empty, Stocks);
        // The first part is between 10 and 30: 20 with 10/√3; one per cent of 32 is the meter's.
        Assert.Equal(32, cell.Number(CellKeys.ElectrolyteAmount));
        Assert.Equal(Math.Sqrt(0.32 * 0.32 + 100.0 / 3), cell.Number(CellKeys.ElectrolyteUncertainty)!.Value, 6);
    }

    [Fact]
    public void Liquid_is_followed_through_vial_and_syringe_with_what_was_left_there()
    {
        Start("r1");
        Do("r1", "mix", "salt", "dispense", Move("salt", "r1/vial", 500, "salty"));
        Do("r1", "mix-2", "solvent", "dispense", Move("solvent", "r1/vial", 500, "emc"));
        Do("r1", "fill", "pump", "withdraw", Move("r1/vial", "pump", 60, "r1/vial"));
        Do("r1", "build/1/wet", "pump", "dispense", Move("pump", "r1/cell_1", 40));
        Start("r2");
        Do("r2", "mix", "solvent", "dispense", Move("solvent", "r2/vial", 500, "emc"));
        Do("r2", "fill", "pump", "withdraw", Move("r2/vial", "pump", 20, "r2/vial"));
        Do("r2", "build/1/wet", "pump", "dispense", Move("pump", "r2/cell_1", 40));
        var builds = Builds();
        Assert.Equal(
            "20.00 uL emc, 20.00 uL salty", builds[0].Record(CellRecord.Empty, Stocks).Text("Electrolyte description"));
        // 20 uL of the first mixture and 20 of plain solvent.
        var second = builds[1].Record(CellRecord.Empty, Stocks);
        Assert.Equal("30.00 uL emc, 10.00 uL salty", second.Text("Electrolyte description"));
        var salt = 10 * 1200 * 0.2 / Substance.Find("LiPF6")!.MolarMass;
        var emc = (10 * 1200 * 0.8 + 30 * 1000) / Substance.Find("EMC")!.MolarMass;
        Assert.Equal(
            FormattableString.Invariant($"x(EMC) {emc / (emc + salt):0.0000}, x(LiPF6) {salt / (emc + salt):0.0000}"),
            second.Text(CellKeys.ElectrolyteName));
    }

    [Fact]
    public void Composition_that_the_balance_has_corrected_goes_before_what_the_pumps_say()
    {
        Start("r1");
        Do("r1", "mix", "salt", "dispense", Move("salt", "r1/vial", 500, "salty"));
        Do("r1", "mix-2", "solvent", "dispense", Move("solvent", "r1/vial", 500, "emc"));
        Do("r1", "fill", "pump", "withdraw", Move("r1/vial", "pump", 40, "r1/vial"));
        Do("r1", "build/1/wet", "pump", "dispense", Move("pump", "r1/cell_1", 40));
        var nothing = new Formulation(new Dictionary<string, double>());
        Write(new Mixed(1, new("r1"), nothing, new Dictionary<string, Quantity>(), nothing,
            new Dictionary<string, Measured>
            {
                ["salty"] = Measured.Exact(Micro(600)), ["emc"] = Measured.Exact(Micro(400)),
            }, Measured.Exact(Quantity.Of(1, "g"))));
        Assert.Equal("16.00 uL emc, 24.00 uL salty",
            Assert.Single(Builds()).Record(CellRecord.Empty, Stocks).Text("Electrolyte description"));
    }

    [Fact]
    public void Cell_that_was_not_finished_says_why()
    {
        Start("r1");
        Do("r1", "build/1/weigh", "balance", "weigh");
        var crimp = Intend("r1", "build/1/crimp", "press", "crimp", null);
        Write(new StepFailed(new("r1"), crimp, 1, "DeviceFault", "the guard is open"));
        var build = Assert.Single(Builds());
        var cell = build.Record(CellRecord.Empty.With(CellKeys.Comment, "test"), Stocks);
        Assert.Null(build.CrimpedAt);
        Assert.Equal("weigh", cell.Text("Last completed step"));
        Assert.Equal("test; was not finished: r1/build/1/crimp failed: the guard is open",
            cell.Text(CellKeys.Comment));
    }

    [Fact]
    public void Test_knows_the_cell_that_the_run_has_built_and_another_protocol_knows_none()
    {
        Start("r1");
        Built("r1", 2, grams: 0.013);
        var (technique, record) = SampleCellTest.Records()[1];
        var call = Intend("r1", "cycle/2/test/charge", "channel_2", technique, null);
        Seal(call, 1, null, record.Columns, record.Samples);
        Assert.Equal("cell_2", Assert.Single(CellTest.In(_journal, Plan)).Cell);
        Assert.Equal("r1/channel_2/cell_2", CellTest.In(_journal, Plan)[0].Name);
        Assert.Equal(["cell_2"], Builds().Select(b => b.Cell));

        var other = new CellPlan(Read(Build.Replace("line", "another", StringComparison.Ordinal)));
        Assert.Empty(CellBuilds.In(_journal, other));
        Assert.Null(Assert.Single(CellTest.In(_journal, other)).Cell);
    }

    [Fact]
    public void Rate_of_the_test_follows_the_weighed_electrode()
    {
        var charge = Steps(_protocol.Body).OfType<Step.Invoke>().First(s => s.Role == "channel_2");
        // C/2 of (13.1 - 3) mg × 0.9 × 180 mAh/g.
        Assert.Equal(0.5 * 1.6362e-3, charge.Arguments["current"].Expression!.Evaluate(
            name => name == "cathode_2.mass" ? Quantity.Of(13.1, "mg") : null).Si, 12);
        Assert.Equal(["parts.json", "test.yaml"], _protocol.Tests);

        var declared = Read(Build, Parts.Replace(
            "\"Cathode C-rate definition specific capacity (mAh/g)\": 180,", "\"Capacity (mAh)\": 3,",
            StringComparison.Ordinal));
        charge = Steps(declared.Body).OfType<Step.Invoke>().First(s => s.Role == "channel_2");
        Assert.Equal(1.5e-3, charge.Arguments["current"].Expression!.Evaluate(_ => null).Si, 12);
        Assert.NotEqual(_protocol.Digest, declared.Digest);
    }

    [Theory]
    [InlineData("cell: cell_$n", "cell: a/b", "cannot name a cell")]
    [InlineData("cell: cell_$n\n    parts", "parts", "needs a 'cell' beside it")]
    [InlineData("parts.json", "none.json", "there is no file")]
    [InlineData("parts.json", "../parts.json", "below the folder")]
    [InlineData("Cathode mass (mg)", "Cathode mas (mg)", "is no number of the cell record")]
    [InlineData("each: {n: 1..2}\n    cell: cell_$n", "each: {n: 1..2}\n    cell: cell_1", "named twice")]
    public void What_cannot_be_meant_is_refused_at_its_place(string what, string instead, string message)
    {
        var text = Build.ReplaceLineEndings("\n").Replace(what, instead, StringComparison.Ordinal);
        var e = Assert.Throws<FindingsException>(() => Read(text));
        Assert.Contains(e.Findings, f => f.Text.Contains(message, StringComparison.Ordinal) && f.At.Line > 2);
    }

    private CellPlan Plan => new(_protocol);

    private static Protocol Read(string text, string parts = Parts)
    {
        using var folder = new TempFolder();
        folder.Write("parts.json", parts);
        folder.Write("test.yaml", Test);
        return ProtocolReader.Read(folder.Write("line.yaml", text));
    }

    private static IEnumerable<Step> Steps(IEnumerable<Step> steps) =>
        steps.SelectMany(s => Steps(s.Children).Prepend(s));

    private static Quantity Micro(double litres) => Quantity.Of(litres, "uL");

    private static Matter Move(string from, string to, double volume, string material = "pump") =>
        new(new Movement(from, to, material, Micro(volume), 0.01), null);

    private IReadOnlyList<CellBuild> Builds() => CellBuilds.In(_journal, Plan);

    private void Start(string run) => Write(new RunStarted(
        new(run), "line", _protocol.Digest, "lab", Arguments.None, new Dictionary<string, InstrumentId>(), "ann"));

    private void Built(string run, int n, double grams)
    {
        Do(run, $"build/{n}/weigh", "balance", "weigh", null, null, ("mass", "g", grams));
        Do(run, $"build/{n}/stack", "arm", "stack",
            new Matter(null, new Dictionary<string, int> { ["anodes"] = 1, ["separators"] = 1 }), null,
            ("slot", "1", 17));
        Do(run, $"build/{n}/wet", "pump", "dispense", Move("pump", $"{run}/cell_{n}", 35), Micro(34.5));
        _clock.Advance(TimeSpan.FromSeconds(20));
        Do(run, $"build/{n}/crimp", "press", "crimp");
    }

    // Each call takes ten seconds.
    private void Do(
        string run, string step, string instrument, string capability, Matter? matter = null, Quantity? moved = null,
        params (string Name, string Unit, double Value)[] row)
    {
        var call = Intend(run, step, instrument, capability, matter);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Done(run, call, 1, moved, row);
    }

    private CallId Intend(
        string run, string step, string instrument, string capability, Matter? matter, int attempt = 1)
    {
        var call = new CallId($"{run}/{step}");
        Write(new StepIntended(new(run), call, new(instrument), capability, Arguments.None, attempt)
        {
            Matter = matter,
        });
        return call;
    }

    private void Done(
        string run, CallId call, int attempt, Quantity? moved,
        params (string Name, string Unit, double Value)[] row) => Seal(
            call, attempt, moved, [.. row.Select(r => new Column(r.Name, Unit.Parse(r.Unit)))],
            row.Length == 0 ? [] : [new Sample(_clock.GetUtcNow(), row.Select(r => r.Value).ToArray())]);

    private void Seal(
        CallId call, int attempt, Quantity? moved, IReadOnlyList<Column> columns, IReadOnlyList<Sample> samples)
    {
        var record = Record.Seal(call, new("any"), columns, samples);
        var wait = _journal.AddSamplesAsync(call, attempt, samples, CancellationToken.None).AsTask();
        Assert.True(wait.IsCompletedSuccessfully);
        wait = _journal.SealAsync(new StepDone(
            new(call.Value.Split('/')[0]), call, attempt, samples.Count, record.Sha256) { Moved = moved }, record,
            CancellationToken.None).AsTask();
        Assert.True(wait.IsCompletedSuccessfully);
    }

    private void Write(RunEvent happened) =>
        Assert.True(_journal.AppendAsync(happened, CancellationToken.None).AsTask().IsCompletedSuccessfully);
}
