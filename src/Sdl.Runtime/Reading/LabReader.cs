using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads a lab file: instruments, roles, stock solutions and interlocks.</summary>
public static class LabReader
{
    private static readonly Unit KgPerM3 = Unit.Parse("kg/m3"), Kelvin = Unit.Parse("K"), Gram = Unit.Parse("g");

    /// <exception cref="FindingsException">The file cannot be used; every finding has line and column.</exception>
    public static Lab Read(string path)
    {
        var findings = new Findings();
        var file = YamlFile.Load(path, "lab", findings);
        var root = file.Root;
        var name = root.Required("lab");
        _ = root.Text("description");
        var prices = new PriceReader(root);
        var instruments = Instruments(root, prices);
        if (instruments.Count == 0)
            findings.Add(root.At, "'instruments' is missing or empty");
        var roles = Roles(root, instruments);
        var stocks = Stocks(root, prices);
        var safeOrder = SafetyReader.SafeOrder(root, instruments);
        var interlocks = InterlockReader.Read(root);
        var inventory = InventoryReader.Read(root, stocks, prices);
        root.RefuseUnread("a lab");
        findings.ThrowIfAny();
        return new Lab(name, file.Digest, instruments, roles, stocks)
        {
            SafeOrder = safeOrder, Interlocks = interlocks, Inventory = inventory, Prices = prices.Prices,
        };
    }

    private static List<LabInstrument> Instruments(YamlMap root, PriceReader prices)
    {
        var instruments = new List<LabInstrument>();
        if (root.Map("instruments") is not { } map)
            return instruments;
        foreach (var id in map.Keys)
        {
            if (map.Map(id) is not { } entry)
                continue;
            var driver = entry.Required("driver");
            var where = entry.Scalar("address");
            var settings = entry.Map("settings")?.Scalars() ?? new Dictionary<string, Scalar>();
            var deadman = SafetyReader.Deadman(entry);
            var simulation = entry.Map("simulation")?.Scalars() ?? new Dictionary<string, Scalar>();
            var patience = PatienceReader.Read(entry);
            if (where is null)
                map.Findings.Add(entry.At, "'address' is missing, such as serial:/dev/ttyUSB0?baud=9600, or sim:");
            else if (!Address.TryParse(where.Text, out var address, out var error))
                map.Findings.Add(where.At, error);
            else
                instruments.Add(new LabInstrument(
                    new InstrumentId(id), driver, address, Texts(settings), Texts(simulation), entry.At,
                    SettingsAt(settings, entry))
                { Deadman = deadman, Patience = patience });
            prices.ReadInstrument(id, entry);
            entry.RefuseUnread($"instrument '{id}'");
        }
        return instruments;
    }

    private static Dictionary<string, Mark> SettingsAt(IReadOnlyDictionary<string, Scalar> settings, YamlMap entry) =>
        new(settings.ToDictionary(s => s.Key, s => s.Value.At))
        {
            [LabInstrument.DeadmanKey] = entry.MarkOf(LabInstrument.DeadmanKey),
        };

    private static Dictionary<string, string> Texts(IReadOnlyDictionary<string, Scalar> scalars) =>
        scalars.ToDictionary(s => s.Key, s => s.Value.Text);

    private static Dictionary<string, InstrumentId> Roles(YamlMap root, List<LabInstrument> instruments)
    {
        // An instrument may fill the role of its own name without being told to.
        var roles = instruments.ToDictionary(i => i.Id.Value, i => i.Id);
        foreach (var (role, scalar) in root.Map("roles")?.Scalars() ?? new Dictionary<string, Scalar>())
        {
            if (instruments.All(i => i.Id.Value != scalar.Text))
                root.Findings.Add(
                    scalar.At, $"role '{role}' is given to '{scalar.Text}', which is no instrument of this lab");
            roles[role] = new InstrumentId(scalar.Text);
        }
        return roles;
    }

    private static Dictionary<string, Stock> Stocks(YamlMap root, PriceReader prices)
    {
        var stocks = new Dictionary<string, Stock>();
        if (root.Map("stocks") is not { } map)
            return stocks;
        foreach (var name in map.Keys)
            if (map.Map(name) is { } entry)
            {
                if (ReadStock(name, entry) is { } stock)
                    stocks[name] = stock;
                prices.ReadStock(name, entry);
                entry.RefuseUnread($"stock '{name}'");
            }
        return stocks;
    }

    private static Stock? ReadStock(string name, YamlMap entry)
    {
        var density = entry.Quantity("density", KgPerM3);
        var uncertainty = entry.Quantity("density_uncertainty", KgPerM3);
        var temperature = entry.Quantity("density_temperature", Kelvin);
        _ = entry.Text("source");
        var masses = new Dictionary<string, double>();
        if (entry.Map("masses") is { } map)
            foreach (var symbol in map.Keys)
            {
                if (Substance.Find(symbol) is null)
                    map.Findings.Add(map.MarkOf(symbol), $"'{symbol}' is not a substance that is known here; known are "
                        + string.Join(", ", Substance.All.Select(s => s.Symbol)));
                if (map.Quantity(symbol, Gram) is { } mass)
                    masses[symbol] = mass.Si;
            }
        if (density is not { Si: > 0 } || temperature is null
            || masses.Values.Any(m => m < 0) || masses.Values.Sum() <= 0)
        {
            entry.Findings.Add(entry.At, string.Create(CultureInfo.InvariantCulture,
                $"stock '{name}' needs 'masses' (name: mass lines, at least one above zero), "
                + $"'density' and 'density_temperature'"));
            return null;
        }
        return new Stock(name, masses.ToDictionary(m => m.Key, m => m.Value / masses.Values.Sum()),
            density.Value.Si, uncertainty?.Si ?? 0, temperature.Value.Si);
    }
}
