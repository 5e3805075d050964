using System.CommandLine;

namespace Sdl.App.Commands;

/// <summary><c>sdl cells …</c>: what concerns battery cells; each subcommand is a file of its own.</summary>
internal static class CellsCommand
{
    public static Command Build() => new("cells", "battery cells: simulate and convert protocols, export data")
    {
        CellsSimulateCommand.Build(), CellsConvertCommand.Build(), CellsExportCommand.Build(),
    };
}
