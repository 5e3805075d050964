using System.Numerics;
using Sdl.Simulators.Physics;
using Sdl.Simulators.Physics.Cells;

namespace Sdl.Tests.Simulators.Physics.Cells;

public class CellImpedanceTests
{
    [Theory]
    // Stoichiometries, w_EC, mol/kg, Hz, Ohm: evaluated apart from this code with Python's cmath.
    [InlineData(0.45, 0.6, 0.43420679577160953, 0.8404783330288933, 1e5, 3.7248624774680934, -0.3114771350025683)]
    [InlineData(0.45, 0.6, 0.43420679577160953, 0.8404783330288933, 1e3, 9.199017344291711, -2.1692548279797053)]
    [InlineData(0.45, 0.6, 0.43420679577160953, 0.8404783330288933, 10, 28.590393417232832, -16.190638419380335)]
    [InlineData(0.45, 0.6, 0.43420679577160953, 0.8404783330288933, 1, 50.63615928549106, -6.617505605864671)]
    [InlineData(0.45, 0.6, 0.43420679577160953, 0.8404783330288933, 0.01, 57.327905678128595, -5.447412715752933)]
    [InlineData(0.8, 0.35, 0.43420679577160953, 0.8404783330288933, 1, 58.501612263637846, -9.48319853858603)]
    [InlineData(0.8, 0.35, 0.43420679577160953, 0.8404783330288933, 0.001, 72.2941171584819, -13.269606946483984)]
    [InlineData(0.45, 0.6, 0, 1, 1000, 11.132337743257233, -2.1679723501854533)]
    [InlineData(0.45, 0.6, 0, 1, 0.01, 58.03778460798824, -5.440843406615383)]
    [InlineData(0.45, 0.6, 0.377, 0.281, 10, 30.645862569372806, -22.775719261741337)]
    [InlineData(0.45, 0.6, 0.377, 0.281, 0.001, 99.07055829625037, -19.5960120370277)]
    public void Impedance_of_a_coin_cell_is_that_of_the_single_particle_model(
        double negative, double positive, double ec, double molality, double hertz, double real, double imaginary)
    {
        var cell = Cell(negative, positive, new ElectrolyteComposition(ec, 0, molality));
        var z = CellImpedance.At(hertz, cell);
        Assert.True((z - new Complex(real, imaginary)).Magnitude <= 1e-6 * z.Magnitude, $"{z}");
    }

    [Theory]
    // eis_elements_reference.json: Hz, then real and imaginary parts in Ohm.
    [InlineData(1e4, 0.7515719443672552, -4.745238502136023, 0.03989422804014327, 0.007978845608028654,
        -0.007978845608028654, 0.007978845608028654, -0.007978845608028654)]
    [InlineData(100, 47.4209838203779, -299.4043084232915, 0.3989422804014327, 0.07978845608028654,
        -0.07978845608028654, 0.07978845608028654, -0.07978845608028654)]
    [InlineData(1, 2992.0618023943844, -18891.134736868877, 3.9894228040143274, 0.7978845607807931,
        -0.7978845607835477, 0.7978845608249379, -0.7978845608221831)]
    [InlineData(0.01, 188786.3369359381, -1191950.020779232, 39.89422804014327, 9.93615658015752,
        -8.172690862877758, 6.286725436496037, -7.643246191681886)]
    public void Elements_agree_with_the_reference_to_a_millionth(
        double hertz, double phaseReal, double phaseImaginary, double warburg, double openReal, double openImaginary,
        double closedReal, double closedImaginary)
    {
        var w = 2 * Math.PI * hertz;
        Near(new(phaseReal, phaseImaginary), ImpedanceElement.ConstantPhase(w, 1e-5, 0.9));
        Near(new(warburg, -warburg), ImpedanceElement.Warburg(w, 10));
        Near(new(openReal, openImaginary), ImpedanceElement.OpenWarburg(w, 20, 50));
        Near(new(closedReal, closedImaginary), ImpedanceElement.ClosedWarburg(w, 20, 50));
        Near(5 + 1 / (1 / 40.0 + Complex.ImaginaryOne * w * 4e-4), 5 + ImpedanceElement.Beside(w, 40, 4e-4, 1));
    }

    [Fact]
    public void Diffusion_into_a_sphere_is_a_smooth_function_where_the_series_takes_over()
    {
        // |b| = sqrt(w t) is 0.05 there.
        var (below, above) = (
            ImpedanceElement.Sphere(0.0025 * (1 - 1e-9), 1, 1), ImpedanceElement.Sphere(0.0025 * (1 + 1e-9), 1, 1));
        Assert.True((below - above).Magnitude < 1e-8 * below.Magnitude, $"{below} {above}");
    }

    [Fact]
    public void Impedance_at_low_frequency_is_the_slope_of_the_voltage_under_a_small_current()
    {
        // A slow sine: voltage against current in phase and out of phase over its fourth period.
        const double hertz = 2e-3, amplitude = 1e-5;
        var cell = new CellUnderTest(
            Cell(0.45, 0.6, new ElectrolyteComposition(0.3, 0, 1)), null, CellFault.None);
        var rest = cell.OpenCircuitVoltage;
        var sum = Complex.Zero;
        const int steps = 2000;
        for (var i = 0; i < 4 * steps; i++)
        {
            var phase = 2 * Math.PI * (i + 0.5) / steps;
            var point = cell.Advance(1 / (hertz * steps), amplitude * Math.Sin(phase));
            if (i >= 3 * steps)
                sum += (point.Voltage - rest) * Complex.FromPolarCoordinates(2.0 / steps, -phase - Math.PI / steps);
        }
        var measured = sum * Complex.ImaginaryOne / amplitude;
        var expected = cell.Impedance(hertz);
        // The voltage holds salt gradients, the impedance does not.
        Assert.True((measured - expected).Magnitude < 0.05 * expected.Magnitude, $"{measured} {expected}");
    }

    private static void Near(Complex expected, Complex actual) =>
        Assert.True((expected - actual).Magnitude <= 1e-6 * expected.Magnitude, $"{actual} instead of {expected}");

    private static ReducedCell Cell(double negative, double positive, ElectrolyteComposition mix)
    {
        var parameters = CellMaker.Parameters(ParameterSets.Coin, mix, 298.15);
        var cell = new ReducedCell(parameters) { FilmResistance = 0.012 };
        cell.Fill(
            negative * parameters.Negative.MaxConcentration, positive * parameters.Positive.MaxConcentration);
        return cell;
    }
}
