using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>A cell between the terminals of a simulated cycler. Positive current charges.</summary>
internal interface ICycledCell
{
    /// <summary>Of the cell, °C; set to what is around it.</summary>
    double Temperature { get; set; }

    /// <summary>s over which one step is as good as several.</summary>
    double LongestStep { get; }

    /// <summary>What would be seen at this moment under a load; nothing is changed.</summary>
    CellPoint At(Load load);

    /// <summary>Lives through <paramref name="seconds"/> under a load.</summary>
    CellPoint Advance(double seconds, Load load);

    /// <summary>Another cell in the same state, for looking ahead.</summary>
    ICycledCell Copy();
}
