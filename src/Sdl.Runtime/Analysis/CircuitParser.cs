using System.Diagnostics.CodeAnalysis;

namespace Sdl.Runtime.Analysis;

/// <summary>Recursive descent over <c>series = part { "-" part }; part = element | "p(" series { "," series }
/// ")"</c>.</summary>
internal sealed class CircuitParser(string text)
{
    // So deep a nesting is no circuit that anyone fits, and must not exhaust the stack.
    private const int Deepest = 20;

    private readonly List<CircuitParameter> _parameters = [];
    private readonly HashSet<string> _names = [];
    private string? _error;
    private int _at;

    public bool TryRead([NotNullWhen(true)] out Circuit? circuit, [NotNullWhen(false)] out string? error)
    {
        var root = Series(0);
        if (root is not null && Next != '\0')
            root = Fail($"'{Next}' is not expected here; join parts with '-'");
        circuit = root is null ? null : new Circuit(text, root, _parameters);
        error = _error;
        return circuit is not null;
    }

    private char Next
    {
        get
        {
            while (_at < text.Length && text[_at] == ' ')
                _at++;
            return _at < text.Length ? text[_at] : '\0';
        }
    }

    private CircuitNode? Series(int depth)
    {
        var first = _parameters.Count;
        var parts = new List<CircuitNode>();
        do
        {
            if (Part(depth) is not { } part)
                return null;
            parts.Add(part);
        }
        while (Skip('-'));
        return parts is [var only] ? only : new SeriesNode(first, _parameters.Count - first, parts);
    }

    private CircuitNode? Part(int depth)
    {
        if (Next != 'p')
            return Element();
        if (depth == Deepest)
            return Fail("the circuit is nested too deeply");
        var first = _parameters.Count;
        _at++;
        if (!Skip('('))
            return Fail("'(' is missing after 'p'");
        var branches = new List<CircuitNode>();
        do
        {
            if (Series(depth + 1) is not { } branch)
                return null;
            branches.Add(branch);
        }
        while (Skip(','));
        if (!Skip(')'))
            return Fail("')' or ',' is missing");
        return branches.Count > 1
            ? new ParallelNode(first, _parameters.Count - first, branches)
            : Fail("a parallel part needs two branches, such as p(R1,C1)");
    }

    private ElementNode? Element()
    {
        _ = Next;
        var start = _at;
        while (_at < text.Length && char.IsAsciiLetterOrDigit(text[_at]))
            _at++;
        var name = text[start.._at];
        var first = _parameters.Count;
        ElementKind? kind = name.TrimEnd("0123456789".ToCharArray()) switch
        {
            "R" => Add(ElementKind.Resistor, name, "Ohm", 1e-6, 1e13),
            "C" => Add(ElementKind.Capacitor, name, "F", 1e-15, 1e5),
            "L" => Add(ElementKind.Inductor, name, "H", 1e-12, 1e3),
            "W" => Add(ElementKind.Warburg, name, "Ohm/s^0.5", 1e-9, 1e12),
            "CPE" => Add(ElementKind.Cpe, name + ".Q", "S*s^n", 1e-15, 1e5),
            "Ws" => Add(ElementKind.FiniteLength, name + ".R", "Ohm", 1e-6, 1e13),
            "Wo" => Add(ElementKind.FiniteSpace, name + ".R", "Ohm", 1e-6, 1e13),
            "G" => Add(ElementKind.Gerischer, name + ".R", "Ohm", 1e-6, 1e13),
            _ => null,
        };
        if (kind == ElementKind.Cpe)
            Add(ElementKind.Cpe, name + ".n", "1", 0.3, 1);
        else if (kind is { } diffusion && ElementNode.IsDiffusion(diffusion))
            Add(diffusion, name + ".tau", "s", 1e-9, 1e9);
        if (kind is { } known && _names.Add(name))
            return new ElementNode(first, known);
        _at = start;
        Fail(name.Length == 0 ? "an element is missing; write for example R0, C1, L0, CPE1 or W1"
            : kind is null ? $"'{name}' is not an element; there are R, C, L, CPE, W, Ws, Wo and G, each with a number"
            : $"'{name}' is there twice; give each element its own number");
        return null;
    }

    private ElementKind Add(ElementKind kind, string name, string unit, double least, double most)
    {
        _parameters.Add(new CircuitParameter(name, unit, least, most));
        return kind;
    }

    private bool Skip(char c)
    {
        if (Next != c)
            return false;
        _at++;
        return true;
    }

    private CircuitNode? Fail(string why)
    {
        _error ??= $"circuit '{text}', character {_at + 1}: {why}";
        return null;
    }
}
