using System.Numerics;
using FsCheck.Xunit;
using Sdl.Core.Records;
using Sdl.Runtime.Analysis;

namespace Sdl.Tests.Runtime.Analysis;

public class KramersKronigTests
{
    private static readonly double[] Hertz = Enumerable.Range(0, 61).Select(i => Math.Pow(10, 5 - i * 0.1)).ToArray();

    [Theory]
    [InlineData("R0-p(R1,C1)", new[] { 5, 40, 4e-4 })]
    [InlineData("L0-R0-p(R1,CPE1)-p(R2,CPE2)-Ws3", new[] { 1e-7, 5, 40, 1e-4, 0.85, 12, 3e-3, 0.9, 20, 50 })]
    [InlineData("R0-p(R1,CPE1)-Wo1", new[] { 2, 30, 1e-5, 0.9, 20, 50 })]
    public void Spectrum_of_a_circuit_passes(string text, double[] values)
    {
        var circuit = Circuit.Parse(text);
        var result = KramersKronig.Test(Hertz, [.. Hertz.Select(f => circuit.Impedance(f, values))]);
        Assert.True(result.IsPassed(0.002), $"{result.RootMeanSquare:P3} with {result.Elements} elements");
    }

    [Fact]
    public void Spectrum_of_a_cell_that_drifts_fails()
    {
        var circuit = Circuit.Parse("R0-p(R1,C1)-p(R2,C2)");
        // The charge transfer resistance grows to twice its size while the slow half is measured.
        var drifting = Hertz.Select((f, i) => circuit.Impedance(f, [5, 10, 1e-5, 40 * (1 + i / 60.0), 4e-4])).ToArray();
        var result = KramersKronig.Test(Hertz, drifting);
        Assert.False(result.IsPassed(), $"{result.RootMeanSquare:P3} with {result.Elements} elements");
    }

    [Property(MaxTest = 30)]
    public void One_point_that_is_off_is_named(byte where, bool up)
    {
        var circuit = Circuit.Parse("R0-p(R1,C1)");
        var index = 3 + where % (Hertz.Length - 6);
        var spectrum = Hertz.Select(f => circuit.Impedance(f, [5, 40, 4e-4])).ToArray();
        spectrum[index] *= up ? 1.2 : 0.8;
        Assert.Equal(index, KramersKronig.Test(Hertz, spectrum).Largest.Index);
    }

    [Fact]
    public void Too_few_points_are_refused() => Assert.Throws<AnalysisException>(
        () => KramersKronig.Test([1, 10, 100], [new Complex(1, 0), new Complex(1, 0), new Complex(1, 0)]));
}
