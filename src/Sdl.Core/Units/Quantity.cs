using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sdl.Core.Units;

/// <summary>A finite number with a dimension, held in SI. The only numeric type at a seam between parts
/// of the runtime.</summary>
/// <remarks>Construction refuses NaN and infinity, so that no later code has to ask again.</remarks>
[JsonConverter(typeof(QuantityJsonConverter))]
public readonly record struct Quantity : IComparable<Quantity>
{
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="si"/> is NaN or infinite.</exception>
    public Quantity(double si, Dimension dimension)
    {
        if (!double.IsFinite(si))
            throw new ArgumentOutOfRangeException(nameof(si), si, "a quantity must be a finite number");
        Si = si + 0.0; // there is one zero: -0 would not come back from its text
        Dimension = dimension;
    }

    public double Si { get; }
    public Dimension Dimension { get; }

    public static Quantity Of(double value, Unit unit) => new(value * unit.Scale + unit.Offset, unit.Dimension);

    /// <summary><c>Of(0.5, "mL")</c>, for literals in code.</summary>
    public static Quantity Of(double value, string unit) => Of(value, Unit.Parse(unit));

    /// <summary>Seconds.</summary>
    public static Quantity Of(TimeSpan time) => new(time.TotalSeconds, new(Time: 1));

    /// <summary>The number in <paramref name="unit"/>.</summary>
    /// <exception cref="ArgumentException">The unit has another dimension.</exception>
    public double In(Unit unit) => unit.Dimension == Dimension
        ? (Si - unit.Offset) / unit.Scale
        : throw new ArgumentException($"{this} cannot be expressed in {unit.Symbol}");

    public double In(string unit) => In(Unit.Parse(unit));

    /// <exception cref="ArgumentException">The quantity is no time.</exception>
    public TimeSpan ToTimeSpan() => Dimension == new Dimension(Time: 1)
        ? TimeSpan.FromSeconds(Si)
        : throw new ArgumentException($"{this} is not a time");

    public static Quantity operator +(Quantity a, Quantity b) => new(a.Si + Same(a, b).Si, a.Dimension);
    public static Quantity operator -(Quantity a, Quantity b) => new(a.Si - Same(a, b).Si, a.Dimension);
    public static Quantity operator -(Quantity a) => new(-a.Si, a.Dimension);
    public static Quantity operator *(Quantity a, Quantity b) => new(a.Si * b.Si, a.Dimension * b.Dimension);
    public static Quantity operator *(Quantity a, double b) => new(a.Si * b, a.Dimension);
    public static Quantity operator /(Quantity a, Quantity b) => new(a.Si / b.Si, a.Dimension / b.Dimension);
    public static bool operator <(Quantity a, Quantity b) => a.CompareTo(b) < 0;
    public static bool operator >(Quantity a, Quantity b) => a.CompareTo(b) > 0;
    public static bool operator <=(Quantity a, Quantity b) => a.CompareTo(b) <= 0;
    public static bool operator >=(Quantity a, Quantity b) => a.CompareTo(b) >= 0;

    /// <exception cref="ArgumentException">The dimensions differ.</exception>
    public int CompareTo(Quantity other) => Si.CompareTo(Same(this, other).Si);

    /// <summary>Reads <c>1.5 mL/min</c>, <c>26.5degC</c>, <c>10 mHz</c>, <c>0.3</c>. The number is
    /// written with a point.</summary>
    public static bool TryParse(string text, out Quantity quantity, [NotNullWhen(false)] out string? error)
    {
        quantity = default;
        var span = text.AsSpan().Trim();
        var n = NumberLength(span);
        if (n == 0 || !double.TryParse(span[..n], NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
        {
            error = $"'{text}' is not a quantity: it should be a number and a unit, such as 0.5 mL";
            return false;
        }
        if (!double.IsFinite(value))
        {
            error = $"'{text}' is not a finite number";
            return false;
        }
        var symbol = span[n..].Trim();
        var unit = Unit.One;
        if (symbol.Length > 0 && !Unit.TryParse(symbol.ToString(), out unit, out error))
            return false;
        var si = value * unit!.Scale + unit.Offset;
        if (!double.IsFinite(si))
        {
            error = $"'{text}' is too large";
            return false;
        }
        quantity = new Quantity(si, unit.Dimension);
        error = null;
        return true;
    }

    /// <exception cref="FormatException">The text is no quantity.</exception>
    public static Quantity Parse(string text) =>
        TryParse(text, out var quantity, out var error) ? quantity : throw new FormatException(error);

    /// <summary>The number of characters at the start of <paramref name="text"/> that spell a decimal number.</summary>
    public static int NumberLength(ReadOnlySpan<char> text)
    {
        var i = 0;
        if (i < text.Length && text[i] is '+' or '-')
            i++;
        var digits = i;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || text[i] == '.'))
            i++;
        if (i == digits)
            return 0;
        // An exponent counts only when digits follow, so that "1e" and "2 eV" are not torn apart.
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var j = i + 1;
            if (j < text.Length && text[j] is '+' or '-')
                j++;
            if (j < text.Length && char.IsAsciiDigit(text[j]))
            {
                while (j < text.Length && char.IsAsciiDigit(text[j]))
                    j++;
                i = j;
            }
        }
        return i;
    }

    /// <summary>For people: up to five significant digits in the customary unit of the dimension.</summary>
    public override string ToString() => Display.Text(this);

    /// <summary>Up to five significant digits in <paramref name="unit"/>.</summary>
    public string ToString(Unit unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{In(unit):G5}{(unit.Symbol == "1" ? "" : " " + unit.Symbol)}");

    /// <summary>For files: exact, in SI base units, such as <c>1.5E-06 m3</c>. <see cref="Parse"/> gives the
    /// same bits back.</summary>
    public string ToExactString() => string.Create(CultureInfo.InvariantCulture,
        $"{Si:R}{(Dimension == Dimension.None ? "" : " " + Dimension)}");

    private static Quantity Same(Quantity a, Quantity b) => a.Dimension == b.Dimension
        ? b
        : throw new ArgumentException($"{a} and {b} have different dimensions ({a.Dimension} and {b.Dimension})");
}

/// <summary>Exact SI text in both directions.</summary>
public sealed class QuantityJsonConverter : JsonConverter<Quantity>
{
    public override Quantity Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Quantity.Parse(reader.GetString() ?? throw new JsonException("a quantity is missing"));

    public override void Write(Utf8JsonWriter writer, Quantity value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToExactString());
}
