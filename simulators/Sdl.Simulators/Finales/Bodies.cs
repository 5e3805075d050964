using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>Reads what calls carry, as the server's libraries do.</summary>
internal static class Bodies
{
    private const char Mark = '\ufeff';

    private static readonly UTF8Encoding Strict = new(false, true);

    /// <returns>The value; a text that is no JSON by its content type is one text.</returns>
    public static (object? Body, bool HasBody) Json(BrokerCall call, Shapes shapes)
    {
        if (call.Body.Length == 0)
            return (null, false);
        try
        {
            var text = Strict.GetString(call.Body);
            if (!IsJson(call.ContentType))
                return (text, true);
            var value = PythonJson.Read(text.StartsWith(Mark) ? text[1..] : text);
            return (value, value is not null);
        }
        catch (PythonJsonException e)
        {
            shapes.NoJson(e);
            return (null, false);
        }
        catch (Exception e) when (e is ArgumentException or InsufficientExecutionStackException)
        {
            throw RefusalException.Of("There was an error parsing the body");
        }
    }

    public static IReadOnlyDictionary<string, string> Form(BrokerCall call) =>
        call.ContentType?.Split(';')[0].Trim() == "application/x-www-form-urlencoded"
            ? Fields(Encoding.UTF8.GetString(call.Body))
            : new Dictionary<string, string>();

    /// <summary>Of two equal names the last wins; empty values are values.</summary>
    public static IReadOnlyDictionary<string, string> Fields(string text)
    {
        var fields = new Dictionary<string, string>();
        foreach (var field in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
            if (field.Split('=', 2) is [var name, var value])
                fields[Plain(name)] = Plain(value);
            else
                fields[Plain(field)] = "";
        return fields;
    }

    /// <summary>Without NaN and infinities: the younger generation sends null for them.</summary>
    public static object? Finite(object? value) => value switch
    {
        double number when !double.IsFinite(number) => null,
        List<object?> list => PyMap.List(list.Select(Finite)),
        PyMap map => Finite(map),
        _ => value,
    };

    private static PyMap Finite(PyMap map)
    {
        var finite = new PyMap();
        foreach (var (name, value) in map)
            finite[name] = Finite(value);
        return finite;
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType?.Split(';')[0].Trim().ToLowerInvariant();
        return type is null or "application/json"
            || type.StartsWith("application/", StringComparison.Ordinal)
            && type.EndsWith("+json", StringComparison.Ordinal);
    }

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
