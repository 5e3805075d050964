using Sdl.Core.Units;

namespace Sdl.Core.Protocols;

/// <summary>Reads expressions. Precedence from low to high: or, and, comparison, + -, * /, sign.
/// A unit stands directly behind its number (<c>0.5 mL/min</c>) and contains no blanks.</summary>
public ref struct ExpressionParser
{
    // Deep enough for any formula a person writes, shallow enough for any stack.
    private const int MaxDepth = 64, MaxLength = 1000;

    private static readonly string[][] Levels =
        [["or"], ["and"], ["<=", ">=", "==", "!=", "<", ">"], ["+", "-"], ["*", "/"]];

    private readonly ReadOnlySpan<char> _text;
    private int _at;
    private int _depth;

    private ExpressionParser(ReadOnlySpan<char> text) => _text = text;

    /// <returns>Null when the text is no expression.</returns>
    public static Expression? TryParse(string text, out string? error)
    {
        try
        {
            error = null;
            return Parse(text);
        }
        catch (ExpressionException e)
        {
            error = e.Message;
            return null;
        }
    }

    /// <exception cref="ExpressionException">The text is no expression; the message says where.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new ExpressionException($"an expression has at most {MaxLength} characters");
        var parser = new ExpressionParser(text);
        var expression = parser.Level(0);
        parser.SkipBlanks();
        return parser._at == text.Length ? expression : throw parser.Wrong("an operator");
    }

    private Expression Level(int level)
    {
        if (level == Levels.Length)
            return Signed();
        var left = Level(level + 1);
        while (TryOperator(Levels[level]) is { } found)
            left = new Expression.Binary(found, left, Level(level + 1));
        return left;
    }

    private Expression Signed()
    {
        if (++_depth > MaxDepth)
            throw new ExpressionException("the expression is nested too deeply");
        SkipBlanks();
        Expression result;
        // The sign belongs to the number: -5 degC is five degrees below freezing, not the negative of 278 K.
        if (Quantity.NumberLength(_text[_at..]) > 0 && _text[_at] != '+')
            result = Number();
        else if (_at < _text.Length && _text[_at] == '-')
        {
            _at++;
            result = new Expression.Negate(Signed());
        }
        else
            result = Primary();
        _depth--;
        return result;
    }

    private Expression Primary()
    {
        if (_at == _text.Length)
            throw Wrong("a value");
        if (_text[_at] == '(')
        {
            _at++;
            var inner = Level(0);
            Expect(')');
            return inner;
        }
        var name = Word();
        if (name.Length == 0)
            throw Wrong("a value");
        if (!Expression.Call.Functions.Contains(name))
            return new Expression.Reference(name);
        Expect('(');
        var arguments = new List<Expression> { Level(0) };
        while (TryOperator([","]) is not null)
            arguments.Add(Level(0));
        Expect(')');
        return new Expression.Call(name, arguments);
    }

    private Expression.Literal Number()
    {
        var start = _at;
        _at += Quantity.NumberLength(_text[_at..]);
        var end = _at;
        SkipBlanks();
        // The longest run of unit characters that is a unit belongs to the number; "2 * x" has none.
        var unit = _at;
        while (unit < _text.Length && (char.IsLetterOrDigit(_text[unit]) || "%°µΩ/*·^-".Contains(_text[unit])))
            unit++;
        for (; unit > _at; unit--)
            if (!IsOperatorWord(_text[_at..unit]) && Unit.TryParse(_text[_at..unit].ToString(), out _, out _))
                break;
        var hasUnit = unit > _at && (char.IsLetter(_text[_at]) || _text[_at] is '%' or '°' or '1');
        if (!hasUnit)
            unit = _at = end;
        else
            _at = unit;
        return Quantity.TryParse(_text[start..unit].ToString(), out var quantity, out var error)
            ? new Expression.Literal(quantity)
            : throw new ExpressionException(error);
    }

    private string? TryOperator(string[] operators)
    {
        SkipBlanks();
        foreach (var candidate in operators)
            if (_text[_at..].StartsWith(candidate)
                && (!char.IsLetter(candidate[0]) || !IsWordAt(_at + candidate.Length)))
            {
                _at += candidate.Length;
                return candidate;
            }
        return null;
    }

    private string Word()
    {
        var start = _at;
        while (IsWordAt(_at))
            _at++;
        return _text[start.._at].ToString();
    }

    private readonly bool IsWordAt(int at) =>
        at < _text.Length && (char.IsLetterOrDigit(_text[at]) || _text[at] is '_' or '.');

    private static bool IsOperatorWord(ReadOnlySpan<char> word) => word is "and" or "or";

    private void Expect(char c)
    {
        SkipBlanks();
        if (_at == _text.Length || _text[_at] != c)
            throw Wrong($"'{c}'");
        _at++;
    }

    private void SkipBlanks()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
    }

    private readonly ExpressionException Wrong(string expected) => new(
        _at == _text.Length
            ? $"'{_text}' ends where {expected} is expected"
            : $"'{_text}': {expected} is expected at '{_text[_at..]}'");
}
