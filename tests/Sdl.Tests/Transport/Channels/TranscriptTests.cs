using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using Sdl.Transport.Channels;

namespace Sdl.Tests.Transport.Channels;

public sealed class TranscriptTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    [Fact]
    public async Task Trace_has_time_direction_hex_and_text()
    {
        var lines = new List<string>();
        var (host, device) = MemoryTransport.Pair();
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 12, 0, 0, 125, TimeSpan.Zero));
        var traced = new TracingTransport(host, clock, lines.Add);
        await traced.WriteAsync("00DIA\r"u8.ToArray(), Ct);
        await device.WriteAsync(new byte[] { 0x02, 0x30, 0xFF }, Ct);
        clock.Advance(TimeSpan.FromMilliseconds(20));
        await traced.ReadAsync(new byte[9], Ct);
        Assert.Equal(["12:00:00.125 > 30 30 44 49 41 0d  00DIA.", "12:00:00.145 < 02 30 ff  .0."], lines);
    }

    [Property(MaxTest = 200)]
    public async Task Traced_conversation_plays_back((bool FromHost, byte[] Bytes)[] said)
    {
        said = [.. said.Where(s => s.Bytes.Length > 0)];
        var lines = new List<string>();
        var (host, device) = MemoryTransport.Pair();
        var traced = new TracingTransport(host, new FakeTimeProvider(), text => lines.Add("tcp:a:1 " + text));
        foreach (var (fromHost, bytes) in said)
        {
            if (fromHost)
                await traced.WriteAsync(bytes, Ct);
            else
            {
                await device.WriteAsync(bytes, Ct);
                await traced.ReadAsync(new byte[bytes.Length], Ct);
            }
        }
        var replay = new ReplayTransport(Transcript.Parse(string.Join('\n', lines)));
        await replay.OpenAsync(Ct);
        foreach (var (fromHost, bytes) in said)
        {
            if (fromHost)
                await replay.WriteAsync(bytes, Ct);
            else
                await AssertReadsAsync(replay, bytes);
        }
        Assert.True(replay.Finished);
    }

    [Fact]
    public void Comments_and_empty_lines_are_passed_over_and_runs_are_joined()
    {
        var transcript = Transcript.Parse("# a pump\n\n> 30 30\n> 0d  .\n12:00:00.000 < 02 3e  .>\n");
        Assert.Equal(["True 30 30 0d", "False 02 3e"],
            transcript.Entries.Select(e => $"{e.FromHost} {Transcript.Hex(e.Bytes)}"));
    }

    [Theory]
    [InlineData("> 3")]
    [InlineData("> 30 3g")]
    [InlineData("30 30")]
    [InlineData(">30")]
    public void Line_that_is_none_is_named(string line)
    {
        var error = Assert.Throws<FormatException>(() => Transcript.Parse("> 30\n" + line));
        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_names_the_place_where_the_host_said_something_else()
    {
        var replay = new ReplayTransport(Transcript.Parse("> 30 0d\n< 02\n> 31 32 0d"));
        await replay.WriteAsync("0\r"u8.ToArray(), Ct);
        var error = await Assert.ThrowsAsync<TranscriptException>(async () =>
            await replay.WriteAsync("13\r"u8.ToArray(), Ct));
        Assert.Equal("entry 3, byte 1: the transcript has 32 of '31 32 0d', but the host sends 33", error.Message);
        Assert.False(replay.Finished);
    }

    [Fact]
    public async Task Replay_refuses_what_comes_after_the_end()
    {
        var replay = new ReplayTransport(Transcript.Parse("> 30"));
        await replay.WriteAsync("0"u8.ToArray(), Ct);
        await Assert.ThrowsAsync<TranscriptException>(async () => await replay.WriteAsync("0"u8.ToArray(), Ct));
    }

    [Fact]
    public async Task Replay_says_the_devices_greeting_first_and_then_waits()
    {
        var replay = new ReplayTransport(Transcript.Parse("< 68 69\n> 30"));
        await replay.OpenAsync(Ct);
        await AssertReadsAsync(replay, "hi"u8.ToArray());
        using var stop = new CancellationTokenSource();
        var read = Inline.Start(() => replay.ReadAsync(new byte[1], stop.Token));
        Assert.False(read.IsCompleted);
        stop.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    private static async Task AssertReadsAsync(ReplayTransport replay, byte[] expected)
    {
        var heard = new byte[expected.Length];
        for (var have = 0; have < heard.Length;)
            have += await replay.ReadAsync(heard.AsMemory(have), Ct);
        Assert.Equal(expected, heard);
    }
}
