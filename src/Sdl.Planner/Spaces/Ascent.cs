using Sdl.Planner.Numerics;

namespace Sdl.Planner.Spaces;

/// <summary>Climbs a smooth function inside a polytope: BFGS in the subspace of the rows that hold it back (an
/// active-set method after Goldfarb 1969, doi 10.1090/S0025-5718-1969-0258234-2). A box is a polytope too, so this one
/// method serves hyper-parameters, mixtures and cubes; there are at most some dozens of coordinates, hence the dense
/// matrix.</summary>
/// <remarks>Buffers live as long as the object; a climb allocates only when the set of active rows changes.</remarks>
internal sealed class Ascent
{
    private const double Sufficient = 1e-4;
    private const int Halvings = 25;

    private readonly Polytope _polytope;
    private readonly int _d;
    private readonly double[] _inverseHessian, _direction, _change, _bent;
    private readonly double[] _gradient, _free, _next, _nextGradient, _nextFree;
    private readonly bool[] _active;
    private readonly List<int> _working = [];
    private readonly List<double[]> _basis = [];
    private bool _fresh;

    public Ascent(Polytope polytope)
    {
        (_polytope, _d) = (polytope, polytope.Dimension);
        _inverseHessian = new double[_d * _d];
        (_gradient, _free, _next, _nextGradient) = (new double[_d], new double[_d], new double[_d], new double[_d]);
        (_nextFree, _direction, _change, _bent) = (new double[_d], new double[_d], new double[_d], new double[_d]);
        _active = new bool[polytope.RowCount];
    }

    /// <param name="x">From where, inside the polytope; on return the highest point found.</param>
    /// <param name="firstStep">At most this long is the first step.</param>
    /// <param name="tolerance">Ends when the free gradient is smaller, or when a step gains less than its
    /// square.</param>
    /// <returns>The value at <paramref name="x"/>.</returns>
    public double Climb(SmoothFunction function, Span<double> x, double firstStep, int iterations, double tolerance)
    {
        _working.Clear();
        _basis.Clear();
        _active.AsSpan().Clear();
        var value = function(x, _gradient);
        Free(_gradient, _free);
        Restart(firstStep);
        for (var i = 0; i < iterations; i++)
        {
            Free(_gradient, _free);
            if (Release(tolerance))
            {
                Free(_gradient, _free);
                Restart(firstStep);
            }
            if (Length(_free) <= tolerance) break;
            Aim(firstStep);
            var reach = _polytope.Reach(x, _direction, _active, out var blocking);
            if (reach * Length(_direction) <= 1e-13)
            {
                Hold(blocking);
                continue;
            }
            var most = Math.Min(1, reach);
            var (t, reached) = Search(function, x, value, most);
            if (t == 0) break;
            var gained = reached - value;
            value = reached;
            Free(_nextGradient, _nextFree);
            Learn(t);
            _next.CopyTo(x);
            _nextGradient.CopyTo(_gradient, 0);
            if (t == reach) Hold(blocking);
            else if (gained <= tolerance * tolerance) break;
        }
        return value;
    }

    /// <summary>Backtracks until the gain is a fair part of what the slope promises.</summary>
    private (double T, double Value) Search(SmoothFunction function, ReadOnlySpan<double> x, double value, double most)
    {
        var slope = Rows.Dot(_free, _direction);
        var t = most;
        for (var k = 0; k < Halvings; k++)
        {
            x.CopyTo(_next);
            Rows.AddScaled(_next, t, _direction);
            var reached = function(_next, _nextGradient);
            if (reached >= value + Sufficient * t * slope) return (t, reached);
            var parabola = slope * t * t / (2 * (value + slope * t - reached));
            t = double.IsFinite(parabola) ? Math.Clamp(parabola, 0.1 * t, 0.5 * t) : 0.1 * t;
        }
        return (0, value);
    }

