using System.Globalization;
using System.Text.Json.Nodes;
using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Runs;
using Sdl.Core.Units;

namespace Sdl.Store.Exports;

/// <summary>A cell as a run has built it: what went in, when, by which calls.</summary>
/// <param name="cell">Its name in the run.</param>
/// <param name="number">From 1, in the order in which the run began to build them.</param>
public sealed class CellBuild(RunStarted run, string cell, int number)
{
    private readonly List<(BuildCall Call, string Step)> _done = [];
    private readonly List<(string Key, double Value)> _given = [];
    private readonly List<Dose> _doses = [];
    private string? _failure;

    public RunId Run => run.Run;

    public string Cell => cell;

    /// <summary>Unique in the journal: <c>e007-cell_3</c>.</summary>
    public string Id => $"{run.Run}-{cell}";

    /// <summary>When it was closed; null when it was not.</summary>
    public DateTimeOffset? CrimpedAt => Crimp?.Ended;

    /// <summary>Whether anything was done to build it: a run may also test a cell that was there before.</summary>
    public bool IsBuilt => _done.Count > 0 || _failure is not null;

    /// <summary>Volume fractions of what was dispensed into it; null when nothing is known.</summary>
    internal IReadOnlyDictionary<string, double>? Electrolyte { get; set; }

    private BuildCall? Crimp => _done.Select(d => d.Call).LastOrDefault(c => Crimping.Is(c.Intended.Capability));

    internal void Done(BuildCall call, PlannedCall planned, Func<Core.Records.Record> record)
    {
        _failure = null;
        _done.Add((call, planned.Step));
        foreach (var (key, from) in planned.Gives)
            if (Value(CellKeys.Find(key)!, from, call.Intended.Arguments, record()) is { } value)
                _given.Add((key, value));
    }

    internal void Failed(StepFailed failed) => _failure = $"{failed.Call} failed: {failed.Message}";

    internal void Dosed(BuildCall call, Movement movement, double volume, double spread) =>
        _doses.Add(new Dose(call, movement, volume, spread));

    /// <summary>The cell record of what happened.</summary>
    /// <param name="parts">What was known of its parts beforehand; what was measured goes before it.</param>
    public CellRecord Record(CellRecord parts, IReadOnlyDictionary<string, Stock> stocks)
    {
        var record = (parts.Id is null ? parts.With(CellKeys.SampleId, Id) : parts)
            .With(CellKeys.RunId, run.Run.Value).With("Cell number", number);
        foreach (var (key, value) in _given)
            record = record.With(key, value);
        record = Wetted(record, stocks);
        var history = new JsonArray();
        foreach (var (call, step) in _done)
            history.Add((JsonNode)Entry(call, step));
        if (_done.Count > 0)
            record = record.With("Last completed step", _done[^1].Step).With(CellKeys.AssemblyHistory, history);
        if (Crimp is { } crimp)
            record = record.With(CellKeys.CrimpedAt, crimp.Ended.ToString("O"));
        if (Crimp is { } closed && _doses.Count > 0)
            record = record.With(CellKeys.WetToCrimp, (closed.Begun - _doses[0].Call.Ended).TotalSeconds);
        if (_failure is not null || (Crimp is null && IsBuilt))
            record = record.With(CellKeys.Comment, string.Join("; ", new[]
            {
                record.Text(CellKeys.Comment), _failure is null ? "was not closed" : $"was not finished: {_failure}",
            }.Where(c => c is { Length: > 0 })));
        return Made(record);
    }

