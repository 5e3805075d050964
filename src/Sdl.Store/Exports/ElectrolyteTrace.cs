using Sdl.Core.Materials;
using Sdl.Core.Planning;

namespace Sdl.Store.Exports;

/// <summary>Follows liquids from the stock bottle through vessels and syringes into the cells, so that it is known of
/// what a cell's electrolyte was mixed; each container is taken as well mixed, and what stays behind in one goes with
/// what comes next.</summary>
internal sealed class ElectrolyteTrace
{
    // m3 by liquid that was brought in.
    private readonly Dictionary<string, SortedDictionary<string, double>> _contents = [];

    /// <param name="volume">m3.</param>
    public void Move(string from, string to, string material, double volume)
    {
        if (!(volume > 0))
            return;
        var moved = Of(from) ?? new SortedDictionary<string, double>(StringComparer.Ordinal) { [material] = 1 };
        if (_contents.TryGetValue(from, out var source) && source.Values.Sum() is > 0 and var had)
            foreach (var liquid in source.Keys.ToList())
                source[liquid] *= Math.Max(0, 1 - volume / had);
        if (to == Movement.Outside)
            return;
        if (!_contents.TryGetValue(to, out var target))
            _contents[to] = target = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (liquid, share) in moved)
            target[liquid] = target.GetValueOrDefault(liquid) + share * volume;
    }

    /// <summary>Volume fractions in a container by liquid; null when nothing is known to be in it.</summary>
    public SortedDictionary<string, double>? Of(string container)
    {
        if (!_contents.TryGetValue(container, out var contents) || !(contents.Values.Sum() is > 0 and var sum))
            return null;
        return new SortedDictionary<string, double>(
            contents.ToDictionary(c => c.Key, c => c.Value / sum), StringComparer.Ordinal);
    }

    /// <summary>Mole fractions of a mixture of stocks; null when one of them is no stock of the lab.</summary>
    /// <param name="liquids">Volumes, in any unit.</param>
    public static Formulation? Formulation(
        IReadOnlyDictionary<string, double> liquids, IReadOnlyDictionary<string, Stock> stocks)
    {
        var moles = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (liquid, volume) in liquids)
        {
            if (!stocks.TryGetValue(liquid, out var stock))
                return null;
            foreach (var substance in stock.MassFractions.Keys)
                moles[substance] = moles.GetValueOrDefault(substance) + volume * stock.MolesPerVolume(substance);
        }
        var sum = moles.Values.Sum();
        return sum > 0 ? new Formulation(moles.ToDictionary(m => m.Key, m => m.Value / sum)) : null;
    }
}
