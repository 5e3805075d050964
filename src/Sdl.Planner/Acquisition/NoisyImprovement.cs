using MathNet.Numerics.Distributions;
using Sdl.Planner.Numerics;
using Sdl.Planner.Spaces;
using Sdl.Planner.Surrogates;

namespace Sdl.Planner.Acquisition;

/// <summary>ln of the expected improvement over the best of the points that are known or under way, when the objective
/// is not known exactly at any of them (Letham et al. 2019, arXiv 1706.07094): the objective is drawn jointly at these
/// points, each draw is taken for exact data, and the improvements are averaged. With exact data and nothing pending
/// all draws agree and this is the classical expected improvement.</summary>
internal sealed class NoisyImprovement
{
    // Points this near, in length scales squared, hold the same value; twice the same row would make a matrix singular.
    private const double Same = 1e-8;
    private const double SiteNoise = 1e-7;
    private const double LeastVariance = 1e-14;

    // A draw whose share is below e^-40 of another's adds nothing.
    private const double Negligible = 40;

    private readonly GaussianProcess _exact;
    private readonly int _sites, _draws, _rank, _asked;
    private readonly ulong _seed;
    private readonly double[] _weights, _best;
    private readonly double[] _row, _fall, _solved, _means, _logs, _slopes, _factors, _deviationSlope;

    /// <param name="pending">Points under way, one after another, row-major.</param>
    /// <param name="draws">How many joint draws.</param>
    /// <param name="counts">Whether a point may hold the best value; null: all may.</param>
    public NoisyImprovement(
        GaussianProcess model, ReadOnlySpan<double> pending, int draws, ulong seed, Func<double[], bool>? counts = null)
    {
        var sites = Sites(model, pending);
        var d = model.Dimension;
        _sites = sites.Length / d;
        var (means, columns, rank) = Posterior(model, sites);
        (_rank, _asked, _seed) = (rank, draws, seed);
        _draws = rank == 0 ? 1 : draws;
        var values = Draw(means, columns, rank, seed);

        var noise = Enumerable.Repeat(SiteNoise * model.Variance, _sites).ToArray();
        _exact = new GaussianProcess(
            sites, means, noise, model.LengthScales, model.Variance, model.Mean, model.Encoding);
        var eligible = sites.Chunk(d).Select(x => counts?.Invoke(x) ?? true).ToArray();
        if (!eligible.Contains(true)) eligible.AsSpan().Fill(true);
        _best = new double[_draws];
        _weights = new double[_sites * _draws];
        var column = new double[_sites];
        for (var s = 0; s < _draws; s++)
        {
            var best = double.NegativeInfinity;
            for (var i = 0; i < _sites; i++)
            {
                if (eligible[i]) best = Math.Max(best, values[i * _draws + s]);
                column[i] = values[i * _draws + s] - model.Mean;
            }
            _best[s] = best;
            Cholesky.Solve(_exact.Factor, _sites, column);
            for (var i = 0; i < _sites; i++) _weights[i * _draws + s] = column[i];
        }
        (_row, _fall) = (new double[_sites], new double[_sites]);
        (_solved, _factors) = (new double[_sites], new double[_sites]);
        (_means, _logs, _slopes) = (new double[_draws], new double[_draws], new double[_draws]);
        _deviationSlope = new double[model.Encoding.Numeric];
    }

    private NoisyImprovement(NoisyImprovement old, GaussianProcess exact, double[] weights, double[] best)
    {
        (_exact, _weights, _best) = (exact, weights, best);
        (_sites, _draws, _rank) = (exact.Count, best.Length, old._rank + 1);
        (_asked, _seed) = (old._asked, old._seed);
        (_row, _fall) = (new double[_sites], new double[_sites]);
        (_solved, _factors) = (new double[_sites], new double[_sites]);
        (_means, _logs, _slopes) = (new double[_draws], new double[_draws], new double[_draws]);
        _deviationSlope = new double[exact.Encoding.Numeric];
    }

