using System.Text.Json;
using System.Text.Json.Nodes;
using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Finales.Client;
using Sdl.Finales.Methods;
using Sdl.Finales.Requests;
using Sdl.Runtime.Campaigns;
using Sdl.Runtime.Reading;

namespace Sdl.App.Finales;

/// <summary>Other laboratories as the source of a campaign's observations: the entry <c>finales</c> of a campaign
/// file.</summary>
/// <param name="Uuid">Of the tenant who asks.</param>
/// <param name="Parameters">Beside the formulation.</param>
/// <param name="Formulation">Path of the formulation in the parameters.</param>
/// <param name="Value">Path of the objective in the data of a result.</param>
/// <param name="Unit">In which it stands there.</param>
internal sealed record OutsideSource(
    ServerEntry Server, string Uuid, string Quantity, string Method, JsonObject Parameters, string Formulation,
    string Value, Unit Unit, TimeSpan Poll)
{
    private const string Key = "finales";

    /// <returns>Null when the campaign is of this laboratory's own experiments.</returns>
    /// <exception cref="Core.Protocols.FindingsException">The entry cannot be used.</exception>
    public static OutsideSource? Read(string campaign)
    {
        var findings = new Findings();
        var root = YamlFile.Load(campaign, "campaign", findings).Root;
        if (root.Map(Key) is not { } map)
            return null;
        var (quantity, method) = (map.Required("quantity"), map.Required("method"));
        var usual = Catalogue.Find(quantity, method);
        var value = map.Text("value") ?? usual?.Gives.FirstOrDefault(g => g.IsList)?.Path ?? map.Required("value");
        var unit = usual?.Gives.FirstOrDefault(g => g.Path == value)?.Unit ?? Unit.One;
        if (map.Scalar("in") is { } text && !Unit.TryParse(text.Text, out unit, out var error))
            findings.Add(text.At, error);
        var parameters = map.Json("parameters") as JsonObject ?? [];
        if (map.Quantity("temperature", Unit.Celsius) is { } temperature)
            parameters["temperature"] = temperature.Si;
        var source = new OutsideSource(
            TenantReader.Server(map, campaign), map.Required("uuid"), quantity, method, parameters,
            map.Text("formulation") ?? usual?.Formulation ?? "formulation", value, unit ?? Unit.One,
            TenantReader.Poll(map));
        map.RefuseUnread($"'{Key}'");
        findings.ThrowIfAny();
        return source;
    }

    /// <summary>The door to the runs of a campaign, with others behind it.</summary>
    public OutsideRuns Runs(
        FinalesClient client, CampaignPlan plan, Lab lab, IJournal journal, IRunService own, Action<string> say)
    {
        var clock = TimeProvider.System;
        var requester = new Requester(
            client, Uuid, new Endurance(clock, (int)(clock.GetTimestamp() & int.MaxValue)) { WaitsForAccess = true },
            clock, say)
        {
            Poll = Poll,
        };
        return new OutsideRuns(
            requester,
            new Translation(
                order => (Quantity, Method, ParametersOf(order, plan, lab)),
                (order, result) => ResultsOf(order, result, plan, lab)),
            journal, own, say);
    }

    private JsonElement ParametersOf(RunOrder order, CampaignPlan plan, Lab lab)
    {
        var parameters = Parameters.DeepClone().AsObject();
        JsonPaths.Put(parameters, Formulation, Chemicals.Write(WantedOf(order, plan, lab)));
        return JsonSerializer.SerializeToElement(parameters);
    }

    // What the stocks would give: others have their own, but the space of the campaign is that of these.
    private static Formulation WantedOf(RunOrder order, CampaignPlan plan, Lab lab)
    {
        var moles = plan.Mixture.Components.ToDictionary(c => c.Name, c => plan.Mixture.StockArguments.Sum(
            s => lab.Stocks[s.Key].MolesPerVolume(c.Name) * order.Arguments.Quantity(s.Value).Si));
        var sum = moles.Values.Sum();
        return Within(plan, moles.ToDictionary(m => m.Key, m => m.Value / sum));
    }

    // Volumes are rounded to what can be dosed here; nobody else should have to make what lies just outside of the
    // space because of it. What is too much of one component goes to the one that has most room.
    private static Formulation Within(CampaignPlan plan, Dictionary<string, double> fractions)
    {
        foreach (var axis in plan.Mixture.Components)
        {
            var inside = Math.Min(axis.Max, Math.Max(axis.Min, fractions[axis.Name]));
            var other = plan.Mixture.Components.Where(c => c.Name != axis.Name)
                .MaxBy(c => Math.Min(c.Max - fractions[c.Name], fractions[c.Name] - c.Min))!;
            fractions[other.Name] += fractions[axis.Name] - inside;
            fractions[axis.Name] = inside;
        }
        return new Formulation(fractions);
    }

    private Dictionary<string, Measured>? ResultsOf(
        RunOrder order, FinalesResult result, CampaignPlan plan, Lab lab)
    {
        if (ResultValue.Of(result, Value, Unit) is not { } value)
            return null;
        var mass = plan.Mixture.StockArguments.Sum(
            s => lab.Stocks[s.Key].Density * order.Arguments.Quantity(s.Value).Si);
        return new Dictionary<string, Measured>(MadeElsewhere.Results(MadeOf(result) ?? WantedOf(order, plan, lab)))
        {
            [plan.Objective.Result] = value,
            [plan.Mixture.MassResult] = Measured.Exact(new Quantity(mass, new Dimension(Mass: 1))),
        };
    }

    // Whoever answers may say what was really made; the server checks nothing of it.
    private static Formulation? MadeOf(FinalesResult result)
    {
        try
        {
            return Wire.At(result.Data, "run_info", "formulation") is { } made ? Chemicals.Read(made) : null;
        }
        catch (UnfitException)
        {
            return null;
        }
    }
}
