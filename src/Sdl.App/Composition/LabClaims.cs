using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Sdl.Core.Instruments;

namespace Sdl.App.Composition;

/// <summary>The lines to real instruments that this process alone may use, machine-wide and for all users: a locked
/// file for each, which the system unlocks however the process ends. Simulated addresses are nobody's.</summary>
public sealed class LabClaims : IDisposable
{
    private readonly List<(FileStream Lock, string Note)> _taken = [];

    private LabClaims()
    {
    }

    /// <summary>On Linux <c>/run/lock/sdl</c> where everybody may write to <c>/run/lock</c>, else
    /// <c>/tmp/sdl-claims</c>, whatever a user's own temporary folder is; on Windows below the common
    /// application data.</summary>
    public static string Folder => OperatingSystem.IsWindows()
        ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "sdl", "claims")
        : IsForEverybody("/run/lock") ? "/run/lock/sdl" : "/tmp/sdl-claims";

    /// <summary>Takes the lines of all real instruments of a lab, or none.</summary>
    /// <param name="folder">Where the results go, if anywhere.</param>
    /// <exception cref="IOException">Another process has one of them; the message says who. Or nobody
    /// can say.</exception>
    public static LabClaims Take(Lab lab, string? folder) =>
        Take(lab.Instruments.Select(i => (i.Id, i.Address)), folder);

    /// <inheritdoc cref="Take(Lab, string?)"/>
    public static LabClaims Take(IEnumerable<(InstrumentId Id, Address Address)> instruments, string? folder)
    {
        // In one order for everybody, and no further than the first that is taken: of two that come at once one wins.
        var lines = instruments.Where(i => !i.Address.Simulated)
            .GroupBy(i => EndOf(i.Address, i.Id), i => i.Id.Value).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var claims = new LabClaims();
        if (lines.Count == 0)
            return claims;
        var note = new Note(
            Environment.ProcessId, Environment.UserName, TimeProvider.System.GetUtcNow(),
            folder is null ? null : Path.GetFullPath(folder),
            lines.SelectMany(l => l).Order(StringComparer.Ordinal).ToList());
        try
        {
            OpenFolder();
            foreach (var line in lines)
                claims.Take(line.Key, string.Join(", ", line), note);
            return claims;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            claims.Dispose();
            throw e as LabInUseException ?? new IOException(
                $"nobody can make sure that no other sdl uses these instruments: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        foreach (var (claim, note) in _taken)
        {
            // The note first: without the lock it may be another's already. The locked file stays: one that was
            // removed could be locked by two, each their own.
            File.Delete(note);
            claim.Dispose();
        }
        _taken.Clear();
    }

    private void Take(string line, string instruments, Note note)
    {
        var name = Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(line)))[..24]);
        var claim = Lock(name + ".lock") ?? throw new LabInUseException(
            $"{instruments} ({line}) is in use: {Holder(name)}; wait for it, or stop it first (see sdl runs)");
        // One a user: in a folder for everybody nobody can write over what another has left behind.
        var path = $"{name}.{Environment.UserName}.json";
        _taken.Add((claim, path));
        File.WriteAllText(path, JsonSerializer.Serialize(note, Shell.JsonOptions));
    }

    private static FileStream? Lock(string path)
    {
        // Not opened as if to create it where it exists: in such folders Linux keeps that for the owner of the file.
        if (!File.Exists(path))
            Create(path);
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return null;
        }
    }

    private static void Create(string path)
    {
        try
        {
            using var created = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(
                    path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
                        | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another was quicker.
        }
    }

    private static void OpenFolder()
    {
        if (!OperatingSystem.IsWindows() && !Directory.Exists(Folder))
        {
            Directory.CreateDirectory(Folder);
            File.SetUnixFileMode(Folder, (UnixFileMode)0b1_111_111_111);
        }
        else
            Directory.CreateDirectory(Folder);
        if (new DirectoryInfo(Folder).LinkTarget is not null)
            throw new IOException($"'{Folder}' is a link; remove it");
    }

    private static string Holder(string name)
    {
        var notes = Directory.GetFiles(Folder, Path.GetFileName(name) + ".*.json").Select(Read).OfType<Note>();
        return notes.MaxBy(n => n.Since) is { } note
            ? string.Create(CultureInfo.InvariantCulture,
                $"process {note.Pid} of {note.User} has had it since {note.Since.ToLocalTime():yyyy-MM-dd HH:mm:ss}"
                + $"{(note.Folder is null ? "" : $" for {note.Folder}")}, and with it "
                + $"{string.Join(", ", note.Instruments)}")
            : "another sdl process has it and has not said which";
    }

    private static Note? Read(string path)
    {
        try
        {
            var note = JsonSerializer.Deserialize<Note>(File.ReadAllText(path), Shell.JsonOptions);
            return note is { User: not null, Instruments: not null } ? note : null;
        }
        catch (Exception e) when (e is IOException or JsonException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>One text for one line, however it is spelt: links to serial ports are followed.</summary>
    private static string EndOf(Address address, InstrumentId id)
    {
        var end = address.Endpoint(id);
        if (!end.StartsWith("serial:", StringComparison.Ordinal))
            // Several instruments may be played on this computer, told apart by the ports alone.
            return (address.Target is "127.0.0.1" ? address.ToString() : end)
                .Replace(":localhost:", ":127.0.0.1:", StringComparison.OrdinalIgnoreCase).ToLowerInvariant();
        return OperatingSystem.IsWindows() || !File.Exists(address.Target)
            ? end.ToUpperInvariant()
            : "serial:" + (File.ResolveLinkTarget(address.Target, returnFinalTarget: true)?.FullName ?? address.Target);
    }

    private static bool IsForEverybody(string folder) =>
        !OperatingSystem.IsWindows() && Directory.Exists(folder)
        && (File.GetUnixFileMode(folder) & UnixFileMode.OtherWrite) != 0;

    private sealed record Note(
        int Pid, string User, DateTimeOffset Since, string? Folder, IReadOnlyList<string> Instruments);

    private sealed class LabInUseException(string message) : IOException(message);
}
