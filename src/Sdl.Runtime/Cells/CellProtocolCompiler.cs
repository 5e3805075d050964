using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Safety;
using Sdl.Runtime.Reading;

namespace Sdl.Runtime.Cells;

/// <summary>Turns a cell protocol into steps of the engine, on the capabilities of <see cref="CellTechniques"/>, so
/// that any cycler can do it and journal, leases and recovery are those of every run. Loops become repeats, whatever
/// their count. The path of a call tells where its record belongs: tags and loops are its parts, as in
/// <c>cycling/formation[2]/discharge</c>. Every call carries the safety limits.</summary>
public sealed class CellProtocolCompiler
{
    private readonly CellProtocol _protocol;
    private readonly CellTestTarget _target;
    private readonly Findings _findings;
    private readonly CellArguments _arguments;
    private readonly ChargeCount _charge;
    private readonly HashSet<string> _looked;

    private CellProtocolCompiler(CellProtocol protocol, CellTestTarget target, Findings findings)
    {
        _protocol = protocol;
        _target = target;
        _findings = findings;
        _arguments = new CellArguments(protocol, target);
        _charge = new ChargeCount(_arguments, target, protocol.Steps.Any(
            s => s.Ends.Any(e => e.Quantity == CellQuantity.StateOfCharge)));
        _looked = protocol.Steps.SelectMany(Conditions).Select(c => c.Step).Concat(target.Saves)
            .ToHashSet(StringComparer.Ordinal);
    }

    /// <param name="findings">Gets what cannot be done.</param>
    public static IReadOnlyList<Step> Compile(CellProtocol protocol, CellTestTarget target, Findings findings)
    {
        if (target.Capacity is null && protocol.Sample.Capacity is null
            && CellProtocolChecker.NeedsCapacity(protocol) is { } needed)
            findings.Add(needed, "this means a part of the nominal capacity of the cell, and nobody names it: write "
                + "'capacity' where the test is used, or in 'cell' of the cell protocol");
        return new CellProtocolCompiler(protocol, target, findings).Steps(protocol.Method);
    }

    private static IEnumerable<CellCondition> Conditions(CellStep step) => step switch
    {
        CellStep.When s => [s.Condition],
        CellStep.Loop s => s.Until,
        CellStep.PulseTrain s => s.Expand().Until,
        _ => [],
    };

    private List<Step> Steps(IReadOnlyList<CellStep> steps)
    {
        var (all, section) = (new List<Step>(), new List<Step>());
        CellStep.Tag? tag = null;
        void Close()
        {
            if (tag is not null && section.Count > 0)
                all.Add(new Step.Sequence(Unused(tag.Text, all), tag.At, section));
            else
                all.AddRange(section);
        }
        foreach (var step in steps)
            if (step is CellStep.Tag next)
            {
                Close();
                (tag, section) = (next, []);
            }
            // Without a tag the steps stand beside those that went before.
            else if (One(step, tag is null ? [.. all, .. section] : section) is { } compiled)
                section.Add(compiled);
        Close();
        return all;
    }

    private Step? One(CellStep step, IReadOnlyList<Step> beside)
    {
        switch (step)
        {
            case CellStep.StateOfCharge soc:
                _charge.Set(soc.Part);
                return null;
            case CellStep.PulseTrain train:
                var loop = train.Expand();
                return Loop(loop with { Name = train.Name ?? "pulses" }, beside);
            case CellStep.Loop plain:
                return Loop(plain, beside);
            case CellStep.When branch:
                return Branch(branch, beside);
            case CellStep.Temperature temperature:
                return Temperature(temperature, beside);
            default:
                return Invoke(step, beside);
        }
    }

