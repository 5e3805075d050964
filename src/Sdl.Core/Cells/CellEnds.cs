using Sdl.Core.Safety;

namespace Sdl.Core.Cells;

/// <summary>What can be measured on a cell while it is tested.</summary>
public enum CellQuantity
{
    /// <summary>s since the step began.</summary>
    Time,

    /// <summary>V.</summary>
    Voltage,

    /// <summary>A or a C-rate; ends look at its size only.</summary>
    Current,

    /// <summary>Ah or a part of the nominal capacity, passed since the step began; ends look at its size.</summary>
    Charge,

    /// <summary>Part of the nominal capacity, 0 to 1, counted from the last <see cref="CellStep.StateOfCharge"/>.
    /// </summary>
    StateOfCharge,

    /// <summary>Size of dV/dt, V/s.</summary>
    Slope,

    /// <summary>degC.</summary>
    Temperature,

    /// <summary>Why the step ended, a <see cref="StepEnd"/>; in conditions only.</summary>
    End,
}

/// <summary>When a step ends; the first of its ends that is reached ends it.</summary>
/// <param name="Above">At or above the value; otherwise at or below. Times and charges are always above, currents and
/// slopes below.</param>
/// <param name="Value">In the unit of the quantity, see <see cref="CellQuantity"/>.</param>
/// <param name="IsRelative">A current given as a C-rate, or a charge as a part of the nominal capacity.</param>
public sealed record CellEnd(CellQuantity Quantity, bool Above, double Value, bool IsRelative = false)
{
    public static CellEnd AfterTime(double seconds) => new(CellQuantity.Time, true, seconds);

    public static CellEnd VoltageAbove(double volts) => new(CellQuantity.Voltage, true, volts);

    public static CellEnd VoltageBelow(double volts) => new(CellQuantity.Voltage, false, volts);

    public static CellEnd CurrentBelow(CellCurrent current) =>
        new(CellQuantity.Current, false, current.Value, current.IsRate);

    public static CellEnd AfterCharge(CellCharge charge) =>
        new(CellQuantity.Charge, true, charge.Value, charge.IsFraction);

    public static CellEnd SlopeBelow(double voltsPerSecond) => new(CellQuantity.Slope, false, voltsPerSecond);

    public static CellEnd TemperatureAbove(double celsius) => new(CellQuantity.Temperature, true, celsius);

    public static CellEnd TemperatureBelow(double celsius) => new(CellQuantity.Temperature, false, celsius);

    /// <summary>Above when charging, below when discharging; the step knows which.</summary>
    public static CellEnd AtStateOfCharge(double part, bool above) => new(CellQuantity.StateOfCharge, above, part);

    /// <summary>For people.</summary>
    public override string ToString() => Quantity switch
    {
        CellQuantity.Time => "time " + CellText.Of(Value, "s"),
        CellQuantity.Voltage => "voltage " + CellText.Of(Value, "V"),
        CellQuantity.Current => "current " + new CellCurrent(Value, IsRelative),
        CellQuantity.Charge => "charge " + new CellCharge(Value, IsRelative),
        CellQuantity.StateOfCharge => "soc " + CellText.Of(Value * 100, "%"),
        CellQuantity.Slope => "slope " + CellText.Of(Value, "V/s"),
        CellQuantity.Temperature => "temperature " + CellText.Of(Value, "degC"),
        _ => "end",
    };
}

/// <summary>A question about what was measured last in a step, such as <c>discharge.charge &lt; 80 %</c>.</summary>
/// <param name="Step">Name of an earlier step that is measured.</param>
/// <param name="Value">In the unit of the quantity, see <see cref="CellQuantity"/>. Charges and currents are signed
/// here: positive while charging, unless <paramref name="IsSize"/>.</param>
/// <param name="IsRelative">A current given as a C-rate, or a charge as a part of the nominal capacity.</param>
/// <param name="IsSize">The size of the value counts, not its sign.</param>
public sealed record CellCondition(
    string Step, CellQuantity Quantity, Comparator Comparator, double Value, bool IsRelative = false,
    bool IsSize = false);
