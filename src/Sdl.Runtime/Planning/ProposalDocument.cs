using System.Text.Json.Nodes;
using Sdl.Core.Planning;

namespace Sdl.Runtime.Planning;

/// <summary>Proposals and predictions as JSON, for other programs.</summary>
public static class ProposalDocument
{
    // Of a normal distribution: 95 %.
    private const double Interval = 1.959963984540054;

    /// <summary><c>{"x":…, "source":…, "reason":{"text":…, "predicted":…, "details":…}}</c>; the source is
    /// left out where there is only one.</summary>
    public static JsonObject Of(Problem problem, Proposal proposal)
    {
        var document = new JsonObject { ["x"] = Of(problem.Space, proposal.At) };
        if (problem.Sources.Count > 1)
            document["source"] = proposal.Source;
        var details = new JsonObject();
        foreach (var (name, value) in proposal.Details.OrderBy(d => d.Key, StringComparer.Ordinal))
            details[name] = Finite(value);
        document["reason"] = new JsonObject
        {
            ["text"] = proposal.Reason, ["predicted"] = Of(proposal.Predicted), ["details"] = details,
        };
        return document;
    }

    /// <summary>In the order of the space.</summary>
    public static JsonObject Of(SearchSpace space, DesignPoint at)
    {
        var document = new JsonObject();
        foreach (var parameter in space.Parameters)
            if (at.Number(parameter.Name) is { } number)
                document[parameter.Name] = number;
            else if (at.Level(parameter.Name) is { } level)
                document[parameter.Name] = level;
        return document;
    }

    /// <summary>By outcome: mean, standard deviation and the interval that holds the true value with 95 %.</summary>
    public static JsonObject Of(IReadOnlyDictionary<string, Prediction> predicted)
    {
        var document = new JsonObject();
        foreach (var (name, prediction) in predicted.OrderBy(p => p.Key, StringComparer.Ordinal))
            document[name] = Of(prediction);
        return document;
    }

    public static JsonObject Of(Prediction prediction) => new()
    {
        ["mean"] = Finite(prediction.Mean),
        ["sd"] = Finite(prediction.Deviation),
        ["interval"] = new JsonArray(Finite(prediction.Mean - Interval * prediction.Deviation),
            Finite(prediction.Mean + Interval * prediction.Deviation)),
    };

    // JSON has no word for what is not a number.
    private static JsonValue? Finite(double value) => double.IsFinite(value) ? JsonValue.Create(value) : null;
}
