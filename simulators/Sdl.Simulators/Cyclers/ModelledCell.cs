using Sdl.Simulators.Physics.Cells;

namespace Sdl.Simulators.Cyclers;

/// <summary>A cell of the electrochemical model: it ages, and may have a fault.</summary>
internal sealed class ModelledCell(CellUnderTest cell) : ICycledCell
{
    private const double Zero = 273.15;

    public double Temperature
    {
        get => cell.Temperature - Zero;
        set => cell.Temperature = value + Zero;
    }

    // What the model's electrolyte takes within a few tenths of a millivolt.
    public double LongestStep => 30;

    public CellPoint At(Load load) => cell.At(load);

    public CellPoint Advance(double seconds, Load load)
    {
        var point = default(CellPoint);
        for (var left = seconds; left > 0; left -= LongestStep)
            point = cell.Advance(Math.Min(left, LongestStep), load);
        return point;
    }

    public ICycledCell Copy() => new ModelledCell(cell.Copy());
}