    /// <summary>The same with one more point under way: in each draw its value is drawn given those of all others, in a
    /// time that grows with the square of their number.</summary>
    /// <param name="counts">Whether it may hold the best value.</param>
    public NoisyImprovement With(double[] point, bool counts = true)
    {
        _exact.Covariances(point, _row, _fall);
        _row.CopyTo(_solved, 0);
        Cholesky.SolveLower(_exact.Factor, _sites, _solved);
        var variance = _exact.Variance - Rows.Dot(_solved, _solved);
        // It is where another one is.
        if (!(variance > 2 * SiteNoise * _exact.Variance)) return this;
        Cholesky.SolveUpper(_exact.Factor, _sites, _solved);
        var total = variance + SiteNoise * _exact.Variance;
        var normal = Normals(_rank);
        double[] weights = new double[(_sites + 1) * _asked], best = new double[_asked];
        for (var s = 0; s < _asked; s++)
        {
            var from = _draws == 1 ? 0 : s;
            var mean = _exact.Mean;
            for (var i = 0; i < _sites; i++) mean += _row[i] * _weights[i * _draws + from];
            var step = Math.Sqrt(variance) * normal[s];
            best[s] = counts ? Math.Max(_best[from], mean + step) : _best[from];
            for (var i = 0; i < _sites; i++)
                weights[i * _asked + s] = _weights[i * _draws + from] - _solved[i] * step / total;
            weights[_sites * _asked + s] = step / total;
        }
        var exact = _exact.Extended(point, _exact.Mean, SiteNoise * _exact.Variance);
        return new NoisyImprovement(this, exact, weights, best);
    }

    /// <summary>One more coordinate of the quasi-random sequence; beyond its last one, of chance.</summary>
    private double[] Normals(int coordinate)
    {
        var normal = new double[_asked];
        if (coordinate >= Sobol.MaxDimension)
        {
            var chance = new Draws(_seed + (ulong)coordinate);
            for (var s = 0; s < _asked; s++) normal[s] = chance.Normal();
            return normal;
        }
        var sobol = new Sobol(coordinate + 1, _seed);
        var point = new double[coordinate + 1];
        for (var s = 0; s < _asked; s++)
        {
            sobol.Point((uint)s, point);
            normal[s] = Normal.InvCDF(0, 1, Math.Max(point[coordinate], 1e-10));
        }
        return normal;
    }

    /// <summary>An <see cref="SmoothFunction"/>.</summary>
    public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
    {
        _exact.Covariances(x, _row, _fall);
        _row.CopyTo(_solved, 0);
        Cholesky.SolveLower(_exact.Factor, _sites, _solved);
        var variance = _exact.Variance - Rows.Dot(_solved, _solved);
        var deviation = Math.Sqrt(Math.Max(_exact.Variance * LeastVariance, variance));
        _means.AsSpan().Fill(_exact.Mean);
        for (var i = 0; i < _sites; i++) Rows.AddScaled(_means, _row[i], _weights.AsSpan(i * _draws, _draws));
        var total = Average(deviation, out var highest);
        if (!gradient.IsEmpty) Slope(x, deviation, total, gradient);
        return highest + Math.Log(total / _draws) + Math.Log(deviation);
    }

    /// <summary>Σ exp(ln hₛ − highest); leaves ln hₛ and its slope in the buffers.</summary>
    private double Average(double deviation, out double highest)
    {
        var top = double.NegativeInfinity;
        for (var s = 0; s < _draws; s++)
        {
            _means[s] = (_means[s] - _best[s]) / deviation;
            top = Math.Max(top, _means[s]);
        }
        var nearest = Math.Min(top, 0);
        highest = NormalTail.LogH(top, out _);
        var total = 0.0;
        for (var s = 0; s < _draws; s++)
        {
            var z = _means[s];
            var far = z < 0 && 0.5 * (z * z - nearest * nearest) > Negligible;
            _logs[s] = far ? 0 : Math.Exp(NormalTail.LogH(z, out _slopes[s]) - highest);
            total += _logs[s];
        }
        return total;
    }

