using System.CommandLine;

namespace Sdl.App.Commands;

/// <summary><c>sdl finales</c>: trade work with other laboratories through a FINALES server.</summary>
internal static class FinalesCommand
{
    public static Command Build() => new("finales", "trade work with other laboratories through a FINALES server")
    {
        FinalesServeCommand.Build(), FinalesRequestCommand.Build(), FinalesRegisterCommand.Build(),
        FinalesDoctorCommand.Build(), FinalesListCommands.Status(), FinalesListCommands.Requests(),
        FinalesListCommands.Results(), FinalesListCommands.Cancel(),
        FinalesBrokerCommand.Build(),
    };
}
