using Sdl.Core.Safety;

namespace Sdl.Core.Cells;

/// <summary>Writes a train of pulses out as a loop of plain steps.</summary>
internal static class PulseExpansion
{
    public static CellStep.Loop Of(CellStep.PulseTrain train)
    {
        var name = train.Name ?? "pulses";
        var steps = new List<CellStep>();
        var until = new List<CellCondition>();
        for (var i = 0; i < train.Pulses.Count; i++)
        {
            var pulse = train.Pulses[i];
            Add($"{name}-pulse-{i + 1}", pulse.Current, CellEnd.AfterTime(pulse.Time), StepEnd.Time);
            AddRest($"{name}-rest-{i + 1}", pulse.Rest, pulse.RestSlope);
        }
        if (train.Advance is { } advance)
        {
            Add($"{name}-advance", advance.Current, CellEnd.AfterCharge(advance.Charge), StepEnd.Charge);
            AddRest($"{name}-settle", advance.Rest, null);
        }
        return new CellStep.Loop(train.Count, steps) { Name = train.Name, At = train.At, Until = until };

        // A step that came to its own end has the reason for which it was made; any other ends the train.
        void Add(string step, CellCurrent current, CellEnd own, StepEnd reason)
        {
            steps.Add(new CellStep.ConstantCurrent(current)
            {
                Name = step,
                At = train.At,
                Ends = [own, .. train.Ends],
                Record = train.Record,
            });
            if (train.Ends.Count > 0)
                until.Add(new CellCondition(step, CellQuantity.End, Comparator.NotEqual, (double)reason));
        }

        void AddRest(string step, double time, double? slope)
        {
            if (time > 0)
                steps.Add(new CellStep.Rest
                {
                    Name = step,
                    At = train.At,
                    Ends = slope is { } least ? [CellEnd.AfterTime(time), CellEnd.SlopeBelow(least)]
                        : [CellEnd.AfterTime(time)],
                    Record = train.Record,
                });
        }
    }
}
