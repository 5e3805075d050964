namespace Sdl.Planner;

/// <summary>How a value follows one parameter on average, and how much of it that explains.</summary>
/// <param name="Average">The mean of the value where the parameter has about this place; ascending.</param>
/// <param name="Share">Of the variance, from 0 to 1: the correlation ratio, adjusted for the number of bins as R² is.
/// Parameters that know of each other, such as the parts of a mixture, may add up to more than 1.</param>
public sealed record Dependence(IReadOnlyList<(double At, double Mean)> Average, double Share)
{
    private const int Bins = 12;

    /// <param name="at">The parameter at points that are spread evenly over the space; NaN where it has no value. Few
    /// different places are told apart, many are put into bins of as many points each.</param>
    /// <param name="values">There.</param>
    public static Dependence Of(IReadOnlyList<double> at, IReadOnlyList<double> values)
    {
        var known = at.Zip(values, (a, v) => (At: a, Value: v)).Where(p => !double.IsNaN(p.At))
            .OrderBy(p => p.At).ToList();
        if (known.Count == 0) return new Dependence([], 0);
        var exact = known.Select(p => p.At).Distinct().Take(Bins + 1).Count() <= Bins;
        var bins = known.Index().GroupBy(p => exact ? p.Item.At : p.Index * Bins / known.Count)
            .Select(g => (At: g.Average(p => p.Item.At), Mean: g.Average(p => p.Item.Value), Count: g.Count()))
            .ToList();
        var mean = known.Average(p => p.Value);
        var all = known.Sum(p => (p.Value - mean) * (p.Value - mean));
        var between = bins.Sum(b => b.Count * (b.Mean - mean) * (b.Mean - mean));
        var within = all > 0 && known.Count > bins.Count
            ? (1 - between / all) * (known.Count - 1) / (known.Count - bins.Count) : 1;
        return new Dependence([.. bins.Select(b => (b.At, b.Mean))], Math.Clamp(1 - within, 0, 1));
    }
}
