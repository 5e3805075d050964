using System.Globalization;

namespace Sdl.App.Reports.Plots;

/// <summary>Maps the interval of the data onto an interval of the page.</summary>
public sealed record Scale(double Min, double Max, double From, double To)
{
    public double At(double value) => From + (value - Min) / (Max - Min) * (To - From);
}

/// <summary>Round numbers along an axis.</summary>
public sealed class Ticks
{
    private Ticks(double step, IReadOnlyList<double> values) => (Step, Values) = (step, values);

    public double Step { get; }
    public IReadOnlyList<double> Values { get; }

    public double Min => Values[0];
    public double Max => Values[^1];

    /// <summary>Multiples of 1, 2 or 5 times a power of ten that reach over the whole interval, about
    /// <paramref name="count"/> of them; an interval without width is widened.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A bound is no finite number.</exception>
    public static Ticks Over(double min, double max, int count = 6)
    {
        var (low, high, step) = Plan(min, max, count);
        return Multiples(Math.Floor(low / step + 1e-9), Math.Ceiling(high / step - 1e-9), step);
    }

    /// <summary>The same numbers, but only those inside the interval.</summary>
    public static Ticks Within(double min, double max, int count = 6)
    {
        var (low, high, step) = Plan(min, max, count);
        return Multiples(Math.Ceiling(low / step - 1e-9), Math.Floor(high / step + 1e-9), step);
    }

    /// <summary>As many decimals as the step needs; powers of ten for very large and very small numbers.</summary>
    public string Text(double value)
    {
        var size = Values.Max(Math.Abs);
        if (size is >= 1e6 or < 1e-4 && size > 0)
            return Svg.Minus(value.ToString("0.##E0", CultureInfo.InvariantCulture));
        var decimals = Math.Clamp(-(int)Math.Floor(Math.Log10(Step) + 1e-9), 0, 12);
        return Svg.Minus(value.ToString("F" + decimals, CultureInfo.InvariantCulture));
    }

    private static (double Low, double High, double Step) Plan(double min, double max, int count)
    {
        if (!double.IsFinite(min) || !double.IsFinite(max))
            throw new ArgumentOutOfRangeException(nameof(min), $"an axis from {min} to {max} cannot be drawn");
        if (min > max)
            (min, max) = (max, min);
        var least = Math.Max(Math.Abs(min), Math.Abs(max)) * 1e-9;
        if (max - min <= least)
        {
            var half = min == 0 ? 1 : Math.Abs(min) * 0.05;
            (min, max) = (min - half, max + half);
        }
        var rough = (max - min) / Math.Max(1, count);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * (rough / power) switch { <= 1.0001 => 1, <= 2.0001 => 2, <= 5.0001 => 5, _ => 10 };
        return (min, max, step);
    }

    private static Ticks Multiples(double first, double last, double step)
    {
        var values = new List<double>();
        for (var k = first; k <= last; k++)
            values.Add(k * step + 0.0);
        return new Ticks(step, values);
    }
}
