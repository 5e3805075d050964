using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Checking;

/// <summary>Judges a protocol against a lab before anything moves: roles, capabilities, names, dimensions, limits.
/// The same judgement stands behind <c>sdl check</c>, <c>sdl run</c> and campaigns.</summary>
public sealed class ProtocolChecker
{
    private readonly BoundProtocol _bound;
    private readonly Arguments? _arguments;
    private readonly Findings _findings = new();
    private readonly Dictionary<string, Dimension> _names = [];
    private readonly Dictionary<string, IReadOnlyList<Column>> _records = [];
    private readonly Dictionary<string, Step.Parallel> _doubtful = [];

    private readonly MatterChecker _matter;

    private ProtocolChecker(BoundProtocol bound, Arguments? arguments)
    {
        _bound = bound;
        _arguments = arguments;
        _matter = new MatterChecker(bound.Inventory, _findings, s => CheckNumber(s, Unit.One), Known);
    }

    /// <param name="arguments">The run's arguments if they are known: then limits are judged with them, too.</param>
    public static IReadOnlyList<Finding> Check(BoundProtocol bound, Arguments? arguments = null)
    {
        var checker = new ProtocolChecker(bound, arguments);
        checker.CheckProtocol();
        return checker._findings.All;
    }

    /// <summary>Dimension of each result that a checked protocol gives.</summary>
    public static IReadOnlyDictionary<string, Dimension> ResultDimensions(BoundProtocol bound)
    {
        var checker = new ProtocolChecker(bound, null);
        checker.CheckProtocol();
        return bound.Protocol.Results.Where(r => checker.TypeOf(r.Value) is { IsCondition: false })
            .ToDictionary(r => r.Key, r => checker.TypeOf(r.Value)!.Value.Dimension);
    }

    /// <summary>Fills in defaults and judges the arguments of a run against the protocol's parameters.</summary>
    /// <exception cref="FindingsException">An argument is missing, unknown, of a wrong unit or
    /// outside its limits.</exception>
    public static Arguments Complete(Protocol protocol, Arguments given)
    {
        var (arguments, errors) = new Capability(protocol.Name, "", protocol.Parameters, [], Replay.Never)
            .Complete(given);
        return arguments ?? throw new FindingsException(errors.Select(e => new Finding(protocol.At, e)).ToList());
    }

    private void CheckProtocol()
    {
        var protocol = _bound.Protocol;
        foreach (var role in protocol.Roles.Keys.Where(r => !_bound.Bindings.ContainsKey(r)))
            _findings.Add(protocol.At, $"role '{role}' is bound to no instrument: name an instrument '{role}', "
                + "give it the role in the lab file, or bind it with --bind");
        foreach (var (role, id) in _bound.Bindings.Where(b => !_bound.Capabilities.ContainsKey(b.Value)))
            _findings.Add(protocol.At, $"role '{role}' is bound to '{id}', which is no instrument of this lab");
        foreach (var parameter in protocol.Parameters.OfType<QuantityInput>())
            _names[parameter.Name] = parameter.Unit.Dimension;
        foreach (var step in protocol.Body.Concat(protocol.Finally))
            CheckStep(step);
        foreach (var result in protocol.Results.Values)
            CheckNumber(result, null);
        foreach (var finding in LeaseChecker.Check(_bound).Concat(WindowChecker.Check(_bound, Known)))
            _findings.Add(finding.At, finding.Text);
    }

