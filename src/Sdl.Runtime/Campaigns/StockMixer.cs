using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Materials;
using Sdl.Core.Planning;
using Sdl.Core.Records;
using Sdl.Core.Units;

namespace Sdl.Runtime.Campaigns;

/// <param name="Volumes">m3 by stock; zero for a stock that is left out.</param>
/// <param name="Nominal">What exactly these volumes give.</param>
/// <param name="Mass">kg, expected.</param>
public sealed record Recipe(IReadOnlyDictionary<string, double> Volumes, Formulation Nominal, double Mass);

/// <summary>Turns a formulation into volumes of stock solutions, and a weighed mass back into what
/// the vial holds.</summary>
/// <remarks>Mole numbers are linear in the volumes; excess volumes of mixing do not matter, because volumes are only
/// used before mixing. Stocks are taken at the temperature of their density.</remarks>
public sealed class StockMixer
{
    private const double Tolerance = 1e-9;

    private readonly IReadOnlyList<Stock> _stocks;
    private readonly string[] _components;
    private readonly Matrix<double> _moles; // mol per m3: component by stock

    /// <exception cref="ArgumentException">A stock holds a substance that is no component.</exception>
    public StockMixer(IReadOnlyList<Stock> stocks, IReadOnlyList<string> components)
    {
        foreach (var stock in stocks)
            if (stock.MassFractions.FirstOrDefault(f => f.Value > 0 && !components.Contains(f.Key))
                is { Key: { } stranger })
                throw new ArgumentException(
                    $"stock '{stock.Name}' holds {stranger}, which is no component of the mixture");
        _stocks = stocks;
        _components = [.. components];
        _moles = Matrix<double>.Build.Dense(
            _components.Length, stocks.Count, (i, j) => stocks[j].MolesPerVolume(_components[i]));
    }

    /// <summary>The compositions that can be mixed at all: the cone that the stocks span, as linear constraints; none
    /// when they do not span it in all directions.</summary>
    public IReadOnlyList<LinearConstraint> Reachable()
    {
        var d = _components.Length;
        var facets = new List<LinearConstraint>();
        if (_moles.Rank() < d)
            return facets;
        foreach (var subset in Subsets(_stocks.Count).Where(s => s.Count == d - 1))
        {
            var svd = Matrix<double>.Build.Dense(
                d - 1, d, (i, j) => _moles[j, subset[i]] / _moles.Column(subset[i]).Sum()).Svd();
            if (svd.S.Any(s => s < Tolerance))
                continue;
            var normal = svd.VT.Row(d - 1);
            var sides = Enumerable.Range(0, _stocks.Count)
                .Select(j => normal * _moles.Column(j) / _moles.Column(j).Sum())
                .ToList();
            if (sides.Any(s => s > Tolerance) && sides.Any(s => s < -Tolerance))
                continue;
            if (sides.Any(s => s > Tolerance))
                normal = -normal;
            facets.Add(new LinearConstraint(
                _components.Select((c, i) => (c, normal[i])).ToDictionary(p => p.c, p => p.Item2), 0,
                $"reachable by mixing {string.Join(" and ", subset.Select(s => _stocks[s].Name))}"));
        }
        return facets;
    }

    /// <summary>Volumes that give the formulation; of all ways the one that spreads it most evenly over the stocks,
    /// which keeps the relative error of dosing small. A stock is left out rather than dosed below
    /// <paramref name="least"/>.</summary>
    /// <param name="volume">m3 in all.</param>
    /// <param name="least">m3.</param>
    /// <param name="resolution">m3; each volume is rounded to a multiple, and the nominal formulation follows.</param>
    /// <exception cref="ArgumentException">The stocks do not reach it.</exception>
    public Recipe Mix(Formulation formulation, double volume, double least, double resolution)
    {
        var x = Vector<double>.Build.Dense(_components.Length, i => formulation[_components[i]]);
        Vector<double>? best = null;
        foreach (var floor in new[] { least, 0.0 })
        {
            foreach (var subset in Subsets(_stocks.Count))
                if (Solve(x, subset, volume) is { } v
                    && subset.All(s => v[s] >= Math.Max(floor, 0) - Tolerance * volume)
                    && (best is null || v.L2Norm() < best.L2Norm() * (1 - Tolerance)))
                    best = v;
            // With no exact way above the least volume, an exact one below it is rounded to what can be dosed.
            if (best is not null)
                return Rounded(best, least, resolution);
        }
        throw new ArgumentException(
            $"{formulation} cannot be mixed from {string.Join(", ", _stocks.Select(s => s.Name))}");
    }

