using System.Text;

namespace Sdl.Simulators.Hosting;

public enum TapeKind : byte { Open = 1, Bytes = 2, Close = 3 }

/// <summary>One thing that was said to a device.</summary>
/// <param name="Fired">Device timers that had fired before: it orders what happened at the same instant.</param>
public sealed record TapeEntry(DateTimeOffset At, long Fired, TapeKind Kind, string Endpoint, byte[] Bytes);

/// <summary>Everything that was ever said to the simulated devices of a dry run. Real devices outlive the program that
/// drives them; simulated ones are rebuilt from this tape, up to the moment of a crash. An entry is handed to the
/// operating system before the device acts on it, so it survives the death of the process (not a power cut).</summary>
public sealed class DeviceTape : IDisposable
{
    private static readonly byte[] Header = "sdl device tape 1\n"u8.ToArray();

    private readonly FileStream _file;
    private bool _isOver;

    private DeviceTape(FileStream file) => _file = file;

    /// <summary>Asked before anything is written: hands what led to it to the operating system as well, or says that it
    /// cannot. From then on nothing is kept here either: the devices go on until the program ends, and when they are
    /// rebuilt they stand where its journal ends.</summary>
    public Func<bool> Precede { get; set; } = () => true;

    /// <summary>Opens <paramref name="path"/> for appending; what is there is given back first, less a
    /// torn last entry.</summary>
    /// <exception cref="InvalidDataException">The file is no tape.</exception>
    public static (DeviceTape Tape, IReadOnlyList<TapeEntry> Entries) Open(string path)
    {
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0);
        var content = new byte[file.Length];
        file.ReadExactly(content);
        var begun = Math.Min(content.Length, Header.Length);
        if (!content.AsSpan(0, begun).SequenceEqual(Header.AsSpan(0, begun)))
        {
            file.Dispose();
            throw new InvalidDataException($"'{path}' is no tape of simulated devices; it is left as it is");
        }
        if (content.Length < Header.Length)
        {
            file.Position = 0;
            file.Write(Header);
            return (new DeviceTape(file), []);
        }
        var entries = new List<TapeEntry>();
        var end = Header.Length;
        while (TryRead(content.AsSpan(end), out var entry, out var length))
        {
            entries.Add(entry!);
            end += length;
        }
        file.SetLength(end);
        file.Position = end;
        return (new DeviceTape(file), entries);
    }

    /// <exception cref="IOException">The disk is full.</exception>
    public void Append(TapeEntry entry)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(0);
        writer.Write(entry.At.UtcTicks);
        writer.Write(entry.Fired);
        writer.Write((byte)entry.Kind);
        writer.Write(entry.Endpoint);
        writer.Write(entry.Bytes.Length);
        writer.Write(entry.Bytes);
        writer.Flush();
        var bytes = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        BitConverter.TryWriteBytes(bytes, bytes.Length);
        _isOver |= !Precede();
        if (!_isOver)
            _file.Write(bytes);
    }

    public void Dispose() => _file.Dispose();

    private static bool TryRead(ReadOnlySpan<byte> from, out TapeEntry? entry, out int length)
    {
        entry = null;
        length = from.Length >= 4 ? BitConverter.ToInt32(from) : 0;
        if (length <= 4 || length > from.Length)
            return false;
        using var reader = new BinaryReader(new MemoryStream(from[4..length].ToArray()), Encoding.UTF8);
        entry = new TapeEntry(
            new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), reader.ReadInt64(), (TapeKind)reader.ReadByte(),
            reader.ReadString(), reader.ReadBytes(reader.ReadInt32()));
        return true;
    }
}
