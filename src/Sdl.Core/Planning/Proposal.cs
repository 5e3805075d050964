using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sdl.Core.Planning;

/// <param name="Deviation">One standard deviation of the true value, without the noise of measuring it.</param>
public sealed record Prediction(double Mean, double Deviation);

/// <summary>What the planner suggests, and why.</summary>
/// <param name="Predicted">By objective or constraint, of the target source; empty while there is no model.</param>
/// <param name="Reason">One or two sentences for people.</param>
/// <param name="Details">Numbers behind the reason (acquisition value, length scales …), for the
/// journal and the report.</param>
public sealed record Proposal(
    DesignPoint At, IReadOnlyDictionary<string, Prediction> Predicted, string Reason,
    IReadOnlyDictionary<string, double> Details)
{
    /// <summary>In <see cref="Details"/>, where there is one objective: by how much it is expected to be better than
    /// the best so far, in the objective's unit.</summary>
    public const string ExpectedGain = "expected_improvement";

    [JsonPropertyName("predictions")]
    public IReadOnlyDictionary<string, Prediction> Predicted { get; init; } =
        Predicted ?? new Dictionary<string, Prediction>();

    /// <summary>What an earlier version wrote: one prediction without a name.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Earlier { get; init; }

    /// <summary>How it should be measured.</summary>
    public string Source { get; init; } = "";
}
