namespace Sdl.Core.Cells;

/// <summary>The capabilities that close a cell; a cell is made when one of them has ended.</summary>
public static class Crimping
{
    /// <summary>To a force.</summary>
    public const string Crimp = "crimp";

    /// <summary>To a position.</summary>
    public const string CrimpTo = "crimp_to";

    public static bool Is(string capability) => capability is Crimp or CrimpTo;
}
