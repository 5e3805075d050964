namespace Sdl.Core.Cells;

/// <summary>What is wrong with one step of a cell protocol.</summary>
internal static class CellStepChecker
{
    // As in unicycler, and wider than any potentiostat.
    private const double LeastFrequency = 1e-5, MostFrequency = 1e7;

    public static IEnumerable<(bool IsError, string Text)> Check(CellStep step, CellProtocol protocol) =>
        Values(step).Select(t => (true, t))
            .Concat(Ends(step, protocol).Select(t => (true, t)))
            .Concat(Limits(step, protocol).Select(t => (true, t)))
            .Concat(Odd(step).Select(t => (false, t)));

    private static IEnumerable<string> Values(CellStep step)
    {
        switch (step)
        {
            case CellStep.ConstantResistance { Resistance: <= 0 }:
                yield return "a resistance should be above zero";
                break;
            case CellStep.VoltageScan scan:
                if (scan.ScanRate <= 0)
                    yield return "a scan rate is a size and above zero: start and end say the direction";
                if (scan.Start == scan.End)
                    yield return "a scan should end at another voltage than where it begins";
                if (scan.Sweeps < 1)
                    yield return "a scan has at least one sweep";
                break;
            case CellStep.Impedance z:
                foreach (var text in Spectrum(z))
                    yield return text;
                break;
            case CellStep.Temperature { Hold: < 0 } or CellStep.Temperature { Band: <= 0 }:
                yield return "the band of a temperature should be above zero, and the time to stay in it not below";
                break;
            case CellStep.ConstantCurrentConstantVoltage { Current.Value: 0 }:
                yield return "a current of zero reaches no voltage";
                break;
            case CellStep.PulseTrain train:
                foreach (var text in Pulses(train))
                    yield return text;
                break;
        }
    }

    private static IEnumerable<string> Spectrum(CellStep.Impedance z)
    {
        if (!(z.Amplitude > 0))
            yield return "an amplitude should be above zero";
        if (z.StartFrequency is < LeastFrequency or > MostFrequency
            || z.EndFrequency is < LeastFrequency or > MostFrequency)
            yield return "frequencies are from 1E-5 Hz to 1E7 Hz";
        if (z.PointsPerDecade < 1 || z.Measures < 1)
            yield return "there is at least one point in a decade, and one measurement at a point";
    }

    private static IEnumerable<string> Pulses(CellStep.PulseTrain train)
    {
        if (train.Count < 1 || train.Pulses.Count < 1)
            yield return "a train has at least one pulse, and is done at least once";
        if (train.Pulses.Any(p => p.Time <= 0 || p.Rest < 0 || p.RestSlope < 0))
            yield return "a pulse lasts longer than zero, and its rest has no value below zero";
        if (train.Advance is { } a && (a.Current.Value == 0 || a.Charge.Value <= 0 || a.Rest < 0))
            yield return "an advance has a current, a charge above zero and a rest that is not below zero";
    }

    private static IEnumerable<string> Ends(CellStep step, CellProtocol protocol)
    {
        if (step is CellStep.Rest && step.Ends.All(e => e.Quantity != CellQuantity.Time))
            yield return "a rest needs a time after which it ends in any case";
        if (step is CellStep.ConstantCurrent or CellStep.ConstantVoltage
            or CellStep.ConstantPower or CellStep.ConstantResistance or CellStep.ConstantCurrentConstantVoltage
            && step.Ends.Count == 0)
            yield return "this step never ends: say until when";
        foreach (var end in step.Ends)
        {
            if (end.Value < 0 && end.Quantity is not (CellQuantity.Voltage or CellQuantity.Temperature))
                yield return $"until: {end} is a size and not below zero";
            else if (Unreachable(step, end, protocol) is { } why)
                yield return $"until: {end} can never be reached: {why}";
        }
    }

    private static string? Unreachable(CellStep step, CellEnd end, CellProtocol protocol)
    {
        var charges = Direction(step);
        var capacity = protocol.Sample.Capacity;
        return (step, end.Quantity) switch
        {
            (CellStep.Impedance, _) => "an impedance ends with its last frequency",
            (CellStep.ConstantVoltage s, CellQuantity.Voltage)
                when (end.Above ? end.Value > s.Voltage : end.Value < s.Voltage) => "another voltage is held",
            (CellStep.ConstantCurrentConstantVoltage s, CellQuantity.Voltage)
                when charges == end.Above && (end.Above ? end.Value > s.Voltage : end.Value < s.Voltage) =>
                "another voltage is held then",
            (CellStep.ConstantPower { Power: 0 } or CellStep.ConstantCurrent { Current.Value: 0 },
                CellQuantity.StateOfCharge or CellQuantity.Charge) => "no charge passes",
            (not CellStep.PulseTrain, CellQuantity.Voltage or CellQuantity.StateOfCharge)
                when charges is { } c && c != end.Above =>
                c ? "it charges, and the voltage rises" : "it discharges, and the voltage falls",
            (CellStep.ConstantCurrent s, CellQuantity.Current) when Known(s.Current, capacity) is { } i
                && Known(new CellCurrent(end.Value, end.IsRelative), capacity) is { } least && Math.Abs(i) > least =>
                "the current is constant",
            (CellStep.Rest, CellQuantity.Current or CellQuantity.Charge or CellQuantity.StateOfCharge) =>
                "no current flows in a rest",
            (_, CellQuantity.StateOfCharge) when end.Value > 1 => "a cell is full at 100 %",
            (_, CellQuantity.End) => "it is no end",
            _ => null,
        };
    }

