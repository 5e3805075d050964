namespace Sdl.Core.Units;

/// <summary>Chooses the unit in which people expect to read a quantity.</summary>
public static class Display
{
    private static readonly Unit Kelvin = Unit.Parse("K");

    // For each dimension the units from small to large: the largest one that leaves the number at 1 or above is taken.
    private static readonly Dictionary<Dimension, Unit[]> Ladders = new[]
    {
        Ladder("uL", "mL", "L"), Ladder("nL/min", "uL/min", "mL/min"), Ladder("ug", "mg", "g", "kg"),
        Ladder("us", "ms", "s", "min", "h", "d"), Ladder("um", "mm", "m"), Ladder("mHz", "Hz", "kHz", "MHz"),
        Ladder("nA", "uA", "mA", "A"), Ladder("uV", "mV", "V"), Ladder("mOhm", "Ohm", "kOhm", "MOhm"),
        Ladder("uS/cm", "mS/cm"), Ladder("mol/L"), Ladder("mol/kg"), Ladder("g/mL"),
        Ladder("mAh"), Ladder("mV/s"), Ladder("mm/s", "m/s"), Ladder("1/cm"), Ladder("nF", "uF", "F"),
        Ladder("umol", "mmol", "mol"),
    }.ToDictionary(units => units[0].Dimension);

    public static string Text(Quantity q) => q.ToString(UnitFor(q));

    public static Unit UnitFor(Quantity q)
    {
        // A small number of kelvins is a difference (a band, an error); degC would shift it by 273.
        if (q.Dimension == Unit.Celsius.Dimension)
            return Math.Abs(q.Si) < 100 ? Kelvin : Unit.Celsius;
        if (!Ladders.TryGetValue(q.Dimension, out var units))
            return Unit.Si(q.Dimension);
        var size = Math.Abs(q.Si);
        if (size == 0)
            return units[Math.Min(1, units.Length - 1)];
        return units.LastOrDefault(u => size >= u.Scale * (1 - 1e-9)) ?? units[0];
    }

    private static Unit[] Ladder(params string[] symbols) => symbols.Select(Unit.Parse).ToArray();
}
