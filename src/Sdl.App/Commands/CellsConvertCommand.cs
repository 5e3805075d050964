using System.CommandLine;
using System.Text;
using Sdl.App.Composition;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;
using Sdl.Core.Units;
using Sdl.Runtime.Reading;
using Sdl.Store.CellFormats;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells convert FILE --to FORMAT</c>: a cell protocol in the words of another program.</summary>
internal static class CellsConvertCommand
{
    public static Command Build()
    {
        var file = new Argument<string>("file") { Description = "a cell protocol: YAML, unicycler or BattINFO JSON" };
        var to = new Option<string>("--to")
        {
            Description = string.Join(", ", CellFormat.All.Select(f => f.Name)),
            Required = true,
        };
        var output = new Option<string?>("--out") { Description = "the file to write; left out: printed" };
        var capacity = new Option<string?>("--capacity") { Description = "nominal capacity of the cell, as 3.5 mAh" };
        var sample = new Option<string?>("--sample") { Description = "name of the cell" };
        var accept = new Option<bool>("--accept-loss")
        {
            Description = "leave out what the format cannot carry, with a warning for each, instead of refusing",
        };
        var json = Options.Json();
        var command = new Command("convert", "write a cell protocol in the words of another program")
        {
            file, to, output, capacity, sample, accept, json,
        };
        command.SetAction((r, _) =>
        {
            var shell = new Shell(r.GetValue(json));
            return shell.GuardAsync(() => Task.FromResult(Convert(
                shell, r.GetValue(file)!, r.GetValue(to)!, r.GetValue(output),
                new Given(r.GetValue(capacity), r.GetValue(sample), r.GetValue(accept)))));
        });
        return command;
    }

    private static int Convert(Shell shell, string file, string to, string? output, Given given)
    {
        if (CellFormat.All.FirstOrDefault(f => f.Name == to) is not { } format)
            return shell.Error(
                $"--to {to}: there are {string.Join(", ", CellFormat.All.Select(f => f.Name))}", ExitCode.BadInput);
        var warnings = new List<Finding>();
        var protocol = Read(file, warnings);
        if (given.Capacity is { } text)
        {
            if (!Quantity.TryParse(text, out var capacity, out var error)
                || capacity.Dimension != Unit.Parse("Ah").Dimension || !(capacity.Si > 0))
                return shell.Error($"--capacity: {error ?? $"'{text}' should be a charge such as 3.5 mAh"}",
                    ExitCode.BadInput);
            protocol = protocol with { Sample = protocol.Sample with { Capacity = capacity.In("Ah") } };
        }
        if (given.Sample is not null)
            protocol = protocol with { Sample = protocol.Sample with { Name = given.Sample } };
        // Judged with the capacity that was given, by which a C-rate may pass a limit.
        var verdict = CellProtocolChecker.Check(protocol);
        if (verdict.Errors.Count > 0)
            return shell.Findings(verdict.Errors);
        var export = format.Write(protocol, new CellExportOptions(given.AcceptLoss, TimeProvider.System.GetLocalNow()));
        warnings.AddRange(export.Warnings);
        foreach (var warning in warnings)
            System.Console.Error.WriteLine($"note: {warning}");
        if (output is not null)
            File.WriteAllBytes(output, (format.Name == "mps" ? BioLogicExport.Encoding : new UTF8Encoding(false))
                .GetBytes(export.Text));
        else if (!shell.IsJson)
            System.Console.Out.Write(export.Text);
        shell.Document(new
        {
            file, to, output, text = output is null ? export.Text : null, notes = warnings.Select(w => w.ToString()),
        });
        return ExitCode.Ok;
    }

    /// <summary>By what the file holds, not by its name.</summary>
    internal static CellProtocol Read(string file, List<Finding> warnings)
    {
        if (!File.Exists(file))
            throw new FileNotFoundException($"there is no file '{file}'");
        if (!IsJson(file))
            return CellProtocolReader.Read(file);
        var import = CellImports.Read(File.ReadAllBytes(file), file);
        warnings.AddRange(import.Warnings);
        return import.Protocol;
    }

    private static bool IsJson(string file)
    {
        using var reader = new StreamReader(file);
        int next;
        while ((next = reader.Read()) >= 0 && char.IsWhiteSpace((char)next))
        {
            // Blanks before the first sign.
        }
        return next == '{';
    }

    private sealed record Given(string? Capacity, string? Sample, bool AcceptLoss);
}
