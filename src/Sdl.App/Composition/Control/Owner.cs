using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Sdl.App.Composition.Control;

/// <summary>Whose a file, a connection and this process are.</summary>
internal static partial class Owner
{
    // socket(7): SOL_SOCKET and SO_PEERCRED give struct ucred, three 32-bit words: process, user, group.
    private const int SocketLevel = 1, PeerCredentials = 17;

    // statx(2): relative to the working directory, not through a link, the owner only; its place in struct statx.
    private const int WorkingDirectory = -100, NoFollow = 0x100, WantOwner = 0x8, OwnerAt = 20, StatxLength = 256;

    /// <summary>Number of the user that this process acts for; 0 on Windows, where names do instead.</summary>
    public static uint Me => OperatingSystem.IsWindows() ? 0 : EffectiveUser();

    /// <summary>Whether the other end of a connection acts for the same user. Where the system cannot say (other than
    /// Linux) the folder that the socket lies in has to keep others out.</summary>
    public static bool IsMine(Socket connection)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        Span<byte> credentials = stackalloc byte[12];
        return connection.GetRawSocketOption(SocketLevel, PeerCredentials, credentials) == credentials.Length
            && MemoryMarshal.Read<uint>(credentials[4..]) == Me;
    }

    /// <summary>Why nothing secret can be kept in a folder; null when only this user can get into it.</summary>
    public static string? WhyNotPrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            return null;
        if (new DirectoryInfo(folder).LinkTarget is not null)
            return $"'{folder}' is a link; remove it";
        if (!IsOwner(folder))
            return $"'{folder}' belongs to another user";
        var mode = File.GetUnixFileMode(folder);
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
            | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        return (mode & others) == 0
            ? null
            : $"others may get into '{folder}' (mode {Convert.ToString((int)mode, 8)}); chmod 700 keeps them out";
    }

    [UnsupportedOSPlatform("windows")]
    private static bool IsOwner(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            var answer = new byte[StatxLength];
            return Statx(WorkingDirectory, folder, NoFollow, WantOwner, answer) == 0
                && MemoryMarshal.Read<uint>(answer.AsSpan(OwnerAt)) == Me;
        }
        try
        {
            // Only its owner may set the mode, even to what it is.
            File.SetUnixFileMode(folder, File.GetUnixFileMode(folder));
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int at, string path, int flags, uint mask, [In, Out] byte[] answer);
}
