using System.Numerics;

namespace Sdl.Simulators.Physics;

/// <summary>A dummy cell of ideal components: a series resistor and a resistor beside a capacitor (Randles), with a
/// rest potential. A parallel resistance of zero makes it a plain resistor.</summary>
public sealed class BenchCell(SlowResponse components) : ICellUnderTest
{
    public SlowResponse Slow => components;

    public Complex Impedance(double hertz, string measurement)
    {
        var (series, parallel, capacitance, _) = components;
        return series + parallel / (1 + Complex.ImaginaryOne * (2 * Math.PI * hertz * parallel * capacitance));
    }
}
