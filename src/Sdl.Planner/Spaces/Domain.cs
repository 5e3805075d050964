using Sdl.Core.Planning;
using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>A search space as the model sees it: every axis scaled to [0, 1] by the range that is really reachable,
/// which in a mixture is often narrower than the bounds say.</summary>
internal sealed class Domain
{
    // Rows are scaled to coefficients of about one before this is compared with their slack.
    private const double Flat = 1e-9;

    private readonly Region _space;
    private readonly double[] _offset;
    private readonly double[] _scale;
    private readonly double[] _centre;

    private Domain(Region space, double[] offset, double[] scale, Polytope polytope)
    {
        (_space, _offset, _scale, Polytope) = (space, offset, scale, polytope);
        _centre = FromUnit(polytope.Centre);
    }

    public int Dimension => _offset.Length;

    public IReadOnlyList<Axis> Axes => _space.Axes;

    /// <summary>True when nothing but the bounds limits the coordinates.</summary>
    public bool IsBox => _space.IsBox;

    public Polytope Polytope { get; }

    /// <summary>One in scaled units, in the user's.</summary>
    public double Scale(int axis) => _scale[axis];

    /// <exception cref="ArgumentException">The space is malformed or empty; the message names what
    /// contradicts.</exception>
    public static Domain Of(SearchSpace within)
    {
        var space = Region.Of(within);
        Feasibility.Check(space);
        int d = space.Axes.Count;
        double[] offset = [.. space.Axes.Select(a => a.Min)], scale = [.. space.Axes.Select(a => a.Max - a.Min)];
        var bounded = ScaledRows.Of(space, offset, scale);
        for (var k = 0; k < d && !space.IsBox; k++)
        {
            var least = bounded.Program(0).Maximise(Polytope.Unit(d, k, -1))![k];
            var most = bounded.Program(0).Maximise(Polytope.Unit(d, k, 1))![k];
            offset[k] += least * scale[k];
            scale[k] *= most - least;
        }
        for (var k = 0; k < d; k++)
            if (scale[k] <= Flat * (space.Axes[k].Max - space.Axes[k].Min)) scale[k] = 0;
        return Inside(space, offset, scale);
    }

    public double[] ToUnit(DesignPoint point)
    {
        var unit = new double[Dimension];
        for (var k = 0; k < unit.Length; k++)
            unit[k] = ((point.Number(Axes[k].Name) ?? 0) - _offset[k]) / (_scale[k] > 0 ? _scale[k] : 1);
        return unit;
    }

    /// <summary>The point, with rounding taken out: bounds hold exactly, the sum and the linear constraints to
    /// 1e-12.</summary>
    public DesignPoint ToPoint(ReadOnlySpan<double> unit)
    {
        var x = FromUnit(unit);
        Settle(x);
        foreach (var constraint in _space.Constraints)
        {
            var excess = Excess(constraint, x);
            if (excess <= 0) continue;
            // A hair towards the centre: the space is convex, so that nothing else breaks.
            var room = -Excess(constraint, _centre);
            var part = room > 0 ? Math.Min(1, 2 * excess / (room + excess)) : 0;
            for (var k = 0; k < x.Length; k++) x[k] += part * (_centre[k] - x[k]);
            Settle(x);
        }
        return new DesignPoint(Axes.Select((a, k) => (a.Name, x[k])).ToDictionary(f => f.Name, f => f.Item2));
    }

    private double Excess(LinearConstraint constraint, double[] x)
    {
        var total = -constraint.Max;
        for (var k = 0; k < x.Length; k++) total += constraint.Coefficients.GetValueOrDefault(Axes[k].Name) * x[k];
        return total;
    }

    private double[] FromUnit(ReadOnlySpan<double> unit)
    {
        var x = new double[Dimension];
        for (var k = 0; k < x.Length; k++) x[k] = _offset[k] + unit[k] * _scale[k];
        return x;
    }

    private void Settle(Span<double> x)
    {
        for (var k = 0; k < x.Length; k++)
        {
            var (lo, hi) = (Axes[k].Min, Axes[k].Max);
            var hair = 1e-13 * (hi - lo);
            x[k] = x[k] <= lo + hair ? lo : x[k] >= hi - hair ? hi : x[k];
        }
        foreach (var mixture in _space.Mixtures) Settle(x, mixture);
    }

    private void Settle(Span<double> x, Mixture mixture)
    {
        int[] parts = [.. Enumerable.Range(0, x.Length).Where(k => mixture.Parameters.Contains(Axes[k].Name))];
        for (var pass = 0; pass < x.Length; pass++)
        {
            var missing = mixture.Sum;
            foreach (var part in parts) missing -= x[part];
            if (missing == 0) return;
            var widest = parts[0];
            foreach (var k in parts)
                if (Room(k, x[k], missing) > Room(widest, x[widest], missing)) widest = k;
            x[widest] = Math.Clamp(x[widest] + missing, Axes[widest].Min, Axes[widest].Max);
        }
    }

    private double Room(int axis, double value, double towards) =>
        towards > 0 ? Axes[axis].Max - value : value - Axes[axis].Min;

    private static Domain Inside(Region space, double[] offset, double[] scale)
    {
        var d = offset.Length;
        var scaled = ScaledRows.Of(space, offset, scale);
        var rows = new List<(double[] Normal, double Limit)>();
        var equalities = new List<double[]>();
        equalities.AddRange(scaled.Sums.Select(s => s.Normal));
        foreach (var (normal, limit) in scaled.Rows)
        {
            // A pair of constraints, such as a fixed ratio, may leave no room at all: it is then an equality.
            var farthest = scaled.Program(0).Maximise([.. normal.Select(a => -a)])!;
            if (limit - Rows.Dot(normal, farthest) <= Flat) equalities.Add(normal);
            else rows.Add((normal, limit));
        }
        for (var k = 0; k < d; k++)
        {
            if (scale[k] == 0) equalities.Add(Polytope.Unit(d, k, 1));
            rows.Add((Polytope.Unit(d, k, 1), scale[k] == 0 ? 0 : 1));
            rows.Add((Polytope.Unit(d, k, -1), 0));
        }
        var somewhere = scaled.Program(0).Maximise(new double[d])!;
        var rough = new Polytope(rows, equalities, somewhere);
        return new Domain(space, offset, scale, new Polytope(rows, equalities, Chebyshev(rough, scaled, somewhere)));
    }

    /// <summary>The centre of the largest ball inside; one more variable, the radius, stands last.</summary>
    private static double[] Chebyshev(Polytope rough, ScaledRows scaled, double[] somewhere)
    {
        var d = rough.Dimension;
        var program = scaled.Program(1);
        for (var j = 0; j < rough.RowCount; j++)
            program.AtMost([.. rough.Normal(j), 1], rough.Slack(j, somewhere) + Rows.Dot(rough.Normal(j), somewhere));
        program.AtMost(Polytope.Unit(d + 1, d, 1), 1);
        return program.Maximise(Polytope.Unit(d + 1, d, 1)) is { } found ? found[..d] : somewhere;
    }
}
