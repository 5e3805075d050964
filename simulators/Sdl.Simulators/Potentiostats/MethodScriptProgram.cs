using System.Globalization;
using System.Text.RegularExpressions;

namespace Sdl.Simulators.Potentiostats;

internal sealed record ScriptWord(string Text, int Column);

/// <param name="Body">The commands of a measurement loop, or under a condition.</param>
internal sealed record ScriptCommand(
    string Name, IReadOnlyList<ScriptWord> Arguments, int Line, IReadOnlyList<ScriptCommand> Body);

/// <summary>A script that the device does not take or cannot go on with.</summary>
/// <param name="code">Error code of the device.</param>
/// <param name="column">0 when the device names none.</param>
internal sealed class ScriptException(int code, int line, int column = 0) : Exception
{
    public override string Message =>
        string.Create(CultureInfo.InvariantCulture, $"!{code:X4}: Line {line}") + (column > 0 ? $", Col {column}" : "");
}

/// <summary>The part of MethodSCRIPT that simulated devices understand, checked as the device checks it when it
/// loads.</summary>
/// <param name="Commands">From the top.</param>
/// <param name="OnFinished">Behind <c>on_finished:</c>.</param>
internal sealed partial record MethodScriptProgram(
    string Text, IReadOnlyList<ScriptCommand> Commands, IReadOnlyList<ScriptCommand> OnFinished)
{
    private const int LongestScript = 16 * 1024;

    // Arguments: d declares a variable, v names one, n is a number or a variable, t a variable type, s a string, c a
    // comparison.
    private static readonly Dictionary<string, string> Syntax = new()
    {
        ["var"] = "d", ["store_var"] = "vnt", ["set_pgstat_chan"] = "n", ["set_pgstat_mode"] = "n",
        ["set_max_bandwidth"] = "n", ["set_range"] = "tn", ["set_autoranging"] = "tnn", ["set_range_minmax"] = "tnn",
        ["set_e"] = "n", ["cell_on"] = "", ["cell_off"] = "", ["wait"] = "n", ["timer_start"] = "", ["timer_get"] = "v",
        ["pck_start"] = "", ["pck_add"] = "v", ["pck_end"] = "", ["send_string"] = "s",
        ["meas_loop_ca"] = "vvnnn", ["meas_loop_lsv"] = "vvnnnn", ["meas_loop_cv"] = "vvnnnnn",
        ["meas_loop_ocp"] = "vnn", ["meas_loop_eis"] = "vvvnnnnn", ["endloop"] = "",
        ["if"] = "ncn", ["endif"] = "", ["breakloop"] = "", ["copy_var"] = "vv", ["add_var"] = "vn", ["sub_var"] = "vn",
        ["mul_var"] = "vn", ["div_var"] = "vn",
    };

    /// <exception cref="ScriptException">The device would not take it.</exception>
    public static MethodScriptProgram Parse(string text)
    {
        if (text.Length > LongestScript)
            throw new ScriptException(0x4005, 1);
        var (main, finished) = (new List<ScriptCommand>(), new List<ScriptCommand>());
        var target = main;
        var open = new Stack<ScriptCommand>();
        var declared = new HashSet<string>();
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var words = Words(lines[i], i + 1);
            if (words.Count == 0)
                continue;
            if (words is [{ Text: "on_finished:" }] && open.Count == 0 && target == main)
            {
                target = finished;
                continue;
            }
            var command = Read(words, i + 1, declared);
            Place(command, words[0].Column, open, target);
        }
        return open.TryPeek(out var left) ? throw new ScriptException(0x4000, left.Line) : new(text, main, finished);
    }

    private static void Place(ScriptCommand command, int column, Stack<ScriptCommand> open, List<ScriptCommand> target)
    {
        var isLoop = IsLoop(command);
        if (command.Name is "endloop" or "endif")
        {
            if (open.Count == 0 || IsLoop(open.Pop()) != (command.Name == "endloop"))
                throw new ScriptException(0x4000, command.Line, column);
            return;
        }
        if ((isLoop && open.Count > 0) || (command.Name == "breakloop" && !open.Any(IsLoop)))
            throw new ScriptException(0x4000, command.Line, column);
        (open.TryPeek(out var around) ? (List<ScriptCommand>)around.Body : target).Add(command);
        if (isLoop || command.Name == "if")
            open.Push(command);
    }

    private static bool IsLoop(ScriptCommand command) => command.Name.StartsWith("meas_loop_");

    /// <summary>The number that a literal such as <c>-500m</c> or <c>3i</c> stands for, or null.</summary>
    public static double? Literal(string text)
    {
        var match = LiteralPattern().Match(text);
        return match.Success
            ? long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * Scale(match.Groups[2].Value)
            : null;
    }

    private static double Scale(string prefix) => prefix switch
    {
        "a" => 1e-18,
        "f" => 1e-15,
        "p" => 1e-12,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        _ => 1,
    };

    private static List<ScriptWord> Words(string line, int number)
    {
        var words = WordPattern().Matches(line).TakeWhile(m => m.Value[0] != '#')
            .Select(m => new ScriptWord(m.Value, m.Index + 1)).ToList();
        return words.Find(w => w.Text.Contains('"') && !(w.Text.Length > 1 && w.Text[0] == '"' && w.Text[^1] == '"'))
            is { } torn ? throw new ScriptException(0x4004, number, torn.Column) : words;
    }

    private static ScriptCommand Read(List<ScriptWord> words, int line, HashSet<string> declared)
    {
        if (!Syntax.TryGetValue(words[0].Text, out var pattern))
            throw new ScriptException(0x4001, line, words[0].Column);
        var arguments = words.Skip(1).ToList();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (text, column) = arguments[i];
            var isOption = i == pattern.Length && words[0].Text == "meas_loop_cv" && text.StartsWith("nscans(");
            var code = i < pattern.Length ? ErrorOf(pattern[i], text, declared)
                : isOption && text.EndsWith(')') && Literal(text[7..^1]) is >= 1 ? 0 : 0x4008;
            if (code != 0)
                throw new ScriptException(code, line, column);
        }
        return arguments.Count >= pattern.Length
            ? new ScriptCommand(words[0].Text, arguments, line, new List<ScriptCommand>())
            : throw new ScriptException(0x4002, line, words[^1].Column + words[^1].Text.Length);
    }

    private static int ErrorOf(char kind, string text, HashSet<string> declared) => kind switch
    {
        'd' => char.IsAsciiLetter(text[0]) && declared.Add(text) ? 0 : 0x4002,
        'v' => declared.Contains(text) ? 0 : 0x4007,
        'n' => declared.Contains(text) || Literal(text) is not null ? 0 : char.IsAsciiLetter(text[0]) ? 0x4007 : 0x4002,
        'c' => text is "<" or "<=" or ">" or ">=" or "==" or "!=" ? 0 : 0x4002,
        't' => text.Length == 2 && text.All(char.IsAsciiLetterLower) ? 0 : 0x4006,
        _ => text[0] == '"' ? 0 : 0x4002,
    };

    [GeneratedRegex("""#|"[^"]*"|[^\s#]+""")]
    private static partial Regex WordPattern();

    [GeneratedRegex("^([+-]?[0-9]{1,15})([afpnumkMGTPEi]?)$")]
    private static partial Regex LiteralPattern();
}
