using System.CommandLine;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells …</c>: what is done with cells away from a laboratory. Each subcommand is a file of its own.
/// </summary>
internal static class CellsCommand
{
    public static Command Build() => new("cells", "battery cells: simulate a protocol, convert it")
    {
        CellsSimulateCommand.Build(), CellsConvertCommand.Build(),
    };
}
