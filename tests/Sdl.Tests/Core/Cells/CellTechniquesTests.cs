using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Units;

namespace Sdl.Tests.Core.Cells;

public class CellTechniquesTests
{
    private static readonly CellLimits Limits = new(0, 5, 10, 0.1);

    [Fact]
    public void An_end_may_be_left_out_and_zero_is_a_value()
    {
        var (none, _) = CellTechniques.Current(Limits).Complete(
            Arguments.Of(("current", Quantity.Of(0, "A"))));
        Assert.Null(none!.Find("until_voltage_below"));
        var (zero, _) = CellTechniques.Current(Limits).Complete(Arguments.Of(
            ("current", Quantity.Of(-1, "mA")), ("until_voltage_below", Quantity.Of(0, "V"))));
        Assert.Equal(0, zero!.Quantity("until_voltage_below").Si);
    }

    [Fact]
    public void What_the_device_cannot_do_is_refused()
    {
        var cannot = Limits with { Discharges = false };
        var (_, errors) = CellTechniques.Current(cannot).Complete(Arguments.Of(("current", Quantity.Of(-1, "mA"))));
        Assert.Contains("below the smallest allowed value", Assert.Single(errors), StringComparison.Ordinal);
        (_, errors) = CellTechniques.Current(Limits).Complete(Arguments.Of(
            ("current", Quantity.Of(1, "A")), ("until_temperature_above", Quantity.Of(300, "K"))));
        Assert.Contains("no input 'until_temperature_above'", Assert.Single(errors), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e5, 0.1, 10, 61)]
    [InlineData(0.1, 1e5, 10, 61)]
    [InlineData(1000, 1000, 5, 1)]
    public void Frequencies_are_even_in_the_logarithm(double start, double end, double perDecade, int count)
    {
        var (call, _) = CellTechniques.Impedance(Limits, 1e-5, 1e7).Complete(Arguments.Of(
            ("amplitude", Quantity.Of(10, "mV")), ("start_frequency", Quantity.Of(start, "Hz")),
            ("end_frequency", Quantity.Of(end, "Hz")), ("points_per_decade", Quantity.Of(perDecade, "1"))));
        var all = CellTechniques.Frequencies(call!);
        Assert.Equal(count, all.Count);
        Assert.Equal(start, all[0]);
        Assert.Equal(end, all[^1], end * 1e-12);
    }
}
