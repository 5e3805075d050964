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
        CampaignPlan plan, CampaignHistory history, Problem problem, IPlanner planner,
        TimeSpan labTime, TimeSpan wallTime, string folder, Func<Formulation, double>? truth = null)
    {
        var seed = history.Started?.Seed ?? plan.Seed;
        var seen = history.Observed.Select(o => o.Observation.Named(plan.Objective.Result)).ToList();
        var best = Recommend(plan, problem, planner, seen, seed);
        var reference = plan.Reference is { } known && best is not null
            ? Compare(known, plan.Objective, best.Value, truth?.Invoke(best.Formulation))
            : null;
        return new CampaignSummary(
            plan.Name, seed, seen.Count(o => !o.Failed), plan.Experiments, plan.Objective.Unit.Symbol, best, reference,
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
        CampaignPlan plan, Problem problem, IPlanner planner, List<Observation> seen, ulong seed)
    {
        if (seen.All(o => o.Failed) || planner.Recommend(problem, new Evidence(seen), seed) is not { Count: > 0 } front)
            return null;
        var proposal = Balanced(plan, front);
        var (result, components) = (plan.Objective.Result, plan.Mixture.Components.Select(c => c.Name).ToList());
        if (proposal.Predicted.GetValueOrDefault(result) is { } model
            && double.IsFinite(model.Mean) && double.IsFinite(model.Deviation))
            return new Recommendation(
                proposal.At.Formulation(components), model.Mean, model.Deviation, true,
                front.Count == 1 ? proposal.Reason
                    : $"The most balanced of {front.Count} points of the model's front.");
        var given = seen.Where(o => o.Values.ContainsKey(result)).ToList();
        var measured = plan.Objective.Goal == Goal.Maximise
            ? given.MaxBy(o => o.Values[result].Value)! : given.MinBy(o => o.Values[result].Value)!;
        return new Recommendation(
            measured.At.Formulation(components), measured.Values[result].Value, measured.Values[result].Uncertainty,
            false, "the best measured value");
    }

    /// <summary>Of a front the point that gains most in all objectives together: the largest box above the reference,
    /// or above the worst of the front where the file has none.</summary>
    private static Proposal Balanced(CampaignPlan plan, IReadOnlyList<Proposal> front)
    {
        double Gain(Proposal p, ObjectivePlan o) => p.Predicted.TryGetValue(o.Result, out var expected)
            ? o.Goal == Goal.Maximise ? expected.Mean : -expected.Mean : double.NegativeInfinity;
        var floors = plan.Objectives.Select(o => o.Reference is { } r
            ? o.Goal == Goal.Maximise ? r : -r : front.Min(p => Gain(p, o))).ToList();
        return front.MaxBy(p => plan.Objectives.Zip(floors, (o, floor) => Math.Max(0, Gain(p, o) - floor))
            .Aggregate(1.0, (box, gain) => box * gain))!;
    }

    private static ReferenceComparison Compare(
        ReferenceOptimum known, ObjectivePlan objective, double recommended, double? truth)
    {
        var optimum = known.Value.In(objective.Unit);
        var reached = truth ?? recommended;
        var regret = objective.Goal == Goal.Maximise ? optimum - reached : reached - optimum;
        return new ReferenceComparison(optimum, regret, known.Source, truth);
    }
}
