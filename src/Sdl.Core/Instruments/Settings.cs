using Sdl.Core.Units;

namespace Sdl.Core.Instruments;

/// <summary>The settings of one instrument from the lab file, each asked for once by the driver or simulator.
/// What nobody asked for is a spelling mistake: see <see cref="Unread"/>.</summary>
public sealed class Settings(IReadOnlyDictionary<string, string> values)
{
    private readonly HashSet<string> _read = [];

    public static Settings None => new(new Dictionary<string, string>());

    public IEnumerable<string> Unread => values.Keys.Where(k => !_read.Contains(k));

    public string? Find(string name)
    {
        _read.Add(name);
        return values.GetValueOrDefault(name);
    }

    /// <exception cref="SettingException">It is missing.</exception>
    public string Text(string name) => Find(name) ?? throw new SettingException(name, "is missing");

    public string Text(string name, string otherwise) => Find(name) ?? otherwise;

    /// <exception cref="SettingException">It is no quantity of the dimension of <paramref name="unit"/>,
    /// or is missing.</exception>
    public Quantity Quantity(string name, string unit, Quantity? otherwise = null)
    {
        if (Find(name) is not { } text)
            return otherwise ?? throw new SettingException(name, $"is missing; it is given in {unit}");
        if (!Units.Quantity.TryParse(text, out var quantity, out var error))
            throw new SettingException(name, error);
        return quantity.Dimension == Unit.Parse(unit).Dimension
            ? quantity
            : throw new SettingException(name, $"= {text} has the wrong unit; it is given in {unit}");
    }

    /// <exception cref="SettingException">It is neither true nor false.</exception>
    public bool Flag(string name, bool otherwise) => Find(name) switch
    {
        null => otherwise,
        "true" => true,
        "false" => false,
        var text => throw new SettingException(name, $"= {text} should be true or false"),
    };
}

/// <summary>A setting that cannot be used. The reader of the lab file adds file, line and column.</summary>
public sealed class SettingException(string setting, string text) : Exception($"setting '{setting}' {text}")
{
    public string Setting => setting;
}
