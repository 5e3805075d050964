using Sdl.Core.Planning;

namespace Sdl.Planner.Spaces;

/// <summary>Turns numbers into such as can be delivered: whole multiples of the resolutions, levels, bounds exactly,
/// and sums and linear constraints to 1e-12.</summary>
internal sealed class Delivery
{
    // What is missing of a constraint less than this, of the sizes of its terms, is rounding.
    private const double Hair = 1e-13;

    private const int Repairs = 200;

    private readonly Choices _choices;
    private readonly Branch _branch;
    private readonly Region _region;
    private readonly double[] _centre;
    private readonly int[][] _sums;
    private readonly int _d;

    /// <param name="centre">Well inside, in the user's units.</param>
    public Delivery(Choices choices, Branch branch, double[] centre)
    {
        (_choices, _branch, _region, _centre, _d) = (choices, branch, branch.Shape.Region, centre, centre.Length);
        _sums =
        [
            .. _region.Mixtures.Select(m => Enumerable.Range(0, _d)
                .Where(k => m.Parameters.Contains(_region.Axes[k].Name) && !branch.Off[k]).ToArray()),
        ];
    }

    /// <returns>False when nothing near can be delivered.</returns>
    public bool Settle(double[] x)
    {
        for (var k = 0; k < _d; k++) x[k] = Snap(k, x[k]);
        for (var s = 0; s < _sums.Length; s++)
            if (!Fill(x, s)) return false;
        foreach (var constraint in _region.Constraints)
            if (Excess(constraint, x) > 0) Retreat(x, constraint);
        for (var repair = 0; repair < Repairs && Broken(x) is not null; repair++)
            if (!Improve(x)) return false;
        return Broken(x) is null;
    }

    private bool IsFree(int k) => _choices.Step(k) == 0 && _choices.Numbers[k] is ContinuousParameter;

    private double Snap(int k, double value)
    {
        var (lo, hi) = (_region.Axes[k].Min, _region.Axes[k].Max);
        if (_branch.Inactive[k]) return value;
        if (_choices.Numbers[k] is OrderedParameter ordered)
            return ordered.Levels.MinBy(l => Math.Abs(l - value));
        if (_choices.Step(k) is var step and > 0)
        {
            // A multiple is one quotient of whole numbers where the step is 0.001: 3 × 0.001 is not 0.003.
            var least = Math.Ceiling(lo / step - 1e-9);
            return Times(Math.Clamp(Math.Round(value / step), least, Math.Floor(hi / step + 1e-9)), step);
        }
        var hair = Hair * (hi - lo);
        return value <= lo + hair ? lo : value >= hi - hair ? hi : value;
    }

    private static double Times(double count, double step) =>
        Math.Round(1 / step) is var parts && Math.Abs(parts * step - 1) < 1e-12 ? count / parts : count * step;

    /// <summary>Makes a mixture sum up.</summary>
    private bool Fill(double[] x, int s)
    {
        var (parts, sum) = (_sums[s], _region.Mixtures[s].Sum);
        var free = parts.Where(IsFree).ToArray();
        var stepped = parts.Where(k => !IsFree(k)).ToArray();
        var rounding = Hair * Math.Max(1, Math.Abs(sum));
        for (var pass = 0; pass < _d; pass++)
        {
            var missing = Missing(x, parts, sum);
            if (missing == 0 || free.Length == 0) break;
            var widest = Widest(x, free, missing);
            x[widest] = Clamp(widest, x[widest] + missing);
        }
        for (var pass = 0; Math.Abs(Missing(x, parts, sum)) > rounding; pass++)
        {
            var missing = Missing(x, parts, sum);
            var able = stepped.Where(
                k => _choices.Step(k) <= 2 * Math.Abs(missing) && Step(k, x[k], missing) != x[k]).ToArray();
            if (able.Length == 0 || pass > Repairs) return false;
            var next = able[pass % able.Length];
            x[next] = Step(next, x[next], missing);
        }
        return true;
    }