    /// <summary>Best estimate of what is in the vial, from what was dosed and what it weighs (a Gaussian update: the
    /// mass is one linear measurement of the volumes).</summary>
    /// <param name="doseUncertainty">Relative standard deviation of each volume.</param>
    public (Formulation Formulation, IReadOnlyDictionary<string, Measured> Volumes) Estimate(
        Recipe recipe, Measured mass, double doseUncertainty)
    {
        var v = Vector<double>.Build.Dense(_stocks.Count, j => recipe.Volumes[_stocks[j].Name]);
        var rho = Vector<double>.Build.Dense(_stocks.Count, j => _stocks[j].Density);
        var prior = v.PointwiseMultiply(v) * (doseUncertainty * doseUncertainty);
        var spread = prior.PointwiseMultiply(rho);
        var noise = Math.Pow(mass.Uncertainty.Si, 2)
            + Enumerable.Range(0, v.Count).Sum(j => Math.Pow(v[j] * _stocks[j].DensityUncertainty, 2));
        var variance = spread * rho + noise;
        var gain = variance > 0 ? spread / variance : spread; // all is exact: there is nothing to correct
        var estimate = v + gain * (mass.Value.Si - rho * v);
        var volumes = Enumerable.Range(0, v.Count).ToDictionary(
            j => _stocks[j].Name,
            j => new Measured(Volume(estimate[j]), Volume(Math.Sqrt(Math.Max(0, prior[j] - gain[j] * spread[j])))));
        return (Composition(estimate), volumes);
    }

    private Vector<double>? Solve(Vector<double> x, IReadOnlyList<int> subset, double volume)
    {
        // Each component's share of all moles equals its fraction, and the volumes add up; the pseudo-inverse gives the
        // smallest solution when there are several.
        var columns = Matrix<double>.Build.Dense(_components.Length, subset.Count, (i, j) => _moles[i, subset[j]]);
        var scale = columns.ColumnSums().Maximum();
        var shares = (columns - x.OuterProduct(columns.ColumnSums())) / scale;
        var system = shares.Stack(Matrix<double>.Build.Dense(1, subset.Count, 1));
        var right = Vector<double>.Build.Dense(_components.Length + 1, i => i == _components.Length ? 1 : 0);
        var solution = system.PseudoInverse() * right;
        if ((system * solution - right).InfinityNorm() > 1e-7)
            return null;
        var v = Vector<double>.Build.Dense(_stocks.Count);
        for (var j = 0; j < subset.Count; j++)
            v[subset[j]] = solution[j] * volume;
        return v;
    }

    private Recipe Rounded(Vector<double> v, double least, double resolution)
    {
        var rounded = v.Map(value =>
            value < least / 2
                ? 0
                : Math.Max(Math.Round(value / resolution), Math.Ceiling(least / resolution)) * resolution);
        return new Recipe(
            Enumerable.Range(0, v.Count).ToDictionary(j => _stocks[j].Name, j => rounded[j]), Composition(rounded),
            Enumerable.Range(0, v.Count).Sum(j => rounded[j] * _stocks[j].Density));
    }

    private Formulation Composition(Vector<double> v)
    {
        var n = _moles * v;
        return new Formulation(_components.Select((c, i) => (c, n[i] / n.Sum())).ToDictionary(p => p.c, p => p.Item2));
    }

    private static Quantity Volume(double m3) => new(m3, new Dimension(Length: 3));

    private static IEnumerable<List<int>> Subsets(int n) =>
        Enumerable.Range(1, (1 << n) - 1)
            .Select(mask => Enumerable.Range(0, n).Where(i => (mask >> i & 1) == 1).ToList());
}
