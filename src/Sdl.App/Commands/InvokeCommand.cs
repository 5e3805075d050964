using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.App.Commands;

/// <summary><c>sdl invoke --driver KIND --address ADDRESS CAPABILITY name=value…</c>: one capability by hand, for
/// bringing a new instrument up.</summary>
internal static class InvokeCommand
{
    private sealed record Given(
        string Driver, string Address, string Capability, string[] Arguments, string[] Set, bool Trace);

    public static Command Build()
    {
        var capability = new Argument<string>("capability")
        {
            Description = "what to do; sdl instruments KIND lists it",
        };
        var arguments = new Argument<string[]>("arguments")
        {
            Description = "inputs, such as volume=0.5mL rate=1mL/min", Arity = ArgumentArity.ZeroOrMore,
        };
        var driver = new Option<string>("--driver")
        {
            Description = "kind of instrument, such as pump.ne1000", HelpName = "kind", Required = true,
        };
        driver.CompletionSources.Add(_ => LabSession.Drivers.Entries.Select(e => e.Attribute.Kind));
        var address = new Option<string>("--address")
        {
            Description = "such as serial:/dev/ttyUSB0?baud=19200", Required = true,
        };
        var set = new Option<string[]>("--set")
        {
            Description = "settings, such as diameter=26.59mm; the next option ends them",
            AllowMultipleArgumentsPerToken = true,
        };
        var trace = new Option<bool>("--trace") { Description = "show the bytes both ways" };
        var json = Options.Json();
        var command = new Command("invoke", "use one capability of one instrument by hand, then make it safe")
        {
            capability, arguments, driver, address, set, trace, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => InvokeAsync(shell, new Given(
                r.GetValue(driver)!, r.GetValue(address)!, r.GetValue(capability)!, r.GetValue(arguments) ?? [],
                r.GetValue(set) ?? [], r.GetValue(trace))));
        });
        return command;
    }

    private static async Task<int> InvokeAsync(Shell shell, Given given)
    {
        var clock = TimeProvider.System;
        var address = Address.Parse(given.Address);
        if (address.Simulated)
            throw new FormatException(
                "invoke speaks to a device or to sdl simulate; a sim: address lives only inside a run");
        using var claims = LabClaims.Take([(new InstrumentId(given.Driver), address)], null);
        await using var lines = new TransportLines(clock, given.Trace ? Console.Error.WriteLine : null);
        await using var instrument = LabSession.Drivers.Create(given.Driver, new DriverContext(
            new InstrumentId(given.Driver), address, new Settings(Inputs.Pairs(given.Set)), lines, clock));
        var (capability, call) = Asked(instrument, given);
        using var cancel = new CancellationTokenSource();
        using var interrupts = new Interrupts((_, _) => cancel.Cancel(), shell.Line);
        var rows = new List<double[]>();
        var cancelled = await FollowAsync(shell, instrument, capability, call, rows, cancel.Token);
        shell.Document(new
        {
            columns = capability.Columns.Select(c => new { name = c.Name, unit = c.Unit.Symbol }), rows, cancelled,
        });
        return cancelled ? ExitCode.Failed : ExitCode.Ok;
    }

    private static (Capability Capability, Invocation Call) Asked(IInstrument instrument, Given given)
    {
        if (instrument.Capabilities.FirstOrDefault(c => c.Name == given.Capability) is not { } capability)
            throw new KeyNotFoundException($"{given.Driver} cannot '{given.Capability}'; it can "
                + string.Join(", ", instrument.Capabilities.Select(c => c.Name)));
        var (complete, errors) = capability.Complete(Inputs.Arguments(capability.Inputs, given.Arguments));
        if (complete is null)
            throw new FormatException(string.Join(Environment.NewLine, errors));
        return (capability, new Invocation(new CallId("invoke"), capability.Name, complete));
    }

    /// <summary>Shows and collects the rows as they come; true when it was cancelled.</summary>
    private static async Task<bool> FollowAsync(
        Shell shell, IInstrument instrument, Capability capability, Invocation call, List<double[]> rows,
        CancellationToken ct)
    {
        var cancelled = false;
        try
        {
            await instrument.ConnectAsync(ct);
            shell.Line(string.Join('\t', capability.Columns.Select(c => $"{c.Name}/{c.Unit}")));
            await foreach (var sample in instrument.InvokeAsync(call, ct))
            {
                rows.Add(sample.Values.ToArray());
                shell.Line(string.Join('\t', rows[^1].Select(v => v.ToString("G7", CultureInfo.InvariantCulture))));
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            cancelled = true;
        }
        finally
        {
            // What a person tries by hand must end as safely as a run does, unless it was to leave a state behind.
            if (!capability.Holds || cancelled)
                await instrument.MakeSafeAsync(TimeSpan.FromSeconds(5));
        }
        return cancelled;
    }
}
