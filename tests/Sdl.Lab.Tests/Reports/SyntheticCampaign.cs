using System.Numerics;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Campaigns;
using Sdl.Simulators.Physics;
using Sdl.Store;
using Record = Sdl.Core.Records.Record;

namespace Sdl.Lab.Tests.Reports;

/// <summary>A campaign's journal without a laboratory: the electrolyte model gives the conductivities, a fixed noise
/// blurs them, and three spectra belong to each experiment.</summary>
public sealed class SyntheticCampaign : IDisposable
{
    private const double CellConstant = 0.7; // 1/cm
    private static readonly Unit Conductivity = Unit.Parse("mS/cm");
    private static readonly InstrumentId Potentiostat = new("potentiostat");

    // The four stocks of the ASAB list (asab_stockSolutions.csv), by weighed masses.
    private static readonly Stock[] Stocks =
    [
        Stock("salt in EC and EMC", 1288, ("LiPF6", 10.62), ("EC", 24.752), ("EMC", 24.752)),
        Stock("salt in EMC", 1162, ("LiPF6", 10.018), ("EMC", 41.167)),
        Stock("EC and EMC", 1159, ("EC", 25.474), ("EMC", 25.474)),
        Stock("EMC", 1005, ("EMC", 44.96)),
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("sdl-report-").FullName;
    private readonly LabClock _clock = new();
    private readonly SqliteJournal _journal;
    private readonly KernelPlanner _planner = new();

    public SyntheticCampaign(Goal goal = Goal.Maximise, string name = "conductivity of LiPF6 in EC and EMC")
    {
        _journal = SqliteJournal.Open(_folder, _clock);
        var components = new ContinuousParameter[] { new("EC", 0, 0.6), new("EMC", 0.4, 1), new("LiPF6", 0, 0.2) };
        Mixer = new StockMixer(Stocks, components.Select(c => c.Name).ToList());
        Plan = new CampaignPlan(
            name, "Finds the most conductive electrolyte at 25 °C that four stock solutions can give.",
            "4f2a9c1b7d3e58a0", "protocol.yaml", "lab.yaml", 25, 7,
            new ObjectivePlan("conductivity", goal, Conductivity),
            new MixturePlan(components, Quantity.Of(10, "mL"), Quantity.Of(0.1, "mL"), Quantity.Of(0.01, "mL"), 0.005,
                Stocks.ToDictionary(s => s.Name, s => s.Name.Replace(' ', '_')), null, "mass"),
            new ReferenceOptimum(Quantity.Of(9.95, Conductivity), Quantity.Of(299.65, "K"),
                "grid search of the simulator's electrolyte model"),
            new Mark("campaign.yaml", 1, 1));
        Problem = CampaignChecker.Problem(Plan, Mixer);
    }

    public string Folder => _folder;
    public CampaignPlan Plan { get; init; }
    public Problem Problem { get; }
    public StockMixer Mixer { get; }

    public void Dispose()
    {
        _journal.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    public SyntheticCampaign Start(bool dry = true)
    {
        Append(new CampaignStarted(Plan.Name, Plan.Seed, Plan.Digest, "b81d07ce94f1aa35", "09ce77d1f2b6480e", dry,
            "a scientist"));
        return this;
    }

    public SyntheticCampaign Observe(int count, bool spectra = true)
    {
        for (var n = 1; n <= count; n++)
            Experiment(n, spectra);
        return this;
    }

    /// <summary>An experiment of round numbers.</summary>
    public SyntheticCampaign Literal(
        int n, double ec, double salt, double value, double? uncertainty, Prediction? predicted, string reason)
    {
        var at = new Formulation(new Dictionary<string, double> { ["EC"] = ec, ["EMC"] = 0.5, ["LiPF6"] = salt });
        var run = CampaignHistory.RunOf(n, 1);
        Append(new Proposed(n, new Proposal(
            DesignPoint.Of(at),
            predicted is null ? [] : new Dictionary<string, Prediction> { [Plan.Objective.Result] = predicted },
            reason, new Dictionary<string, double>())));
        Append(new Mixed(n, run, at, new Dictionary<string, Quantity>(), at, new Dictionary<string, Measured>(),
            Measured.Exact(Quantity.Of(12, "g"))));
        Append(new Observed(n, run, Observation.Of(DesignPoint.Of(at), Plan.Objective.Result, value, uncertainty),
            Measured.Exact(Quantity.Of(value, Conductivity))));
        return this;
    }

    public SyntheticCampaign Propose(int n)
    {
        var seen = CampaignHistory.Of(_journal).Observed.Select(o => o.Observation).ToList();
        Append(new Proposed(n, _planner.Propose(Problem, new Evidence(seen), 1, Plan.Seed)[0]));
        return this;
    }

    public SyntheticCampaign End(RunState state, string why = "")
    {
        Append(new CampaignEnded(state, why));
        return this;
    }

    public CampaignReportInput Input(IPlanner? planner = null)
    {
        var entries = _journal.Read().ToList();
        var labTime = entries.Count == 0 ? TimeSpan.Zero : entries[^1].At - entries[0].At;
        var summary = CampaignSummary.Of(Plan, CampaignHistory.Of(entries), Problem, planner ?? _planner, labTime,
            TimeSpan.FromSeconds(41.3), "results/conductivity");
        return new CampaignReportInput(Plan, Problem, planner ?? _planner, _journal, summary, Mixer);
    }

    public void Append(RunEvent happened)
    {
        _clock.Advance(TimeSpan.FromSeconds(2));
        _journal.AppendAsync(happened, CancellationToken.None).AsTask().GetAwaiter().GetResult();
    }

    private void Experiment(int n, bool spectra)
    {
        Propose(n);
        var at = CampaignHistory.Of(_journal).Find(n)!.Proposal.At
            .Formulation(Plan.Mixture.Components.Select(c => c.Name));
        var run = CampaignHistory.RunOf(n, 1);
        var recipe = Mixer.Mix(at, Plan.Mixture.Volume.Si, Plan.Mixture.Least.Si, Plan.Mixture.Resolution.Si);
        _clock.Advance(TimeSpan.FromMinutes(37));
        var mass = new Measured(Quantity.Of(recipe.Mass * (1 + 0.002 * Blur(n, 1)), "kg"), Quantity.Of(2, "mg"));
        var (actual, volumes) = Mixer.Estimate(recipe, mass, Plan.Mixture.DoseUncertainty);
        var kappa = 10 * Electrolyte.Conductivity(ElectrolyteComposition.FromMoles(actual.Fractions), 298.15);
        var measured = kappa * (1 + 0.016 * Blur(n, 2));
        if (spectra)
            for (var k = 0; k < 3; k++)
                Spectrum(run, $"measure[{k + 1}]", 1000 * CellConstant / (measured * (1 + 0.01 * Blur(n, 3 + k))));
        Append(new Mixed(n, run, recipe.Nominal,
            recipe.Volumes.ToDictionary(v => v.Key, v => Quantity.Of(v.Value, "m3")), actual, volumes, mass));
        var deviation = 0.016 * measured;
        Append(new Observed(n, run, Observation.Of(DesignPoint.Of(actual), Plan.Objective.Result, measured, deviation),
            new Measured(Quantity.Of(measured, Conductivity), Quantity.Of(deviation, Conductivity))));
    }

    private void Spectrum(RunId run, string place, double resistance)
    {
        var call = new CallId($"{run}/{place}/potentiostat.eis");
        Column[] columns = [new("frequency", Unit.Parse("Hz")), new("z_real", Unit.Parse("Ohm")),
            new("z_imaginary", Unit.Parse("Ohm"))];
        var samples = new List<Sample>();
        for (var i = 0; i <= 40; i++)
        {
            var hertz = Math.Pow(10, 5 - i / 10.0);
            var jw = Complex.ImaginaryOne * (2 * Math.PI * hertz);
            var z = jw * 2e-7 + resistance + 1 / (2e-5 * Complex.Pow(jw, 0.9));
            z *= 1 + 0.002 * new Complex(Blur(i, resistance), Blur(resistance, i));
            _clock.Advance(TimeSpan.FromSeconds(1));
            samples.Add(new Sample(_clock.GetUtcNow(), new[] { hertz, z.Real, z.Imaginary }));
        }
        var record = Record.Seal(call, Potentiostat, columns, samples);
        _journal.AddSamplesAsync(call, 1, samples, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        _journal.SealAsync(new StepDone(run, call, 1, samples.Count, record.Sha256), record, CancellationToken.None)
            .AsTask().GetAwaiter().GetResult();
    }

    /// <summary>A fixed number between -1.7 and 1.7 with a deviation near one.</summary>
    private static double Blur(double a, double b)
    {
        var x = Math.Sin(a * 12.9898 + b * 78.233) * 43758.5453;
        return (x - Math.Floor(x) - 0.5) * 3.46;
    }

    private static Stock Stock(string name, double density, params (string Symbol, double Mass)[] parts) =>
        new(name, parts.ToDictionary(p => p.Symbol, p => p.Mass / parts.Sum(q => q.Mass)), density, 1, 299.8);

    private sealed class LabClock : TimeProvider
    {
        private DateTimeOffset _now = new(2026, 11, 2, 8, 30, 0, TimeSpan.Zero);

        public void Advance(TimeSpan by) => _now += by;

        public override DateTimeOffset GetUtcNow() => _now;
    }
}
