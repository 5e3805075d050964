using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Sdl.Runtime.Analysis;

namespace Sdl.Tests.Runtime.Analysis;

public class CircuitTests
{
    [Theory]
    // eis_elements_reference.json: CPE_Q1em5_n0p9, Warburg_sigma10, Randles_R0_5_Rct_40_C_4em4
    [InlineData("CPE1", new[] { 1e-5, 0.9 }, 10000, 0.7515719443672552, -4.745238502136023)]
    [InlineData("CPE1", new[] { 1e-5, 0.9 }, 100, 47.4209838203779, -299.4043084232915)]
    [InlineData("CPE1", new[] { 1e-5, 0.9 }, 1, 2992.0618023943844, -18891.134736868877)]
    [InlineData("CPE1", new[] { 1e-5, 0.9 }, 0.01, 188786.3369359381, -1191950.020779232)]
    [InlineData("W1", new[] { 10.0 }, 10000, 0.03989422804014327, -0.03989422804014327)]
    [InlineData("W1", new[] { 10.0 }, 1, 3.9894228040143274, -3.9894228040143274)]
    [InlineData("W1", new[] { 10.0 }, 0.01, 39.89422804014327, -39.89422804014327)]
    [InlineData("R0-p(R1,C1)", new[] { 5, 40, 4e-4 }, 10000, 5.000039578548199, -0.03978869640346391)]
    [InlineData("R0-p(R1,C1)", new[] { 5, 40, 4e-4 }, 100, 5.391908081542251, -3.9398897595379387)]
    [InlineData("R0-p(R1,C1)", new[] { 5, 40, 4e-4 }, 1, 44.599785758916205, -3.981004672766107)]
    [InlineData("R0-p(R1,C1)", new[] { 5, 40, 4e-4 }, 0.01, 44.99995957414123, -0.040212345325443453)]
    [InlineData("L1", new[] { 1e-6 }, 1e5, 0, 0.6283185307179586)]
    // FLW_R20_tau50, FSW_R20_tau50
    [InlineData("Ws1", new[] { 20.0, 50 }, 10000, 0.007978845608028654, -0.007978845608028654)]
    [InlineData("Ws1", new[] { 20.0, 50 }, 1, 0.7978845607807931, -0.7978845607835477)]
    [InlineData("Ws1", new[] { 20.0, 50 }, 0.01, 9.93615658015752, -8.172690862877758)]
    [InlineData("Wo1", new[] { 20.0, 50 }, 10000, 0.007978845608028654, -0.007978845608028654)]
    [InlineData("Wo1", new[] { 20.0, 50 }, 1, 0.7978845608249379, -0.7978845608221831)]
    [InlineData("Wo1", new[] { 20.0, 50 }, 0.01, 6.286725436496037, -7.643246191681886)]
    // 3 / sqrt(1 + 4j) at w tau = 4
    [InlineData("G1", new[] { 3.0, 2 }, 0.3183098861837907, 1.164524020798386, -0.9092328801305841)]
    public void Impedance_is_that_of_the_reference(string text, double[] values, double hertz, double real,
        double imaginary)
    {
        var z = Circuit.Parse(text).Impedance(hertz, values);
        Assert.Equal(real, z.Real, Math.Abs(real) * 1e-12 + 1e-12);
        Assert.Equal(imaginary, z.Imaginary, Math.Abs(imaginary) * 1e-12);
    }

    [Fact]
    public void Parameters_come_in_the_order_of_the_text() => Assert.Equal(
        ["R0", "R1", "CPE1.Q", "CPE1.n", "W1", "L0"],
        Circuit.Parse("R0 - p(R1, CPE1) - W1 - L0").Parameters.Select(p => p.Name));

    [Theory]
    [InlineData("", 1, "an element is missing")]
    [InlineData("R0-", 4, "an element is missing")]
    [InlineData("R0-X1", 4, "'X1' is not an element")]
    [InlineData("R0-p(R1)", 9, "two branches")]
    [InlineData("R0-p(R1,C1", 11, "')' or ',' is missing")]
    [InlineData("p R1,C1", 3, "'(' is missing")]
    [InlineData("R0,C1", 3, "',' is not expected")]
    [InlineData("R0-R1-R0", 7, "twice")]
    [InlineData("R0-Ω1", 4, "an element is missing")]
    public void Bad_circuit_is_refused_with_its_place(string text, int character, string why)
    {
        Assert.False(Circuit.TryParse(text, out _, out var error));
        Assert.Contains($"character {character}:", error);
        Assert.Contains(why, error);
    }

    [Property]
    public void Any_text_is_either_a_circuit_or_an_error(NonNull<string> text) =>
        Assert.NotEqual(Circuit.TryParse(text.Get, out _, out var error), error is not null);

    [Fact]
    public void Absurd_nesting_is_an_error_and_no_crash() =>
        Assert.False(Circuit.TryParse(string.Concat(Enumerable.Repeat("p(", 100_000)), out _, out _));

    [Theory]
    [InlineData("L0-R0-p(R1,CPE1)-p(R2,C2)-W3", new[] { 1e-7, 5, 40, 1e-4, 0.85, 12, 3e-3, 7 })]
    [InlineData("R0-p(R1-Ws2,C3)-Wo4-G5", new[] { 3, 40, 20, 5, 1e-4, 10, 7, 12, 0.3 })]
    [InlineData("R0-p(C1,R1-W1)-p(CPE2,p(R3,L4)-R4)", new[] { 3, 1e-5, 20, 6, 2e-4, 0.8, 9, 0.1, 2 })]
    public void Derivatives_are_those_of_small_differences(string text, double[] values)
    {
        var circuit = Circuit.Parse(text);
        foreach (var hertz in new[] { 0.1, 30, 1e4 })
        {
            var gradient = new Complex[values.Length];
            circuit.Impedance(hertz, values, gradient);
            for (var i = 0; i < values.Length; i++)
            {
                var h = values[i] * 1e-6;
                double[] up = [.. values], down = [.. values];
                (up[i], down[i]) = (up[i] + h, down[i] - h);
                var numeric = (circuit.Impedance(hertz, up) - circuit.Impedance(hertz, down)) / (2 * h);
                var tolerance = 1e-6 * gradient[i].Magnitude
                    + 1e-9 * circuit.Impedance(hertz, values).Magnitude / values[i];
                Assert.True((numeric - gradient[i]).Magnitude < tolerance,
                    $"{circuit.Parameters[i].Name} at {hertz} Hz: {gradient[i]}, by differences {numeric}");
            }
        }
    }
}