    /// <summary>The quasi-Newton direction; steepest ascent when rounding has spoilt the matrix.</summary>
    private void Aim(double firstStep)
    {
        for (var pass = 0; pass < 2; pass++)
        {
            for (var k = 0; k < _d; k++) _change[k] = Rows.Dot(_inverseHessian.AsSpan(k * _d, _d), _free);
            Free(_change, _direction);
            if (Rows.Dot(_direction, _free) > 1e-12 * Length(_direction) * Length(_free)) return;
            Restart(firstStep);
        }
    }

    private void Restart(double firstStep)
    {
        _fresh = true;
        var length = Length(_free);
        SetDiagonal(length > 0 ? Math.Min(1, firstStep / length) : 1);
    }

    /// <summary>The BFGS update of the inverse Hessian of the negated function, from the step t × direction.</summary>
    private void Learn(double t)
    {
        for (var k = 0; k < _d; k++) _change[k] = _free[k] - _nextFree[k];
        var curvature = t * Rows.Dot(_direction, _change);
        if (curvature <= 1e-10 * t * Length(_direction) * Length(_change))
        {
            // The function bends upwards here: nothing to learn but that the steps may be longer.
            for (var k = 0; k < _inverseHessian.Length; k++) _inverseHessian[k] *= 3;
            return;
        }
        if (_fresh) SetDiagonal(curvature / Rows.Dot(_change, _change));
        _fresh = false;
        for (var k = 0; k < _d; k++) _bent[k] = Rows.Dot(_inverseHessian.AsSpan(k * _d, _d), _change);
        var along = t * t * (1 + Rows.Dot(_bent, _change) / curvature) / curvature;
        for (var k = 0; k < _d; k++)
        {
            var row = _inverseHessian.AsSpan(k * _d, _d);
            Rows.AddScaled(row, along * _direction[k] - t * _bent[k] / curvature, _direction);
            Rows.AddScaled(row, -t * _direction[k] / curvature, _bent);
        }
    }

    private void SetDiagonal(double value)
    {
        _inverseHessian.AsSpan().Clear();
        for (var k = 0; k < _d; k++) _inverseHessian[k * _d + k] = value;
    }

    private void Hold(int row)
    {
        if (row < 0 || _active[row]) return;
        _active[row] = true;
        var normal = _polytope.Normal(row).ToArray();
        if (!Polytope.Orthonormalise(normal, _basis)) return;
        _working.Add(row);
        _basis.Add(normal);
    }

    /// <summary>Lets go of the row that pushes hardest in the wrong direction, if it does so more than what is still to
    /// be gained along the rows.</summary>
    private bool Release(double tolerance)
    {
        // g = Σ λⱼ nⱼ + free, with nⱼ = Σᵢ qᵢ (qᵢ·nⱼ): back substitution. At a maximum every λ is positive.
        Span<double> multipliers = stackalloc double[_working.Count];
        var worst = -1;
        for (var j = _working.Count - 1; j >= 0; j--)
        {
            var rest = Rows.Dot(_basis[j], _gradient);
            for (var i = j + 1; i < _working.Count; i++)
                rest -= multipliers[i] * Rows.Dot(_basis[j], _polytope.Normal(_working[i]));
            multipliers[j] = rest / Rows.Dot(_basis[j], _polytope.Normal(_working[j]));
            if (worst < 0 || multipliers[j] < multipliers[worst]) worst = j;
        }
        if (worst < 0 || multipliers[worst] >= -Math.Max(tolerance, Length(_free))) return false;
        _working.RemoveAt(worst);
        var held = _working.ToArray();
        _working.Clear();
        _basis.Clear();
        _active.AsSpan().Clear();
        foreach (var row in held) Hold(row);
        return true;
    }

    /// <summary>The part of <paramref name="vector"/> along which one may go while holding the working rows.</summary>
    private void Free(ReadOnlySpan<double> vector, Span<double> free)
    {
        vector.CopyTo(free);
        _polytope.Project(free);
        foreach (var q in _basis) Rows.AddScaled(free, -Rows.Dot(q, free), q);
    }

    private static double Length(ReadOnlySpan<double> v) => Math.Sqrt(Rows.Dot(v, v));
}