    private double Step(int k, double value, double towards) =>
        Snap(k, value + Math.CopySign(_choices.Step(k), towards));

    private static double Missing(double[] x, int[] parts, double sum)
    {
        foreach (var k in parts) sum -= x[k];
        return sum;
    }

    private int Widest(double[] x, int[] free, double missing) => free.MaxBy(
        k => missing > 0 ? _region.Axes[k].Max - x[k] : x[k] - _region.Axes[k].Min);

    private double Clamp(int k, double value) => Math.Clamp(value, _region.Axes[k].Min, _region.Axes[k].Max);

    private LinearConstraint? Broken(double[] x) =>
        _region.Constraints.FirstOrDefault(c => Excess(c, x) > Rounding(c, x));

    private double Excess(LinearConstraint constraint, double[] x)
    {
        var total = -constraint.Max;
        for (var k = 0; k < _d; k++) total += constraint.Coefficients.GetValueOrDefault(_region.Axes[k].Name) * x[k];
        return total;
    }

    private double Rounding(LinearConstraint constraint, double[] x)
    {
        var size = Math.Abs(constraint.Max);
        for (var k = 0; k < _d; k++)
            size += Math.Abs(constraint.Coefficients.GetValueOrDefault(_region.Axes[k].Name) * x[k]);
        return 4 * Hair * size;
    }

    /// <summary>A hair towards the centre: the branch is convex, so that nothing else breaks.</summary>
    private void Retreat(double[] x, LinearConstraint broken)
    {
        var excess = Excess(broken, x);
        var room = -Excess(broken, _centre);
        var part = room > 0 ? Math.Min(1, 2 * excess / (room + excess)) : 0;
        for (var k = 0; k < _d; k++) x[k] = Snap(k, x[k] + part * (_centre[k] - x[k]));
        for (var s = 0; s < _sums.Length; s++) Fill(x, s);
    }

    /// <summary>One step of one number, or from one component to another, that breaks the constraints
    /// least.</summary>
    private bool Improve(double[] x)
    {
        var least = Violation(x) * (1 - 1e-9);
        double[]? best = null;
        for (var up = 0; up < _d; up++)
        {
            for (var down = 0; down < _d; down++)
            {
                var trial = (double[])x.Clone();
                if (!Move(trial, up, down) || Violation(trial) is var v && !(v < least)) continue;
                (best, least) = (trial, v);
            }
        }
        best?.CopyTo(x, 0);
        return best is not null;
    }

    /// <summary>Up and down; both the same: by one step either way, whichever is better.</summary>
    private bool Move(double[] x, int up, int down)
    {
        var together = _sums.FirstOrDefault(s => s.Contains(up));
        if (together is null != (up == down)) return false;
        if (up == down)
        {
            double[] higher = [.. x], lower = [.. x];
            higher[up] = Next(up, x[up], 1);
            lower[up] = Next(up, x[up], -1);
            (Violation(higher) < Violation(lower) ? higher : lower).CopyTo(x, 0);
            return true;
        }
        if (!together!.Contains(down)) return false;
        (x[up], x[down]) = (Next(up, x[up], 1), Next(down, x[down], -1));
        return Fill(x, Array.IndexOf(_sums, together));
    }

    private double Next(int k, double value, int sign)
    {
        if (_branch.Inactive[k] || _branch.Off[k]) return value;
        if (_choices.Numbers[k] is OrderedParameter { Levels: var levels })
        {
            for (var i = 0; i < levels.Count; i++)
                if (levels[i] == value) return levels[Math.Clamp(i + sign, 0, levels.Count - 1)];
            return value;
        }
        var step = _choices.Step(k) is var s and > 0 ? s : 0.01 * (_region.Axes[k].Max - _region.Axes[k].Min);
        return Clamp(k, Snap(k, value + sign * step));
    }

    private double Violation(double[] x) => _region.Constraints.Sum(c => Math.Max(0, Excess(c, x) - Rounding(c, x))
        / Math.Max(1e-300, c.Coefficients.Max(k => Math.Abs(k.Value))));
}