    private static IEnumerable<string> Limits(CellStep step, CellProtocol protocol)
    {
        var (safety, capacity) = (protocol.Safety, protocol.Sample.Capacity);
        foreach (var volts in Voltages(step))
            if (volts > safety.MaxVoltage || volts < safety.MinVoltage)
                yield return $"{CellText.Of(volts, "V")} passes the safety limit of "
                    + CellText.Of(volts > safety.MaxVoltage ? safety.MaxVoltage.Value : safety.MinVoltage!.Value, "V");
        foreach (var current in Currents(step))
            foreach (var limit in (CellCurrent?[])[safety.MaxCurrent, safety.MinCurrent])
                if (limit is { } given && Compare(current, given, capacity) is { } order
                    && (limit == safety.MaxCurrent ? order > 0 : order < 0))
                    yield return $"{current} passes the safety limit of {given}";
        foreach (var end in step.Ends)
            if (end.Quantity == CellQuantity.Charge && safety.MaxCharge is { } most
                && Known(new CellCharge(end.Value, end.IsRelative), capacity) > Known(most, capacity))
                yield return $"until: {end} passes the safety limit of {most}";
            else if (end.Quantity == CellQuantity.Temperature
                && (end.Value > safety.MaxTemperature || end.Value < safety.MinTemperature))
                yield return $"until: {end} lies beyond the safety limits";
        if (step is CellStep.Temperature t && (t.Celsius > safety.MaxTemperature || t.Celsius < safety.MinTemperature))
            yield return $"{CellText.Of(t.Celsius, "degC")} lies beyond the safety limits";
    }

    private static IEnumerable<string> Odd(CellStep step)
    {
        if (step.Ends.Any(e => e is { Quantity: CellQuantity.Current, Value: 0 }))
            yield return "until: a current of zero is hardly ever reached; give a small one";
        if (step is CellStep.Impedance { DriftCorrection: true })
            yield return "no instrument here corrects the drift by itself: the record has the voltage at each "
                + "frequency, by which it can be corrected afterwards";
    }

    private static bool? Direction(CellStep step) => step switch
    {
        CellStep.ConstantCurrent { Current.Value: not 0 and var c } => c > 0,
        CellStep.ConstantCurrentConstantVoltage { Current.Value: not 0 and var c } => c > 0,
        CellStep.ConstantPower { Power: not 0 and var p } => p > 0,
        CellStep.ConstantResistance => false,
        _ => null,
    };

    private static IEnumerable<double> Voltages(CellStep step) => step.Ends
        .Where(e => e.Quantity == CellQuantity.Voltage).Select(e => e.Value).Concat(step switch
        {
            CellStep.ConstantVoltage s => [s.Voltage],
            CellStep.ConstantCurrentConstantVoltage s => [s.Voltage],
            CellStep.VoltageScan s => [s.Start, s.End],
            CellStep.Impedance { IsGalvanostatic: false, Bias: { } bias } => [bias],
            _ => (double[])[],
        });

    private static IEnumerable<CellCurrent> Currents(CellStep step) => step switch
    {
        CellStep.ConstantCurrent s => [s.Current],
        CellStep.ConstantCurrentConstantVoltage s => [s.Current],
        CellStep.PulseTrain s => s.Pulses.Select(p => p.Current)
            .Concat(s.Advance is { } a ? [a.Current] : (CellCurrent[])[]),
        CellStep.Impedance { IsGalvanostatic: true } s =>
            [CellCurrent.Amperes((s.Bias ?? 0) + s.Amplitude), CellCurrent.Amperes((s.Bias ?? 0) - s.Amplitude)],
        _ => [],
    };

    private static int? Compare(CellCurrent a, CellCurrent b, double? capacity) =>
        a.IsRate == b.IsRate ? a.Value.CompareTo(b.Value)
        : Known(a, capacity) is { } x && Known(b, capacity) is { } y ? x.CompareTo(y)
        : null;

    private static double? Known(CellCurrent current, double? capacity) =>
        current.IsRate && capacity is null ? null : current.In(capacity);

    private static double? Known(CellCharge charge, double? capacity) =>
        charge.IsFraction && capacity is null ? null : charge.In(capacity);
}
