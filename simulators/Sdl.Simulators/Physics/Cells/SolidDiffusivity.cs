using static System.Math;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>Diffusivity of lithium in m2/s in electrode materials of the literature, as a function of stoichiometry
/// and temperature (K). The sets that do not depend on the stoichiometry have a number and an activation energy in
/// <see cref="ElectrodeParameters"/>.</summary>
public static class SolidDiffusivity
{
    /// <summary>Ecker et al. 2015, J. Electrochem. Soc. 162, A1836.</summary>
    public static double GraphiteEcker(double x, double kelvin) =>
        (8.4e-13 * Exp(-11.3 * x) + 8.2e-15) * Arrhenius(30300, 296, kelvin);

    /// <inheritdoc cref="GraphiteEcker"/>
    public static double NcoEcker(double x, double kelvin) =>
        (3.7e-13 - 3.4e-13 * Exp(-12 * (x - 0.62) * (x - 0.62))) * Arrhenius(80600, 296.15, kelvin);

    /// <summary>O'Regan et al. 2022, Electrochim. Acta 425, 140700.</summary>
    public static double GraphiteORegan(double x, double kelvin) =>
        3.0321 * Pow(10, 11.17 * x - 15.11 - 1.553 * Peak(x, 0.2031, 0.0006091) - 6.136 * Peak(x, 0.5375, 0.06438)
            - 9.725 * Peak(x, 0.9144, 0.0578) + 1.85 * Peak(x, 0.5953, 0.001356))
        * Exp(2092 * (1 / Constants.RoomTemperature - 1 / kelvin));

    /// <inheritdoc cref="GraphiteORegan"/>
    public static double Nmc811ORegan(double x, double kelvin) =>
        2.7 * Pow(10, -13.96 - 0.9231 * Peak(x, 0.3216, 0.002534) - 0.4066 * Peak(x, 0.4532, 0.003926)
            - 0.993 * Peak(x, 0.8098, 0.09924))
        * Exp(1449 * (1 / Constants.RoomTemperature - 1 / kelvin));

    private static double Peak(double x, double at, double width) => Exp(-(x - at) * (x - at) / width);

    private static double Arrhenius(double activation, double reference, double kelvin) =>
        Exp(activation / Constants.GasConstant * (1 / reference - 1 / kelvin));
}
