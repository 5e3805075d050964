using System.Globalization;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>Arguments for a capability that nobody has described but itself: defaults, first choices, and values from
/// the middle of the declared ranges.</summary>
internal static class TypicalArguments
{
    // Inputs with the same range, such as two turning points, usually must differ.
    private static readonly double[] Places = [0.5, 0.25, 0.75, 0.375, 0.625];

    public static Arguments Of(Capability capability)
    {
        var values = new Dictionary<string, Argument>();
        var seen = new Dictionary<(Unit, Quantity?, Quantity?), int>();
        foreach (var input in capability.Inputs.Where(i => !i.IsOptional))
            values[input.Name] = input switch
            {
                QuantityInput { Default: { } q } => new Argument(q),
                QuantityInput q => new Argument(Between(q, Next(seen, q))),
                TextInput { Default: { } t } => new Argument(t),
                TextInput { Choices: [var first, ..] } => new Argument(first),
                _ => throw new InvalidOperationException($"{capability.Name}: '{input.Name}' has neither default nor "
                    + "choices, so that the contract cannot choose a value; declare one of them"),
            };
        // What may be left out is left out, but a step without any end would last for ever.
        if (capability.Inputs.FirstOrDefault(i => i.IsOptional && i.Name == "until_time") is { } end)
            values[end.Name] = new Argument(Quantity.Of(60, "s"));
        var (complete, errors) = capability.Complete(new Arguments(values));
        return complete ?? throw new InvalidOperationException(
            $"{capability.Name} refuses values from the middle of its own ranges: {string.Join("; ", errors)}");
    }

    private static double Next(Dictionary<(Unit, Quantity?, Quantity?), int> seen, QuantityInput input)
    {
        var range = (input.Unit, input.Min, input.Max);
        seen[range] = seen.GetValueOrDefault(range) + 1;
        return Places[(seen[range] - 1) % Places.Length];
    }

    private static Quantity Between(QuantityInput input, double place)
    {
        var (min, max) = (input.Min!.Value.In(input.Unit), input.Max!.Value.In(input.Unit));
        // The middle of a range over orders of magnitude is not half of its end: that would be a
        // dose of the whole syringe.
        var value = min > 0 && max / min > 100 ? min * Math.Pow(max / min, place) : min + (max - min) * place;
        // People ask for round numbers, and devices take few digits.
        var round = double.Parse(value.ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        round = input.Unit == Unit.One && min == Math.Round(min) && max == Math.Round(max) ? Math.Round(round) : round;
        return Quantity.Of(Math.Clamp(round, min, max), input.Unit);
    }
}
