using System.Globalization;
using Sdl.Shared.Tests.Fuzz;

namespace Sdl.Bench;

/// <summary>Mutated messages into every decoder of what comes from a wire: none may crash it, keep it, or have it
/// allocate more than its limit.</summary>
public static class FuzzScore
{
    /// <param name="args">Messages for each decoder (1000000) and the seed (drawn).</param>
    public static int Run(string[] args)
    {
        var messages = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        var seed = args.Length > 1
            ? ulong.Parse(args[1], CultureInfo.InvariantCulture)
            : (ulong)TimeProvider.System.GetTimestamp();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seed {seed}"));
        var findings = 0;
        foreach (var decoder in ModbusDecoders.All.Concat(OpcUaDecoders.All))
        {
            var begun = TimeProvider.System.GetTimestamp();
            var finding = Fuzzing.Run(decoder, messages, seed, TimeSpan.FromSeconds(5), TimeProvider.System);
            findings += finding is null ? 0 : 1;
            var took = TimeProvider.System.GetElapsedTime(begun);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{decoder.Name,-24} {finding ?? $"{messages} messages, nothing found"}, {took.TotalSeconds:0.0} s"));
        }
        return findings == 0 ? 0 : 1;
    }
}
