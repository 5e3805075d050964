using System.Numerics;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Analysis;
using Sdl.Runtime.Campaigns;
using Sdl.Store.Exports;

namespace Sdl.App.Reports;

/// <summary>What a report is made from.</summary>
/// <param name="Problem">With the bounds cut to what the stocks reach (<see cref="CampaignChecker.Problem"/>).</param>
/// <param name="Mixer">For the stock volumes of the recommended formulation; null leaves them out.</param>
public sealed record CampaignReportInput(
    CampaignPlan Plan, Problem Problem, IPlanner Planner, IJournal Journal, CampaignSummary Summary,
    StockMixer? Mixer = null);

/// <summary>What was measured of the objective, and where.</summary>
public sealed record MeasuredValue(Formulation At, double Value, double? Uncertainty);

/// <summary>One experiment with everything that the journal tells of it.</summary>
/// <param name="At">When it was observed.</param>
public sealed record ReportRow(PastExperiment Experiment, CampaignPlan Plan, DateTimeOffset? At)
{
    private IEnumerable<string> Components => Plan.Mixture.Components.Select(c => c.Name);

    public int Number => Experiment.Number;
    public Formulation Proposed => Experiment.Proposal.At.Formulation(Components);

    public MeasuredValue? Seen => Experiment.Observed?.Observation.Named(Plan.Objective.Result) is { } o
        && o.Values.GetValueOrDefault(Plan.Objective.Result) is { } v
        ? new(o.At.Formulation(Components), v.Value, v.Uncertainty) : null;

    /// <summary>The forecast, unless a planner gave one that is no number.</summary>
    public Prediction? Predicted =>
        Experiment.Proposal.Predicted.GetValueOrDefault(Plan.Objective.Result) is { } p
        && double.IsFinite(p.Mean) && double.IsFinite(p.Deviation) ? p : null;
}

/// <summary>A measured spectrum and the circuit that describes it best.</summary>
/// <param name="Fit">Null when no circuit could be fitted.</param>
public sealed record Spectrum(
    CallId Call, IReadOnlyList<double> Hertz, IReadOnlyList<Complex> Impedance, CircuitFitResult? Fit);

/// <summary>The journal of a campaign, arranged for its report.</summary>
public sealed class ReportData
{
    private readonly CampaignReportInput _input;
    private DesignPoint? _around;

    public ReportData(CampaignReportInput input)
    {
        _input = input;
        var entries = input.Journal.Read().ToList();
        History = CampaignHistory.Of(entries);
        var times = entries.Where(e => e.Event is Observed).ToLookup(e => ((Observed)e.Event).Experiment, e => e.At);
        Rows = History.Experiments
            .Select(e => new ReportRow(
                e, Plan, times[e.Number].Select(t => (DateTimeOffset?)t).LastOrDefault())).ToList();
        Measured = Rows.Where(r => r.Seen is not null).ToList();
        Seen = Measured.Select(r => r.Seen!).ToList();
        Best = Goal == Goal.Maximise ? Measured.MaxBy(r => r.Seen!.Value) : Measured.MinBy(r => r.Seen!.Value);
        Spectra = Best is null ? [] : SpectraOf(Best.Experiment.Observed!.Run, entries);
        Cells = Best is null ? [] : CellsOf(Best.Experiment.Observed!.Run);
        Plane = CompositionPlane.Of(input.Problem.Space);
        Started = entries.Count > 0 ? entries[0].At : null;
        Ended = entries.Count > 0 ? entries[^1].At : null;
    }

    public CampaignPlan Plan => _input.Plan;
    public Problem Problem => _input.Problem;
    public CampaignSummary Summary => _input.Summary;
    public Goal Goal => Plan.Objective.Goal;
    public Unit Unit => Plan.Objective.Unit;
    public StockMixer? Mixer => _input.Mixer;
    public bool Dry => History.Started?.Dry ?? false;
    public CampaignHistory History { get; }
    public IReadOnlyList<ReportRow> Rows { get; }

    /// <summary>The rows that have a result.</summary>
    public IReadOnlyList<ReportRow> Measured { get; }

