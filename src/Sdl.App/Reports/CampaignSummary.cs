using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml;
using Sdl.Core.Planning;
using Sdl.Core.Runs;
using Sdl.Runtime.Campaigns;

namespace Sdl.App.Reports;

/// <param name="Value">In the unit of the objective: the model's mean, or the best measured value while there is no
/// model.</param>
/// <param name="Uncertainty">One standard deviation of it; null when nobody knows it.</param>
/// <param name="Modelled">Whether <paramref name="Value"/> is the model's.</param>
/// <param name="Reason">Why the planner recommends it.</param>
public sealed record Recommendation(
    Formulation Formulation, double Value, double? Uncertainty, bool Modelled, string Reason);

/// <param name="Optimum">In the unit of the objective.</param>
/// <param name="Regret">By how much the recommended formulation falls short of the optimum: by its true value where
/// that is known, otherwise by the recommended value, whose uncertainty it then carries; negative beyond the
/// optimum.</param>
/// <param name="Truth">True value of the recommended formulation, which only a dry run can know.</param>
public sealed record ReferenceComparison(double Optimum, double Regret, string Source, double? Truth = null);

/// <summary>What a campaign came to: the head of its report, and what <c>--json</c> prints.</summary>
/// <param name="Experiments">Observed.</param>
/// <param name="Planned">As the campaign file asks.</param>
/// <param name="Best">Null while nothing has been observed.</param>
/// <param name="LabTime">By the laboratory's clock, which in a dry run is a virtual one.</param>
/// <param name="WallTime">By the clock of the computer.</param>
/// <param name="State">How it ended; null when it has not.</param>
public sealed record CampaignSummary(
    string Campaign, ulong Seed, int Experiments, int Planned, string Unit, Recommendation? Best,
    ReferenceComparison? Reference, TimeSpan LabTime, TimeSpan WallTime, string Folder, RunState? State, string Why)
{
    /// <summary>Hash of the journal that this was made from; empty when nobody has taken it.</summary>
    public string JournalHash { get; init; } = "";

    /// <summary>What the experiments went on without.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp { get; init; } = [];

    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Asks the planner what it recommends after everything that the journal holds.</summary>
    /// <param name="labTime">From the start of the campaign to its last event.</param>
    /// <param name="truth">True value of a formulation in the unit of the objective, where somebody knows it.</param>
    public static CampaignSummary Of(
        CampaignPlan plan, CampaignHistory history, SearchSpace space, IPlanner planner,
        TimeSpan labTime, TimeSpan wallTime, string folder, Func<Formulation, double>? truth = null)
    {
        var seed = history.Started?.Seed ?? plan.Seed;
        var seen = history.Observed.Select(o => o.Observation).ToList();
        var best = Recommend(plan, space, planner, seen, seed);
        var reference = plan.Reference is { } known && best is not null
            ? Compare(known, plan.Objective, best.Value, truth?.Invoke(best.Formulation))
            : null;
        return new CampaignSummary(
            plan.Name, seed, seen.Count, plan.Experiments, plan.Objective.Unit.Symbol, best, reference,
            labTime, wallTime, folder, history.Ended?.State, history.Ended?.Why ?? "")
        {
            GivenUp = [.. history.Experiments.SelectMany(e => e.GivenUp)],
        };
    }

    /// <summary><c>{"campaign","seed","state","why","experiments",
    /// "best":{"formulation":{…},"value","unit","uncertainty"},
    /// "reference":{"optimum","regret"},"givenUp":[{"run","branch","why"}],
    /// "labTime","wallTime","folder","journalHash"}</c>.
    /// Times are ISO 8601 durations, such as <c>P1DT2H3M4.5S</c>; <c>best</c>, <c>reference</c> and <c>state</c> are
    /// null when there is none.</summary>
    public string ToJson() => new JsonObject
    {
        ["campaign"] = Campaign,
        ["seed"] = Seed,
        ["state"] = State is { } state ? JsonNamingPolicy.KebabCaseLower.ConvertName(state.ToString()) : null,
        ["why"] = Why,
        ["experiments"] = Experiments,
        ["best"] = Best is null ? null : new JsonObject
        {
            ["formulation"] = new JsonObject(
                Best.Formulation.Fractions
                    .Select(f => KeyValuePair.Create(f.Key, (JsonNode?)JsonValue.Create(f.Value)))),
            ["value"] = Best.Value,
            ["unit"] = Unit,
            ["uncertainty"] = Best.Uncertainty,
        },
        ["reference"] = Reference is null ? null : new JsonObject
        {
            ["optimum"] = Reference.Optimum,
            ["regret"] = Reference.Regret,
        },
        ["givenUp"] = new JsonArray([.. GivenUp.Select(g => new JsonObject
        {
            ["run"] = g.Run.Value, ["branch"] = g.Name, ["why"] = g.Why,
        })]),
        ["labTime"] = XmlConvert.ToString(LabTime),
        ["wallTime"] = XmlConvert.ToString(WallTime),
        ["folder"] = Folder,
        ["journalHash"] = JournalHash,
    }.ToJsonString(Json);

    private static Recommendation? Recommend(
        CampaignPlan plan, SearchSpace space, IPlanner planner, List<Observation> seen, ulong seed)
    {
        if (seen.Count == 0 || planner.Recommend(space, plan.Objective.Goal, seen, seed) is not { } proposal)
            return null;
        if (proposal.Predicted is { } model && double.IsFinite(model.Mean) && double.IsFinite(model.Deviation))
            return new Recommendation(proposal.At, model.Mean, model.Deviation, true, proposal.Reason);
        var measured = plan.Objective.Goal == Goal.Maximise ? seen.MaxBy(o => o.Value)! : seen.MinBy(o => o.Value)!;
        return new Recommendation(measured.At, measured.Value, measured.Uncertainty, false, "the best measured value");
    }

    private static ReferenceComparison Compare(
        ReferenceOptimum known, Objective objective, double recommended, double? truth)
    {
        var optimum = known.Value.In(objective.Unit);
        var reached = truth ?? recommended;
        var regret = objective.Goal == Goal.Maximise ? optimum - reached : reached - optimum;
        return new ReferenceComparison(optimum, regret, known.Source, truth);
    }
}
