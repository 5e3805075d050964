using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;

namespace Sdl.Runtime.Campaigns;

/// <summary>Judges a campaign against its protocol and lab before anything moves.</summary>
public static class CampaignChecker
{
    /// <exception cref="FindingsException">They do not fit together.</exception>
    public static void Check(CampaignPlan plan, Lab lab, BoundProtocol bound)
    {
        var findings = new List<Finding>();
        void Add(string text) => findings.Add(new Finding(plan.At, text));
        var protocol = bound.Protocol;
        foreach (var stock in plan.Mixture.StockArguments.Keys.Where(s => !lab.Stocks.ContainsKey(s)))
            Add($"lab '{lab.Name}' has no stock '{stock}'; it has {string.Join(", ", lab.Stocks.Keys)}");
        foreach (var parameter in plan.Mixture.StockArguments.Values.Append(plan.Mixture.MassArgument).OfType<string>())
            if (protocol.Parameters.All(p => p.Name != parameter))
                Add($"protocol '{protocol.Name}' has no parameter '{parameter}'");
        var given = plan.Mixture.StockArguments.Values.Append(plan.Mixture.MassArgument).ToHashSet();
        foreach (var input in protocol.Parameters.Where(p => !given.Contains(p.Name)))
            if (input is QuantityInput { Default: null } or TextInput { Default: null })
                Add($"protocol '{protocol.Name}' needs '{input.Name}', which has no default and which the campaign does not give");
        foreach (var parameter in protocol.Parameters.Where(p => given.Contains(p.Name)))
            if (parameter is not QuantityInput quantity
                || quantity.Unit.Dimension != (parameter.Name == plan.Mixture.MassArgument ? new Dimension(Mass: 1) : plan.Mixture.Volume.Dimension))
                Add($"parameter '{parameter.Name}' of protocol '{protocol.Name}' takes no {(parameter.Name == plan.Mixture.MassArgument ? "mass" : "volume")}");
            else if (parameter.Name != plan.Mixture.MassArgument && quantity.Min is { Si: > 0 } least)
                Add($"parameter '{parameter.Name}' cannot be below {least}, but a stock may be left out");
        foreach (var result in new[] { plan.Objective.Result, plan.Mixture.MassResult }.Where(r => !protocol.Results.ContainsKey(r)))
            Add($"protocol '{protocol.Name}' gives no result '{result}'; it gives {string.Join(", ", protocol.Results.Keys)}");
        foreach (var input in protocol.Parameters.OfType<QuantityInput>())
            if (plan.Mixture.StockArguments.Values.Contains(input.Name) && input.Max is { } max
                && input.Unit.Dimension == plan.Mixture.Volume.Dimension && plan.Mixture.Volume > max)
                Add($"a batch of {plan.Mixture.Volume} can ask more of '{input.Name}' than its maximum {max}");
        if (findings.Count == 0)
            try
            {
                var mixer = Mixer(plan, lab);
                if (mixer.Reachable().Count == 0)
                    Add("the stocks do not span the mixture: at least as many different stocks as components are needed");
            }
            catch (ArgumentException e)
            {
                Add(e.Message);
            }
        if (findings.Count > 0)
            throw new FindingsException(findings);
    }

    public static StockMixer Mixer(CampaignPlan plan, Lab lab) => new(
        plan.Mixture.StockArguments.Keys.Select(s => lab.Stocks[s]).ToList(), plan.Mixture.Components.Select(c => c.Name).ToList());

    /// <summary>The bounds of the campaign, cut to what the stocks can make.</summary>
    public static SearchSpace Space(CampaignPlan plan, StockMixer mixer) =>
        new(plan.Mixture.Components, 1, mixer.Reachable());
}
