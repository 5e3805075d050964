using System.Globalization;

namespace Sdl.Core.Cells;

/// <summary>A value of a cell record that follows from others.</summary>
/// <param name="Stored">What the record says itself; null when it says nothing.</param>
/// <param name="From">How it was computed.</param>
public sealed record DerivedValue(string Key, double Value, double? Stored, string From)
{
    /// <summary>So far apart, rounding does not explain it.</summary>
    public const double Tolerance = 0.01;

    /// <summary>The record says something else, by more than one per cent.</summary>
    public bool Disagrees => Stored is { } stored
        && Math.Abs(stored - Value) > Tolerance * Math.Max(Math.Abs(stored), Math.Abs(Value));

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{Key} = {Value:G5} ({From}){(Disagrees ? $", but the record says {Stored:G5}" : "")}");
}

/// <summary>The electrode that limits the cell, whose capacity defines the C-rate.</summary>
public enum Limiting { Cathode, Anode }

/// <summary>Computes what follows from masses, fractions, specific capacities and diameters: active mass = (mass -
/// collector) x fraction; capacity = active mass x specific capacity, or area x areal capacity; overlap = (cathode
/// diameter / anode diameter)², 1 where the anode is not the larger; N:P = anode capacity x overlap / cathode capacity.
/// What was derived goes before what is stored, as stored values have been found not to follow from their own
/// ingredients.</summary>
public static class CellDerivation
{
    public static IReadOnlyList<DerivedValue> Of(CellRecord cell, Limiting limiting = Limiting.Cathode)
    {
        var derived = new List<DerivedValue>();
        foreach (var electrode in new[] { "Anode", "Cathode" })
            OfElectrode(cell, electrode, derived);
        if (cell.Number("Anode diameter (mm)") is { } anode && cell.Number("Cathode diameter (mm)") is { } cathode
            && anode > 0 && cathode > 0)
            Add(CellKeys.Overlap, Math.Min(1, Math.Pow(cathode / anode, 2)), "(cathode / anode diameter)², at most 1");
        if (Known("Anode balancing capacity (mAh)") is { } negative && Known(CellKeys.Overlap) is { } overlap
            && Known("Cathode balancing capacity (mAh)") is > 0 and var positive)
            Add(CellKeys.Ratio, negative * overlap / positive, "anode capacity × overlap / cathode capacity");
        if (RateCapacity(cell, limiting.ToString(), Known) is { } rate)
            Add(CellKeys.RateCapacity, rate.Value, rate.From);
        return derived;

        double? Known(string key) => derived.Find(d => d.Key == key)?.Value ?? cell.Number(key);

        void Add(string key, double value, string from) =>
            derived.Add(new DerivedValue(key, value, cell.Number(key), from));
    }

    /// <summary>The record with its derived values; those that disagreed are replaced, and the comment says so.
    /// </summary>
    public static CellRecord Complete(CellRecord cell, Limiting limiting = Limiting.Cathode)
    {
        var derived = Of(cell, limiting);
        foreach (var value in derived.Where(d => d.Stored is null || d.Disagrees))
            cell = cell.With(value.Key, value.Value);
        var replaced = derived.Where(d => d.Disagrees).Select(d => d.ToString()).ToList();
        return replaced.Count == 0 ? cell : cell.With(CellKeys.Comment, string.Join("; ",
            new[] { cell.Text(CellKeys.Comment) ?? "" }.Where(c => c.Length > 0).Concat(replaced)));
    }

    private static void OfElectrode(CellRecord cell, string electrode, List<DerivedValue> derived)
    {
        var key = $"{electrode} active material mass (mg)";
        var active = cell.Number(key);
        if (cell.Number($"{electrode} mass (mg)") is { } mass
            && cell.Number($"{electrode} current collector mass (mg)") is { } collector
            && cell.Number($"{electrode} active material mass fraction") is { } fraction)
        {
            derived.Add(new DerivedValue(key, (mass - collector) * fraction, active, "(mass - collector) × fraction"));
            active = (mass - collector) * fraction;
        }
        key = $"{electrode} balancing capacity (mAh)";
        if (active is { } milligrams
            && cell.Number($"{electrode} balancing specific capacity (mAh/g)") is { } specific)
            derived.Add(new DerivedValue(
                key, 1e-3 * milligrams * specific, cell.Number(key), "active mass × specific capacity"));
        else if (Area(cell, electrode) is { } area
            && cell.Number($"{electrode} balancing areal capacity (mAh/cm2)") is { } areal)
            derived.Add(new DerivedValue(key, area * areal, cell.Number(key), "area × areal capacity"));
    }

    private static (double Value, string From)? RateCapacity(
        CellRecord cell, string electrode, Func<string, double?> known)
    {
        var side = electrode.ToLowerInvariant();
        if (known($"{electrode} active material mass (mg)") is { } active
            && cell.Number($"{electrode} C-rate definition specific capacity (mAh/g)") is { } specific)
            return (1e-3 * active * specific, $"{side} active mass × C-rate definition specific capacity");
        return Area(cell, electrode) is { } area
            && cell.Number($"{electrode} C-rate definition areal capacity (mAh/cm2)") is { } areal
            ? (area * areal, $"{side} area × C-rate definition areal capacity") : null;
    }

    // cm².
    private static double? Area(CellRecord cell, string electrode) =>
        cell.Number($"{electrode} diameter (mm)") is > 0 and var mm ? Math.PI * mm * mm / 400 : null;
}
