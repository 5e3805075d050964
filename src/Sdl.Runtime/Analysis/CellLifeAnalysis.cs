using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Analysis;

/// <summary>How long a batch of cells will live, from the first cycles: each cell's fade is extrapolated
/// (<see cref="CapacityFade"/>), and the batch lives as long as the geometric mean of its good cells.</summary>
public sealed class CellLifeAnalysis : IAnalysis
{
    // A cell that gives less than this share of the batch's median is no cell of this electrolyte: it is broken.
    private const double Broken = 0.5;

    // Cells of one batch differ by about this much in the logarithm of their lives (Severson et al., Nature Energy 4
    // (2019) 383); it counts as much as this many degrees of freedom, so that a few cells that happen to agree do not
    // claim a certainty that they do not have.
    private const double PriorScatter = 0.18, PriorFreedom = 4;

    private static readonly Unit AmpereHour = Unit.Parse("Ah");

    public string Name => "cell.life";

    public string Description =>
        "Cycle life of a batch of cells from the discharges of its first cycles, one record each, any cells together";

    public IReadOnlyList<Input> Inputs { get; } =
    [
        new QuantityInput("end_of_life", Unit.One, Quantity.Of(0.1, Unit.One), Quantity.Of(0.99, Unit.One),
            "share of the first capacity at which a cell's life ends", Quantity.Of(0.8, Unit.One)),
        new QuantityInput("longest_life", Unit.One, Quantity.Of(10, Unit.One), Quantity.Of(1e6, Unit.One),
            "cycles at which a cell counts that shows no fade", Quantity.Of(5000, Unit.One)),
    ];

    public IReadOnlyList<string> Columns { get; } = ["charge", "voltage", "end"];

    public IReadOnlyList<Column> Outputs { get; } =
    [
        new("life", Unit.One, "cycles; geometric mean of the good cells, uncertainty of that mean"),
        new("log_life", Unit.One, "its decimal logarithm"),
        new("capacity", AmpereHour, "mean of the first of these cycles, and its uncertainty"),
        new("retention", Unit.One, "capacity of the last of them over that of the first, mean"),
        new("good", Unit.One, "cells that count"),
        new("broken", Unit.One, "cells that gave less than half of the median, or nothing"),
    ];

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Measured> Analyse(IReadOnlyList<Record> records, Arguments inputs)
    {
        var cells = records.GroupBy(r => r.Instrument).OrderBy(g => g.Key.Value, StringComparer.Ordinal)
            .Select(g => g.Select((r, i) => (Cycle: i + 1.0, Capacity: CapacityOf(r))).ToList()).ToList();
        if (cells.Count == 0)
            throw new AnalysisException("there is no discharge");
        var firsts = cells.Select(c => c[0].Capacity).Order().ToList();
        var median = firsts[firsts.Count / 2];
        var good = cells.Where(c => c[0].Capacity > Broken * median && c[^1].Capacity > Broken * median).ToList();
        if (good.Count == 0)
            throw new AnalysisException($"none of {cells.Count} cells gives a capacity: look at the build");
        var longest = inputs.Quantity("longest_life").Si;
        var logs = good.ConvertAll(c => Math.Log(Math.Min(
            longest, CapacityFade.Of(c, inputs.Quantity("end_of_life").Si).EndOfLife?.Cycle ?? longest)));
        var (mean, deviation) = Mean(logs);
        var (capacity, spread) = (good.Average(c => c[0].Capacity), Deviation([.. good.Select(c => c[0].Capacity)]));
        var life = Math.Exp(mean);
        return new Dictionary<string, Measured>
        {
            ["life"] = new(Number(life), Number(life * deviation)),
            ["log_life"] = new(Number(mean / Math.Log(10)), Number(deviation / Math.Log(10))),
            ["capacity"] = new(
                Quantity.Of(capacity, AmpereHour), Quantity.Of(spread / Math.Sqrt(good.Count), AmpereHour)),
            ["retention"] = Measured.Exact(Number(good.Average(c => c[^1].Capacity / c[0].Capacity))),
            ["good"] = Measured.Exact(Number(good.Count)),
            ["broken"] = Measured.Exact(Number(cells.Count - good.Count)),
        };
    }

    private static Quantity Number(double value) => Quantity.Of(value, Unit.One);

    private static double CapacityOf(Record record)
    {
        var charge = record["charge"];
        return charge.Length == 0 ? 0 : Math.Abs(charge[^1]);
    }

    private static (double Mean, double Deviation) Mean(IReadOnlyList<double> logs)
    {
        var mean = logs.Average();
        var squares = logs.Sum(l => (l - mean) * (l - mean));
        var scatter = (PriorFreedom * PriorScatter * PriorScatter + squares) / (PriorFreedom + logs.Count - 1);
        return (mean, Math.Sqrt(scatter / logs.Count));
    }

    private static double Deviation(IReadOnlyList<double> values)
    {
        var mean = values.Average();
        return values.Count < 2 ? 0 : Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1));
    }
}
