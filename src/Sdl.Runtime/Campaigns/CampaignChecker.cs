using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;

namespace Sdl.Runtime.Campaigns;

/// <summary>Judges a campaign against its protocol and lab before anything moves.</summary>
public sealed class CampaignChecker
{
    private static readonly Dimension Mass = new(Mass: 1), Volume = new(Length: 3);

    private readonly CampaignPlan _plan;
    private readonly Lab _lab;
    private readonly Protocol _protocol;
    private readonly List<Finding> _findings = [];

    private CampaignChecker(CampaignPlan plan, Lab lab, Protocol protocol)
    {
        _plan = plan;
        _lab = lab;
        _protocol = protocol;
    }

    /// <exception cref="FindingsException">They do not fit together.</exception>
    public static void Check(CampaignPlan plan, Lab lab, BoundProtocol bound)
    {
        var checker = new CampaignChecker(plan, lab, bound.Protocol);
        checker.CheckParameters();
        checker.CheckResults(ProtocolChecker.ResultDimensions(bound));
        checker.CheckStocks();
        checker.CheckLanes(bound);
        if (plan.Lanes > 1)
            checker.CheckStates(bound);
        if (checker._findings.Count > 0)
            throw new FindingsException(checker._findings);
    }

    public static StockMixer Mixer(CampaignPlan plan, Lab lab) => new(
        plan.Mixture.StockArguments.Keys.Select(s => lab.Stocks[s]).ToList(),
        plan.Mixture.Components.Select(c => c.Name).ToList());

    /// <summary>The bounds of the campaign, cut to what the stocks can make.</summary>
    public static SearchSpace Space(CampaignPlan plan, StockMixer mixer) =>
        new([.. plan.Mixture.Components, .. plan.Parameters])
        {
            Mixtures = [new Mixture([.. plan.Mixture.Components.Select(c => c.Name)])],
            Constraints = [.. mixer.Reachable(), .. plan.Linear],
        };

    /// <summary>What the planner is asked.</summary>
    public static Problem Problem(CampaignPlan plan, StockMixer mixer) =>
        new(Space(plan, mixer),
            [.. plan.Objectives.Select(o => new Objective(o.Result, o.Goal, o.Reference, o.Desirability))])
        {
            Constraints = [.. plan.Constraints.Select(c => new OutcomeConstraint(c.Result, c.Min, c.Max))],
            Noise = plan.Noise,
        };

    private void CheckParameters()
    {
        var given = _plan.Mixture.StockArguments.Values.Select(name => (Name: name, Dimension: Volume)).ToList();
        if (_plan.Mixture.MassArgument is { } mass)
            given.Add((mass, Mass));
        foreach (var twice in _plan.Parameters.Where(p => given.Any(g => g.Name == p.Name)))
            Add($"parameters: '{twice.Name}' is given by the mixture already");
        _plan.Parameters.ToList().ForEach(CheckSet);
        foreach (var (name, dimension) in given)
            if (_protocol.Parameters.FirstOrDefault(p => p.Name == name) is not { } parameter)
                Add($"protocol '{_protocol.Name}' has no parameter '{name}'");
            else if (parameter is not QuantityInput quantity || quantity.Unit.Dimension != dimension)
                Add(
                    $"parameter '{name}' of protocol '{_protocol.Name}' takes no "
                    + $"{(dimension == Mass ? "mass" : "volume")}");
            else if (dimension == Volume)
                CheckVolume(quantity);
        var set = given.Select(g => g.Name).Concat(_plan.Parameters.Select(p => p.Name)).ToHashSet();
        foreach (var input in _protocol.Parameters.Where(p => !set.Contains(p.Name)))
            if (input is QuantityInput { Default: null } or TextInput { Default: null })
                Add(
                    $"protocol '{_protocol.Name}' needs '{input.Name}', which has no default "
                    + "and which the campaign does not give");
    }

    /// <summary>Whatever the planner may choose has to suit the protocol.</summary>
    private void CheckSet(Parameter set)
    {
        var text = set as CategoricalParameter;
        switch (_protocol.Parameters.FirstOrDefault(p => p.Name == set.Name))
        {
            case null:
                Add($"parameters: protocol '{_protocol.Name}' has no parameter '{set.Name}'; it has "
                    + string.Join(", ", _protocol.Parameters.Select(p => p.Name)));
                break;
            case TextInput input when text is not null:
                foreach (var unknown in text.Levels.Where(l => input.Choices?.Contains(l) == false))
                    Add($"parameters: '{set.Name}' may be {string.Join(", ", input.Choices!)}, and not '{unknown}'");
                break;
            case QuantityInput input when text is null:
                CheckRange(input, CampaignParameter.Range(set).Select(v => CampaignParameter.Argument(set, v)));
                break;
            case var input:
                Add($"parameters: '{set.Name}' of protocol '{_protocol.Name}' "
                    + (input is TextInput ? "is a text: make it categorical" : "is a quantity, and not categorical"));
                break;
        }
        if (set.When is not null && _protocol.Parameters.FirstOrDefault(p => p.Name == set.Name)
            is QuantityInput { Default: null } or TextInput { Default: null })
            Add($"parameters: '{set.Name}' is not always given, and protocol '{_protocol.Name}' has no default for it");
    }

