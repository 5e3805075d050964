namespace Sdl.Planner.Numerics;

/// <summary>A smooth function to be maximised.</summary>
/// <param name="gradient">Filled, unless it is empty.</param>
internal delegate double SmoothFunction(ReadOnlySpan<double> x, Span<double> gradient);
