using System.CommandLine;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.App.Reports;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells simulate PROTOCOL</c>: runs a cell protocol on the cell model, without instruments.</summary>
internal static class CellsSimulateCommand
{
    public static Command Build()
    {
        var protocol = new Argument<string>("protocol")
        {
            Description = "a cell protocol: YAML, unicycler or BattINFO JSON",
        };
        var cell = new Option<string>("--cell")
        {
            Description = "which cell: " + string.Join(", ", ParameterSets.Names),
            DefaultValueFactory = _ => ParameterSets.Coin,
        };
        cell.AcceptOnlyFromAmong([.. ParameterSets.Names]);
        var formulation = new Option<string?>("--formulation")
        {
            Description = "electrolyte of a coin cell in mole fractions, such as \"EC=0.33,EMC=0.59,LiPF6=0.08\"",
        };
        var temperature = new Option<string?>("--temperature") { Description = "of the cell (default: 25 degC)" };
        var capacity = new Option<string?>("--capacity")
        {
            Description = "nominal capacity that C-rates mean (default: the protocol's, or the cell's)",
        };
        var soc = new Option<double?>("--soc")
        {
            Description = "state of charge at the beginning, 0 to 1 (default: as delivered; a coin cell is discharged "
                + "and unformed, the others are charged)",
        };
        var step = new Option<double>("--step")
        {
            Description = "longest step of time in s", DefaultValueFactory = _ => 10,
        };
        var output = new Option<string?>("--out") { Description = "CSV file for the points" };
        var (seed, json) = (Options.Seed(), Options.Json());
        seed.Description = "draw one of many cells: no two are alike (default: the cell as designed)";
        var command = new Command("simulate", "run a cell protocol on the cell model")
        {
            protocol, cell, formulation, temperature, capacity, soc, seed, step, output, json,
        };
        command.SetAction((r, ct) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Run(
                shell, r.GetValue(protocol)!,
                new CellBuild
                {
                    Set = r.GetValue(cell)!,
                    Mix = MixOf(r.GetValue(formulation), r.GetValue(cell)!),
                    Temperature = Amount("--temperature", r.GetValue(temperature), "degC", 298.15),
                    StateOfCharge = r.GetValue(soc) is not { } part || part is >= 0 and <= 1 ? r.GetValue(soc)
                        : throw new FormatException("--soc should be from 0 to 1"),
                    Scatters = r.GetValue(seed) is not null,
                },
                r.GetValue(seed) ?? 0, r.GetValue(capacity),
                r.GetValue(step) is > 0 and <= 600 and var seconds ? seconds
                    : throw new FormatException("--step should be above 0 and at most 600 s"),
                r.GetValue(output), ct)));
        });
        return command;
    }

    private static int Run(
        Shell shell, string path, CellBuild build, ulong seed, string? capacityText, double step, string? output,
        CancellationToken ct)
    {
        var warnings = new List<Finding>();
        var protocol = CellsConvertCommand.Read(path, warnings);
        var cell = CellMaker.Make(build, new Noise(seed), protocol.Sample.Name ?? "cell");
        var capacity = Amount(
            "--capacity", capacityText, "Ah", (protocol.Sample.Capacity ?? cell.RatedCurrent) * 3600) / 3600;
        protocol = protocol with { Sample = protocol.Sample with { Capacity = capacity } };
        var verdict = CellProtocolChecker.Check(protocol);
        if (verdict.Errors.Count > 0)
            return shell.Findings(verdict.Errors);
        foreach (var warning in warnings.Concat(verdict.Warnings))
            Console.Error.WriteLine($"note: {warning}");
        var table = new CycleText();
        ProgramEnd end;
        try
        {
            using var points = CellPointsFile.Create(output);
            end = CellProgram.Run(cell, protocol, capacity, step, row =>
            {
                table.Add(row);
                points?.Write(row);
            }, row => points?.Write(row), ct);
        }
        catch (CellProtocolException error)
        {
            throw new FindingsException([new Finding(protocol.At, error.Message)]);
        }
        Report(shell, protocol, build, capacity, table, end, output);
        return end.Broken is null ? ExitCode.Ok
            : shell.Error($"stopped after {Time(end.Seconds)} of cell time: {end.Broken}", ExitCode.Failed);
    }

    private static void Report(
        Shell shell, CellProtocol protocol, CellBuild build, double capacity, CycleText table, ProgramEnd end,
        string? output)
    {
        shell.Line(string.Create(CultureInfo.InvariantCulture,
            $"{protocol.Name} on {build.Set}: {Time(end.Seconds)} of cell time, {end.Steps} steps, "
            + $"C-rates of {capacity * 1e3:0.####} mAh"));
        foreach (var line in table.Lines())
            shell.Line(line);
        if (output is not null)
            shell.Line($"points in {output}");
        shell.Document(new
        {
            protocol = protocol.Name, cell = build.Set, seconds = end.Seconds, steps = end.Steps, stopped = end.Broken,
            capacityAh = capacity, cycles = table.Cycles, file = output,
        });
    }

    private static string Time(double seconds) =>
        seconds < 7200 ? FormattableString.Invariant($"{seconds / 60:0.#} min")
        : seconds < 172_800 ? FormattableString.Invariant($"{seconds / 3600:0.##} h")
        : FormattableString.Invariant($"{seconds / 86_400:0.##} d");

    private static ElectrolyteComposition? MixOf(string? text, string cell)
    {
        if (text is null)
            return null;
        if (cell != ParameterSets.Coin)
            throw new FormatException($"--formulation is for {ParameterSets.Coin}: {cell} has its own electrolyte");
        try
        {
            return CellBuild.ParseFormulation(text);
        }
        catch (FormatException error)
        {
            throw new FormatException($"--formulation: {error.Message}");
        }
    }

    // In SI units.
    private static double Amount(string option, string? text, string unit, double otherwise) =>
        text is null ? otherwise
        : !Quantity.TryParse(text, out var quantity, out var error) ? throw new FormatException($"{option}: {error}")
        : quantity.Dimension != Unit.Parse(unit).Dimension || !(quantity.Si > 0)
            ? throw new FormatException($"{option}: '{text}' should be above zero and in {unit}")
        : option == "--temperature" && quantity.Si is < 243 or > 343
            ? throw new FormatException($"{option}: the cell model knows -30 to 70 degC")
        : quantity.Si;
}
