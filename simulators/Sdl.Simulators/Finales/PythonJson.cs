using System.Globalization;
using System.Numerics;
using System.Text;

namespace Sdl.Simulators.Finales;

/// <summary>A text is no JSON, in the words of Python's json module.</summary>
internal sealed class PythonJsonException(string what, string document, int position) : FormatException(what)
{
    public string Document => document;

    /// <summary>Counted in code points, as line and column are, which begin at 1.</summary>
    public int Position { get; } = CodePoints(document, position);

    public int Line { get; } = document.AsSpan(0, position).Count('\n') + 1;

    public int Column { get; } = CodePoints(
        document[(document.LastIndexOf('\n', Math.Max(position - 1, 0), Math.Max(position, 0)) + 1)..],
        position - document.LastIndexOf('\n', Math.Max(position - 1, 0), Math.Max(position, 0)) - 1) + 1;

    private static int CodePoints(string text, int end) =>
        end - text.AsSpan(0, end).ToArray().Count(char.IsLowSurrogate);
}

/// <summary>Reads JSON as Python's json module does: NaN and Infinity are numbers, whole numbers have no limit, and
/// what is wrong is said in its words at its places.</summary>
internal ref struct PythonJson
{
    // Python gives up at about a thousand levels.
    private const int MostDepth = 980;

    private readonly string _text;
    private int _at;
    private int _depth;

    private PythonJson(string text) => _text = text;

    /// <exception cref="PythonJsonException">It is no JSON.</exception>
    /// <exception cref="InsufficientExecutionStackException">It is nested too deeply.</exception>
    public static object? Read(string text)
    {
        var reader = new PythonJson(text);
        reader.Skip();
        var value = reader.Value();
        reader.Skip();
        return reader._at == text.Length ? value : throw reader.Wrong("Extra data");
    }

    private readonly char Here => _at < _text.Length ? _text[_at] : '\0';

    private readonly PythonJsonException Wrong(string what, int? at = null) => new(what, _text, at ?? _at);

    private void Skip()
    {
        while (_at < _text.Length && _text[_at] is ' ' or '\t' or '\n' or '\r')
            _at++;
    }

    private object? Value()
    {
        if (++_depth > MostDepth)
            throw new InsufficientExecutionStackException();
        var value = Here switch
        {
            '{' => Map(),
            '[' => List(),
            '"' => Text(),
            _ when Word("null") => null,
            _ when Word("true") => true,
            _ when Word("false") => false,
            _ when Word("NaN") => double.NaN,
            _ when Word("Infinity") => double.PositiveInfinity,
            _ when Word("-Infinity") => double.NegativeInfinity,
            _ => Number(),
        };
        _depth--;
        return value;
    }

    private bool Word(string word)
    {
        if (string.CompareOrdinal(_text, _at, word, 0, word.Length) != 0)
            return false;
        _at += word.Length;
        return true;
    }

    private PyMap Map()
    {
        var map = new PyMap();
        _at++;
        Skip();
        if (Here == '}')
        {
            _at++;
            return map;
        }
        while (true)
        {
            if (Here != '"')
                throw Wrong("Expecting property name enclosed in double quotes");
            var key = Text();
            Skip();
            if (Here != ':')
                throw Wrong("Expecting ':' delimiter");
            _at++;
            Skip();
            map[key] = Value();
            if (EndsAfter('}'))
                return map;
        }
    }

    private List<object?> List()
    {
        var list = new List<object?>();
        _at++;
        Skip();
        if (Here == ']')
        {
            _at++;
            return list;
        }
        while (true)
        {
            list.Add(Value());
            if (EndsAfter(']'))
                return list;
        }
    }

    private bool EndsAfter(char end)
    {
        Skip();
        var (isEnd, isMore) = (Here == end, Here == ',');
        if (!isEnd && !isMore)
            throw Wrong("Expecting ',' delimiter");
        _at++;
        if (isMore)
            Skip();
        return isEnd;
    }

    private string Text()
    {
        var begin = _at++;
        var text = new StringBuilder();
        while (true)
        {
            if (_at >= _text.Length)
                throw Wrong("Unterminated string starting at", begin);
            var c = _text[_at];
            if (c < ' ')
                throw Wrong("Invalid control character at");
            _at++;
            if (c == '"')
                return text.ToString();
            text.Append(c == '\\' ? Escape(begin) : c);
        }
    }

    private char Escape(int begin)
    {
        if (_at >= _text.Length)
            throw Wrong("Unterminated string starting at", begin);
        switch (_text[_at++])
        {
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case '"': return '"';
            case '\\': return '\\';
            case '/': return '/';
            case 'u' when _at + 4 < _text.Length && ushort.TryParse(
                _text.AsSpan(_at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit):
                _at += 4;
                return (char)unit;
            case 'u':
                throw Wrong("Invalid \\uXXXX escape", _at - 1);
            default:
                throw Wrong("Invalid \\escape", _at - 2);
        }
    }

    private object Number()
    {
        var (begin, end) = (_at, _at);
        if (end < _text.Length && _text[end] == '-')
            end++;
        if (end >= _text.Length || !char.IsAsciiDigit(_text[end]))
            throw Wrong("Expecting value");
        end = _text[end] == '0' ? end + 1 : Digits(end);
        var whole = end;
        if (end + 1 < _text.Length && _text[end] == '.' && char.IsAsciiDigit(_text[end + 1]))
            end = Digits(end + 1);
        if (end < _text.Length && _text[end] is 'e' or 'E')
        {
            var sign = end + 1 < _text.Length && _text[end + 1] is '+' or '-' ? 2 : 1;
            if (end + sign < _text.Length && char.IsAsciiDigit(_text[end + sign]))
                end = Digits(end + sign);
        }
        _at = end;
        var digits = _text.AsSpan(begin, end - begin);
        return end == whole
            ? BigInteger.Parse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : double.Parse(digits, NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    private readonly int Digits(int at)
    {
        while (at < _text.Length && char.IsAsciiDigit(_text[at]))
            at++;
        return at;
    }
}
