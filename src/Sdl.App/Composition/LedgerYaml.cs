using System.Globalization;
using System.Text;
using Sdl.Core.Materials;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.App.Composition;

/// <summary>What a ledger leaves, as an inventory to start from.</summary>
public static class LedgerYaml
{
    private static readonly Unit Millilitre = Unit.Parse("mL");

    /// <summary>The inventory after what has happened. What is unknown is put in the middle, with half its width added
    /// to the uncertainty; a container that nobody counted is none.</summary>
    public static Inventory Left(Ledger ledger, Inventory before)
    {
        var zero = Quantity.Of(0, Millilitre);
        return before with
        {
            Containers = before.Containers.ToDictionary(
                c => c.Key,
                c => ledger.Find(c.Key) is { IsCounted: true } left
                    ? c.Value with
                    {
                        Volume = new Measured(
                            left.Volume.Si > 0 ? left.Volume : zero,
                            left.Uncertainty + (left.Most - left.Least) * 0.5),
                    }
                    : c.Value),
            Parts = before.Parts.ToDictionary(
                p => p.Key,
                p => ledger.FindPart(p.Key) is { IsCounted: true } left
                    ? p.Value with { Count = Math.Max(0, left.Left) }
                    : p.Value),
        };
    }

    /// <summary>An <c>inventory:</c> section for a lab file.</summary>
    public static string Write(Inventory inventory, Prices prices)
    {
        var text = new StringBuilder("inventory:\n");
        foreach (var (name, c) in inventory.Containers)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name}: {{");
            if (c.Holds != name)
                text.Append(CultureInfo.InvariantCulture, $"holds: {c.Holds}, ");
            text.Append(CultureInfo.InvariantCulture,
                $"volume: {Text(c.Volume.Value)}, uncertainty: {Text(c.Volume.Uncertainty)}");
            if (c.Capacity is { } capacity)
                text.Append(CultureInfo.InvariantCulture, $", capacity: {Text(capacity)}");
            if (c.DoseUncertainty is { } dose)
                text.Append(CultureInfo.InvariantCulture, $", dose_uncertainty: {dose * 100:0.####} %");
            text.Append("}\n");
        }
        foreach (var (name, part) in inventory.Parts)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name}: {{count: {part.Count}");
            if (prices.PerPart.TryGetValue(name, out var price))
                text.Append(CultureInfo.InvariantCulture, $", price: {price:0.######}");
            text.Append("}\n");
        }
        return text.ToString();
    }

    // A nanolitre is less than anybody can tell.
    private static string Text(Quantity volume) =>
        string.Create(CultureInfo.InvariantCulture, $"{volume.In(Millilitre):0.######} mL");
}
