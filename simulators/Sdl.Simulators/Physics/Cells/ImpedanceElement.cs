using System.Numerics;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>Impedances in Ohm at the angular frequency <c>w</c> in rad/s; the imaginary part is negative where an
/// element is capacitive.</summary>
public static class ImpedanceElement
{
    /// <summary>Constant phase element 1/(Q (jw)^n).</summary>
    /// <param name="q">S s^n.</param>
    public static Complex ConstantPhase(double w, double q, double n) => 1 / (q * Power(w, n));

    /// <summary>Diffusion from infinitely far: s (1 - j)/sqrt(w).</summary>
    /// <param name="sigma">Ohm/s^0.5.</param>
    public static Complex Warburg(double w, double sigma) => sigma / Math.Sqrt(w) * new Complex(1, -1);

    /// <summary>Diffusion through a layer to a constant concentration: R tanh(b)/b, b = sqrt(jw t).</summary>
    /// <param name="resistance">Ohm, at low frequency.</param>
    /// <param name="seconds">Thickness squared over diffusivity.</param>
    public static Complex OpenWarburg(double w, double resistance, double seconds)
    {
        var b = Root(w, seconds);
        return resistance * Tanh(b) / b;
    }

    /// <summary>Diffusion into a layer with a closed end: R coth(b)/b, b = sqrt(jw t).</summary>
    /// <param name="resistance">Ohm; a third of it is seen at low frequency.</param>
    /// <param name="seconds">Thickness squared over diffusivity.</param>
    public static Complex ClosedWarburg(double w, double resistance, double seconds)
    {
        var b = Root(w, seconds);
        return resistance / (b * Tanh(b));
    }

    /// <summary>Diffusion into a sphere: R tanh(b)/(b - tanh(b)), b = sqrt(jw t).</summary>
    /// <param name="resistance">Ohm.</param>
    /// <param name="seconds">Radius squared over diffusivity.</param>
    public static Complex Sphere(double w, double resistance, double seconds)
    {
        var b = Root(w, seconds);
        // Below, the difference loses its digits and the series has them.
        if (b.Magnitude < 0.05)
            return resistance * (3 / (b * b) + 0.2 - b * b / 175);
        var t = Tanh(b);
        return resistance * t / (b - t);
    }

    /// <summary>A resistor beside a constant phase element: (1/Z + Q (jw)^n)^-1.</summary>
    public static Complex Beside(double w, Complex impedance, double q, double n) =>
        1 / (1 / impedance + q * Power(w, n));

    private static Complex Power(double w, double n) => Complex.FromPolarCoordinates(Math.Pow(w, n), n * Math.PI / 2);

    private static Complex Root(double w, double seconds) =>
        Complex.FromPolarCoordinates(Math.Sqrt(w * seconds), Math.PI / 4);

    // Complex.Tanh overflows where it is 1.
    private static Complex Tanh(Complex b) => b.Real > 20 ? Complex.One : Complex.Tanh(b);
}