    private void CheckStep(Step step)
    {
        CheckTimeLimit(step.Terms.TimeLimit);
        switch (step)
        {
            case Step.Invoke invoke:
                CheckInvoke(invoke);
                break;
            case Step.Repeat repeat:
                CheckNumber(repeat.Times, Unit.One);
                break;
            case Step.When branch:
                CheckCondition(branch.Condition);
                break;
            case Step.Wait wait:
                CheckNumber(wait.For, Unit.Parse("s"));
                break;
            case Step.Require require:
                CheckCondition(require.Condition);
                break;
            case Step.Analyse analyse:
                CheckAnalyse(analyse);
                break;
        }
        if (step is not Step.Invoke)
            _matter.Check(step, null);
        if (step.Terms.Window is { } window)
            CheckNumber(window.Within, Unit.Parse("s"));
        var before = Saved().ToHashSet();
        foreach (var child in step.Children)
            CheckStep(child);
        if (step is Step.Parallel { IsTolerant: true } several)
            Doubt(several, before);
        // It looks at what the steps inside have saved.
        if (step is Step.Repeat { Until: { } until })
            CheckCondition(until);
    }

    private IEnumerable<string> Saved() =>
        _names.Keys.Select(n => n.Split('.')[0]).Concat(_records.Keys).Where(n => !_doubtful.ContainsKey(n));

    /// <summary>What is saved by no more branches than may fail need not be there afterwards.</summary>
    private void Doubt(Step.Parallel step, HashSet<string> before)
    {
        foreach (var name in step.Branches.SelectMany(b => SavedBelow(b).Distinct()).CountBy(n => n)
            .Where(n => n.Value <= step.Branches.Count - step.Least && !before.Contains(n.Key)).Select(n => n.Key))
            _doubtful[name] = step;
    }

    private static IEnumerable<string> SavedBelow(Step step) => step.Children.SelectMany(SavedBelow).Concat(step switch
    {
        Step.Invoke { Save: { } save } => [save],
        Step.Analyse s => [s.Save],
        _ => Array.Empty<string>(),
    });

    private void RefuseDoubtful(Mark at, string name)
    {
        if (_doubtful.TryGetValue(name.Split('.')[0], out var step))
            _findings.Add(at, $"'{name}' need not be there: it is saved in branches of line {step.At.Line} that may "
                + $"fail, {step.Branches.Count - step.Least} of {step.Branches.Count}; use it within its branch, or "
                + "save it in more of them");
    }

    private void CheckTimeLimit(Scalar? limit)
    {
        if (limit is not null && CheckNumber(limit, Unit.Parse("s")) && Known(limit) is { } time && !(time.Si > 0))
            _findings.Add(limit.At, $"a time limit of '{limit.Text}' leaves no time; it should be above zero");
    }

    private void CheckInvoke(Step.Invoke step)
    {
        if (!_bound.Protocol.Roles.ContainsKey(step.Role))
        {
            _findings.Add(step.At,
                $"'{step.Role}' is not one of the protocol's roles ({List(_bound.Protocol.Roles.Keys)})");
            return;
        }
        if (!_bound.Bindings.TryGetValue(step.Role, out var id)
            || !_bound.Capabilities.TryGetValue(id, out var capabilities))
            return;
        if (capabilities.FirstOrDefault(c => c.Name == step.Capability) is not { } capability)
        {
            _findings.Add(step.At, $"{id} cannot '{step.Capability}'; it can {List(capabilities.Select(c => c.Name))}");
            return;
        }
        CheckArguments(step.At, capability.Name, capability.Inputs, step.Arguments);
        _matter.Check(step, capability);
        if (step.Save is { } save)
        {
            _records[save] = capability.Columns;
            _doubtful.Remove(save);
            foreach (var column in capability.Columns)
                _names[$"{save}.{column.Name}"] = column.Unit.Dimension;
        }
    }

    private void CheckAnalyse(Step.Analyse step)
    {
        if (_bound.Analyses.FirstOrDefault(a => a.Name == step.Analysis) is not { } analysis)
        {
            _findings.Add(step.At,
                $"there is no analysis '{step.Analysis}'; there are {List(_bound.Analyses.Select(a => a.Name))}");
            return;
        }
        RefuseDoubtful(step.At, step.Records);
        if (!_records.TryGetValue(step.Records, out var columns))
            _findings.Add(step.At, $"no step before this one saves '{step.Records}'");
        else
            foreach (var missing in analysis.Columns.Where(c => columns.All(k => k.Name != c)))
                _findings.Add(step.At,
                    $"{analysis.Name} needs a column '{missing}', which '{step.Records}' does not have");
        CheckArguments(step.At, analysis.Name, analysis.Inputs, step.Arguments);
        _doubtful.Remove(step.Save);
        foreach (var output in analysis.Outputs)
            _names[$"{step.Save}.{output.Name}"] = output.Unit.Dimension;
    }

