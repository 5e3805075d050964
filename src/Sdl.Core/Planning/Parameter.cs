namespace Sdl.Core.Planning;

/// <summary>One thing that an experiment may set.</summary>
public abstract record Parameter(string Name)
{
    /// <summary>Null: it always has a value.</summary>
    public ActiveWhen? When { get; init; }
}

/// <summary>Any number between two bounds, both included.</summary>
/// <param name="Unit">For people and plots; the planner does not convert.</param>
public sealed record ContinuousParameter(string Name, double Min, double Max, string Unit = "") : Parameter(Name)
{
    /// <summary>Zero, or at least this much and at most <see cref="Max"/>: a pump cannot dispense less. Null: any value
    /// between the bounds. Only where <see cref="Min"/> is 0.</summary>
    public double? LeastUnlessZero { get; init; }

    /// <summary>Only whole multiples of it, counted from zero, can be delivered. Null: any value.</summary>
    public double? Resolution { get; init; }
}

/// <summary>A whole number between two bounds, both included.</summary>
public sealed record IntegerParameter(string Name, int Min, int Max, string Unit = "") : Parameter(Name);

/// <summary>One of some numbers, whose distances mean something: rates, mesh sizes, cut-off voltages.</summary>
/// <param name="Levels">Ascending, two or more.</param>
public sealed record OrderedParameter(string Name, IReadOnlyList<double> Levels, string Unit = "") : Parameter(Name);

/// <summary>One of some kinds without an order: a solvent, an additive, a supplier.</summary>
/// <param name="Levels">Two or more, all different.</param>
public sealed record CategoricalParameter(string Name, IReadOnlyList<string> Levels) : Parameter(Name)
{
    /// <summary>Numbers that describe each level, such as a viscosity and a permittivity: as many for each. Levels with
    /// near descriptors are expected to behave alike. Null: all levels are equally different.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<double>>? Descriptors { get; init; }
}

/// <summary>A parameter has a value only where another, categorical one has one of some levels.</summary>
public sealed record ActiveWhen(string Parameter, IReadOnlyList<string> Levels);
