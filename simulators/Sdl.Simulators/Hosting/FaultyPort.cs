using Sdl.Core.Simulation;

namespace Sdl.Simulators.Hosting;

/// <summary>Puts the faults of the wire between a device and whoever hosts it, in memory, on a tape that is told again,
/// or on a real port alike.</summary>
internal static class FaultyPort
{
    /// <summary>The port of a device behind its faults.</summary>
    public static DevicePort At(DevicePort port, Faults faults, DeviceClock devices) =>
        new(port.Name, port.Number, wire =>
        {
            var faulty = new Wire(wire, faults, devices);
            faults.Add(faulty);
            return new Session(port.Connect(faulty), faulty, faults);
        })
        {
            IsReachable = () => !faults[FaultKind.Disconnect],
        };

    private static int Middle(int length, Strikes? strike) =>
        strike is null ? length / 2 : (int)(strike.Draw("byte") * length);

    private static byte[] Without(byte[] bytes, int at) => [.. bytes[..at], .. bytes[(at + 1)..]];

    private static byte[] Flipped(byte[] bytes, int at, Strikes? strike)
    {
        var copy = bytes.ToArray();
        copy[at] ^= (byte)(1 << (strike is null ? 0 : (int)(strike.Draw("bit") * 8)));
        return copy;
    }

    private static byte[] Damaged(byte[] bytes, string kind, Strikes? strike) => kind switch
    {
        _ when bytes.Length == 0 => bytes,
        FaultKind.DropByte => Without(bytes, Middle(bytes.Length, strike)),
        FaultKind.BadChecksum => Flipped(bytes, Middle(bytes.Length, strike), strike),
        // Ends of lines are left, so that what comes next is not part of the noise.
        FaultKind.Garbage => Array.ConvertAll(bytes, b => b == '\n' ? b : (byte)(b ^ 0x5A)),
        FaultKind.Mute => [],
        FaultKind.DuplicateReply => [.. bytes, .. bytes],
        _ => bytes,
    };

    private sealed class Session(IDeviceSession inner, Wire wire, Faults faults) : IDeviceSession
    {
        private bool _closed;

        public void Receive(ReadOnlySpan<byte> bytes)
        {
            var struck = faults.OnRequest();
            // On a line with many devices this is where its time goes.
            if (faults.IsWell && !_closed)
            {
                inner.Receive(bytes);
                return;
            }
            var heard = bytes.ToArray();
            foreach (var strike in struck.Where(s => s.Fault.OnRequest))
                heard = Damaged(heard, strike.Fault.Kind.Name, strike);
            if (!_closed && heard.Length > 0 && !faults[FaultKind.Disconnect])
                inner.Receive(heard);
        }

        public void Closed()
        {
            faults.Remove(wire);
            if (!_closed)
                inner.Closed();
            _closed = true;
        }
    }

    private sealed class Wire(IDeviceWire inner, Faults faults, DeviceClock devices) : IDeviceWire
    {
        private static readonly string[] Damages =
        [
            FaultKind.DropByte, FaultKind.BadChecksum, FaultKind.Garbage, FaultKind.Mute, FaultKind.DuplicateReply,
        ];

        private DateTimeOffset _latest;

        public void Send(ReadOnlySpan<byte> bytes)
        {
            var said = bytes.ToArray();
            var struck = faults.OnReply();
            foreach (var kind in Damages)
                if (struck.FirstOrDefault(s => s.Fault.Kind.Name == kind) is var strike && strike is not null
                    || faults.IsSwitched(kind))
                    said = Damaged(said, kind, strike);
            var late = struck.Where(s => s.Fault.Kind.Name == FaultKind.LateReply).Select(s => s.Fault.Delay);
            var delay = faults.IsSwitched(FaultKind.LateReply) ? PlannedFault.UsualDelay : late.FirstOrDefault();
            if (said.Length > 0)
                Deliver(said, delay);
        }

        public void Close() => inner.Close();

        private void Deliver(byte[] bytes, TimeSpan delay)
        {
            var now = devices.GetUtcNow();
            _latest = now + delay > _latest ? now + delay : _latest;
            if (_latest <= now)
            {
                Pass(bytes);
                return;
            }
            ITimer? timer = null;
            timer = devices.CreateTimer(_ =>
            {
                timer?.Dispose();
                Pass(bytes);
            }, null, _latest - now, Timeout.InfiniteTimeSpan);
        }

        private void Pass(byte[] bytes)
        {
            if (!faults[FaultKind.Disconnect])
                inner.Send(bytes);
        }
    }
}
