using Sdl.Core.Protocols;
using Sdl.Finales.Client;

namespace Sdl.App.Finales;

/// <summary>The way from an entry in a file to a server.</summary>
internal static class ServerAccess
{
    /// <exception cref="FindingsException">The address cannot be used.</exception>
    /// <exception cref="IOException">There is no password, or others can read it.</exception>
    public static FinalesClient Client(ServerEntry entry)
    {
        try
        {
            var access = new FinalesAccess(entry.Address, entry.User, Password.Read(entry.PasswordFile));
            return new FinalesClient(access, access.Handler(), TimeProvider.System);
        }
        catch (ArgumentException e)
        {
            throw new FindingsException([new Finding(entry.At, e.Message)]);
        }
    }
}