    private void CheckRange(QuantityInput input, IEnumerable<Argument> ends)
    {
        foreach (var end in ends.Select(e => e.Quantity!.Value))
            if (end.Dimension != input.Unit.Dimension)
                Add($"parameters: '{input.Name}' is given in {input.Unit}; say in which 'unit' its numbers are");
            else if (end < input.Min || end > input.Max)
                Add($"parameters: '{input.Name}' cannot be {end}; protocol '{_protocol.Name}' allows "
                    + $"{input.Min?.ToString() ?? "any"} to {input.Max?.ToString() ?? "any"}");
    }

    private void CheckVolume(QuantityInput parameter)
    {
        if (parameter.Min is { Si: > 0 } least)
            Add($"parameter '{parameter.Name}' cannot be below {least}, but a stock may be left out");
        if (parameter.Max is { } most && _plan.Mixture.Volume > most)
            Add($"a batch of {_plan.Mixture.Volume} can ask more of '{parameter.Name}' than its maximum {most}");
    }

    private void CheckResults(IReadOnlyDictionary<string, Dimension> results)
    {
        foreach (var (name, dimension) in _plan.Outcomes.Select(o => (o.Result, o.Unit.Dimension))
            .Append((_plan.Mixture.MassResult, Mass)))
            if (!results.TryGetValue(name, out var found))
                Add(
                    $"protocol '{_protocol.Name}' gives no result '{name}'; it gives "
                    + string.Join(", ", results.Keys));
            else if (found != dimension)
                Add($"result '{name}' of protocol '{_protocol.Name}' is a quantity in {found}, not in {dimension}");
    }

    private void CheckStocks()
    {
        var unknown = _plan.Mixture.StockArguments.Keys.Where(s => !_lab.Stocks.ContainsKey(s)).ToList();
        foreach (var stock in unknown)
            Add($"lab '{_lab.Name}' has no stock '{stock}'; it has {string.Join(", ", _lab.Stocks.Keys)}");
        if (unknown.Count > 0)
            return;
        try
        {
            var mixer = Mixer(_plan, _lab);
            foreach (var given in _plan.Given)
                Advice.Check(Problem(_plan, mixer), new Suggested(given, "the campaign file", ""));
            if (mixer.Reachable().Count == 0)
                Add("the stocks do not span the mixture: at least as many different stocks as components are needed");
        }
        catch (ArgumentException e)
        {
            Add(e.Message);
        }
    }

    private void CheckLanes(BoundProtocol bound)
    {
        foreach (var (role, instruments) in _plan.LaneRoles)
        {
            if (!_protocol.Roles.ContainsKey(role))
                Add($"lane_roles: protocol '{_protocol.Name}' has no role '{role}'; it has "
                    + string.Join(", ", _protocol.Roles.Keys));
            if (instruments.Count < _plan.Lanes)
                Add($"lane_roles: '{role}' names {instruments.Count} instruments for {_plan.Lanes} lanes"
                    + ": name one for each lane, or take fewer lanes");
            foreach (var unknown in instruments.Where(i => _lab.Instruments.All(l => l.Id != i)))
                Add($"lane_roles: lab '{_lab.Name}' has no instrument '{unknown}'");
        }
        foreach (var (name, values) in _plan.LaneArguments)
        {
            if (values.Count < _plan.Lanes)
                Add($"lane_arguments: '{name}' names {values.Count} values for {_plan.Lanes} lanes"
                    + ": name one for each lane, or take fewer lanes");
            if (_protocol.Parameters.FirstOrDefault(p => p.Name == name) is not { } parameter)
                Add($"lane_arguments: protocol '{_protocol.Name}' has no parameter '{name}'");
            else if (parameter is QuantityInput { Unit: var unit }
                && values.FirstOrDefault(v => v.Quantity?.Dimension != unit.Dimension) is { } wrong)
                Add($"lane_arguments: '{name}' is given in {unit}, and '{wrong}' is not");
        }
        var own = _plan.LaneRoles.SelectMany(r => r.Value.Take(_plan.Lanes));
        foreach (var shared in own.GroupBy(i => i).Where(g => g.Count() > 1))
            Add($"lane_roles: '{shared.Key}' is there twice; each lane has its instruments to itself");
        foreach (var (role, instrument) in bound.Bindings.Where(b => !_plan.LaneRoles.ContainsKey(b.Key)))
            if (_plan.LaneRoles.FirstOrDefault(r => r.Value.Contains(instrument)) is { Key: { } taken })
                Add($"lane_roles: '{instrument}' is named for '{taken}' and is bound to '{role}' already");
    }

    private void CheckStates(BoundProtocol bound)
    {
        foreach (var step in LeaseChecker.Unprotected(bound))
            _findings.Add(new Finding(step.At,
                $"another of the {_plan.Lanes} lanes could undo '{step.Capability}' before this one has used it: "
                + $"put this step, and the steps that rely on it, into a hold of [{step.Role}]"));
    }

    private void Add(string text) => _findings.Add(new Finding(_plan.At, text));
}
