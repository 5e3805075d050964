using System.Text;
using System.Text.RegularExpressions;

namespace Sdl.Transport.Channels;

/// <summary>What was said on a line, in order. Runs of one direction are joined: how reads were cut is
/// chance.</summary>
public sealed partial record Transcript(IReadOnlyList<Transcript.Entry> Entries)
{
    /// <param name="FromHost">Sent by the host, else by the device.</param>
    public sealed record Entry(bool FromHost, byte[] Bytes);

    /// <summary>Reads lines such as <c>> 30 30 0d  00.</c>; times or names in front and empty lines and <c>#</c>
    /// comments are passed over.</summary>
    /// <exception cref="FormatException">A line is none of these; the message has its number.</exception>
    public static Transcript Parse(string text)
    {
        var entries = new List<Entry>();
        var number = 0;
        foreach (var line in text.Split('\n').Select(l => l.Trim()))
        {
            number++;
            if (line.Length == 0 || line.StartsWith('#'))
                continue;
            var match = Spoken().Match(line);
            if (!match.Success)
                throw new FormatException($"line {number} of the transcript should read '> 0d 0a  ..', not '{line}'");
            var fromHost = match.Groups["direction"].Value == ">";
            var bytes = Convert.FromHexString(match.Groups["hex"].Value.Replace(" ", "", StringComparison.Ordinal));
            if (entries.Count > 0 && entries[^1].FromHost == fromHost)
                entries[^1] = new Entry(fromHost, [.. entries[^1].Bytes, .. bytes]);
            else
                entries.Add(new Entry(fromHost, bytes));
        }
        return new Transcript(entries);
    }

    /// <summary>Pairs of digits, one space between.</summary>
    public static string Hex(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(3 * bytes.Length);
        foreach (var b in bytes)
            text.Append(text.Length == 0 ? "" : " ").Append(Convert.ToHexStringLower([b]));
        return text.ToString();
    }

    /// <summary>ASCII, with a dot for what cannot be seen.</summary>
    public static string Printable(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (var b in bytes)
            text.Append(b is >= 0x20 and < 0x7F ? (char)b : '.');
        return text.ToString();
    }

    [GeneratedRegex(@"^(\S+ )*?(?<direction>[<>]) (?<hex>[0-9a-fA-F]{2}( [0-9a-fA-F]{2})*)(  .*)?$",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Spoken();
}
