using System.CommandLine;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells …</c>: battery cells without instruments.</summary>
internal static class CellsCommand
{
    public static Command Build() => new("cells", "battery cells: simulate a protocol, write it for another program")
    {
        CellsConvertCommand.Build(),
    };
}
