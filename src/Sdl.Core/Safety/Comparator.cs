namespace Sdl.Core.Safety;

/// <summary>How a reading is compared with a quantity.</summary>
public enum Comparator { Less, LessOrEqual, Equal, NotEqual, Greater, GreaterOrEqual }

public static class ComparatorWords
{
    private static readonly string[] Words = ["<", "<=", "==", "!=", ">", ">="];

    /// <summary>The comparator that an expression spells so, or null.</summary>
    public static Comparator? Find(string word) =>
        Array.IndexOf(Words, word) is >= 0 and var index ? (Comparator)index : null;

    public static string Word(this Comparator comparator) => Words[(int)comparator];

    /// <summary>The one that holds exactly where this one does not.</summary>
    public static Comparator Negated(this Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.GreaterOrEqual,
        Comparator.LessOrEqual => Comparator.Greater,
        Comparator.Equal => Comparator.NotEqual,
        Comparator.NotEqual => Comparator.Equal,
        Comparator.Greater => Comparator.LessOrEqual,
        _ => Comparator.Less,
    };

    /// <summary>The one that says the same with its sides exchanged.</summary>
    public static Comparator Mirrored(this Comparator comparator) => comparator switch
    {
        Comparator.Less => Comparator.Greater,
        Comparator.LessOrEqual => Comparator.GreaterOrEqual,
        Comparator.Greater => Comparator.Less,
        Comparator.GreaterOrEqual => Comparator.LessOrEqual,
        _ => comparator,
    };

    /// <param name="order">Of the two sides: negative, zero or positive.</param>
    public static bool Holds(this Comparator comparator, int order) => comparator switch
    {
        Comparator.Less => order < 0,
        Comparator.LessOrEqual => order <= 0,
        Comparator.Equal => order == 0,
        Comparator.NotEqual => order != 0,
        Comparator.Greater => order > 0,
        _ => order >= 0,
    };

    /// <summary>The values that stand so to <paramref name="limit"/> (SI).</summary>
    public static IReadOnlyList<Interval> Intervals(this Comparator comparator, double limit) => comparator switch
    {
        Comparator.Less => [Interval.Below(limit, included: false)],
        Comparator.LessOrEqual => [Interval.Below(limit, included: true)],
        Comparator.Equal => [new Interval(limit, true, limit, true)],
        Comparator.NotEqual => [Interval.Below(limit, included: false), Interval.Above(limit, included: false)],
        Comparator.Greater => [Interval.Above(limit, included: false)],
        _ => [Interval.Above(limit, included: true)],
    };
}
