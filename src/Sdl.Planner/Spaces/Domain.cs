using Sdl.Core.Planning;
using Sdl.Planner.Numerics;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Spaces;

/// <summary>A search space as the model sees it (<see cref="Surrogates.Encoding"/>): every number scaled to [0, 1] by
/// the range that is really reachable, which in a mixture is often narrower than the bounds say.</summary>
internal sealed class Domain
{
    private readonly Choices _choices;
    private readonly Dictionary<string, Shape?> _shapes = [];
    private readonly Region _region;
    private readonly double[] _offset, _scale;
    private IReadOnlyList<Branch>? _branches;

    private Domain(SearchSpace space, Choices choices, Region region, double[] offset, double[] scale)
    {
        (Space, _choices, _region, _offset, _scale) = (space, choices, region, offset, scale);
        Encoding = new Encoding(choices.Numbers.Count, [.. choices.Categories.Select(Describe)]);
    }

    public SearchSpace Space { get; }

    public Encoding Encoding { get; }

    /// <summary>Of an encoded point.</summary>
    public int Dimension => Encoding.Dimension;

    public int Numeric => Encoding.Numeric;

    /// <summary>The numeric coordinates, in their order.</summary>
    public IReadOnlyList<Parameter> Numbers => _choices.Numbers;

    /// <summary>The categorical coordinates, which follow.</summary>
    public IReadOnlyList<CategoricalParameter> Categories => _choices.Categories;

    /// <summary>Degrees of freedom, those of a category counted as one.</summary>
    public int Freedom => Sole.Polytope.Freedom + Categories.Count;

    /// <summary>All branches with room; null when there are more than can be gone through.</summary>
    public IReadOnlyList<Branch>? Branches => _branches;

    /// <summary>One with room; the only one where there are no choices.</summary>
    public Branch Sole { get; private set; } = null!;

    /// <summary>Every point between two of its points belongs to it.</summary>
    public bool IsConvex => _branches is { Count: 1 } && !Enumerable.Range(0, Numeric).Any(IsCoarse);

    public string NameOf(int coordinate) =>
        coordinate < Numeric ? Numbers[coordinate].Name : Categories[coordinate - Numeric].Name;

    /// <summary>One in scaled units, in the user's.</summary>
    public double Scale(int axis) => _scale[axis];

    public double Value(int axis, double unit) => _offset[axis] + unit * _scale[axis];

    public double Unit(int axis, double value) => _scale[axis] > 0 ? (value - _offset[axis]) / _scale[axis] : 0;

    /// <summary>A number with few values: it is chosen, not climbed along.</summary>
    public bool IsCoarse(int axis) => Numbers[axis] is not ContinuousParameter;

    public bool CanBeOff(int axis) => _choices.CanBeOff(axis);

    /// <summary>Encoded points that differ in a single choice.</summary>
    public IEnumerable<double[]> Neighbours(double[] x) => Neighbourhood.Of(this, _choices, x);

    /// <summary>Moves numbers with few values to the nearest of them.</summary>
    public void SnapCoarse(double[] x)
    {
        for (var k = 0; k < Numeric; k++)
        {
            if (!IsCoarse(k) || _scale[k] == 0 || !IsActive(k, x)) continue;
            var value = Value(k, x[k]);
            x[k] = Unit(k, Numbers[k] is OrderedParameter o
                ? o.Levels.MinBy(l => Math.Abs(l - value)) : Math.Round(value));
        }
    }

    /// <exception cref="ArgumentException">The space is malformed or empty; the message names what
    /// contradicts.</exception>
    public static Domain Of(SearchSpace space)
    {
        var choices = Choices.Of(space);
        var region = choices.Relaxed();
        Feasibility.Check(region);
        var d = region.Axes.Count;
        double[] offset = [.. region.Axes.Select(a => a.Min)], scale = [.. region.Axes.Select(a => a.Max - a.Min)];
        if (!region.IsBox)
        {
            var bounded = ScaledRows.Of(region, offset, scale).Program(0);
            double[] from = [.. offset], width = [.. scale];
            for (var k = 0; k < d; k++)
            {
                if (choices.Numbers[k].When is not null) continue;
                var least = bounded.Maximise(Polytope.Unit(d, k, -1))![k];
                var most = bounded.Maximise(Polytope.Unit(d, k, 1))![k];
                offset[k] = from[k] + least * width[k];
                scale[k] = width[k] * (most - least);
            }
        }
        for (var k = 0; k < d; k++)
            if (scale[k] <= Shapes.Flat * (region.Axes[k].Max - region.Axes[k].Min)) scale[k] = 0;
        var domain = new Domain(space, choices, region, offset, scale);
        domain.Branch();
        return domain;
    }

    /// <summary>A random branch with room.</summary>
    public Branch Draw(Draws draws)
    {
        if (_branches is { } all) return all[draws.Below(all.Count)];
        for (var attempt = 0; attempt < 100; attempt++)
        {
            var (levels, off) = _choices.Draw(draws);
            if (BranchOf(levels, off) is { } found) return found;
        }
        return Sole;
    }