    public IReadOnlyList<MeasuredValue> Seen { get; }

    /// <summary>Of the measured ones.</summary>
    public ReportRow? Best { get; }

    /// <summary>Of the best experiment.</summary>
    public IReadOnlyList<Spectrum> Spectra { get; }

    /// <summary>What each cycle of the cells of the best experiment has given, by the instrument that cycled
    /// them.</summary>
    public IReadOnlyList<(string Cell, IReadOnlyList<CycleTotals> Cycles)> Cells { get; }

    /// <summary>Null unless the mixture has three components.</summary>
    public CompositionPlane? Plane { get; }

    public DateTimeOffset? Started { get; }
    public DateTimeOffset? Ended { get; }

    /// <summary>All observations, failed ones too.</summary>
    public IEnumerable<Observation> Observations => History.Observed.Select(o => o.Observation);

    /// <summary>The model's view of one outcome.</summary>
    public IReadOnlyList<Prediction> Predict(string outcome, IReadOnlyList<DesignPoint> at) =>
        _input.Planner.Predict(Problem, new Evidence([.. Observations]), outcome, at, Summary.Seed);

    /// <summary>What the planner recommends now: one point, or the model's front.</summary>
    public IReadOnlyList<Proposal> Recommend() =>
        _input.Planner.Recommend(Problem, new Evidence([.. Observations]), Summary.Seed);

    /// <summary>The objective at compositions; other parameters are as recommended.</summary>
    public IReadOnlyList<Prediction> Predict(IReadOnlyList<Formulation> at) => Predict(
        Plan.Objective.Result, [.. at.Select(x => CampaignParameter.Done(Plan.Parameters, Around, x))]);

    private DesignPoint Around => _around ??= Recommend() is [{ At: var at }, ..] ? at : Observations.First().At;

    /// <summary>What would have been recommended after the first <paramref name="count"/> observations.</summary>
    public Prediction? RecommendedAfter(int count) =>
        _input.Planner.Recommend(_input.Problem, EvidenceAfter(count), Summary.Seed) is [var best, ..]
        && best.Predicted.GetValueOrDefault(Plan.Objective.Result) is { } p
        && double.IsFinite(p.Mean) && double.IsFinite(p.Deviation) ? p : null;

    private List<(string Cell, IReadOnlyList<CycleTotals> Cycles)> CellsOf(RunId run) =>
        CellTest.In(_input.Journal).Where(t => t.Run == run)
            .Select(t => (t.Instrument.Value, (IReadOnlyList<CycleTotals>)[
                .. CycleTotals.Of(t.Steps(_input.Journal)).Where(c => c.IsWhole)]))
            .Where(c => c.Item2.Count > 1).ToList();

    private Evidence EvidenceAfter(int count) =>
        new([.. History.Observed.Where(o => o.Experiment <= Measured[count - 1].Number)
            .Select(o => o.Observation.Named(Plan.Objective.Result))]);

    private List<Spectrum> SpectraOf(RunId run, List<JournalEntry> entries)
    {
        var spectra = new List<Spectrum>();
        foreach (var done in entries.Select(e => e.Event).OfType<StepDone>().Where(d => d.Run == run && d.Samples > 0))
        {
            var record = _input.Journal.ReadRecord(done.Call);
            if (!ConductivityColumns.All(c => record.Columns.Any(k => k.Name == c)))
                continue;
            var z = record["z_real"].Zip(record["z_imaginary"], (re, im) => new Complex(re, im)).ToArray();
            spectra.Add(new Spectrum(done.Call, record["frequency"], z, Fit(record["frequency"], z)));
        }
        return spectra;
    }

    private static IReadOnlyList<string> ConductivityColumns { get; } = new ConductivityAnalysis().Columns;

    private static CircuitFitResult? Fit(double[] hertz, Complex[] z)
    {
        try
        {
            return ConductivityAnalysis.BestFit(hertz, z);
        }
        catch (AnalysisException)
        {
            // The plot then shows the points alone and says so; the run itself has already judged the spectrum.
            return null;
        }
    }
}
