using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using Sdl.Core.Cells;

namespace Sdl.Tests.Support;

/// <summary>Everything that a cell protocol says, as one text, but for where it stood.</summary>
internal static class CellDump
{
    private static readonly string[] Left = ["At", "Digest", "Steps", "Children", "Self", "IsMeasured"];

    public static string Of(CellProtocol protocol, params string[] without)
    {
        var text = new StringBuilder();
        Add(text, protocol, "", without);
        return text.ToString();
    }

    private static void Add(StringBuilder text, object? value, string margin, string[] without)
    {
        switch (value)
        {
            case null:
                text.Append(" -\n");
                break;
            case double number:
                text.Append(' ').Append((number + 0.0).ToString("R", CultureInfo.InvariantCulture)).Append('\n');
                break;
            case string or bool or int or Enum:
                text.Append(' ').Append(value).Append('\n');
                break;
            case IEnumerable items:
                text.Append('\n');
                foreach (var item in items)
                {
                    text.Append(margin).Append('*');
                    Add(text, item, margin + "  ", without);
                }
                break;
            default:
                text.Append(' ').Append(value.GetType().Name).Append('\n');
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance)
                    .Where(p => (!Left.Contains(p.Name) || p.Name == "Steps" && value is CellStep.Loop)
                        && !without.Contains(p.Name)))
                {
                    text.Append(margin).Append(property.Name);
                    Add(text, property.GetValue(value), margin + "  ", without);
                }
                break;
        }
    }
}
