using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sdl.Core.Planning;

/// <summary>All that a planner is told besides the problem.</summary>
/// <param name="Seen">In any order; earlier campaigns' results may be among them, as a source of their own.</param>
public sealed record Evidence(IReadOnlyList<Observation> Seen)
{
    public static Evidence None { get; } = new([]);

    /// <summary>Begun or promised, and not yet observed; also what is still running of an experiment that is partly
    /// observed.</summary>
    public IReadOnlyList<Pending> Pending { get; init; } = [];

    /// <summary>Points that a person wants next; they are proposed first, as they stand.</summary>
    public IReadOnlyList<DesignPoint> Suggested { get; init; } = [];

    public IReadOnlyList<Veto> Vetoes { get; init; } = [];

    /// <summary>What may still be spent, in the unit of <see cref="Source.Cost"/>; sources that cost more are not
    /// asked. Null: no limit.</summary>
    public double? Budget { get; init; }

    /// <summary>Sources whose result would come later are not asked. Null: no limit.</summary>
    public TimeSpan? TimeLeft { get; init; }
}

/// <summary>One value with one standard deviation of it; null when nobody knows it.</summary>
public sealed record Outcome(double Value, double? Uncertainty = null);

/// <summary>What an experiment gave.</summary>
/// <param name="Values">By objective or constraint. Those that are missing were not measured, or not
/// yet.</param>
public sealed record Observation(DesignPoint At, IReadOnlyDictionary<string, Outcome> Values)
{
    public IReadOnlyDictionary<string, Outcome> Values { get; init; } = Values ?? new Dictionary<string, Outcome>();

    public string Source { get; init; } = "";

    /// <summary>What an earlier version wrote: one value and its uncertainty, without a name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Earlier { get; init; }

    /// <summary>It cannot be done here: the attempt gave nothing, and the next one would not either.</summary>
    public bool Failed { get; init; }

    /// <summary>The same; a value that an earlier version wrote gets the name.</summary>
    public Observation Named(string outcome) => Values.Count > 0 || Failed || Earlier is null
        || !Earlier.TryGetValue("value", out var value) ? this : this with
        {
            Values = new Dictionary<string, Outcome>
            {
                [outcome] = new(value.GetDouble(), Earlier.TryGetValue("uncertainty", out var u)
                    && u.ValueKind == JsonValueKind.Number ? u.GetDouble() : null),
            },
        };

    /// <summary>One outcome of the only source.</summary>
    public static Observation Of(DesignPoint at, string outcome, double value, double? uncertainty = null) =>
        new(at, new Dictionary<string, Outcome> { [outcome] = new(value, uncertainty) });
}

public sealed record Pending(DesignPoint At, string Source = "");

/// <summary>A part of the space that a person rules out.</summary>
/// <param name="Within">All of these together; parameters that are not named may have any value.</param>
public sealed record Veto(IReadOnlyList<VetoRange> Within, string Why)
{
    public bool Covers(DesignPoint x) => Within.All(r => r.Holds(x));
}

/// <param name="Levels">Of a categorical parameter; null: the range counts.</param>
public sealed record VetoRange(
    string Parameter, double Min = double.NegativeInfinity, double Max = double.PositiveInfinity,
    IReadOnlyList<string>? Levels = null)
{
    internal bool Holds(DesignPoint x) => Levels is null
        ? x.Number(Parameter) is { } value && value >= Min && value <= Max
        : x.Level(Parameter) is { } level && Levels.Contains(level);
}
