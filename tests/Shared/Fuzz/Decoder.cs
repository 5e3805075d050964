namespace Sdl.Shared.Tests.Fuzz;

/// <summary>Something that reads what a stranger sends.</summary>
/// <param name="Seeds">Messages that it understands; what is fed to it are mutations of these.</param>
/// <param name="MostBytes">What it may allocate for one message.</param>
/// <param name="Feed">Has it read a message. It may throw what it documents, which is caught here; anything else is a
/// finding.</param>
public sealed record Decoder(string Name, IReadOnlyList<byte[]> Seeds, long MostBytes, Action<byte[]> Feed);

/// <summary>Feeds mutated messages to decoders: bytes flipped, replaced by special values, cut, repeated, spliced from
/// two messages.</summary>
public static class Fuzzing
{
    private static readonly byte[] Special = [0x00, 0x01, 0x7F, 0x80, 0xFE, 0xFF, (byte)':', (byte)'\n', (byte)'F'];

    /// <summary>What was found, with the message in hexadecimal; null when all is well.</summary>
    /// <param name="most">The longest that one message may take.</param>
    public static string? Run(Decoder decoder, int messages, ulong seed, TimeSpan most, TimeProvider clock)
    {
        var random = new Random((int)(seed % int.MaxValue));
        // What is made once, at the first use, does not count.
        foreach (var good in decoder.Seeds)
            decoder.Feed(good);
        for (var i = 0; i < messages; i++)
        {
            var message = Mutate(decoder.Seeds, random);
            var (allocated, begun) = (GC.GetAllocatedBytesForCurrentThread(), clock.GetTimestamp());
            try
            {
                decoder.Feed(message);
            }
            catch (Exception e)
            {
                return $"{decoder.Name}, message {i}: {e.GetType().Name}: {e.Message}: {Convert.ToHexString(message)}";
            }
            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            if (allocated > decoder.MostBytes)
                return $"{decoder.Name}, message {i}: allocated {allocated} bytes: {Convert.ToHexString(message)}";
            var took = clock.GetElapsedTime(begun);
            if (took > most)
                return $"{decoder.Name}, message {i}: took {took}: {Convert.ToHexString(message)}";
        }
        return null;
    }

    private static byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        var message = new List<byte>(seeds[random.Next(seeds.Count)]);
        for (var change = random.Next(1, 5); change > 0; change--)
        {
            var at = random.Next(message.Count + 1);
            switch (random.Next(7))
            {
                case 0 when at < message.Count:
                    message[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < message.Count:
                    message[at] = (byte)random.Next(256);
                    break;
                case 2 when at < message.Count:
                    message[at] = Special[random.Next(Special.Length)];
                    break;
                case 3:
                    message.RemoveRange(at, Math.Min(random.Next(9), message.Count - at));
                    break;
                case 4:
                    message.Insert(at, (byte)random.Next(256));
                    break;
                case 5:
                    message.InsertRange(at, message.Skip(at).Take(random.Next(17)).ToArray());
                    break;
                default:
                    var other = seeds[random.Next(seeds.Count)];
                    message.InsertRange(at, other.Skip(random.Next(other.Length + 1)));
                    break;
            }
        }
        return [.. message];
    }
}
