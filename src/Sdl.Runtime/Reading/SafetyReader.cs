using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Runtime.Reading;

/// <summary>Reads what a lab file says about safe states.</summary>
internal static class SafetyReader
{
    private static readonly Unit Second = Unit.Parse("s");
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromHours(1);

    /// <summary>After how long a silence an instrument goes safe by itself, or null.</summary>
    public static TimeSpan? Deadman(YamlMap instrument)
    {
        if (instrument.Quantity(LabInstrument.DeadmanKey, Second) is not { } given)
            return null;
        if (given.Si >= Shortest.TotalSeconds && given.Si <= Longest.TotalSeconds)
            return given.ToTimeSpan();
        instrument.Findings.Add(instrument.MarkOf(LabInstrument.DeadmanKey),
            $"{LabInstrument.DeadmanKey}: {given} should be from 1 s to 1 h");
        return null;
    }

    /// <summary>Who is made safe first.</summary>
    public static IReadOnlyList<InstrumentId> SafeOrder(YamlMap root, IReadOnlyList<LabInstrument> instruments)
    {
        var order = new List<InstrumentId>();
        foreach (var scalar in root.Texts("safe_order"))
        {
            var id = new InstrumentId(scalar.Text);
            if (instruments.All(i => i.Id != id))
                root.Findings.Add(scalar.At, $"safe_order: '{id}' is no instrument of this lab");
            else if (order.Contains(id))
                root.Findings.Add(scalar.At, $"safe_order: '{id}' stands here twice");
            else
                order.Add(id);
        }
        return order;
    }
}
