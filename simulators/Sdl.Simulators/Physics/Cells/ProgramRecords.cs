using System.Numerics;
using Sdl.Core.Cells;

namespace Sdl.Simulators.Physics.Cells;

/// <summary>A point of a cell protocol that runs on a simulated cell.</summary>
/// <param name="Time">s since the protocol began.</param>
/// <param name="StepTime">s since the step began.</param>
/// <param name="Voltage">V.</param>
/// <param name="Current">A; positive charges.</param>
/// <param name="Charge">Ah since the step began, positive while charging.</param>
/// <param name="Energy">Wh since the step began.</param>
/// <param name="Celsius">Of the cell.</param>
/// <param name="Step">Steps as they were done, from 1.</param>
/// <param name="Name">Of the step, or what kind it is.</param>
/// <param name="Cycle">From 1: the direction in which charge first flows begins every cycle.</param>
/// <param name="End">Why the step ended, in its last point; none before.</param>
public readonly record struct ProgramRow(
    double Time, double StepTime, double Voltage, double Current, double Charge, double Energy, double Celsius,
    int Step, string Name, int Cycle, StepEnd End);

/// <summary>One frequency of a spectrum.</summary>
/// <param name="Time">s since the protocol began.</param>
/// <param name="Impedance">Ohm.</param>
public readonly record struct ProgramSpectrumRow(double Time, int Step, int Cycle, double Hertz, Complex Impedance);

/// <summary>How a cell protocol ended.</summary>
/// <param name="Broken">What limit was passed, or what went wrong, and where; null when it was done to its end.</param>
/// <param name="Seconds">Of cell time.</param>
/// <param name="Steps">That were done.</param>
public sealed record ProgramEnd(string? Broken, double Seconds, int Steps);
