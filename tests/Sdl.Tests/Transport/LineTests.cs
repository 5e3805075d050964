using Sdl.Core.Instruments;
using Sdl.Transport;
using Sdl.Transport.Channels;

namespace Sdl.Tests.Transport;

public sealed class LineTests
{
    private static readonly CancellationToken Ct = CancellationToken.None;

    private readonly MemoryTransport _host;
    private readonly MemoryTransport _device;

    public LineTests() => (_host, _device) = MemoryTransport.Pair();

    [Fact]
    public async Task Talks_take_turns_in_the_order_in_which_they_came()
    {
        var line = new Line(_host);
        var order = new List<string>();
        var gate = new TaskCompletionSource();
        var first = Inline.Start(() => line.TalkAsync(async (_, _) =>
        {
            order.Add("first begins");
            await gate.Task;
            order.Add("first ends");
            return 0;
        }, Ct));
        var second = Inline.Start(() => line.TalkAsync((_, _) => Note(order, "second"), Ct));
        var third = Inline.Start(() => line.TalkAsync((_, _) => Note(order, "third"), Ct));
        gate.SetResult();
        await Task.WhenAll(first, second, third);
        Assert.Equal(["first begins", "first ends", "second", "third"], order);
    }

    [Fact]
    public async Task Talk_after_one_that_failed_begins_with_an_empty_input()
    {
        var line = new Line(_host);
        await Assert.ThrowsAsync<TimeoutException>(async () =>
            await line.TalkAsync<int>((_, _) => throw new TimeoutException(), Ct));
        await _device.WriteAsync("late"u8.ToArray(), Ct);
        var read = Inline.Start(() => line.TalkAsync((t, ct) => t.ReadAsync(new byte[9], ct), Ct));
        Assert.False(read.IsCompleted);
        await _device.WriteAsync("ok"u8.ToArray(), Ct);
        Assert.Equal(2, await read);
    }

    [Fact]
    public async Task Talk_after_one_that_went_well_keeps_what_came_unasked()
    {
        var line = new Line(_host);
        await line.TalkAsync((_, _) => ValueTask.FromResult(0), Ct);
        await _device.WriteAsync("event"u8.ToArray(), Ct);
        Assert.Equal(5, await line.TalkAsync((t, ct) => t.ReadAsync(new byte[9], ct), Ct));
    }

    [Fact]
    public async Task Lost_line_is_opened_again_by_the_next_talk()
    {
        var line = new Line(_host);
        var read = Inline.Start(() => line.TalkAsync((t, ct) => t.ReadAsync(new byte[9], ct), Ct));
        _host.Cut();
        await Assert.ThrowsAsync<IOException>(() => read);
        await Assert.ThrowsAsync<IOException>(async () => await line.TalkAsync((_, _) => ValueTask.FromResult(0), Ct));
        _host.Mend();
        Assert.Equal(7, await line.TalkAsync((_, _) => ValueTask.FromResult(7), Ct));
    }

    [Fact]
    public async Task Line_that_was_lost_while_nobody_used_it_is_opened_anew_and_nobody_hears_of_it()
    {
        var line = new Line(new FaultyTransport(new TracingTransport(_host, TimeProvider.System, _ => { }),
            TimeProvider.System));
        await line.TalkAsync((_, _) => ValueTask.FromResult(0), Ct);
        _host.Cut();
        _host.Mend();
        Assert.Equal(7, await line.TalkAsync(AskAsync, Ct));
        _device.HangUp();
        Assert.Equal(7, await line.TalkAsync(AskAsync, Ct));
    }

    [Fact]
    public async Task Line_that_is_still_cut_says_so()
    {
        var line = new Line(_host);
        await line.TalkAsync((_, _) => ValueTask.FromResult(0), Ct);
        _host.Cut();
        await Assert.ThrowsAsync<IOException>(async () => await line.TalkAsync(AskAsync, Ct));
    }

    // The other end was opened anew with the line.
    private async ValueTask<int> AskAsync(ITransport transport, CancellationToken ct)
    {
        await _device.OpenAsync(ct);
        await _device.WriteAsync(new byte[] { 7 }, ct);
        var answer = new byte[1];
        Assert.Equal(1, await transport.ReadAsync(answer, ct));
        return answer[0];
    }

    private static ValueTask<int> Note(List<string> order, string what)
    {
        order.Add(what);
        return ValueTask.FromResult(0);
    }
}
