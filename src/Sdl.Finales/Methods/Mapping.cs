using System.Text.Json.Nodes;
using Sdl.Core.Units;

namespace Sdl.Finales.Methods;

/// <summary>A parameter of a request that becomes an argument of the protocol.</summary>
/// <param name="Path">In the parameters, such as <c>temperature</c> or <c>cell.electrolyte_volume</c>.</param>
/// <param name="Unit">In which the request gives it, as a plain number; null for a text.</param>
public sealed record Take(string Path, string Argument, Unit? Unit);

/// <summary>What is put into the data of a result.</summary>
/// <param name="Path">In the data, such as <c>conductivity.values</c>.</param>
/// <param name="Source">Result of the protocol, or an argument of it.</param>
/// <param name="Unit">In which the data give it, as a plain number.</param>
/// <param name="IsList">It stands in a list, which is empty when there is no value.</param>
public sealed record Give(string Path, string Source, Unit Unit, bool IsList);

/// <summary>Which parameters of a method become which arguments, and which results become which data.</summary>
/// <param name="Formulation">Path of the formulation in the parameters; null when it takes none.</param>
/// <param name="Volume">Path of the volume in mL that is asked for; null when it is the laboratory's choice.</param>
/// <param name="Meta">Path of what says whether it worked (<c>{success, rating}</c>); null when there is none.</param>
/// <param name="HasRunInfo">The data begin with <c>run_info</c>, which holds the formulation.</param>
public sealed record Mapping(
    string? Formulation, string? Volume, IReadOnlyList<Take> Takes, IReadOnlyList<Give> Gives, string? Meta,
    bool HasRunInfo)
{
    /// <summary>Paths in the data at which the formulation stands that was made.</summary>
    public IReadOnlyList<string> Made { get; init; } = [];

    /// <summary>Path in the data at which the volume stands that was made, in mL.</summary>
    public string? MadeVolume { get; init; }

    /// <summary>What is always the same, by path in the data.</summary>
    public IReadOnlyDictionary<string, JsonNode> Constants { get; init; } = new Dictionary<string, JsonNode>();

    /// <summary>This with others in place of those with the same path, and behind them the new ones.</summary>
    public Mapping With(IReadOnlyList<Take> takes, IReadOnlyList<Give> gives) => this with
    {
        Takes = [.. Takes.Where(t => takes.All(o => o.Path != t.Path)), .. takes],
        Gives = [.. Gives.Where(g => gives.All(o => o.Path != g.Path)), .. gives],
    };
}
