using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads the <c>inventory</c> section: liquids by container, parts by number.</summary>
public static class InventoryReader
{
    private static readonly Unit Millilitre = Unit.Parse("mL");

    /// <summary>A file of its own with an <c>inventory</c> section, as <c>sdl ledger --yaml</c> prints it. What it
    /// names replaces what the lab file says; the rest stays.</summary>
    /// <exception cref="FindingsException">It cannot be used.</exception>
    public static Lab Replace(Lab lab, string path)
    {
        var findings = new Findings();
        var root = YamlFile.Load(path, "inventory", findings).Root;
        var prices = new PriceReader(root, lab.Prices);
        var read = Read(root, lab.Stocks, prices);
        if (read.IsNone)
            findings.Add(root.At, "'inventory' is missing or empty");
        root.RefuseUnread("an inventory");
        findings.ThrowIfAny();
        return lab with
        {
            Inventory = new Inventory(
                Merged(lab.Inventory.Containers, read.Containers), Merged(lab.Inventory.Parts, read.Parts)),
            Prices = prices.Prices,
        };
    }

    internal static Inventory Read(YamlMap root, IReadOnlyDictionary<string, Stock> stocks, PriceReader prices)
    {
        var containers = new Dictionary<string, Container>();
        var parts = new Dictionary<string, CountedPart>();
        if (root.Map("inventory") is not { } map)
            return Inventory.None;
        foreach (var name in map.Keys)
        {
            if (map.Map(name) is not { } entry)
                continue;
            if (name.Length == 0 || name.AsSpan().ContainsAny('/', '[', '='))
                map.Findings.Add(entry.At, $"'{name}' cannot name a container: take no '/', no '[' and no '='");
            if (entry.Has("count") == entry.Has("volume"))
                map.Findings.Add(entry.At,
                    $"'{name}' should have either a volume (volume: 50 mL) or a number (count: 40)");
            if (entry.Has("count"))
                parts[name] = ReadPart(name, entry, prices);
            else
                containers[name] = ReadContainer(name, entry, stocks);
            entry.RefuseUnread($"'{name}' in the inventory");
        }
        return new Inventory(containers, parts);
    }

    private static CountedPart ReadPart(string name, YamlMap entry, PriceReader prices)
    {
        var count = entry.Integer("count") ?? 0;
        if (count < 0)
            entry.Findings.Add(entry.MarkOf("count"), $"count: {count} should be zero or more");
        prices.ReadPart(name, entry);
        return new CountedPart(count, entry.At);
    }

    private static Container ReadContainer(string name, YamlMap entry, IReadOnlyDictionary<string, Stock> stocks)
    {
        var none = Quantity.Of(0, Millilitre);
        var holds = entry.Text("holds");
        if (holds is not null && !stocks.ContainsKey(holds))
            entry.Findings.Add(entry.MarkOf("holds"),
                $"'{holds}' is no stock of this lab; it has {string.Join(", ", stocks.Keys)}");
        var volume = entry.Quantity("volume", Millilitre) ?? none;
        var uncertainty = entry.Quantity("uncertainty", Millilitre) ?? none;
        var capacity = entry.Quantity("capacity", Millilitre);
        foreach (var (key, value) in new[] { ("volume", volume), ("uncertainty", uncertainty) })
            if (value.Si < 0)
                entry.Findings.Add(entry.MarkOf(key), $"{key}: {value} should be zero or more");
        if (capacity < volume)
            entry.Findings.Add(entry.MarkOf("capacity"), $"capacity: {volume} does not go into {capacity}");
        var dose = entry.Number("dose_uncertainty");
        if (dose is < 0 or >= 1)
            entry.Findings.Add(entry.MarkOf("dose_uncertainty"), "dose_uncertainty should be from 0 to below 100 %");
        return new Container(holds ?? name, new Measured(volume, uncertainty), capacity, dose, entry.At);
    }

    private static Dictionary<string, T> Merged<T>(
        IReadOnlyDictionary<string, T> old, IReadOnlyDictionary<string, T> better) =>
        old.Keys.Union(better.Keys).ToDictionary(k => k, k => better.TryGetValue(k, out var value) ? value : old[k]);
}
