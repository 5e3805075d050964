using System.Globalization;
using System.Text;

namespace Sdl.App.Reports.Plots;

/// <summary>Writes one SVG drawing. Colours come from the classes of the page's style sheet, so that a drawing follows
/// the light and the dark scheme; only colours that stand for numbers are written out.</summary>
public sealed class Svg
{
    private readonly StringBuilder _text = new();
    private readonly Stack<string> _open = new();

    /// <param name="id">Unique on the page.</param>
    /// <param name="title">Its name for those who cannot see it.</param>
    /// <param name="description">What it shows, with the numbers that matter.</param>
    public Svg(string id, double width, double height, string title, string description)
    {
        Width = width;
        Height = height;
        Open("svg", ("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", $"0 0 {Number(width)} {Number(height)}"),
            ("role", "img"), ("aria-labelledby", $"{id}-title {id}-desc"), ("style", $"--w:{Number(width)}"));
        Leaf("title", title, ("id", $"{id}-title"));
        Leaf("desc", description, ("id", $"{id}-desc"));
    }

    /// <summary>Style rules of a drawing that stands alone.</summary>
    public Svg Style(string rules)
    {
        _text.Append("<style>").Append(rules).Append("</style>\n");
        return this;
    }

    public double Width { get; }
    public double Height { get; }

    /// <summary>At most two decimals: a hundredth of a pixel.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not finite, and would break the drawing without a
    /// sound.</exception>
    public static string Number(double value) => double.IsFinite(value)
        ? (Math.Round(value, 2) + 0.0).ToString("0.##", CultureInfo.InvariantCulture)
        : throw new ArgumentOutOfRangeException(nameof(value), value, "a drawing has no place for it");

    /// <summary>With a minus sign where a number has a hyphen.</summary>
    public static string Minus(string number) => number.Replace('-', '\u2212');

    /// <summary>Escapes what XML and HTML would read as markup, and drops what XML cannot hold or would change
    /// (carriage returns).</summary>
    public static string Escape(string text)
    {
        var safe = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                safe.Append(text[i]).Append(text[++i]);
            else
                safe.Append(text[i] switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    var c when char.IsSurrogate(c) || c is '\uFFFE' or '\uFFFF'
                        || (c < ' ' && c is not ('\t' or '\n')) => "",
                    var c => c.ToString(),
                });
        return safe.ToString();
    }

    public Svg Open(string name, params (string Name, object Value)[] attributes)
    {
        Tag(name, attributes).Append('>').Append('\n');
        _open.Push(name);
        return this;
    }

    public Svg Close()
    {
        _text.Append("</").Append(_open.Pop()).Append(">\n");
        return this;
    }

    public Svg Add(string name, params (string Name, object Value)[] attributes)
    {
        Tag(name, attributes).Append("/>\n");
        return this;
    }

    public Svg Line(string style, Point a, Point b) =>
        Add("line", ("class", style), ("x1", a.X), ("y1", a.Y), ("x2", b.X), ("y2", b.Y));

    public Svg Path(string style, string d, params (string Name, object Value)[] more) =>
        Add("path", [("class", style), ("d", d), .. more]);

    public Svg Circle(string style, Point at, double radius, params (string Name, object Value)[] more) =>
        Add("circle", [("class", style), ("cx", at.X), ("cy", at.Y), ("r", radius), .. more]);

    /// <param name="anchor">start, middle or end.</param>
    public Svg Text(string style, Point at, string text, string anchor = "start", double turn = 0)
    {
        (string, object)[] place = [("class", style), ("x", at.X), ("y", at.Y), ("text-anchor", anchor)];
        return Leaf("text", text, turn == 0
            ? place
            : [.. place, ("transform", $"rotate({Number(turn)} {Number(at.X)} {Number(at.Y)})")]);
    }

    /// <summary>A tooltip for the mouse, and a name for a screen reader.</summary>
    public Svg Note(string text) => Leaf("title", text);

    /// <summary>The path through the points.</summary>
    public static string Through(IEnumerable<Point> points, bool closed = false)
    {
        var d = string.Join('L', points.Select(p => $"{Number(p.X)} {Number(p.Y)}"));
        return d.Length == 0 ? "" : $"M{d}{(closed ? "Z" : "")}";
    }

    /// <summary>The whole drawing; closes what is open.</summary>
    public override string ToString() =>
        _text + string.Concat(_open.Select(name => $"</{name}>\n"));

    private Svg Leaf(string name, string text, params (string Name, object Value)[] attributes)
    {
        Tag(name, attributes).Append('>').Append(Escape(text)).Append("</").Append(name).Append(">\n");
        return this;
    }

    private StringBuilder Tag(string name, (string Name, object Value)[] attributes)
    {
        _text.Append('<').Append(name);
        foreach (var (key, value) in attributes)
            _text.Append(' ').Append(key).Append("=\"").Append(value switch
            {
                double number => Number(number),
                int number => number.ToString(CultureInfo.InvariantCulture),
                _ => Escape(value.ToString()!),
            }).Append('"');
        return _text;
    }
}
