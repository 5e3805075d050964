using System.Threading.Channels;
using Sdl.Core.Instruments;
using Sdl.Runtime.Time;

namespace Sdl.Tests.Runtime.Time;

public class VirtualTimeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_week_of_waiting_passes_at_once()
    {
        var time = new VirtualTime(Start);
        time.Run(() => Task.Delay(TimeSpan.FromDays(7), time, CancellationToken.None));
        Assert.Equal(Start.AddDays(7), time.GetUtcNow());
    }

    [Fact]
    public void Timers_fire_by_due_time_and_then_in_the_order_in_which_they_were_set()
    {
        var time = new VirtualTime(Start);
        var seen = new List<int>();
        async Task Wait(int n, int seconds)
        {
            await Task.Delay(TimeSpan.FromSeconds(seconds), time);
            seen.Add(n);
        }
        time.Run(() => Task.WhenAll(Wait(1, 5), Wait(2, 3), Wait(3, 5), Wait(4, 3)));
        Assert.Equal([2, 4, 1, 3], seen);
    }

    [Fact]
    public void Everything_continues_on_the_thread_of_the_loop()
    {
        var time = new VirtualTime(Start);
        var loop = Environment.CurrentManagedThreadId;
        var threads = new HashSet<int>();
        var channel = Channel.CreateUnbounded<int>();
        var turns = new Turns();
        async Task Produce()
        {
            for (var i = 0; i < 10; i++)
            {
                using (await turns.TakeAsync(CancellationToken.None))
                    await Task.Delay(TimeSpan.FromMilliseconds(7), time);
                channel.Writer.TryWrite(i);
                threads.Add(Environment.CurrentManagedThreadId);
            }
            channel.Writer.Complete();
        }
        async Task Consume()
        {
            while (await channel.Reader.WaitToReadAsync() && channel.Reader.TryRead(out _))
            {
                using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(3), time);
                await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
                {
                    using var turn = await turns.TakeAsync(limit.Token);
                    await Task.Delay(Timeout.InfiniteTimeSpan, time, limit.Token);
                });
                threads.Add(Environment.CurrentManagedThreadId);
            }
        }
        time.Run(() => Task.WhenAll(Produce(), Consume()));
        Assert.Equal([loop], threads);
    }

    [Fact]
    public void The_clock_stands_still_while_work_outside_is_held()
    {
        var time = new VirtualTime(Start);
        var outside = new TaskCompletionSource<DateTimeOffset>();
        time.Run(async () =>
        {
            _ = Task.Delay(TimeSpan.FromHours(1), time);
            var hold = time.Hold();
            var thread = new Thread(() =>
            {
                Thread.Yield();
                outside.SetResult(time.GetUtcNow());
                hold.Dispose();
            });
            thread.Start();
            Assert.Equal(Start, await outside.Task);
            thread.Join();
        });
    }

    [Fact]
    public void A_periodic_timer_stops_when_disposed()
    {
        var time = new VirtualTime(Start);
        var ticks = 0;
        time.Run(async () =>
        {
            using (time.CreateTimer(_ => ticks++, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)))
                await Task.Delay(TimeSpan.FromSeconds(3.5), time);
            await Task.Delay(TimeSpan.FromSeconds(10), time);
        });
        Assert.Equal(3, ticks);
    }
}