    private void Slope(ReadOnlySpan<double> x, double deviation, double total, Span<double> gradient)
    {
        var onDeviation = 1.0;
        for (var s = 0; s < _draws; s++)
        {
            // Share of the draw times d ln h/dz; from here on the buffer holds d ln(mean)/d(mean of the draw).
            var share = _logs[s] == 0 ? 0 : _logs[s] / total * _slopes[s];
            onDeviation -= share * _means[s];
            _slopes[s] = share / deviation;
        }
        for (var i = 0; i < _sites; i++) _factors[i] = Rows.Dot(_slopes, _weights.AsSpan(i * _draws, _draws));
        gradient.Clear();
        _exact.AddSlope(x, _fall, _factors, gradient);
        Cholesky.SolveUpper(_exact.Factor, _sites, _solved);
        _deviationSlope.AsSpan().Clear();
        _exact.AddSlope(x, _fall, _solved, _deviationSlope);
        Rows.AddScaled(gradient, -onDeviation / (deviation * deviation), _deviationSlope);
    }

    private static double[] Sites(GaussianProcess model, ReadOnlySpan<double> pending)
    {
        var d = model.Dimension;
        var sites = new List<double[]>();
        for (var i = 0; i < model.Count; i++) Add(model.Point(i));
        for (var i = 0; i < pending.Length; i += d) Add(pending.Slice(i, d));
        return [.. sites.SelectMany(s => s)];

        void Add(ReadOnlySpan<double> x)
        {
            var point = x.ToArray();
            if (!sites.Any(s => Distance(s, point, model) < Same)) sites.Add(point);
        }
    }

    private static double Distance(double[] a, double[] b, GaussianProcess model)
    {
        var squared = 0.0;
        for (var k = 0; k < a.Length; k++)
        {
            if (k >= model.Encoding.Numeric && a[k] != b[k]) return double.PositiveInfinity;
            var away = (a[k] - b[k]) / model.LengthScales[k];
            squared += away * away;
        }
        return squared;
    }

    /// <summary>Means at the sites and columns whose products are the covariances.</summary>
    public static (double[] Means, double[] Columns, int Rank) Posterior(GaussianProcess model, double[] sites)
    {
        int d = model.Dimension, m = sites.Length / d, n = model.Count;
        double[] means = new double[m], solved = new double[m * n];
        double[] covariance = new double[m * m], fall = new double[Math.Max(m, n)];
        var kernel = new Kernel(model.Encoding, m);
        kernel.Set(sites, model.LengthScales, model.Variance);
        for (var i = 0; i < m; i++)
        {
            var row = solved.AsSpan(i * n, n);
            model.Covariances(sites.AsSpan(i * d, d), row, fall.AsSpan(0, n));
            means[i] = model.Mean + Rows.Dot(row, model.Weights);
            Cholesky.SolveLower(model.Factor, n, row);
            kernel.RowOf(i, covariance.AsSpan(i * m, i), fall);
            covariance[i * m + i] = model.Variance;
        }
        Products.Add(-1, m, m, n, solved, n, solved, n, covariance, m);
        for (var i = 0; i < m; i++)
            for (var j = 0; j < i; j++) covariance[j * m + i] = covariance[i * m + j];
        var most = Math.Min(m, Sobol.MaxDimension);
        var columns = new double[m * most];
        var rank = Cholesky.FactorPivoted(covariance, m, columns, most, SiteNoise * model.Variance);
        return (means, columns, rank);
    }

    /// <summary>Quasi-random joint draws, sites × draws.</summary>
    private double[] Draw(double[] means, double[] columns, int rank, ulong seed)
    {
        var values = new double[_sites * _draws];
        var most = columns.Length / _sites;
        var normal = new double[rank];
        var sobol = new Sobol(rank, seed);
        for (var s = 0; s < _draws; s++)
        {
            sobol.Point((uint)s, normal);
            for (var r = 0; r < rank; r++) normal[r] = Normal.InvCDF(0, 1, Math.Max(normal[r], 1e-10));
            for (var i = 0; i < _sites; i++)
                values[i * _draws + s] = means[i] + Rows.Dot(normal, columns.AsSpan(i * most, most));
        }
        return values;
    }
}