    private void CheckArguments(
        Mark at, string what, IReadOnlyList<Input> inputs, IReadOnlyDictionary<string, Scalar> given)
    {
        foreach (var (name, scalar) in given.Where(g => inputs.All(i => i.Name != g.Key)))
            _findings.Add(scalar.At, $"{what} has no input '{name}'; it takes {List(inputs.Select(i => i.Name))}");
        foreach (var input in inputs)
        {
            var isRequired = !input.IsOptional
                && input is (QuantityInput { Default: null } or TextInput { Default: null });
            if (!given.TryGetValue(input.Name, out var scalar))
            {
                if (isRequired)
                    _findings.Add(at, $"{what} needs '{input.Name}' ({input.Description})");
                continue;
            }
            if (input is QuantityInput quantity && !CheckNumber(scalar, quantity.Unit))
                continue;
            foreach (var value in input is TextInput ? Texts(scalar)
                : Known(scalar) is { } known ? [new Argument(known)] : Array.Empty<Argument>())
                foreach (var error in new Capability(what, "", [input], [], Replay.Safe)
                    .Complete(new Arguments([KeyValuePair.Create(input.Name, value)])).Errors)
                    _findings.Add(scalar.At, error);
        }
    }

    /// <summary>What a text argument may be: itself, or whatever the text parameter of that name may be.</summary>
    private IEnumerable<Argument> Texts(Scalar scalar) =>
        _bound.Protocol.Parameters.OfType<TextInput>().FirstOrDefault(p => p.Name == scalar.Text) is not { } parameter
            ? [new Argument(scalar.Text)]
            : _arguments?.Find(parameter.Name) is { } known ? [known]
            : (parameter.Choices ?? (parameter.Default is { } text ? [text] : [])).Select(t => new Argument(t));

    /// <summary>The value if it follows from literals and known arguments.</summary>
    private Quantity? Known(Scalar scalar)
    {
        try
        {
            return scalar.Expression?.Evaluate(name =>
                _arguments?.Find(name)?.Quantity ?? throw new ExpressionException("not known before the run"));
        }
        catch (ExpressionException)
        {
            return null;
        }
    }

    private bool CheckNumber(Scalar scalar, Unit? unit)
    {
        if (TypeOf(scalar) is not { } type)
            return false;
        if (!type.IsCondition && (unit is null || type.Dimension == unit.Dimension))
            return true;
        _findings.Add(scalar.At, $"'{scalar.Text}' is {type}; "
            + (unit is null or { Symbol: "1" } ? "a number is wanted here" : $"it is given in {unit} here"));
        return false;
    }

    private void CheckCondition(Scalar scalar)
    {
        if (TypeOf(scalar) is { IsCondition: false } type)
            _findings.Add(scalar.At, $"'{scalar.Text}' is {type}; a condition is wanted here, such as x > 1 mL");
    }

    private ExpressionType? TypeOf(Scalar scalar)
    {
        if (scalar.Expression is null)
        {
            _findings.Add(scalar.At, scalar.Error!);
            return null;
        }
        try
        {
            return scalar.Expression.TypeIn(name =>
            {
                RefuseDoubtful(scalar.At, name);
                return _names.TryGetValue(name, out var dimension) ? dimension : null;
            });
        }
        catch (ExpressionException e)
        {
            _findings.Add(scalar.At, $"'{scalar.Text}': {e.Message}");
            return null;
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));
}
