namespace Sdl.Tests.Planner.Suite;

/// <summary>A test problem of the planner, in the units that its literature uses. Everything is minimised.</summary>
/// <param name="Bounds">Of each parameter, both ends included; a category is numbered from zero.</param>
/// <param name="Values">The objectives and then the constraints, which hold at zero and below, at a place and from a
/// source (the last source is the truth).</param>
/// <param name="Best">The smallest value, or the largest dominated hypervolume where there are several objectives.
/// </param>
internal sealed record SuiteProblem(
    string Name, (double Min, double Max)[] Bounds, Func<double[], int, double[]> Values, double Best, int Initial,
    int Total)
{
    /// <summary>Standard deviation of what is added to the objectives.</summary>
    public double Noise { get; init; }

    /// <summary>The parameters sum to one.</summary>
    public bool IsMixture { get; init; }

    /// <summary>Levels of the parameters that are categories; the first ones.</summary>
    public string[][] Levels { get; init; } = [];

    public int Constraints { get; init; }

    /// <summary>Worst values that count, one an objective; null where there is one objective only.</summary>
    public double[]? Reference { get; init; }

    /// <summary>Cheapest first, the truth last; null where there is one source only.</summary>
    public SuiteSource[]? Sources { get; init; }

    /// <summary>Of all evaluations, where there are several sources.</summary>
    public double Budget { get; init; }

    public int Dimension => Bounds.Length;

    public int Objectives => Reference?.Length ?? 1;

    /// <summary>Of the source whose value counts.</summary>
    public int Truth => (Sources?.Length ?? 1) - 1;

    /// <summary>What is recommended counts, and not the best that was measured.</summary>
    public bool IsRecommended => Noise > 0 || Sources is not null;
}

/// <param name="Initial">Evaluations that the shared initial designs make from it.</param>
internal sealed record SuiteSource(string Name, double Cost, int Initial);
