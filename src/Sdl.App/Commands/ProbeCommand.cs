using System.CommandLine;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;

namespace Sdl.App.Commands;

/// <summary><c>sdl probe LAB</c>: connects to each instrument and says who answers.</summary>
internal static class ProbeCommand
{
    private sealed record Answer(
        string Instrument, string Address, bool Ok, string Identity, string State,
        IReadOnlyDictionary<string, Quantity> Readings);

    public static Command Build()
    {
        var lab = new Argument<string>("lab") { Description = "lab file" };
        var (dry, address, addresses, json) = (Options.Dry(), Options.Address(), Options.Addresses(), Options.Json());
        var command = new Command("probe", "connect to each instrument of a lab: identity and status")
        {
            lab, dry, address, addresses, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => ProbeAsync(
                shell,
                Inputs.Readdress(LabReader.Read(r.GetValue(lab)!), r.GetValue(address) ?? [], r.GetValue(addresses)),
                r.GetValue(dry), ct));
        });
        return command;
    }

    private static async Task<int> ProbeAsync(Shell shell, Lab lab, bool dry, CancellationToken ct)
    {
        IReadOnlyList<Answer> answers;
        if (dry)
        {
            var time = new VirtualTime(LabRunner.DryStart);
            answers = time.Run(() => AskAllAsync(lab.ToSimulated(), time, ct));
        }
        else
            answers = await AskAllAsync(lab, TimeProvider.System, ct);
        foreach (var a in answers)
        {
            shell.Line($"{(a.Ok ? "ok  " : "FAIL")} {a.Instrument}  {a.Address}");
            shell.Line($"       {(a.Ok ? $"{a.Identity}; {a.State}" : a.State)}");
            if (a.Readings.Count > 0)
                shell.Line($"       {string.Join(", ", a.Readings.Select(v => $"{v.Key} {v.Value}"))}");
        }
        shell.Document(answers.Select(a => new
        {
            instrument = a.Instrument, address = a.Address, ok = a.Ok, identity = a.Identity, state = a.State,
            readings = a.Readings.ToDictionary(v => v.Key, v => v.Value.ToExactString()),
        }));
        return answers.All(a => a.Ok) ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<IReadOnlyList<Answer>> AskAllAsync(Lab lab, TimeProvider clock, CancellationToken ct)
    {
        await using var session = LabSession.Open(lab, 1, clock);
        return await Task.WhenAll(session.Instruments.Zip(
            lab.Instruments, (instrument, entry) => AskAsync(instrument, entry.Address, ct)));
    }

    private static async Task<Answer> AskAsync(IInstrument instrument, Address address, CancellationToken ct)
    {
        try
        {
            await instrument.ConnectAsync(ct);
            var status = await instrument.ReadStatusAsync(ct);
            return new Answer(instrument.Id.Value, address.ToString(), true,
                status.Identity, status.State, status.Readings);
        }
        catch (InstrumentException e)
        {
            return new Answer(instrument.Id.Value, address.ToString(), false, "", e.Message,
                new Dictionary<string, Quantity>());
        }
    }
}
