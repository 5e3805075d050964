namespace Sdl.Simulators.Physics.Cells;

/// <summary>What an instrument holds constant at the terminals of a cell.</summary>
public enum LoadKind { Current, Voltage, Power, Resistance }

/// <summary>What is held, and at which value. Positive current and power charge.</summary>
/// <param name="Value">A, V, W or Ohm.</param>
public readonly record struct Load(LoadKind Kind, double Value)
{
    /// <summary>Nothing is connected.</summary>
    public static Load Open => new(LoadKind.Current, 0);

    public static Load Current(double ampere) => new(LoadKind.Current, ampere);

    public static Load Voltage(double volt) => new(LoadKind.Voltage, volt);

    /// <summary>A power that the cell cannot give is not reached: what comes out then is the most it can give.
    /// </summary>
    public static Load Power(double watt) => new(LoadKind.Power, watt);

    /// <summary>Discharge through a resistor.</summary>
    public static Load Resistance(double ohm) => new(LoadKind.Resistance, ohm);
}

/// <summary>What is seen at the terminals of a cell at one moment.</summary>
/// <param name="Voltage">V.</param>
/// <param name="Current">A; positive charges.</param>
public readonly record struct CellPoint(double Voltage, double Current);
