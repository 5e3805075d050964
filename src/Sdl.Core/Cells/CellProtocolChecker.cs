using Sdl.Core.Protocols;

namespace Sdl.Core.Cells;

/// <summary>What is wrong with a cell protocol by itself, before any instrument is known.</summary>
/// <param name="Errors">It cannot be run.</param>
/// <param name="Warnings">It can, but perhaps means something else.</param>
public sealed record CellProtocolVerdict(IReadOnlyList<Finding> Errors, IReadOnlyList<Finding> Warnings);

/// <summary>Judges a cell protocol by itself: ends that can never be reached, limits that a step passes, names, loops,
/// values that make no sense.</summary>
public sealed class CellProtocolChecker
{
    private readonly CellProtocol _protocol;
    private readonly List<Finding> _errors = [];
    private readonly List<Finding> _warnings = [];
    private readonly Dictionary<string, CellStep> _measured = [];
    private readonly HashSet<string> _twice = [];
    private readonly HashSet<string> _tags = [];

    private CellProtocolChecker(CellProtocol protocol) => _protocol = protocol;

    public static CellProtocolVerdict Check(CellProtocol protocol)
    {
        var checker = new CellProtocolChecker(protocol);
        checker.CheckHead();
        checker.CheckSteps(protocol.Method);
        return new CellProtocolVerdict(checker._errors, checker._warnings);
    }

    /// <summary>The first step, or the head, that means a part of the nominal capacity; null when nothing does.
    /// </summary>
    public static Mark? NeedsCapacity(CellProtocol protocol)
    {
        var safety = protocol.Safety;
        if (safety.MaxCurrent?.IsRate == true || safety.MinCurrent?.IsRate == true
            || safety.MaxCharge?.IsFraction == true)
            return protocol.At;
        return protocol.Steps.FirstOrDefault(IsRelative)?.At;
    }

    private static bool IsRelative(CellStep step) =>
        step.Ends.Any(e => e.IsRelative || e.Quantity == CellQuantity.StateOfCharge) || step switch
        {
            CellStep.ConstantCurrent s => s.Current.IsRate,
            CellStep.ConstantVoltage s => s.CurrentLimit?.IsRate == true,
            CellStep.ConstantCurrentConstantVoltage s => s.Current.IsRate,
            CellStep.PulseTrain s => s.Pulses.Any(p => p.Current.IsRate)
                || s.Advance is { } a && (a.Current.IsRate || a.Charge.IsFraction),
            CellStep.When s => s.Condition.IsRelative,
            CellStep.Loop s => s.Until.Any(u => u.IsRelative),
            _ => false,
        };

    private void CheckHead()
    {
        var (record, safety) = (_protocol.Record, _protocol.Safety);
        Refuse(_protocol.At, _protocol.Sample.Capacity is <= 0, "the capacity of the cell should be above zero");
        CheckRecord(record, _protocol.At);
        Refuse(_protocol.At, safety.MaxVoltage <= safety.MinVoltage,
            "safety: max_voltage should be above min_voltage");
        Refuse(_protocol.At, safety.MaxTemperature <= safety.MinTemperature,
            "safety: max_temperature should be above min_temperature");
        Refuse(_protocol.At, safety is { MaxCurrent: { } most, MinCurrent: { } least } && most.IsRate == least.IsRate
            && most.Value <= least.Value, "safety: max_current should be above min_current");
        Refuse(_protocol.At, safety.Delay < 0, "safety: the delay should not be below zero");
        Refuse(_protocol.At, safety.MaxCharge?.Value < 0, "safety: max_charge is a size and not below zero");
        Warn(_protocol.At, safety == CellSafety.None with { Delay = safety.Delay },
            "there are no safety limits: say at least max_voltage and min_voltage");
        Warn(NeedsCapacity(_protocol) ?? default, _protocol.Sample.Capacity is null
            && NeedsCapacity(_protocol) is not null,
            "this means a part of the nominal capacity, and the protocol names none: whoever runs it has to");
        Refuse(_protocol.At, _protocol.Method.Count == 0, "'method' is missing or empty");
    }

