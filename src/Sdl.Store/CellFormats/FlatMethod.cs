using Sdl.Core.Cells;

namespace Sdl.Store.CellFormats;

/// <summary>One line of a method whose loops jump back.</summary>
internal abstract record FlatStep
{
    /// <param name="Record">With what the protocol says filled in.</param>
    public sealed record Do(CellStep Step, RecordConditions Record) : FlatStep;

    /// <param name="Target">Index of the line to which it goes back, from 0.</param>
    /// <param name="Cycles">Passes in all.</param>
    public sealed record Loop(int Target, int Cycles, CellStep.Loop From) : FlatStep;
}

/// <summary>Writes a tree of steps as lines whose loops jump back, which is all that most cyclers know: CC-CV and
/// pulse trains are written out.</summary>
internal sealed class FlatMethod
{
    private readonly CellProtocol _protocol;
    private readonly Losses _losses;
    private readonly Func<CellStep, bool> _knows;
    private readonly bool _hasRecords;
    private readonly List<FlatStep> _steps = [];

    private FlatMethod(CellProtocol protocol, Losses losses, Func<CellStep, bool> knows, bool hasRecords) =>
        (_protocol, _losses, _knows, _hasRecords) = (protocol, losses, knows, hasRecords);

    /// <param name="knows">The steps that the format has. Tags are left out without harm; any other is a loss.</param>
    /// <param name="hasRecords">The format knows when to record in each step.</param>
    public static IReadOnlyList<FlatStep> Of(
        CellProtocol protocol, Losses losses, Func<CellStep, bool> knows, bool hasRecords = false)
    {
        var method = new FlatMethod(protocol, losses, knows, hasRecords);
        method.Add(protocol.Method);
        if (protocol.Steps.FirstOrDefault(s => s is CellStep.Tag) is { } tag && !knows(tag))
            losses.Warn(protocol.At, $"left out: {losses.Target} knows no tags");
        return method._steps;
    }

    private void Add(IReadOnlyList<CellStep> steps)
    {
        foreach (var step in steps)
            Add(step);
    }

    private void Add(CellStep step)
    {
        switch (step)
        {
            case CellStep.Tag when !_knows(step):
                break;
            case CellStep.StateOfCharge:
                _losses.Warn(step.At, $"{_losses.Target} keeps no account of the state of charge");
                break;
            case CellStep.Temperature t:
                _losses.Lose(step.At, $"the temperature of {t.Celsius} degC");
                break;
            case CellStep.When branch:
                _losses.Refuse(step.At, $"the branch on what '{branch.Condition.Step}' measured");
                break;
            case CellStep.PulseTrain train:
                Add(train.Expand());
                break;
            case CellStep.Loop loop:
                if (loop.Until.Count > 0)
                    _losses.Lose(step.At, "the end of the loop on what was measured");
                var target = _steps.Count;
                Add(loop.Steps);
                if (_steps.Count > target)
                    _steps.Add(new FlatStep.Loop(target, loop.Cycles, loop));
                break;
            case CellStep.ConstantCurrentConstantVoltage both:
                AddBoth(both);
                break;
            default:
                Do(step);
                break;
        }
    }

    private void AddBoth(CellStep.ConstantCurrentConstantVoltage both)
    {
        foreach (var end in both.Ends.Where(e => e.Quantity is not (CellQuantity.Current or CellQuantity.Slope
            or CellQuantity.Temperature)))
            _losses.Lose(both.At, $"the end of both halves of CC-CV at {end}");
        var charges = both.Current.Value > 0;
        Do(new CellStep.ConstantCurrent(both.Current)
        {
            Name = both.Name,
            At = both.At,
            Record = both.Record,
            Ends = [charges ? CellEnd.VoltageAbove(both.Voltage) : CellEnd.VoltageBelow(both.Voltage)],
        });
        Do(new CellStep.ConstantVoltage(both.Voltage)
        {
            At = both.At,
            Record = both.Record,
            Discharges = !charges,
            Ends = both.Ends.Where(e => e.Quantity is CellQuantity.Current or CellQuantity.Slope
                or CellQuantity.Temperature).ToList(),
        });
    }

    private void Do(CellStep step)
    {
        if (!_knows(step))
        {
            _losses.Lose(step.At, Name(step));
            return;
        }
        if (step.Record is not null && !_hasRecords)
            _losses.Warn(step.At, $"left out: {_losses.Target} records alike in all steps");
        _steps.Add(new FlatStep.Do(step, (step.Record ?? new RecordConditions(null)).Over(_protocol.Record)));
    }

    /// <summary>What a step is called in a message.</summary>
    public static string Name(CellStep step) => step switch
    {
        CellStep.ConstantPower => "a constant power",
        CellStep.ConstantResistance => "a constant resistance",
        CellStep.VoltageScan { Sweeps: > 1 } => "a cyclic voltage scan",
        CellStep.VoltageScan => "a voltage scan",
        CellStep.Impedance => "an impedance",
        CellStep.ConstantCurrent { Current.Value: 0 } => "a current of zero",
        _ => "this step",
    };
}
