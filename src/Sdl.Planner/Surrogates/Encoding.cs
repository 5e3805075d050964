namespace Sdl.Planner.Surrogates;

/// <summary>How a point stands in an array: the numeric coordinates, scaled to [0, 1] by their reachable range, then
/// for each categorical one the index of its level, −1 where it is not active. A numeric coordinate that is not active
/// stands in the middle, 0.5, so that it tells no two points apart.</summary>
internal sealed record Encoding(int Numeric, IReadOnlyList<Category> Categories)
{
    public int Dimension => Numeric + Categories.Count;

    /// <summary>Number of length scales: one for each coordinate, then one more for each category with
    /// descriptors.</summary>
    public int Scales => Dimension + Categories.Count(c => c.Distances is not null);

    public static Encoding Numbers(int count) => new(count, []);
}

/// <param name="Distances">Between the descriptors of the levels, with a mean of one, levels × levels; null: none are
/// given.</param>
internal sealed record Category(int Levels, double[]? Distances = null);
