using System.Globalization;
using Sdl.Core.Units;

namespace Sdl.Drivers.Balances;

/// <summary>One line from a balance: <c>S S     100.00 g</c>, <c>I4 A "B021002593"</c>, <c>ES</c>.</summary>
/// <param name="Id">The command that it answers; ES, ET or EL when it answers none.</param>
/// <param name="Status">S stable, D dynamic, A done, B more follows, I not now, L bad parameter, + over, - under;
/// or empty.</param>
/// <param name="Rest">Value and unit, a quoted text, or an error number.</param>
public sealed record MtSicsReply(string Id, string Status, string Rest)
{
    public static MtSicsReply? Parse(string line)
    {
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return parts switch
        {
            ["ES" or "ET" or "EL"] => new MtSicsReply(parts[0], "", ""),
            [var id, { Length: 1 } status] when IsCommand(id) => new MtSicsReply(id, status, ""),
            [var id, { Length: 1 } status, var rest] when IsCommand(id) => new MtSicsReply(id, status, rest),
            _ => null,
        };
    }

    /// <summary>The weight, or null when there is none in units of mass.</summary>
    public Quantity? Mass()
    {
        var parts = Rest.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return parts.Length == 2 && parts[1] is "g" or "mg" or "kg" or "ug"
            && double.TryParse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var value)
            ? Quantity.Of(value, parts[1])
            : null;
    }

    /// <summary>The text without its quotes; a quote inside is doubled.</summary>
    public string Text() =>
        Rest is ['"', .. var text, '"'] ? text.Replace("\"\"", "\"", StringComparison.Ordinal) : Rest;

    private static bool IsCommand(string id) =>
        id == "@" || (id.Length <= 5 && char.IsAsciiLetterUpper(id[0])
            && id.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c)));
}
