using System.Text.Encodings.Web;
using System.Text.Json;
using Sdl.Core.Instruments;
using Sdl.Core.Protocols;
using Sdl.Core.Runs;
using Spectre.Console;

namespace Sdl.App.Composition;

/// <summary>Exit codes: what a script may rely on.</summary>
public static class ExitCode
{
    public const int Ok = 0, Failed = 1, BadInput = 2;
}

/// <summary>What a command prints: text for people, or one JSON document on standard output for machines.</summary>
public sealed class Shell(bool json)
{
    public static JsonSerializerOptions JsonOptions { get; } = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    public bool IsJson => json;

    public IAnsiConsole Console { get; } = AnsiConsole.Create(new AnsiConsoleSettings
    {
        // Text that accompanies a JSON document must not mix with it.
        Out = new AnsiConsoleOutput(json ? System.Console.Error : System.Console.Out),
    });

    /// <summary>A line for people; nothing with --json.</summary>
    public void Line(string text = "")
    {
        if (!json)
            System.Console.Out.WriteLine(text);
    }

    /// <summary>The JSON document of a command; nothing without --json.</summary>
    public void Document(object document)
    {
        if (json)
            System.Console.Out.WriteLine(JsonSerializer.Serialize(document, JsonOptions));
    }

    /// <summary>Runs a command and turns what can go wrong into messages and exit codes.</summary>
    public async Task<int> GuardAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (FindingsException e)
        {
            return Findings(e.Findings);
        }
        catch (FileNotFoundException e)
        {
            return Error(e.Message, ExitCode.BadInput);
        }
        catch (Exception e) when (e is InstrumentException or IOException or JournalException or InvalidDataException
            or UnauthorizedAccessException or TimeoutException or PlatformNotSupportedException)
        {
            return Error(e.Message, ExitCode.Failed);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or SettingException)
        {
            return Error(e.Message, ExitCode.BadInput);
        }
    }

    /// <summary>Reports what is wrong with the input.</summary>
    public int Findings(IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
            System.Console.Error.WriteLine(finding);
        Document(new
        {
            findings = findings.Select(
                f => new { file = f.At.File, line = f.At.Line, column = f.At.Column, text = f.Text }),
        });
        return ExitCode.BadInput;
    }

    public int Error(string message, int code)
    {
        System.Console.Error.WriteLine(message);
        Document(new { error = message });
        return code;
    }
}
