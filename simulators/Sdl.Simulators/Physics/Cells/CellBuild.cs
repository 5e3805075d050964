using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Units;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>What can be wrong with a cell from the beginning.</summary>
public enum CellFault
{
    None,

    /// <summary>A leak through the separator empties it in about thirty hours.</summary>
    SoftShort,

    /// <summary>A bad crimp: 25 times the contact resistance.</summary>
    HighContactResistance,

    /// <summary>Nothing is connected inside.</summary>
    Dead,
}

/// <summary>Which cell to make, and how well.</summary>
public sealed record CellBuild
{
    /// <summary>One of <see cref="ParameterSets.Names"/>.</summary>
    public string Set { get; init; } = ParameterSets.Coin;

    /// <summary>Of the coin cell; left out: a commercial 1 M LiPF6 in EC:EMC 3:7.</summary>
    public ElectrolyteComposition? Mix { get; init; }

    /// <summary>m3 dispensed into the coin cell.</summary>
    public double ElectrolyteVolume { get; init; } = 35e-9;

    /// <summary>K.</summary>
    public double Temperature { get; init; } = Constants.RoomTemperature;

    /// <summary>0 to 1 between the open-circuit voltages that are the limits of the cell; null: as it is delivered, a
    /// coin cell discharged and unformed, the others charged.</summary>
    public double? StateOfCharge { get; init; }

    /// <summary>The film has been formed; null: in all but a discharged coin cell.</summary>
    public bool? Formed { get; init; }

    /// <summary>It fades.</summary>
    public bool Fades { get; init; } = true;

    /// <summary>No two cells are alike: capacity 2 %, contacts 20 %, ln of the life 0.176 (standard deviations).
    /// </summary>
    public bool Scatters { get; init; }

    /// <summary>Null: drawn, one cell in twenty has one (ODACell's rate, Yik et al. 2023).</summary>
    public CellFault? Fault { get; init; } = CellFault.None;

    /// <summary>From the <c>simulation</c> section of a lab file: <c>cell</c>, <c>formulation</c> (mole fractions,
    /// <c>EC=0.3,EMC=0.6,LiPF6=0.1</c>), <c>electrolyte_volume</c>, <c>temperature</c>, <c>state_of_charge</c>,
    /// <c>formed</c>, <c>fades</c>, <c>scatters</c>, <c>cell_fault</c> (none, soft_short, high_contact_resistance,
    /// dead, drawn).</summary>
    /// <exception cref="SettingException">One of them cannot be used.</exception>
    public static CellBuild FromSettings(Settings settings)
    {
        var set = settings.Text("cell", ParameterSets.Coin);
        if (!ParameterSets.Names.Contains(set))
            throw new SettingException("cell", $"= {set} is none of {string.Join(", ", ParameterSets.Names)}");
        return new CellBuild
        {
            Set = set, Mix = MixOf(settings, set),
            ElectrolyteVolume = settings.Quantity(
                "electrolyte_volume", "uL", new Quantity(35e-9, new Dimension(Length: 3))).Si is > 0 and var volume
                ? volume : throw new SettingException("electrolyte_volume", "should be above zero"),
            Temperature = settings.Quantity(
                "temperature", "degC", Core.Units.Quantity.Of(Constants.RoomTemperature, "K")).Si,
            StateOfCharge = ChargeOf(settings),
            Formed = settings.Find("formed") is null ? null : settings.Flag("formed", false),
            Fades = settings.Flag("fades", true), Scatters = settings.Flag("scatters", true),
            Fault = settings.Text("cell_fault", "none") switch
            {
                "none" => CellFault.None,
                "soft_short" => CellFault.SoftShort,
                "high_contact_resistance" => CellFault.HighContactResistance,
                "dead" => CellFault.Dead,
                "drawn" => null,
                var other => throw new SettingException("cell_fault",
                    $"= {other} is none of none, soft_short, high_contact_resistance, dead, drawn"),
            },
        };
    }

    /// <summary>From mole fractions such as <c>EC=0.3,EMC=0.6,LiPF6=0.1</c>.</summary>
    /// <exception cref="FormatException">It says what is wrong and what is expected.</exception>
    public static ElectrolyteComposition ParseFormulation(string text)
    {
        var moles = new Dictionary<string, double>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part.Split('=', StringSplitOptions.TrimEntries) is not [var symbol, var number]
                || !double.TryParse(number, CultureInfo.InvariantCulture, out var x) || !(x >= 0 && x <= 1))
                throw new FormatException(
                    $"'{part}' should be a substance and its mole fraction, such as EC=0.3 (EC=0.3,EMC=0.6,LiPF6=0.1)");
            if (Substance.Find(symbol) is null)
                throw new FormatException(
                    $"'{symbol}' is none of {string.Join(", ", Substance.All.Select(s => s.Symbol))}");
            if (!moles.TryAdd(symbol, x))
                throw new FormatException($"'{symbol}' is there twice");
        }
        if (Math.Abs(moles.Values.Sum() - 1) > 1e-6)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"the mole fractions sum to {moles.Values.Sum():0.######} and should sum to 1"));
        var mix = ElectrolyteComposition.FromMoles(moles);
        return mix.Molality is > 0 and <= 4 && mix.EthyleneCarbonate <= 0.6 ? mix
            : throw new FormatException(string.Create(CultureInfo.InvariantCulture,
                $"this has {mix.Molality:0.###} mol LiPF6 in a kg of solvent and {100 * mix.EthyleneCarbonate:0.#} % "
                + $"of EC in the solvent; known are 0 to 4 mol/kg with some salt, and up to 60 %"));
    }

    private static ElectrolyteComposition? MixOf(Settings settings, string set)
    {
        if (settings.Find("formulation") is not { } text)
            return null;
        if (set != ParameterSets.Coin)
            throw new SettingException("formulation", $"is for {ParameterSets.Coin} only; {set} has its own");
        try
        {
            return ParseFormulation(text);
        }
        catch (FormatException error)
        {
            throw new SettingException("formulation", $"= {text}: {error.Message}");
        }
    }

    private static double? ChargeOf(Settings settings) => settings.Find("state_of_charge") switch
    {
        null => null,
        var text when double.TryParse(text, CultureInfo.InvariantCulture, out var part) && part is >= 0 and <= 1 =>
            part,
        var text => throw new SettingException("state_of_charge", $"= {text} should be a number from 0 to 1"),
    };
}
