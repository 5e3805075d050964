using Sdl.Core.Instruments;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Time;
using Sdl.Tests.Support;

namespace Sdl.Tests.Runtime.Engine;

public class HeartbeatTests
{
    private static readonly TimeSpan Deadman = TimeSpan.FromSeconds(10);

    private readonly VirtualTime _time = new(TestRun.Start);
    private readonly FakeDevice _device;
    private readonly InstrumentHost _host;
    private readonly List<TimeSpan> _heard = [];

    public HeartbeatTests()
    {
        _device = new FakeDevice(_time) { OnStatus = () => _heard.Add(Now) };
        _host = new InstrumentHost(new FakeInstrument("a", _device, _time), _time);
    }

    private TimeSpan Now => _time.GetUtcNow() - TestRun.Start;

    [Fact]
    public void A_connected_instrument_is_never_silent_for_more_than_a_third_of_its_dead_man() => Run(async () =>
    {
        await After(20);
        Assert.Empty(_heard);
        await _host.ConnectAsync(CancellationToken.None);
        var connected = Now;
        await After(100);
        Assert.InRange(_heard.Count, 29, 31);
        Assert.All(_heard.Prepend(connected).Zip(_heard), gap =>
            Assert.True(gap.Second - gap.First <= Deadman / 3, $"{gap.Second - gap.First} of silence"));
    });

    [Fact]
    public void What_is_said_anyway_spares_a_beat() => Run(async () =>
    {
        await _host.ConnectAsync(CancellationToken.None);
        for (var i = 0; i < 20; i++)
        {
            await After(2);
            await _host.MakeSafeAsync(SafeStates.Limit);
        }
        Assert.Empty(_heard);
    });

    [Fact]
    public void A_call_that_is_under_way_is_not_disturbed_and_nobody_waits_for_a_beat() => Run(async () =>
    {
        await _host.ConnectAsync(CancellationToken.None);
        using (await _host.TakeTurnAsync(CancellationToken.None))
            await After(60);
        Assert.Empty(_heard);
        await After(10);
        Assert.NotEmpty(_heard);
    });

    [Fact]
    public void A_look_that_fails_or_hangs_costs_no_more_than_its_time() => Run(async () =>
    {
        await _host.ConnectAsync(CancellationToken.None);
        _device.OnStatus = () => throw new InstrumentException(_host.Id, Fault.Timeout, "nobody answers");
        await After(20);
        _device.HangsOnStatus = true;
        await After(4);
        var since = Now;
        (await _host.TakeTurnAsync(CancellationToken.None)).Dispose();
        Assert.InRange(Now - since, TimeSpan.Zero, TimeSpan.FromSeconds(10.1));
    });

    [Fact]
    public void Whoever_is_made_safe_or_closed_is_left_alone() => Run(async () =>
    {
        await _host.ConnectAsync(CancellationToken.None);
        _device.Safety = Safety.Hangs;
        var making = _host.MakeSafeAsync(SafeStates.Limit);
        await After(5.5);
        Assert.Empty(_heard);
        await making;
        // It could not be made safe, so it counts as lost until it is connected anew.
        await After(20);
        Assert.Empty(_heard);
        await _host.ConnectAsync(CancellationToken.None);
        _host.Close();
        await After(20);
        Assert.Empty(_heard);
    });

    [Fact]
    public void The_dead_man_counts_in_the_time_of_the_laboratory()
    {
        var lab = new ScaledTime(_time, 10);
        var host = new InstrumentHost(new FakeInstrument("a", _device, _time), _time) { LabClock = lab };
        _time.Run(async () =>
        {
            await using var heartbeat = new Heartbeat([(host, Deadman)], lab);
            await host.ConnectAsync(CancellationToken.None);
            await After(10);
            Assert.InRange(_heard.Count, 29, 31);
        });
    }

    private void Run(Func<Task> test) => _time.Run(async () =>
    {
        await using var heartbeat = new Heartbeat([(_host, Deadman)], _time);
        await test();
    });

    private Task After(double seconds) => Task.Delay(TimeSpan.FromSeconds(seconds), _time);
}