    private void CheckRecord(RecordConditions record, Mark at) => Refuse(
        at, record.Time is <= 0 || record.Voltage is <= 0 || record.Current is <= 0,
        "record: each of time, voltage and current should be above zero");

    private void CheckSteps(IReadOnlyList<CellStep> steps)
    {
        for (var i = 0; i < steps.Count; i++)
        {
            CheckStep(steps[i]);
            if (steps[i] is CellStep.ConstantCurrent cc && steps.Skip(i + 1).FirstOrDefault(s => s is not CellStep.Tag)
                is CellStep.ConstantVoltage cv)
                foreach (var end in cc.Ends.Where(e => e.Quantity == CellQuantity.Voltage && e.Value != cv.Voltage))
                    Warn(cc.At, true, $"the current ends at {CellText.Of(end.Value, "V")}, and "
                        + $"{CellText.Of(cv.Voltage, "V")} is held next: the voltage jumps");
        }
    }

    private void CheckStep(CellStep step)
    {
        switch (step)
        {
            case CellStep.Tag tag:
                Refuse(tag.At, tag.Text.Length == 0 || !_tags.Add(tag.Text), tag.Text.Length == 0
                    ? "a tag should not be empty" : $"there is a tag '{tag.Text}' before this one");
                break;
            case CellStep.StateOfCharge soc:
                Refuse(soc.At, soc.Part is not (>= 0 and <= 1), "a state of charge is from 0 % to 100 %");
                break;
            case CellStep.Loop loop:
                Refuse(loop.At, loop.Cycles is < 1 or > 1_000_000, "a loop has from 1 to 1000000 cycles");
                Refuse(loop.At, !loop.Steps.Any(s => s is not CellStep.Tag), "there is nothing in this loop to repeat");
                CheckSteps(loop.Steps);
                foreach (var condition in loop.Until)
                    CheckCondition(condition, loop.At);
                break;
            case CellStep.When branch:
                CheckCondition(branch.Condition, branch.At);
                CheckSteps(branch.Then);
                CheckSteps(branch.Else);
                break;
            default:
                CheckMeasured(step);
                break;
        }
    }

    private void CheckMeasured(CellStep step)
    {
        if (step.Record is { } record)
            CheckRecord(record, step.At);
        foreach (var (isError, text) in CellStepChecker.Check(step, _protocol))
            (isError ? _errors : _warnings).Add(new Finding(step.At, text));
        if (step is not CellStep.PulseTrain train)
            Know(step);
        else if (train.Count >= 1)
            foreach (var part in train.Expand().Steps)
                Know(part);
    }

    private void Know(CellStep step)
    {
        if (step.Name is { } name && !_measured.TryAdd(name, step))
            _twice.Add(name);
    }

    private void CheckCondition(CellCondition condition, Mark at)
    {
        if (!_measured.TryGetValue(condition.Step, out var step))
            Refuse(at, true, $"there is no step '{condition.Step}' before this one that could be looked at"
                + (_measured.Count == 0 ? "" : $"; there are {string.Join(", ", _measured.Keys)}"));
        else if (_twice.Contains(condition.Step))
            Refuse(at, true, $"there are two steps '{condition.Step}': give the one that is looked at its own name");
        else
            Refuse(at, step is CellStep.Impedance
                && condition.Quantity is not (CellQuantity.Voltage or CellQuantity.Current),
                $"of the impedance '{condition.Step}' only voltage and current are known");
    }

    private void Refuse(Mark at, bool isWrong, string text)
    {
        if (isWrong)
            _errors.Add(new Finding(at, text));
    }

    private void Warn(Mark at, bool isOdd, string text)
    {
        if (isOdd)
            _warnings.Add(new Finding(at, text));
    }
}
