using Sdl.Core.Instruments;
using Sdl.Core.Units;
using Sdl.Runtime.Time;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Tests.Support;

namespace Sdl.Tests.Simulators.Hosting;

public class DeviceTapeTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly InstrumentId Id = new("counter");

    [Theory]
    [InlineData("sim:tcp:10.0.0.1:4000")]
    [InlineData("sim:serial:COM3?baud=9600")]
    public void A_device_is_rebuilt_from_its_tape_as_it_was_time_after_time(string address)
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "devices.tape");
        List<string> before = [];
        var lastTime = Start;
        for (var process = 1; process <= 3; process++)
        {
            var time = new VirtualTime(Start);
            var (tape, entries) = DeviceTape.Open(path);
            using (tape)
            {
                var (lines, counter) = Lab(address, time, tape);
                time.Run(async () =>
                {
                    lines.Replay(entries, time.FireNext, time.MoveTo);
                    time.MoveTo(lastTime.AddTicks(1)); // what was due just then has happened, too
                    Assert.Equal(before, Lived(counter).Take(before.Count));
                    // Bytes at the very instants at which the device's own timers are due, and between them.
                    for (var i = 0; i < 5; i++)
                    {
                        await lines.Get(Id, Address.Parse(address)).TalkAsync(async (line, ct) =>
                        {
                            await line.WriteAsync(new byte[] { (byte)(65 + i) }, ct);
                            return await line.ReadAsync(new byte[8], ct);
                        }, CancellationToken.None);
                        await Task.Delay(TimeSpan.FromMilliseconds(i % 2 == 0 ? 8 : 13), time);
                    }
                });
                lastTime = time.GetUtcNow();
                before = Lived(counter);
            }
        }
        Assert.True(before.Count > 20);
        Assert.Contains(before, l => l.EndsWith("watchdog", StringComparison.Ordinal));
    }

    [Fact]
    public void A_torn_last_entry_is_ignored_and_writing_goes_on_behind_the_last_whole_one()
    {
        using var folder = new TempFolder();
        var path = Path.Combine(folder.Path, "devices.tape");
        var entry = new TapeEntry(Start, 7, TapeKind.Bytes, "sim:serial:COM3", [1, 2, 3]);
        using (var tape = DeviceTape.Open(path).Tape)
        {
            tape.Append(entry);
            tape.Append(entry);
        }
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(path, whole[..length]);
            var (tape, entries) = DeviceTape.Open(path);
            tape.Append(entry with { Fired = 8 });
            tape.Dispose();
            var (again, all) = DeviceTape.Open(path);
            again.Dispose();
            Assert.Equal(entries.Count + 1, all.Count);
            Assert.Equal(8, all[^1].Fired);
            Assert.All(all, e => Assert.Equal([1, 2, 3], e.Bytes));
            Assert.Equal(length == whole.Length ? 2 : length >= whole.Length / 2 + 9 ? 1 : 0, entries.Count);
        }
    }

    [Fact]
    public void A_file_that_is_no_tape_is_refused_and_left_as_it_is()
    {
        using var folder = new TempFolder();
        var path = folder.Write("letter.txt", "Dear Ann, the pump is broken again");
        Assert.Throws<InvalidDataException>(() => DeviceTape.Open(path));
        Assert.StartsWith("Dear Ann", File.ReadAllText(path), StringComparison.Ordinal);
    }

    [Fact]
    public void A_serial_line_takes_its_time_and_a_closed_network_connection_wakes_its_reader()
    {
        var time = new VirtualTime(Start);
        var (serial, _) = Lab("sim:serial:COM3?baud=1200", time, null);
        time.Run(() => serial.Get(Id, Address.Parse("sim:serial:COM3?baud=1200")).TalkAsync(async (line, ct) =>
        {
            await line.WriteAsync(new byte[120], ct);
            return await line.ReadAsync(new byte[8], ct);
        }, CancellationToken.None).AsTask());
        // 120 bytes at 120 bytes a second, one back, and a millisecond each way.
        Assert.Equal(1 + 1 / 120.0 + 0.002, (time.GetUtcNow() - Start).TotalSeconds, 3);
        var (network, _) = Lab("sim:tcp:10.0.0.1:4000", time, null);
        var read = time.Run(() => network.Get(Id, Address.Parse("sim:tcp:10.0.0.1:4000")).TalkAsync(async (line, ct) =>
        {
            var reading = line.ReadAsync(new byte[8], ct);
            await line.DisposeAsync();
            return await reading;
        }, CancellationToken.None).AsTask());
        Assert.Equal(0, read);
    }

    // Without the hang-ups: that of a process that died is only told when the next one rebuilds the device.
    private static List<string> Lived(Counter counter) =>
        counter.Log.Where(l => !l.EndsWith("closed", StringComparison.Ordinal)).ToList();

    private static (SimulatedLines Lines, Counter Device) Lab(string address, VirtualTime time, DeviceTape? tape)
    {
        var devices = new DeviceClock(time);
        var counter = new Counter(devices);
        var instrument = new SimulatedInstrument(
            Id, Address.Parse(address), counter, TimeSpan.FromMilliseconds(9), devices);
        return (new SimulatedLines([instrument], devices, time) { Tape = tape }, counter);
    }

    /// <summary>Ticks every 7 ms once it is spoken to; answers each chunk; its log is its state.</summary>
    private sealed class Counter(TimeProvider clock) : ISimulator, IDeviceSession
    {
        private readonly List<ITimer> _timers = [];
        private IDeviceWire? _wire;

        public List<string> Log { get; } = [];
        public Faults Faults { get; } = new([]);
        public string? Danger => null;
        public Action? Watchdog => () => Note("watchdog");
        public IReadOnlyList<DevicePort> Ports => [new DevicePort("", 4000, wire =>
        {
            _wire = wire;
            Note("open");
            return this;
        })];

        public bool Force(string reading, Quantity? value) => false;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            Note($"got {bytes.Length}:{bytes[0]}");
            _timers.Add(clock.CreateTimer(
                _ => Note("tick"), null, TimeSpan.FromMilliseconds(7), TimeSpan.FromMilliseconds(7)));
            _wire!.Send([bytes[0]]);
        }

        public void Closed() => Note("closed");

        private void Note(string what) => Log.Add($"{clock.GetUtcNow():mm:ss.ffff} {what}");
    }
}