    private CellRecord Wetted(CellRecord record, IReadOnlyDictionary<string, Stock> stocks)
    {
        if (_doses.Count == 0)
            return record;
        // Doses of one meter err together, see the ledger.
        var variance = _doses.GroupBy(d => d.Movement.From).Sum(m =>
            Math.Pow(m.Sum(d => d.Volume * d.Movement.Accuracy), 2)) + _doses.Sum(d => d.Spread * d.Spread / 3);
        var volume = 1e9 * _doses.Sum(d => d.Volume);
        record = record.With(CellKeys.ElectrolyteAmount, Rounded(volume))
            .With(CellKeys.ElectrolyteUncertainty, Rounded(1e9 * Math.Sqrt(variance)));
        var placed = _done.FirstOrDefault(d => (d.Call.Intended.Matter?.Uses?.Keys ?? []).Any(
            k => k.Contains("separator", StringComparison.OrdinalIgnoreCase))).Call;
        if (placed is not null)
        {
            var before = 1e9 * _doses.Where(d => d.Call.Begun < placed.Ended).Sum(d => d.Volume);
            record = record.With("Electrolyte amount before separator (uL)", Rounded(before))
                .With("Electrolyte amount after separator (uL)", Rounded(volume - before))
                .With("Electrolyte dispense order",
                    before == 0 ? "after" : before == volume ? "before" : "before and after");
        }
        if (Electrolyte is not { } liquids)
            return record;
        var formulation = ElectrolyteTrace.Formulation(liquids, stocks);
        var described = string.Join(", ", liquids.Select(l => string.Create(
            CultureInfo.InvariantCulture, $"{l.Value * volume:0.00} uL {l.Key}")));
        return record.With("Electrolyte description", described).With(CellKeys.ElectrolyteName, formulation is null
            ? string.Join(" + ", liquids.Keys)
            : string.Join(", ", formulation.Fractions.Select(f => string.Create(
                CultureInfo.InvariantCulture, $"x({f.Key}) {f.Value:0.0000}"))));
    }

    private CellRecord Made(CellRecord record)
    {
        var uses = _done.SelectMany(d => d.Call.Intended.Matter?.Uses ?? new Dictionary<string, int>())
            .GroupBy(u => u.Key).Select(g => KeyValuePair.Create(g.Key, (JsonNode?)g.Sum(u => u.Value))).ToList();
        if (uses.Count > 0)
            record = record.With("Parts used", new JsonObject(uses));
        var made = new JsonObject
        {
            ["Author"] = run.Author, ["Protocol"] = run.Protocol, ["Protocol SHA-256"] = run.ProtocolDigest,
            ["Laboratory SHA-256"] = run.LabDigest,
            ["Instruments"] = new JsonArray(
                [.. _done.Select(d => (JsonNode)d.Call.Intended.Instrument.Value).DistinctBy(n => n.ToString())]),
        };
        return IsBuilt ? record.With("Assembled by", made) : record;
    }

    private static JsonObject Entry(BuildCall call, string step) => new()
    {
        ["Step"] = step,
        ["Description"] = $"{call.Intended.Instrument} {call.Intended.Capability} {call.Intended.Arguments}".TrimEnd(),
        ["Timestamp"] = Stamp(call.Ended), ["uts"] = call.Ended.ToUnixTimeMilliseconds() / 1e3,
        ["Begun uts"] = call.Begun.ToUnixTimeMilliseconds() / 1e3, ["Call"] = call.Intended.Call.Value,
        ["Attempt"] = call.Intended.Attempt,
    };

    private static double? Value(CellKey key, string from, Arguments arguments, Core.Records.Record record)
    {
        var column = record.Columns.Select(c => c.Name).ToList().IndexOf(from);
        Quantity? quantity = column < 0 ? arguments.Find(from)?.Quantity
            : record.Samples.Count == 0 || !double.IsFinite(record.Samples[^1].Values.Span[column]) ? null
            : Quantity.Of(record.Samples[^1].Values.Span[column], record.Columns[column].Unit);
        return quantity?.Dimension == key.Unit.Dimension ? Rounded(quantity.Value.In(key.Unit)) : null;
    }

    private static string Stamp(DateTimeOffset at) =>
        at.ToString("yyyy-MM-dd HH:mm:sszzz", CultureInfo.InvariantCulture);

    // Nine digits: those of a change of the unit are none that anybody has measured.
    private static double Rounded(double value) =>
        double.Parse(value.ToString("G9", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <summary>m3; half of the range that is not known.</summary>
    private sealed record Dose(BuildCall Call, Movement Movement, double Volume, double Spread);
}

/// <summary>An attempt at a call, and when it was begun and had ended.</summary>
public sealed record BuildCall(StepIntended Intended, DateTimeOffset Begun, DateTimeOffset Ended);
