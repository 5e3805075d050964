using System.Numerics;

namespace Sdl.Simulators.Physics;

/// <summary>What the leads of a simulated potentiostat are connected to.</summary>
public interface ICellUnderTest
{
    /// <summary>Impedance in Ohm at <paramref name="hertz"/>, with the errors of the measurement that
    /// <paramref name="measurement"/> names: the same name gives the same value again.</summary>
    Complex Impedance(double hertz, string measurement);

    /// <summary>How it answers slow signals, as it is at this moment.</summary>
    SlowResponse Slow { get; }
}

/// <summary>A resistor in series with a capacitor that leaks: enough for steps and ramps.</summary>
/// <param name="Series">Ohm.</param>
/// <param name="Parallel">Ohm, beside the capacitor; 0 shorts it.</param>
/// <param name="Capacitance">F.</param>
/// <param name="RestPotential">V, of the working against the reference electrode when no current flows.</param>
public sealed record SlowResponse(double Series, double Parallel, double Capacitance, double RestPotential);
