using Microsoft.Extensions.Time.Testing;
using Sdl.Shared.Tests.Fuzz;

namespace Sdl.Tests.Fuzz;

/// <summary>The short form of <c>Sdl.Bench fuzz</c>.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int Messages = 20_000;

    // Nobody waits: this only ends a test that would hang.
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Decoders => [.. ModbusDecoders.All.Concat(OpcUaDecoders.All).Select(d => d.Name)];

    [Theory, MemberData(nameof(Decoders))]
    public void Mutated_messages_neither_crash_nor_keep_nor_swell_a_decoder(string name)
    {
        var seed = (ulong)TimeProvider.System.GetTimestamp();
        output.WriteLine($"Sdl.Bench fuzz {Messages} {seed} repeats these messages");
        var decoder = ModbusDecoders.All.Concat(OpcUaDecoders.All).Single(d => d.Name == name);
        Assert.Null(Fuzzing.Run(decoder, Messages, seed, Most, TimeProvider.System));
    }

    [Fact]
    public void What_crashes_swells_or_keeps_a_decoder_is_found()
    {
        byte[][] seeds = [[1, 2, 3]];
        Assert.Contains("IndexOutOfRange", Found(new("crash", seeds, 1000, m => m[Math.Min(m.Length, 3) - 1]++)),
            StringComparison.Ordinal);
        Assert.Contains("allocated", Found(new("swell", seeds, 1000, m => GC.KeepAlive(new byte[m.Length * 400]))),
            StringComparison.Ordinal);
        var clock = new FakeTimeProvider { AutoAdvanceAmount = Most * 2 };
        Assert.Contains("took", Fuzzing.Run(new("keep", seeds, 1000, _ => { }), 1, 1, Most, clock),
            StringComparison.Ordinal);

        static string? Found(Decoder decoder) => Fuzzing.Run(decoder, 1000, 1, Most, TimeProvider.System);
    }
}
