namespace Sdl.Core.Cells;

/// <summary>A current: in A, or as a C-rate that the nominal capacity of the cell turns into one. Positive charges.
/// </summary>
/// <param name="Value">A, or the multiple of C.</param>
public readonly record struct CellCurrent(double Value, bool IsRate)
{
    public static CellCurrent Amperes(double value) => new(value, false);

    public static CellCurrent Rate(double value) => new(value, true);

    /// <summary>A.</summary>
    /// <param name="capacity">Ah; null when it is not known.</param>
    /// <exception cref="CellProtocolException">It is a C-rate and the capacity is not known.</exception>
    public double In(double? capacity) => !IsRate ? Value
        : Value * (capacity ?? throw new CellProtocolException(
            $"{this} is a C-rate, and the nominal capacity of the cell is not known"));

    public override string ToString() => IsRate ? CellRate.Text(Value) : CellText.Of(Value, "A");
}

/// <summary>A charge: in Ah, or as a part of the nominal capacity of the cell.</summary>
/// <param name="Value">Ah, or the part: 0.1 is 10 %.</param>
public readonly record struct CellCharge(double Value, bool IsFraction)
{
    public static CellCharge AmpereHours(double value) => new(value, false);

    public static CellCharge Fraction(double value) => new(value, true);

    /// <summary>Ah.</summary>
    /// <param name="capacity">Ah; null when it is not known.</param>
    /// <exception cref="CellProtocolException">It is a part, and the capacity is not known.</exception>
    public double In(double? capacity) => !IsFraction ? Value
        : Value * (capacity ?? throw new CellProtocolException(
            $"{this} is a part of the nominal capacity of the cell, which is not known"));

    public override string ToString() => IsFraction ? CellText.Of(Value * 100, "%") : CellText.Of(Value, "Ah");
}

/// <summary>A cell protocol says something that cannot be done or written.</summary>
public sealed class CellProtocolException(string message) : Exception(message);
