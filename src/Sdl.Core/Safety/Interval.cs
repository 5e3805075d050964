namespace Sdl.Core.Safety;

/// <summary>Numbers between two ends, each of which belongs to it or not.</summary>
public readonly record struct Interval(double Min, bool HasMin, double Max, bool HasMax)
{
    public static Interval Below(double max, bool included) => new(double.NegativeInfinity, false, max, included);

    public static Interval Above(double min, bool included) => new(min, included, double.PositiveInfinity, false);

    public bool IsEmpty => Min > Max || (Min == Max && !(HasMin && HasMax));

    /// <summary>What is in both.</summary>
    public Interval Meet(Interval other)
    {
        var low = Min > other.Min || (Min == other.Min && !HasMin) ? this : other;
        var high = Max < other.Max || (Max == other.Max && !HasMax) ? this : other;
        return new Interval(low.Min, low.HasMin, high.Max, high.HasMax);
    }
}
