namespace Sdl.Planner.Spaces;

/// <summary>One choice of everything that is not a number: the levels of the categories, and which components are left
/// out. What remains is convex.</summary>
/// <param name="Levels">By category; −1: not active.</param>
/// <param name="Off">By numeric coordinate: it is held at zero.</param>
/// <param name="Inactive">By numeric coordinate: it has no value.</param>
/// <param name="Shape">Shared by all branches that differ in their levels alone.</param>
internal sealed record Branch(int[] Levels, bool[] Off, bool[] Inactive, Shape Shape)
{
    public Polytope Polytope => Shape.Polytope;
}

/// <param name="Region">In the user's units.</param>
/// <param name="Simplices">The coordinates of each sum, where every component of it may be anything between zero and
/// the whole and nothing else limits it; null: the polytope has another form.</param>
internal sealed record Shape(Polytope Polytope, Region Region, int[][]? Simplices);