    /// <summary>The branch in which an encoded point lies; null when it lies in none.</summary>
    public Branch? BranchAt(ReadOnlySpan<double> x)
    {
        var levels = new int[Categories.Count];
        for (var c = 0; c < levels.Length; c++) levels[c] = (int)x[Numeric + c];
        var off = new bool[Numeric];
        for (var k = 0; k < Numeric; k++)
            off[k] = _choices.CanBeOff(k) && Math.Abs(_offset[k] + x[k] * _scale[k]) <= 1e-9 * _scale[k];
        return BranchOf(levels, _choices.Complete(off));
    }

    /// <summary>The branch with other levels; null when it has no room.</summary>
    public Branch? BranchOf(int[] levels, bool[] off)
    {
        var inactive = _choices.Inactive(levels);
        var key = string.Concat(off.Zip(inactive, (o, i) => i ? 'i' : o ? 'o' : '.'));
        if (!_shapes.TryGetValue(key, out var shape))
            _shapes[key] = shape = Shapes.Make(_choices.Cut(_region, off, inactive), _offset, _scale, inactive);
        return shape is null ? null : new Branch(_choices.Complete(levels), off, inactive, shape);
    }

    public double[] ToUnit(DesignPoint point)
    {
        var unit = new double[Dimension];
        for (var k = 0; k < Numeric; k++)
        {
            unit[k] = point.Number(Numbers[k].Name) is { } value && (Numbers[k].When is null
                || SearchSpace.IsActive(Numbers[k], point))
                ? (value - _offset[k]) / (_scale[k] > 0 ? _scale[k] : 1) : 0.5;
        }
        for (var c = 0; c < Categories.Count; c++)
        {
            var (category, index) = (Categories[c], -1);
            for (var l = 0; l < category.Levels.Count && index < 0; l++)
                if (category.Levels[l] == point.Level(category.Name)) index = l;
            unit[Numeric + c] = index;
        }
        return unit;
    }

    /// <summary>The point that can be delivered nearest to an encoded one: bounds, levels and resolutions hold exactly,
    /// sums and linear constraints to 1e-12.</summary>
    /// <returns>Null when none is near.</returns>
    public DesignPoint? ToPoint(ReadOnlySpan<double> unit)
    {
        if (BranchAt(unit) is not { } branch) return null;
        var x = new double[Numeric];
        for (var k = 0; k < Numeric; k++) x[k] = Value(k, unit[k]);
        if (!new Delivery(_choices, branch, Centre(branch)).Settle(x)) return null;
        var numbers = new Dictionary<string, double>();
        for (var k = 0; k < Numeric; k++)
            if (!branch.Inactive[k]) numbers[Numbers[k].Name] = x[k];
        var levels = new Dictionary<string, string>();
        for (var c = 0; c < Categories.Count; c++)
            if (branch.Levels[c] >= 0) levels[Categories[c].Name] = Categories[c].Levels[branch.Levels[c]];
        return new DesignPoint(numbers, levels);
    }

    private bool IsActive(int axis, double[] x) => Numbers[axis].When is null
        || !_choices.Inactive([.. x.Skip(Numeric).Select(l => (int)l)])[axis];

    private double[] Centre(Branch branch)
    {
        var x = new double[Numeric];
        for (var k = 0; k < Numeric; k++) x[k] = _offset[k] + branch.Polytope.Centre[k] * _scale[k];
        return x;
    }

    private void Branch()
    {
        _branches = _choices.All() is { } all
            ? [.. all.Select(c => BranchOf(c.Levels, c.Off)).OfType<Branch>()] : null;
        if (_branches is { Count: 0 }) throw new ArgumentException(
            "No choice of levels and components leaves room within the constraints of the search space.");
        Sole = _branches is { } some ? some[0] : null!;
        var draws = new Draws(1);
        for (var attempt = 0; attempt < 1000 && Sole is null; attempt++)
        {
            var (levels, off) = _choices.Draw(draws);
            Sole = BranchOf(levels, off)!;
        }
        if (Sole is null) throw new ArgumentException(
            "None of 1000 drawn choices of levels and components leaves room within the constraints of the space.");
    }

    private static Category Describe(CategoricalParameter category)
    {
        if (category.Descriptors is not { } given) return new Category(category.Levels.Count);
        var rows = category.Levels.Select(l => given[l]).ToArray();
        var n = rows.Length;
        var distances = new double[n * n];
        for (var k = 0; k < rows[0].Count; k++)
        {
            // Each descriptor counts by its spread over the levels.
            var mean = rows.Average(r => r[k]);
            var square = rows.Average(r => (r[k] - mean) * (r[k] - mean));
            for (var i = 0; i < n * n && square > 0; i++)
                distances[i] += Math.Pow(rows[i / n][k] - rows[i % n][k], 2) / square;
        }
        for (var i = 0; i < n * n; i++) distances[i] = Math.Sqrt(distances[i]);
        var usual = distances.Sum() / (n * (n - 1));
        return new Category(n, usual > 0 ? [.. distances.Select(v => v / usual)] : null);
    }
}
