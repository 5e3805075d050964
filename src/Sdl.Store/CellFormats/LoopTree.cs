using System.Globalization;
using Sdl.Core.Cells;
using Sdl.Core.Protocols;

namespace Sdl.Store.CellFormats;

/// <summary>Makes a tree out of lines whose loops jump back: to a tag, or to the number of a line from 1, tags and
/// loops counted.</summary>
internal sealed class LoopTree(List<Finding> findings)
{
    private readonly List<(int Line, CellStep Step)> _items = [];
    private readonly Dictionary<string, int> _tags = [];
    private int _lines;

    public List<CellStep> Steps => _items.Select(i => i.Step).ToList();

    public void Add(CellStep step)
    {
        _lines++;
        if (step is CellStep.Tag tag && !_tags.TryAdd(tag.Text, _lines))
            findings.Add(new Finding(tag.At, $"there is a tag '{tag.Text}' before this one"));
        _items.Add((_lines, step));
    }

    /// <summary>A line that could not be read keeps its number.</summary>
    public void Skip() => _lines++;

    /// <param name="to">A tag, or a number as a text.</param>
    /// <param name="isNumber">It can be no tag.</param>
    public void Loop(CellStep.Loop loop, string to, bool isNumber)
    {
        _lines++;
        var target = 0;
        if ((isNumber || !_tags.TryGetValue(to, out target))
            && !int.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out target))
        {
            findings.Add(new Finding(loop.At, $"there is no tag '{to}' before this loop"));
            return;
        }
        var first = _items.FindIndex(i => i.Line == target);
        if (target < 1 || target >= _lines)
            findings.Add(new Finding(loop.At, $"a loop goes back: to a step before it, not to {target}"));
        else if (first < 0)
            findings.Add(new Finding(loop.At, $"this loop goes back to step {target}, into another loop that has "
                + "ended: loops may be nested, not crossed"));
        else if (_items.Skip(first).All(i => i.Step is CellStep.Tag))
            findings.Add(new Finding(loop.At, "there is no step between the tag and this loop to repeat"));
        else
        {
            var steps = _items.Skip(first).Select(i => i.Step).ToList();
            _items.RemoveRange(first, _items.Count - first);
            _items.Add((target, loop with { Steps = steps }));
        }
    }
}
