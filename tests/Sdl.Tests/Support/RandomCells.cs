using Sdl.Core.Cells;
using Sdl.Core.Safety;

namespace Sdl.Tests.Support;

/// <summary>Cell protocols at random: those that unicycler can say, or all that there are.</summary>
internal sealed class RandomCells(int seed, bool isRich)
{
    private readonly Random _random = new(seed);
    private int _names;

    public CellProtocol Protocol() => new(
        isRich ? Word() : "cell", isRich ? "a: \"test\" # of it" : "",
        new CellSample(Maybe(() => Word()), Maybe(() => Size())), new RecordConditions(
            Size(), Maybe(() => Size()), Maybe(() => Size())),
        Safety(), Steps(0), default)
    {
        Kind = isRich ? "cycling" : null,
    };

    private CellSafety Safety() => new()
    {
        MaxVoltage = Maybe(() => 4 + Size() % 1),
        MinVoltage = Maybe(() => -Size() % 2),
        MaxCurrent = MaybeValue(() => isRich ? Current() with { Value = 3 } : CellCurrent.Amperes(Size())),
        MinCurrent = MaybeValue(() => CellCurrent.Amperes(-Size())),
        MaxCharge = MaybeValue(() => CellCharge.AmpereHours(Size())),
        MaxTemperature = isRich ? Maybe(() => 60 + Size() % 10) : null,
        MinTemperature = isRich ? Maybe(() => -Size() % 10) : null,
        Delay = Maybe(() => Size() % 2),
    };

    private List<CellStep> Steps(int depth)
    {
        var steps = new List<CellStep>();
        for (var n = _random.Next(1, 5); n > 0; n--)
            steps.Add(Step(depth) with { Name = isRich || _random.Next(3) > 0 ? null : $"id-{++_names}" });
        // A loop has something to repeat, and a tag at the end would be for nothing.
        steps.Add(Rest());
        return steps;
    }

    private CellStep Step(int depth)
    {
        var kind = _random.Next(isRich ? 14 : 7);
        return kind switch
        {
            0 => Rest(),
            1 => ConstantCurrent(),
            2 => new CellStep.ConstantVoltage(Size() % 5)
            {
                Discharges = _random.Next(2) == 0,
                Ends = [CellEnd.AfterTime(Size()), CellEnd.CurrentBelow(
                    new CellCurrent(Size(), _random.Next(2) == 0))],
            },
            3 => new CellStep.Impedance(
                _random.Next(2) == 0, Size() % 1 + 1e-3, null, 1e5 * _random.NextDouble() + 1, 1e-3 + Size() % 1,
                _random.Next(1, 20), _random.Next(1, 5), _random.Next(2) == 0),
            4 => new CellStep.VoltageScan(Size() % 3, 3 + Size() % 1 + 1e-3, Size()),
            5 => new CellStep.Tag($"tag-{++_names}"),
            6 => depth > 2 ? Rest() : new CellStep.Loop(_random.Next(1, 200), Steps(depth + 1)),
            _ => Rich(kind),
        };
    }

    private CellStep Rich(int kind) => kind switch
    {
        7 => new CellStep.ConstantCurrentConstantVoltage(Current(), Size() % 5)
        {
            Ends = [CellEnd.AfterTime(Size()), CellEnd.CurrentBelow(CellCurrent.Rate(Size()))],
            Record = new RecordConditions(null, Size()),
        },
        8 => new CellStep.ConstantPower(-Size())
        {
            Ends = [CellEnd.AfterTime(0), CellEnd.VoltageBelow(0), CellEnd.AfterCharge(CellCharge.Fraction(Size()))],
        },
        9 => new CellStep.ConstantResistance(Size())
        {
            Ends = [CellEnd.AfterCharge(CellCharge.AmpereHours(Size())), CellEnd.SlopeBelow(Size()),
                CellEnd.TemperatureAbove(45.5), CellEnd.TemperatureBelow(-Size())],
        },
        10 => new CellStep.PulseTrain(
            _random.Next(1, 40), [new(Current(), Size(), Size(), Maybe(() => Size())), new(Current(), Size(), 0)],
            new CellAdvance(CellCurrent.Rate(-Size()), CellCharge.Fraction(0.1), Size()))
        {
            Ends = [CellEnd.VoltageBelow(2.5)],
        },
        11 => new CellStep.Temperature(-5 + Size() % 50, Size(), Size()),
        12 => new CellStep.StateOfCharge(_random.Next(101) / 100.0),
        _ => Branch(),
    };

    private CellStep.Loop Branch()
    {
        var name = $"looked-{++_names}";
        return new CellStep.Loop(3, [
            ConstantCurrent() with { Name = name },
            new CellStep.When(
                new CellCondition(name, CellQuantity.Charge, Comparator.Greater, -Size(), true), [Rest()], [Rest()]),
        ])
        {
            Until =
            [
                new CellCondition(name, CellQuantity.End, Comparator.NotEqual, (double)StepEnd.Voltage),
                new CellCondition(name, CellQuantity.Current, Comparator.Less, Size(), false, true),
            ],
        };
    }

    private CellStep.Rest Rest() => new() { Ends = [CellEnd.AfterTime(Size())] };

    private CellStep.ConstantCurrent ConstantCurrent()
    {
        var current = Current();
        return new CellStep.ConstantCurrent(current)
        {
            Ends = [CellEnd.AfterTime(Size()), current.Value > 0
                ? CellEnd.VoltageAbove(4 + Size() % 1) : CellEnd.VoltageBelow(0.1 + Size() % 1)],
        };
    }

    private CellCurrent Current() =>
        new((_random.Next(2) == 0 ? -1 : 1) * Size(), _random.Next(2) == 0);

    // From 0.1 u to 10 k, sometimes with few digits, sometimes with all that a double has.
    private double Size()
    {
        var size = Math.Pow(10, _random.NextDouble() * 11 - 7);
        return _random.Next(3) switch
        {
            0 => double.Parse(size.ToString("G2")),
            1 => 1.0 / _random.Next(1, 50),
            _ => size,
        };
    }

    private string Word() => new string[] { "cell-1", "A 7", "µ", "x: y", "0", "true", "-" }[_random.Next(7)];

    private double? Maybe(Func<double> value) => _random.Next(2) == 0 ? null : value();

    private string? Maybe(Func<string> value) => _random.Next(2) == 0 ? null : value();

    private T? MaybeValue<T>(Func<T> value)
        where T : struct => _random.Next(2) == 0 ? null : value();
}