    private Step.Repeat Loop(CellStep.Loop loop, IReadOnlyList<Step> beside)
    {
        // A tag at the beginning that covers all of the loop is its name.
        var covers = loop.Steps is [CellStep.Tag, ..] && loop.Steps.Count(s => s is CellStep.Tag) == 1;
        var tag = covers ? ((CellStep.Tag)loop.Steps[0]).Text : null;
        _charge.Enter(loop.Steps);
        var steps = Steps(covers && loop.Name is null ? [.. loop.Steps.Skip(1)] : loop.Steps);
        return new Step.Repeat(
            Unused(loop.Name ?? tag ?? "loop", beside), loop.At,
            new Scalar(loop.Cycles.ToString(CultureInfo.InvariantCulture), loop.At), steps)
        {
            Until = loop.Until.Count == 0 ? null
                : new Scalar(string.Join(" or ", loop.Until.Select(u => $"({Text(u)})")), loop.At),
        };
    }

    private Step.When Branch(CellStep.When branch, IReadOnlyList<Step> beside)
    {
        var condition = new Scalar(Text(branch.Condition), branch.At);
        var before = _charge.Enter(branch.Then, isOnce: true);
        var then = Steps(branch.Then);
        _charge.Back(before);
        var otherwise = Steps(branch.Else);
        _charge.Join(before, branch.Children);
        return new Step.When(Unused(branch.Name ?? "when", beside), branch.At, condition, then, otherwise);
    }

    private Step? Temperature(CellStep.Temperature step, IReadOnlyList<Step> beside)
    {
        if (_target.Chamber is not { } chamber)
        {
            _findings.Add(step.At, "this sets a temperature, and nobody says of what: write 'chamber: ROLE' where the "
                + "test is used");
            return null;
        }
        Scalar Of(double value, string unit) => new($"{DecimalText.Of(value)} {unit}", step.At);
        return new Step.Invoke(
            Unused(step.Name ?? "temperature", beside), step.At, chamber, "settle",
            new Dictionary<string, Scalar>
            {
                ["temperature"] = Of(step.Celsius, "degC"),
                ["band"] = Of(step.Band, "K"),
                ["hold"] = Of(step.Hold, "s"),
            },
            null);
    }

    private Step.Invoke Invoke(CellStep step, IReadOnlyList<Step> beside)
    {
        var (capability, arguments) = _arguments.Of(step, _charge, _findings);
        var save = _charge.Follow(step)
            ?? (step.Name is { } name && _looked.Contains(name) ? _target.Saved(name) : null);
        return new Step.Invoke(
            Unused(step.Name ?? Default(step), beside), step.At, _target.Role, capability, arguments, save);
    }

    private string Text(CellCondition condition)
    {
        var name = $"{_target.Saved(condition.Step)}." + condition.Quantity switch
        {
            CellQuantity.Time => "time",
            CellQuantity.Voltage => "voltage",
            CellQuantity.Current => "current",
            CellQuantity.Charge => "charge",
            CellQuantity.Temperature => "temperature",
            _ => "end",
        };
        var left = condition.IsSize ? $"abs({name})" : name;
        return $"{left} {condition.Comparator.Word()} {_arguments.Value(condition)}";
    }

    private static string Default(CellStep step) => step switch
    {
        CellStep.Rest => "rest",
        CellStep.ConstantCurrent { Current.Value: 0 } => "current",
        CellStep.ConstantCurrent s => s.Current.Value > 0 ? "charge" : "discharge",
        CellStep.ConstantCurrentConstantVoltage s => s.Current.Value > 0 ? "charge" : "discharge",
        CellStep.ConstantVoltage => "hold",
        CellStep.ConstantPower => "power",
        CellStep.ConstantResistance => "load",
        CellStep.VoltageScan => "scan",
        _ => "impedance",
    };

    private static string Unused(string wanted, IReadOnlyList<Step> beside)
    {
        var name = wanted.Replace('/', '-').Replace('[', '(').Replace('#', '-');
        var candidate = name;
        for (var n = 2; beside.Any(s => s.Name == candidate); n++)
            candidate = string.Create(CultureInfo.InvariantCulture, $"{name}-{n}");
        return candidate;
    }
}
