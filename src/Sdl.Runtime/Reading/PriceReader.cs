using Sdl.Core.Instruments;
using Sdl.Core.Materials;

namespace Sdl.Runtime.Reading;

/// <summary>Reads what things cost; the prices stand beside the things.</summary>
internal sealed class PriceReader(YamlMap root, Prices? known = null)
{
    private readonly string? _currency = root.Text("currency") ?? known?.Currency;
    private readonly Dictionary<InstrumentId, double> _perHour = new(known?.PerHour ?? Prices.None.PerHour);
    private readonly Dictionary<string, double> _perCubicMetre = new(known?.PerCubicMetre ?? Prices.None.PerCubicMetre);
    private readonly Dictionary<string, double> _perPart = new(known?.PerPart ?? Prices.None.PerPart);

    public Prices Prices => new(_currency, _perHour, _perCubicMetre, _perPart);

    public void ReadInstrument(string id, YamlMap entry)
    {
        if (Price(entry, "cost_per_hour") is { } price)
            _perHour[new InstrumentId(id)] = price;
    }

    public void ReadStock(string name, YamlMap entry)
    {
        if (Price(entry, "price_per_mL") is { } price)
            _perCubicMetre[name] = price * 1e6;
    }

    public void ReadPart(string name, YamlMap entry)
    {
        if (Price(entry, "price") is { } price)
            _perPart[name] = price;
    }

    private double? Price(YamlMap entry, string key)
    {
        if (entry.Number(key) is not { } price)
            return null;
        if (price < 0)
            entry.Findings.Add(entry.MarkOf(key), $"{key}: a price is zero or more");
        if (_currency is null)
            entry.Findings.Add(
                entry.MarkOf(key), $"{key}: in what? give the lab file a line such as 'currency: EUR'");
        return price;
    }
}
