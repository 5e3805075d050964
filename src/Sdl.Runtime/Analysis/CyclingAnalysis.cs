using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Analysis;

/// <summary>Capacity, efficiencies, fade and expected life of a cell from the records of its test, in order.</summary>
public sealed class CyclingAnalysis : IAnalysis
{
    private static readonly Unit AmpereHour = Unit.Parse("mAh"), Volt = Unit.Parse("V"), Percent = Unit.Parse("%");

    public string Name => "cell.cycling";

    public string Description => "capacity, efficiencies, fade and end of life of a cell from its steps, in order";

    public IReadOnlyList<Input> Inputs { get; } =
    [
        new QuantityInput("least_charge", AmpereHour, Quantity.Of(0, AmpereHour), Quantity.Of(1e9, AmpereHour),
            "steps that move less (pulses) begin no cycle", Quantity.Of(0, AmpereHour)),
        new QuantityInput("reference", Unit.One, Quantity.Of(1, Unit.One), Quantity.Of(1e6, Unit.One),
            "cycle whose discharge capacity counts as whole, behind the formation", Quantity.Of(1, Unit.One)),
        new QuantityInput("threshold", Percent, Quantity.Of(1, Percent), Quantity.Of(99, Percent),
            "share of that capacity at which life ends", Quantity.Of(80, Percent)),
    ];

    public IReadOnlyList<string> Columns { get; } = ["time", "voltage", "current", "charge", "energy"];

    public IReadOnlyList<Column> Outputs { get; } =
    [
        new("capacity", AmpereHour, "discharge capacity of the last whole cycle; uncertainty from the scatter"),
        new("coulombic_efficiency", Percent, "of the last whole cycle"),
        new("energy_efficiency", Percent, "of the last whole cycle"),
        new("voltage_gap", Volt, "mean voltage of its charge less that of its discharge"),
        new("retention", Percent, "its capacity over that of the reference"),
        new("fade", Percent, "loss with each cycle at the end, share of the reference capacity"),
        new("end_of_life", Unit.One, "cycle, extrapolated unless it was reached; a million where no fade shows"),
        new("cycles", Unit.One, "whole cycles"),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs)
    {
        var count = new CycleCount(inputs.Quantity("least_charge").Si / 3600);
        // Which technique a record comes from does not show: every step counts alike.
        var cycles = CycleTotals.Of(count.Of(records.Select(r => (CellTechniques.ConstantCurrent, r))))
            .Where(c => c.IsWhole).ToList();
        if (cycles.Count == 0)
            throw new AnalysisException("there is no whole cycle: a charge and a discharge are needed");
        var fade = CapacityFade.Of([.. cycles.Select(c => ((double)c.Cycle, c.Capacity.Discharge))],
            inputs.Quantity("threshold").Si, inputs.Quantity("reference").Si);
        var last = cycles[^1];
        var whole = last.Capacity.Discharge / fade.Retention;
        return new Dictionary<string, Measured>
        {
            ["capacity"] = Of(1e3 * last.Capacity.Discharge, AmpereHour, 1e3 * whole * fade.Scatter),
            ["coulombic_efficiency"] = Of(100 * last.CoulombicEfficiency, Percent),
            ["energy_efficiency"] = Of(100 * last.EnergyEfficiency, Percent),
            ["voltage_gap"] = Of(last.VoltageGap, Volt),
            ["retention"] = Of(100 * fade.Retention, Percent, 100 * fade.Scatter),
            ["fade"] = Of(100 * fade.Rate, Percent, 100 * fade.RateUncertainty),
            ["end_of_life"] = Of(fade.EndOfLife?.Cycle ?? 1e6, Unit.One, fade.EndOfLife?.Uncertainty ?? 1e6),
            ["cycles"] = Of(cycles.Count, Unit.One),
        };
    }

    private static Measured Of(double value, Unit unit, double deviation = 0) =>
        new(Quantity.Of(value, unit), Quantity.Of(deviation, unit));
}

/// <summary>Expected life from how the discharge curve has changed between two early discharges.</summary>
public sealed class EarlyLifeAnalysis : IAnalysis
{
    public string Name => "cell.early-life";

    public string Description => "cycle life from the variance of delta Q(V) between two discharges (the first and the "
        + "last record); model of Severson et al. 2019 for LFP/graphite, capacities scaled to their 1.1 Ah";

    public IReadOnlyList<Input> Inputs { get; } =
    [
        new QuantityInput("capacity", Unit.Parse("mAh"), Quantity.Of(1e-6, "mAh"), Quantity.Of(1e9, "mAh"),
            "nominal capacity of the cell"),
    ];

    public IReadOnlyList<string> Columns { get; } = ["voltage", "charge"];

    public IReadOnlyList<Column> Outputs { get; } =
    [
        new("life", Unit.One, "cycles to 80 %; one standard deviation of a single cell"),
        new("log_variance", Unit.One, "log10 of the variance of delta Q, Ah² of a 1.1 Ah cell"),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs)
    {
        if (records.Count < 2)
            throw new AnalysisException("two discharges are needed, of an early and of a later cycle");
        var scale = 1.1 * 3600 / inputs.Quantity("capacity").Si;
        var features = EarlyLifeFeatures.Of(Curve(records[0]), Curve(records[^1]));
        var (life, factor) = VarianceModel.Severson.Predict(features.LogVariance);
        return new Dictionary<string, Measured>
        {
            ["life"] = new(Quantity.Of(life, Unit.One), Quantity.Of(life * Math.Log(factor), Unit.One)),
            ["log_variance"] = Measured.Exact(Quantity.Of(features.LogVariance, Unit.One)),
        };

        (IReadOnlyList<double> Voltage, IReadOnlyList<double> Charge) Curve(Record record) =>
            (record["voltage"], Array.ConvertAll(record["charge"], q => q * scale));
    }
}
