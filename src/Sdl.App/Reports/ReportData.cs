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
/// <param name="Space">The bounds cut to what the stocks reach (<see cref="CampaignChecker.Space"/>).</param>
/// <param name="Mixer">For the stock volumes of the recommended formulation; null leaves them out.</param>
public sealed record CampaignReportInput(
    CampaignPlan Plan, SearchSpace Space, IPlanner Planner, IJournal Journal, CampaignSummary Summary,
    StockMixer? Mixer = null);

/// <summary>One experiment with everything that the journal tells of it.</summary>
/// <param name="At">When it was observed.</param>
public sealed record ReportRow(PastExperiment Experiment, DateTimeOffset? At)
{
    public int Number => Experiment.Number;
    public Formulation Proposed => Experiment.Proposal.At;
    public Observation? Seen => Experiment.Observed?.Observation;

    /// <summary>The forecast, unless a planner gave one that is no number.</summary>
    public Prediction? Predicted =>
        Experiment.Proposal.Predicted is { } p && double.IsFinite(p.Mean) && double.IsFinite(p.Deviation) ? p : null;
}

/// <summary>A measured spectrum and the circuit that describes it best.</summary>
/// <param name="Fit">Null when no circuit could be fitted.</param>
public sealed record Spectrum(
    CallId Call, IReadOnlyList<double> Hertz, IReadOnlyList<Complex> Impedance, CircuitFitResult? Fit);

/// <summary>The journal of a campaign, arranged for its report.</summary>
public sealed class ReportData
{
    private readonly CampaignReportInput _input;

    public ReportData(CampaignReportInput input)
    {
        _input = input;
        var entries = input.Journal.Read().ToList();
        History = CampaignHistory.Of(entries);
        var times = entries.Where(e => e.Event is Observed).ToLookup(e => ((Observed)e.Event).Experiment, e => e.At);
        Rows = History.Experiments
            .Select(e => new ReportRow(e, times[e.Number].Select(t => (DateTimeOffset?)t).LastOrDefault())).ToList();
        Measured = Rows.Where(r => r.Seen is not null).ToList();
        Seen = Measured.Select(r => r.Seen!).ToList();
        Best = Goal == Goal.Maximise ? Measured.MaxBy(r => r.Seen!.Value) : Measured.MinBy(r => r.Seen!.Value);
        Spectra = Best is null ? [] : SpectraOf(Best.Experiment.Observed!.Run, entries);
        Cells = Best is null ? [] : CellsOf(Best.Experiment.Observed!.Run);
        Plane = CompositionPlane.Of(input.Space);
        Started = entries.Count > 0 ? entries[0].At : null;
        Ended = entries.Count > 0 ? entries[^1].At : null;
    }

    public CampaignPlan Plan => _input.Plan;
    public CampaignSummary Summary => _input.Summary;
    public Goal Goal => Plan.Objective.Goal;
    public Unit Unit => Plan.Objective.Unit;
    public StockMixer? Mixer => _input.Mixer;
    public bool Dry => History.Started?.Dry ?? false;
    public CampaignHistory History { get; }
    public IReadOnlyList<ReportRow> Rows { get; }

    /// <summary>The rows that have a result.</summary>
    public IReadOnlyList<ReportRow> Measured { get; }

    public IReadOnlyList<Observation> Seen { get; }

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

    public IReadOnlyList<Prediction> Predict(IReadOnlyList<Formulation> at) =>
        _input.Planner.Predict(_input.Space, Goal, Seen, at, Summary.Seed);

    /// <summary>What would have been recommended after the first <paramref name="count"/> observations.</summary>
    public Prediction? RecommendedAfter(int count) =>
        _input.Planner.Recommend(_input.Space, Goal, Seen.Take(count).ToList(), Summary.Seed)?.Predicted is { } p
        && double.IsFinite(p.Mean) && double.IsFinite(p.Deviation) ? p : null;

    private List<(string Cell, IReadOnlyList<CycleTotals> Cycles)> CellsOf(RunId run) =>
        CellTest.In(_input.Journal).Where(t => t.Run == run)
            .Select(t => (t.Instrument.Value, (IReadOnlyList<CycleTotals>)[
                .. CycleTotals.Of(t.Steps(_input.Journal)).Where(c => c.IsWhole)]))
            .Where(c => c.Item2.Count > 1).ToList();

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
