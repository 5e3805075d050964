using Sdl.Core.Materials;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.Runtime.Forecasts;

/// <summary>How far what is there will go.</summary>
/// <param name="Each">What one experiment takes.</param>
/// <param name="Worst">What one experiment can take at most.</param>
/// <param name="Have">What the lab says is there, with the reserve taken off; number of parts for parts.</param>
/// <param name="Sure">Experiments that it lasts for, whatever they ask for; never more than was planned.</param>
/// <param name="Expected">Experiments that it lasts for if the others take what the predicted ones did.</param>
/// <param name="At">Where the lab file says what is there.</param>
public sealed record Supply(
    Consumption Each, Quantity? Worst, Quantity? Have, int? Left, int Sure, int Expected, int Planned, Mark At)
{
    public bool IsShort => Sure < Planned;

    /// <summary>Compares what is needed with what is there; what nobody has counted is passed over.</summary>
    /// <param name="worst">Largest volume that one experiment can take, by material; others take what was
    /// predicted.</param>
    public static IReadOnlyList<Supply> Of(
        Forecast forecast, Inventory inventory, int planned, IReadOnlyDictionary<string, Quantity> worst)
    {
        var supplies = new List<Supply>();
        foreach (var used in forecast.Consumption)
            if (used.Volume is { } volume && inventory.Containers.GetValueOrDefault(used.Name) is { } container)
                supplies.Add(Liquid(
                    used with { Volume = volume * (1.0 / forecast.Experiments) },
                    (used.Uncertainty?.Si ?? 0) / volume.Si, container, planned,
                    worst.TryGetValue(used.Material, out var most) ? most : null));
            else if (used.Count is { } count && inventory.Parts.GetValueOrDefault(used.Name) is { } part)
            {
                var each = (count + forecast.Experiments - 1) / forecast.Experiments;
                var lasts = Math.Min(planned, part.Count / each);
                supplies.Add(new Supply(
                    used with { Count = each }, null, null, part.Count, lasts, lasts, planned, part.At));
            }
        return supplies;
    }

    /// <summary>For people: what is missing and what to do.</summary>
    public string Text => (Each.Volume, Have, Left) switch
    {
        ({ } each, { } have, _) when Planned == 1 =>
            $"{Each.Name} should give {each} of {Each.Material}, but only {have} can be relied on "
            + $"(what the inventory says, less {Holding.Margin:0} standard deviations): "
            + $"fill it, and say so in the inventory",
        ({ } each, { } have, _) =>
            $"{Each.Name} ({Each.Material}) lasts for {Sure} of {Planned} experiments for sure"
            + (Expected > Sure ? $", for {Expected} if each takes {each}" : "")
            + $": {have} can be relied on, one experiment takes {Worst ?? each} at most",
        _ when Planned == 1 => $"{Each.Count} of '{Each.Name}' are needed and {Left} are there: put more there, and "
            + "say so in the inventory",
        _ => $"'{Each.Name}' last for {Sure} of {Planned} experiments: {Left} are there, each takes {Each.Count}",
    };

    private static Supply Liquid(
        Consumption each, double accuracy, Container container, int planned, Quantity? most)
    {
        var volume = each.Volume!.Value;
        var worst = most is { } w && w > volume ? w : volume;
        // What n experiments take is uncertain, too: all doses of one meter err together.
        int Lasts(double one)
        {
            for (var n = 1; n <= planned; n++)
            {
                var deviation = Math.Sqrt(Square(container.Volume.Uncertainty.Si) + Square((n - 1) * one * accuracy));
                if (container.Volume.Value.Si - Holding.Margin * deviation < n * one * (1 - 1e-12))
                    return n - 1;
            }
            return planned;
        }
        var have = Math.Max(0, container.Volume.Value.Si - Holding.Margin * container.Volume.Uncertainty.Si);
        return new Supply(
            each, worst, new Quantity(have, volume.Dimension), null, Lasts(worst.Si), Lasts(volume.Si), planned,
            container.At);
    }

    private static double Square(double x) => x * x;
}
