using System.Globalization;
using System.Numerics;
using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>Writes values as Python does: as JSON, and as its repr.</summary>
internal static class PythonText
{
    private static readonly UTF8Encoding Strict = new(false, true);

    /// <summary>JSON as the server answers with: no spaces, no escapes that need not be.</summary>
    /// <exception cref="CrashException">It holds what JSON has no word for.</exception>
    public static byte[] Utf8(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, isAscii: false, isStrict: true);
        try
        {
            return Strict.GetBytes(text.ToString());
        }
        catch (EncoderFallbackException e)
        {
            throw new CrashException(e.Message);
        }
    }

    /// <summary>JSON that keeps everything, NaN and half surrogates too, in ASCII.</summary>
    public static string Kept(object? value)
    {
        var text = new StringBuilder();
        Write(text, value, isAscii: true, isStrict: false);
        return text.ToString();
    }

    /// <summary>Python's repr, as it stands in messages and in templates.</summary>
    public static string Repr(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        string text => Quoted(text),
        double number => Float(number),
        PyMap map => $"{{{string.Join(", ", map.Select(e => $"{Quoted(e.Key)}: {Repr(e.Value)}"))}}}",
        List<object?> list => $"[{string.Join(", ", list.Select(Repr))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    /// <summary>Shortest digits that read back as the same number; an exponent below 1e-4 and from 1e16.</summary>
    public static string Float(double number)
    {
        if (!double.IsFinite(number))
            return double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity";
        var text = number.ToString("E16", CultureInfo.InvariantCulture);
        for (var places = 0; places < 17; places++)
        {
            text = number.ToString($"E{places}", CultureInfo.InvariantCulture);
            if (double.Parse(text, CultureInfo.InvariantCulture).Equals(number))
                break;
        }
        var sign = double.IsNegative(number) ? "-" : "";
        var (mantissa, power) = (text.TrimStart('-').Split('E')[0], int.Parse(
            text.Split('E')[1], CultureInfo.InvariantCulture));
        var digits = mantissa.Replace(".", "", StringComparison.Ordinal);
        if (power is < -4 or >= 16)
            return $"{sign}{mantissa}e{(power < 0 ? '-' : '+')}{Math.Abs(power):00}";
        if (power < 0)
            return $"{sign}0.{new string('0', -power - 1)}{digits}";
        digits = digits.PadRight(power + 2, '0');
        return $"{sign}{digits[..(power + 1)]}.{digits[(power + 1)..]}";
    }

    private static void Write(StringBuilder to, object? value, bool isAscii, bool isStrict)
    {
        switch (value)
        {
            case null: to.Append("null"); break;
            case bool truth: to.Append(truth ? "true" : "false"); break;
            case string text: Write(to, text, isAscii); break;
            case BigInteger or int or long: to.Append(CultureInfo.InvariantCulture, $"{value}"); break;
            case double number when double.IsFinite(number) || !isStrict: to.Append(Float(number)); break;
            case double: throw new CrashException("Out of range float values are not JSON compliant");
            case PyMap map:
                var separator = '{';
                foreach (var (key, item) in map)
                {
                    to.Append(separator);
                    Write(to, key, isAscii);
                    to.Append(':');
                    Write(to, item, isAscii, isStrict);
                    separator = ',';
                }
                to.Append(map.Count == 0 ? "{}" : "}");
                break;
            case IEnumerable<object?> list:
                var comma = "[";
                foreach (var item in list)
                {
                    to.Append(comma);
                    Write(to, item, isAscii, isStrict);
                    comma = ",";
                }
                to.Append(comma == "[" ? "[]" : "]");
                break;
            default: throw new ArgumentException($"a {value.GetType().Name} is no JSON value", nameof(value));
        }
    }

    private static void Write(StringBuilder to, string text, bool isAscii)
    {
        to.Append('"');
        foreach (var c in text)
            _ = c switch
            {
                '"' => to.Append("\\\""),
                '\\' => to.Append("\\\\"),
                '\n' => to.Append("\\n"),
                '\r' => to.Append("\\r"),
                '\t' => to.Append("\\t"),
                '\b' => to.Append("\\b"),
                '\f' => to.Append("\\f"),
                _ when c < ' ' || isAscii && c > '~' => to.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                _ => to.Append(c),
            };
        to.Append('"');
    }

    private static string Quoted(string text)
    {
        var quote = text.Contains('\'') && !text.Contains('"') ? '"' : '\'';
        var quoted = new StringBuilder().Append(quote);
        foreach (var c in text)
            _ = c switch
            {
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                _ when c == quote => quoted.Append('\\').Append(c),
                _ when c < ' ' || c == '\x7f' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        return quoted.Append(quote).ToString();
    }
}
