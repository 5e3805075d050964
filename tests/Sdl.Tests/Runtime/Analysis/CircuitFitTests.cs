using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;

namespace Sdl.Tests.Runtime.Analysis;

public class CircuitFitTests
{
    private static readonly double[] Hertz = Enumerable.Range(0, 43).Select(i => Math.Pow(10, 5 - i / 6.0)).ToArray();

    // One seed for ever: among some hundred values a day's luck would pass four deviations now and then.
    [Property(MaxTest = 60, Replay = "(20261122,7)")]
    public Property Random_circuits_with_noise_are_recovered_within_four_deviations() => Prop.ForAll(Cases(), c =>
    {
        var circuit = Circuit.Parse(c.Text);
        var fit = CircuitFit.Fit(circuit, Hertz, Spectrum(circuit, c.Values, 0.005, c.Seed));
        Assert.InRange(fit.ChiSquare, 0.4 * 0.005 * 0.005, 2.2 * 0.005 * 0.005);
        for (var i = 0; i < c.Values.Length; i++)
        {
            // Two like parts have no order of their own: whichever has the smaller Q is the fast one.
            var at = c.Values.Length == 7 && fit["CPE1.Q"].Value > fit["CPE2.Q"].Value && i > 0 ? (i + 2) % 6 + 1 : i;
            var (value, deviation) = (fit.Values[at], fit.Deviations[at]);
            // The deviation holds on the logarithmic scale where it is large.
            Assert.True(Math.Abs(value - c.Values[i]) < 4 * deviation * (1 + 4 * deviation / value),
                $"{c.Text} {circuit.Parameters[i].Name}: {value} ± {deviation}, true {c.Values[i]}");
        }
    });

    [Fact]
    public void Deviations_are_the_spread_of_repeated_fits()
    {
        var circuit = Circuit.Parse("R0-p(R1,CPE1)");
        double[] truth = [10, 100, 1e-5, 0.9];
        var fits = Enumerable.Range(0, 100)
            .Select(seed => CircuitFit.Fit(circuit, Hertz, Spectrum(circuit, truth, 0.01, seed))).ToList();
        for (var i = 0; i < truth.Length; i++)
        {
            var values = fits.Select(f => f.Values[i]).ToList();
            var spread = Math.Sqrt(values.Sum(v => Math.Pow(v - truth[i], 2)) / values.Count);
            Assert.InRange(fits.Average(f => f.Deviations[i]) / spread, 0.75, 1.3);
        }
    }

    [Fact]
    public void Spectrum_without_noise_gives_the_exact_values_whatever_the_order_of_frequencies()
    {
        var circuit = Circuit.Parse("L0-R0-p(R1,CPE1)-p(R2,C2)-W1");
        double[] truth = [5e-7, 8, 30, 2e-6, 0.9, 60, 1e-3, 4];
        var z = Hertz.Select(f => circuit.Impedance(f, truth)).ToArray();
        var fit = CircuitFit.Fit(circuit, Hertz.Reverse().ToArray(), z.Reverse().ToArray());
        Assert.True(fit.ChiSquare < 1e-18, $"chi square {fit.ChiSquare}");
        Assert.Equal(8, fit["R0"].Value, 1e-5);
        Assert.Equal(4, fit["W1"].Value, 1e-5);
        Assert.Equal(0, (fit.Impedance(123) - circuit.Impedance(123, truth)).Magnitude, 1e-6);
    }

    [Fact]
    public void Parameter_that_the_spectrum_does_not_show_has_a_deviation_that_says_so()
    {
        var circuit = Circuit.Parse("R0-C1");
        double[] slow = [1, 2, 5, 10, 20, 50];
        var fit = CircuitFit.Fit(Circuit.Parse("L0-R0-C1"), slow, Spectrum(circuit, [100, 1e-5], 0.01, 3, slow));
        Assert.True(fit["L0"].Deviation > fit["L0"].Value, $"{fit["L0"]}");
        Assert.Equal(1e-5, fit["C1"].Value, 4e-7);
    }

    [Fact]
    public void Capacitor_under_a_phase_element_ends_at_the_bound_of_its_exponent()
    {
        var z = Spectrum(Circuit.Parse("R0-C1"), [100, 1e-5], 0, 1);
        var fit = CircuitFit.Fit(Circuit.Parse("R0-CPE1"), Hertz, z);
        Assert.Equal(1, fit["CPE1.n"].Value, 1e-6);
        Assert.Equal(100, fit["R0"].Value, 1e-3);
    }

    [Fact]
    public void Too_few_points_and_numbers_that_are_none_are_refused()
    {
        var circuit = Circuit.Parse("R0-p(R1,CPE1)");
        Assert.Contains("too few", Assert.Throws<AnalysisException>(() =>
            CircuitFit.Fit(circuit, [1, 10], [Complex.One, Complex.One])).Message);
        var z = Spectrum(circuit, [1, 2, 1e-5, 0.9], 0, 1);
        z[4] = new Complex(double.NaN, 1);
        Assert.Contains("point 5", Assert.Throws<AnalysisException>(() => CircuitFit.Fit(circuit, Hertz, z)).Message);
    }

    private static Complex[] Spectrum(Circuit circuit, double[] values, double noise, int seed, double[]? hertz = null)
    {
        var random = new Random(seed);
        double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (hertz ?? Hertz).Select(f =>
        {
            var z = circuit.Impedance(f, values);
            return z + z.Magnitude * noise * new Complex(Normal(), Normal());
        }).ToArray();
    }

    private static Arbitrary<(string Text, double[] Values, int Seed)> Cases()
    {
        var ohm = Log(3, 300);
        var exponent = Gen.Choose(70, 95).Select(n => n / 100.0);
        // A parallel part shows when its corner lies inside the spectrum (0.01 Hz to 100 kHz).
        Gen<double[]> Block(double slow, double fast) =>
            from r in ohm
            from n in exponent
            from f in Log(slow, fast)
            select new[] { r, 1 / (r * Math.Pow(2 * Math.PI * f, n)), n };
        var cases = new[]
        {
            from r in ohm from b in Block(0.1, 5e3) select ("R0-p(R1,CPE1)", (double[])[r, .. b]),
            from r in ohm from n in exponent from q in Log(1e-6, 1e-3) select ("R0-CPE1", new[] { r, q, n }),
            from l in Log(1e-5, 1e-4) from r in ohm from b in Block(1, 500) from w in Log(3, 30)
                select ("L0-R0-p(R1,CPE1)-W1", (double[])[l, r, .. b, w]),
            from r in Log(10, 50) from a in Block(2e3, 8e3) from b in Block(0.1, 1)
                where a[0] / b[0] is > 0.2 and < 5
                select ("R0-p(R1,CPE1)-p(R2,CPE2)", (double[])[r, .. a, .. b]),
        };
        return (from which in Gen.Choose(0, cases.Length - 1)
                from c in cases[which]
                from seed in Gen.Choose(0, 1_000_000)
                select (c.Item1, c.Item2, seed)).ToArbitrary();
    }

    private static Gen<double> Log(double least, double most) =>
        Gen.Choose(0, 10_000).Select(i => least * Math.Pow(most / least, i / 10_000.0));
}
