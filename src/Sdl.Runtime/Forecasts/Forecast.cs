using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Forecasts;

/// <summary>How much of the time an instrument is in use.</summary>
/// <param name="Share">0 to 1.</param>
public sealed record Occupancy(InstrumentId Instrument, TimeSpan Busy, double Share, int Calls);

/// <summary>What is taken from one container, or of one counted part.</summary>
/// <param name="Volume">Null for a counted part.</param>
/// <param name="Uncertainty">Of the volume, one standard deviation.</param>
/// <param name="Count">Null for a liquid.</param>
public sealed record Consumption(
    string Name, string Material, Quantity? Volume, Quantity? Uncertainty, int? Count);

public sealed record CostLine(string What, double Amount);

/// <summary>What a run or campaign did, or will do when it is predicted: time, instruments, consumables, cost. Read
/// from a journal alone, so that a prediction and what happened are made alike.</summary>
/// <param name="Experiments">How many it covers; 1 for a single run.</param>
/// <param name="Currency">Null when the lab names no prices.</param>
/// <param name="Cost">In <paramref name="Currency"/>; instruments by the hours in which they are in use.</param>
public sealed record Forecast(
    string Title, RunState State, string Why, int Experiments, Timeline Timeline, IReadOnlyList<Occupancy> Instruments,
    IReadOnlyList<Consumption> Consumption, string? Currency, IReadOnlyList<CostLine> Cost)
{
    public TimeSpan Length => Timeline.Length;

    public double TotalCost => Cost.Sum(c => c.Amount);

    /// <summary>What it rests on beside the files; empty for what has happened.</summary>
    public IReadOnlyList<string> Assumptions { get; init; } = [];

    /// <summary>The branches that the runs went on without.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp { get; init; } = [];

    public static Forecast Of(string title, IReadOnlyList<JournalEntry> entries, Lab lab)
    {
        var timeline = Timeline.Of(entries);
        var last = entries.Select(e => e.Event).OfType<Moved>().LastOrDefault();
        var ended = entries.Select(e => e.Event).OfType<CampaignEnded>().LastOrDefault();
        var consumption = Consumed(Ledger.Of(entries), lab);
        var instruments = timeline.Instruments
            .OrderBy(i => Place(lab, i))
            .Select(i => new Occupancy(
                i, timeline.Busy(i), timeline.Length > TimeSpan.Zero ? timeline.Busy(i) / timeline.Length : 0,
                timeline.Bars.Count(b => b.Instrument == i)))
            .ToList();
        return new Forecast(
            title, ended?.State ?? last?.To ?? RunState.Queued, ended?.Why ?? last?.Why ?? "",
            Math.Max(1, entries.Select(e => e.Event).OfType<RunStarted>().Count()), timeline, instruments, consumption,
            lab.Prices.Currency, Costs(lab.Prices, instruments, consumption))
        {
            GivenUp = [.. entries.Select(e => e.Event).OfType<BranchGivenUp>()],
        };
    }

    private static int Place(Lab lab, InstrumentId id)
    {
        for (var i = 0; i < lab.Instruments.Count; i++)
            if (lab.Instruments[i].Id == id)
                return i;
        return lab.Instruments.Count;
    }

    /// <summary>Vessels of the runs are where it goes to, not what it is taken from.</summary>
    private static List<Consumption> Consumed(Ledger ledger, Lab lab)
    {
        var known = lab.Inventory.Containers;
        var sources = known.Keys.Concat(lab.Instruments.Select(i => i.Id.Value)).ToHashSet();
        var liquids = ledger.Holdings.Where(h => h.Taken.Si > 0 && sources.Contains(h.Container)).Select(h =>
            new Consumption(
                h.Container, known.GetValueOrDefault(h.Container)?.Holds ?? h.Container,
                h.Taken, h.Metered, null));
        var parts = ledger.Parts.Where(p => p.Used > 0)
            .Select(p => new Consumption(p.Name, p.Name, null, null, p.Used));
        return [.. liquids, .. parts];
    }

    private static List<CostLine> Costs(
        Prices prices, IReadOnlyList<Occupancy> instruments, IReadOnlyList<Consumption> consumption)
    {
        var lines = instruments.Where(i => prices.PerHour.ContainsKey(i.Instrument))
            .Select(i => new CostLine(i.Instrument.Value, prices.PerHour[i.Instrument] * i.Busy.TotalHours)).ToList();
        foreach (var used in consumption)
            if (used.Volume is { } volume && prices.PerCubicMetre.TryGetValue(used.Material, out var perVolume))
                lines.Add(new CostLine($"{used.Material} from {used.Name}", perVolume * volume.Si));
            else if (used.Count is { } count && prices.PerPart.TryGetValue(used.Name, out var perPart))
                lines.Add(new CostLine(used.Name, perPart * count));
        return lines;
    }
}
