using System.CommandLine;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Runtime.Time;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.App.Commands;

/// <summary><c>sdl instruments [NAME]</c>: what the drivers can do, generated from the drivers.</summary>
internal static class InstrumentsCommand
{
    public static Command Build()
    {
        var name = new Argument<string?>("name")
        {
            Description = "a kind of instrument, such as pump.ne1000", HelpName = "name",
            Arity = ArgumentArity.ZeroOrOne,
        };
        name.CompletionSources.Add(_ => LabSession.Drivers.Entries.Select(e => e.Attribute.Kind));
        var json = Options.Json();
        var set = new Option<string[]>("--set")
        {
            Description = "settings that the limits depend on, such as diameter=26.59mm",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command("instruments", "list the instruments that can be driven, or show what one can do")
        {
            name, set, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(r.GetValue(name) is { } kind
                ? Show(shell, kind, Inputs.Pairs(r.GetValue(set) ?? []))
                : List(shell)));
        });
        return command;
    }

    private static int List(Shell shell)
    {
        var width = LabSession.Drivers.Entries.Max(e => e.Attribute.Kind.Length);
        foreach (var (attribute, _) in LabSession.Drivers.Entries)
            shell.Line(
                $"{attribute.Kind.PadRight(width)}  {attribute.Description}; "
                + $"verified on hardware: {Verified(attribute)}");
        shell.Document(LabSession.Drivers.Entries.Select(e => new
        {
            kind = e.Attribute.Kind, description = e.Attribute.Description,
            verifiedOnHardware = e.Attribute.VerifiedOnHardware,
        }));
        return ExitCode.Ok;
    }

    private static string Verified(DriverAttribute attribute) =>
        attribute.VerifiedOnHardware.Length == 0 ? "no" : attribute.VerifiedOnHardware;

    private static int Show(Shell shell, string kind, IReadOnlyDictionary<string, string> settings)
    {
        if (LabSession.Drivers.Find(kind) is not { } entry)
            throw new KeyNotFoundException($"there is no driver '{kind}'; there are "
                + string.Join(", ", LabSession.Drivers.Entries.Select(e => e.Attribute.Kind)));
        // Nothing is opened: the instrument is only asked what it declares.
        var clock = new VirtualTime(LabRunner.DryStart);
        var instrument = Create(kind, new DriverContext(
            new InstrumentId(kind), Address.Parse("tcp:nowhere:1"), new Settings(settings), new TransportLines(clock),
            clock));
        shell.Line($"{kind}: {entry.Attribute.Description}");
        shell.Line($"safe state: {instrument.SafeState}");
        foreach (var capability in instrument.Capabilities)
            Describe(shell, capability);
        shell.Line();
        shell.Line(instrument.Readings.Count == 0
            ? "readings at any time - none: interlocks cannot watch it"
            : "readings at any time, for interlocks");
        foreach (var r in instrument.Readings)
            shell.Line($"  {r.Name,-18} {Range(r)}  {r.Description}");
        shell.Document(new
        {
            kind, description = entry.Attribute.Description, safeState = instrument.SafeState,
            capabilities = instrument.Capabilities.Select(c => new
            {
                name = c.Name, description = c.Description, replay = c.Replay.ToString(),
                inputs = c.Inputs.Select(i => new
                {
                    name = i.Name, description = i.Description, unit = (i as QuantityInput)?.Unit.Symbol,
                    min = Text(i, q => q.Min), max = Text(i, q => q.Max),
                    defaultValue = Text(i, q => q.Default) ?? (i as TextInput)?.Default,
                    choices = (i as TextInput)?.Choices, optional = i.IsOptional,
                }),
                columns = c.Columns.Select(k =>
                    new { name = k.Name, unit = k.Unit.Symbol, description = k.Description }),
            }),
            readings = instrument.Readings.Select(r => new
            {
                name = r.Name, unit = r.Unit.Symbol, min = r.Min.ToString(r.Unit), max = r.Max.ToString(r.Unit),
                description = r.Description,
            }),
        });
        return ExitCode.Ok;
    }

    private static IInstrument Create(string kind, DriverContext context)
    {
        try
        {
            return LabSession.Drivers.Create(kind, context);
        }
        catch (SettingException e)
        {
            throw new FormatException($"{e.Message}; its limits depend on it: give it with --set {e.Setting}=...", e);
        }
    }

    private static void Describe(Shell shell, Capability capability)
    {
        shell.Line();
        shell.Line($"{capability.Name} - {capability.Description} (after a crash: {After(capability.Replay)})");
        foreach (var input in capability.Inputs)
            shell.Line($"  {input.Name,-18} {Range(input)}  {input.Description}");
        if (capability.Columns.Count > 0)
            shell.Line("  gives " + string.Join(
                ", ", capability.Columns.Select(c => c.Unit.Symbol == "1" ? c.Name : $"{c.Name} ({c.Unit})")));
    }

    private static string After(Replay replay) => replay switch
    {
        Replay.Safe => "repeated",
        Replay.AskDevice => "the device is asked",
        _ => "a person decides",
    };

    private static string Range(Input input) => input switch
    {
        QuantityInput q => string.Join(' ', new[]
        {
            q.Unit.Symbol == "1" ? "number" : q.Unit.Symbol,
            q.Min is { } min ? $"from {min.ToString(q.Unit)}" : "",
            q.Max is { } max ? $"to {max.ToString(q.Unit)}" : "",
            q.Default is { } value ? $"(default {value.ToString(q.Unit)})" : "",
            q.IsOptional ? "(may be left out)" : "",
        }.Where(t => t.Length > 0)),
        TextInput { Choices: { } choices } t =>
            string.Join(" | ", choices) + (t.Default is { } d ? $" (default {d})" : ""),
        TextInput t => "text" + (t.Default is { } d ? $" (default '{d}')" : ""),
        _ => "",
    };

    private static string Range(Reading reading) =>
        $"{reading.Min.ToString(reading.Unit)} to {reading.Max.ToString(reading.Unit)}";

    private static string? Text(Input input, Func<QuantityInput, Core.Units.Quantity?> of) =>
        input is QuantityInput q ? of(q)?.ToString(q.Unit) : null;
}
