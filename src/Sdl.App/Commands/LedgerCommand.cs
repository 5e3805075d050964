using System.CommandLine;
using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Instruments;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Materials;
using Sdl.Runtime.Reading;
using Sdl.Runtime.Time;
using Sdl.Store;

namespace Sdl.App.Commands;

/// <summary><c>sdl ledger FOLDER [--count NAME=VALUE…]</c>.</summary>
internal static class LedgerCommand
{
    public static Command Build()
    {
        var (folder, json) = (Options.ResultFolder(), Options.Json());
        var yaml = new Option<bool>("--yaml") { Description = "print what is left as an inventory for a lab file" };
        var count = new Option<string[]>("--count")
        {
            Description = "write down what you see there now, such as pump_a=41.2mL vials=12",
            AllowMultipleArgumentsPerToken = true,
        };
        var uncertainty = new Option<string?>("--uncertainty")
        {
            Description = "one standard deviation of the volumes counted (default: as the inventory says)",
        };
        var command = new Command("ledger", "what is left of liquids and parts, and where the rest went")
        {
            folder, count, uncertainty, yaml, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(async () =>
            {
                if (r.GetValue(count) is { Length: > 0 } counted)
                    await CountAsync(
                        r.GetValue(folder)!, Inputs.Pairs(counted),
                        r.GetValue(uncertainty) is { } text ? Volume("--uncertainty", text) : null);
                return Show(shell, r.GetValue(folder)!, r.GetValue(yaml));
            });
        });
        return command;
    }

    private static int Show(Shell shell, string path, bool yaml)
    {
        var lab = LabOf(path);
        using var journal = SqliteJournal.OpenForReading(path);
        var ledger = Ledger.Of(journal.Read());
        if (yaml)
        {
            Console.Out.Write(LedgerYaml.Write(LedgerYaml.Left(ledger, lab.Inventory), lab.Prices));
            return ExitCode.Ok;
        }
        foreach (var line in LedgerText.Lines(ledger, lab))
            shell.Line(line);
        shell.Document(new
        {
            containers = PlanFile.ToJson(ledger.Holdings), parts = PlanFile.ToJson(ledger.Parts),
            unknown = PlanFile.ToJson(ledger.Unknown), imbalance = ledger.Imbalance.ToExactString(),
        });
        return ExitCode.Ok;
    }

    private static async Task CountAsync(
        string path, IReadOnlyDictionary<string, string> counted, Quantity? uncertainty)
    {
        var lab = LabOf(path);
        var folder = new ResultFolder(path);
        // The clock of a dry run stands where its journal ends.
        TimeProvider clock = TimeProvider.System;
        using (var past = SqliteJournal.OpenForReading(path))
            if (folder.ReadSession().Dry && past.Read().LastOrDefault() is { } last)
                clock = new VirtualTime(last.At);
        using var journal = SqliteJournal.Open(path, clock);
        var ledger = Ledger.Of(journal.Read());
        var parts = counted.Where(c => lab.Inventory.Parts.ContainsKey(c.Key) || ledger.FindPart(c.Key) is not null)
            .ToDictionary(c => c.Key, c => int.TryParse(c.Value, out var n) && n >= 0 ? n
                : throw new FormatException($"{c.Key}: '{c.Value}' should be a whole number of parts"));
        var containers = counted.Where(c => !parts.ContainsKey(c.Key)).ToDictionary(
            c => c.Key,
            c => new Held(MaterialOf(c.Key, ledger, lab), new Measured(
                Volume(c.Key, c.Value), uncertainty
                    ?? lab.Inventory.Containers.GetValueOrDefault(c.Key)?.Volume.Uncertainty
                    ?? new Quantity(0, new Dimension(Length: 3)))));
        await journal.AppendAsync(
            new InventoryTaken(containers, parts, Environment.UserName), CancellationToken.None);
    }

    private static string MaterialOf(string container, Ledger ledger, Lab lab) =>
        lab.Inventory.Containers.TryGetValue(container, out var known) ? known.Holds
        : ledger.Find(container) is { } held ? held.Materials.MaxBy(m => Math.Abs(m.Value.Si)).Key ?? container
        : throw new KeyNotFoundException(
            $"'{container}' is no container or part of this lab; there are "
            + string.Join(", ", lab.Inventory.Containers.Keys.Concat(lab.Inventory.Parts.Keys)));

    private static Quantity Volume(string name, string text) =>
        !Quantity.TryParse(text, out var volume, out var error) ? throw new FormatException($"{name}: {error}")
        : volume.Dimension != new Dimension(Length: 3) || volume.Si < 0
            ? throw new FormatException($"{name}: '{text}' should be a volume, such as 41.2 mL")
            : volume;

    private static Lab LabOf(string path)
    {
        var folder = new ResultFolder(path);
        if (!File.Exists(folder.Lab))
            throw new FileNotFoundException($"'{path}' is not the result folder of a run or campaign");
        return Stockroom.Supply(LabReader.Read(folder.Lab), File.Exists(folder.Inventory) ? folder.Inventory : null);
    }
}
