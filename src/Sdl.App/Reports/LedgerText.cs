using Sdl.Core.Instruments;
using Sdl.Core.Materials;
using Sdl.Core.Records;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;

namespace Sdl.App.Reports;

/// <summary>What is where, in lines for people.</summary>
public static class LedgerText
{
    public static IEnumerable<string> Lines(Ledger ledger, Lab lab)
    {
        var instruments = lab.Instruments.Select(i => i.Id.Value).ToHashSet();
        var named = ledger.Holdings
            .Where(h => h.IsCounted || instruments.Contains(h.Container)).ToList();
        if (named.Count == 0 && ledger.Parts.Count == 0)
            yield return "nothing was moved, and nobody has said what there is";
        foreach (var line in Table(named.Select(h => Row(h, lab)).Concat(ledger.Parts.Select(Row)).ToList()))
            yield return line;
        var vessels = ledger.Holdings
            .Where(h => h.Container != Movement.Outside && named.All(n => n.Container != h.Container)).ToList();
        if (vessels.Count > 0)
            yield return $"{People.Count(vessels.Count, "vessel")} of runs: "
                + $"{Sum(vessels.Select(v => v.Volume))} in all";
        if (ledger.Find(Movement.Outside) is { } outside)
            yield return $"out of the lab's account: {outside.Volume}";
        foreach (var unknown in ledger.Unknown)
            yield return $"unknown: {unknown.Call} moved between {unknown.Least} and {unknown.Most} of "
                + $"{unknown.Material} from {unknown.From} to {unknown.To}: look, then sdl ledger --count";
    }

    private static string[] Row(Holding h, Lab lab)
    {
        var holds = lab.Inventory.Containers.GetValueOrDefault(h.Container)?.Holds
            ?? h.Materials.Keys.FirstOrDefault(h.Container);
        var left = !h.IsCounted ? "not counted"
            : h.IsUnknown ? $"{h.Least} to {h.Most}, ± {h.Uncertainty}"
            : new Measured(h.Volume, h.Uncertainty).ToString();
        return [h.Container, holds == h.Container ? "" : holds, left, $"{h.Taken} taken"];
    }

    private static string[] Row(PartsLeft p) =>
    [
        p.Name, "", !p.IsCounted ? "not counted" : p.IsUnknown ? $"{p.Left} to {p.Most}" : $"{p.Left}",
        $"{p.Used} taken",
    ];

    private static Quantity Sum(IEnumerable<Quantity> volumes) =>
        volumes.Aggregate(new Quantity(0, new Dimension(Length: 3)), (sum, v) => sum + v);

    private static IEnumerable<string> Table(List<string[]> rows)
    {
        if (rows.Count == 0)
            yield break;
        var widths = Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(r => r[i].Length)).ToList();
        foreach (var row in rows)
            yield return string.Join("  ", row.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd();
    }
}
