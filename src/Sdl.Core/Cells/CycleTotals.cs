namespace Sdl.Core.Cells;

/// <summary>What one cycle of a cell has given; a quantity that the cycle does not have is NaN.</summary>
/// <param name="Capacity">Ah in and out.</param>
/// <param name="Energy">Wh in and out.</param>
/// <param name="Seconds">How long charge flowed in and out.</param>
/// <param name="BeginsWithCharge">Else a cycle is a discharge and the charge that follows.</param>
public sealed record CycleTotals(
    int Cycle, (double Charge, double Discharge) Capacity, (double Charge, double Discharge) Energy,
    (double Charge, double Discharge) Seconds, bool BeginsWithCharge)
{
    /// <summary>Ohm: change of the voltage over that of the current between the last row of the step before and the
    /// first row under current of the cycle's first discharge at constant current.</summary>
    public double Resistance { get; init; } = double.NaN;

    /// <summary>s after the beginning of the discharge at which that first row was taken: the longer, the more of the
    /// slow processes the resistance holds.</summary>
    public double ResistanceDelay { get; init; } = double.NaN;

    /// <summary>Mean voltages, V: energy over charge.</summary>
    public (double Charge, double Discharge) Voltage =>
        (Over(Energy.Charge, Capacity.Charge), Over(Energy.Discharge, Capacity.Discharge));

    /// <summary>Mean currents, A, both positive: charge over the time in which it flowed.</summary>
    public (double Charge, double Discharge) Current =>
        (3600 * Over(Capacity.Charge, Seconds.Charge), 3600 * Over(Capacity.Discharge, Seconds.Discharge));

    /// <summary>Charge of the second half of the cycle over that of the first, as a share of 1.</summary>
    public double CoulombicEfficiency => Efficiency(Capacity);

    /// <summary>Energy out over energy in, as a share of 1.</summary>
    public double EnergyEfficiency => Capacity is { Charge: > 0, Discharge: > 0 }
        ? Over(Energy.Discharge, Energy.Charge) : double.NaN;

    /// <summary>V: mean voltage of the charge less that of the discharge.</summary>
    public double VoltageGap => Voltage.Charge - Voltage.Discharge;

    /// <summary>Both halves are there.</summary>
    public bool IsWhole => Capacity is { Charge: > 0, Discharge: > 0 };

    /// <summary>Sums a test up, one row for each cycle; holds one step at a time.</summary>
    /// <param name="steps">In order; spectra count for nothing.</param>
    public static IEnumerable<CycleTotals> Of(IEnumerable<CycledStep> steps)
    {
        CycleTotals? cycle = null;
        (double Volt, double Ampere)? before = null;
        bool? charges = null;
        foreach (var step in steps.Where(s => !s.IsSpectrum))
        {
            charges ??= step.Record["charge"][^1] switch { > 0 => true, < 0 => false, _ => null };
            if (cycle is not null && cycle.Cycle != step.Cycle)
            {
                yield return cycle;
                cycle = null;
            }
            cycle = (cycle ?? new CycleTotals(step.Cycle, default, default, default, true)).With(step, before) with
            {
                BeginsWithCharge = charges ?? true,
            };
            before = (step.Record["voltage"][^1], step.Record["current"][^1]);
        }
        if (cycle is not null)
            yield return cycle;
    }

    /// <summary>With what has passed between two rows.</summary>
    /// <param name="charge">Ah; where none has passed, nothing counts.</param>
    /// <param name="energy">Wh, of the same sign.</param>
    public CycleTotals Plus(double charge, double energy, double seconds) => charge switch
    {
        > 0 => this with
        {
            Capacity = Capacity with { Charge = Capacity.Charge + charge },
            Energy = Energy with { Charge = Energy.Charge + energy },
            Seconds = Seconds with { Charge = Seconds.Charge + seconds },
        },
        < 0 => this with
        {
            Capacity = Capacity with { Discharge = Capacity.Discharge - charge },
            Energy = Energy with { Discharge = Energy.Discharge - energy },
            Seconds = Seconds with { Discharge = Seconds.Discharge + seconds },
        },
        _ => this,
    };

    private CycleTotals With(CycledStep step, (double Volt, double Ampere)? before)
    {
        var (time, charge, energy) = (step.Record["time"], step.Record["charge"], step.Record["energy"]);
        var sum = this;
        for (var i = 0; i < charge.Length; i++)
            sum = sum.Plus(charge[i] - (i > 0 ? charge[i - 1] : 0), energy[i] - (i > 0 ? energy[i - 1] : 0),
                time[i] - (i > 0 ? time[i - 1] : 0));
        return double.IsNaN(Resistance) && step.Technique == CellTechniques.ConstantCurrent && charge[^1] < 0
            && before is { } last ? sum.WithResistance(step, last) : sum;
    }

    private CycleTotals WithResistance(CycledStep step, (double Volt, double Ampere) before)
    {
        var (time, voltage, current) = (step.Record["time"], step.Record["voltage"], step.Record["current"]);
        var change = current[^1] - before.Ampere;
        // A first row may have been taken before the current was on.
        var row = Array.FindIndex(current, i => Math.Abs(i - before.Ampere) >= 0.5 * Math.Abs(change));
        return change == 0 || row < 0 ? this : this with
        {
            Resistance = (voltage[row] - before.Volt) / (current[row] - before.Ampere),
            ResistanceDelay = time[row],
        };
    }

    private double Efficiency((double Charge, double Discharge) of) => of is not { Charge: > 0, Discharge: > 0 }
        ? double.NaN : BeginsWithCharge ? of.Discharge / of.Charge : of.Charge / of.Discharge;

    private static double Over(double a, double b) => b > 0 ? a / b : double.NaN;
}
