using Sdl.Core.Instruments;

namespace Sdl.Drivers.Cyclers;

/// <summary>One channel of the multi-channel cycler in exchanges. Every block that comes is checked.</summary>
internal sealed class CyclerLink(InstrumentId id, ModbusUnit unit, int channel)
{
    private readonly ushort _base = (ushort)(channel * CyclerMap.Width);

    /// <exception cref="InstrumentException">Another device answers, or one without such a channel.</exception>
    public async ValueTask<string> IdentifyAsync(CancellationToken ct)
    {
        var block = await unit.ReadAsync(CyclerMap.Device, CyclerMap.DeviceCount, ct);
        if (block[0] != CyclerMap.Magic1 || block[1] != CyclerMap.Magic2)
            throw new InstrumentException(id, Fault.BadReply, $"registers 0 and 1 read {block[0]:X4} {block[1]:X4}, "
                + "which is no such cycler; check the address and the unit");
        if (block[2] != CyclerMap.Version)
            throw new InstrumentException(id, Fault.BadReply, $"its register map has version {block[2]}, this driver "
                + $"speaks {CyclerMap.Version}");
        if (channel > block[3])
            throw new InstrumentException(
                id, Fault.OutOfRange, $"it has {block[3]} channels and no channel {channel}; look at the lab file");
        var letters = block[4..8].SelectMany(r => new[] { (char)(r >> 8), (char)(r & 0xFF) });
        var model = string.Concat(letters).TrimEnd('\0');
        return $"{model}, firmware {block[8]}.{block[9]}, channel {channel}";
    }

    /// <summary>V, V, A.</summary>
    public async ValueTask<(double Least, double Most, double Current)> RangeAsync(CancellationToken ct)
    {
        var block = await unit.ReadAsync((ushort)(_base + CyclerMap.Range), CyclerMap.RangeCount, ct);
        return (CyclerMap.Single(block, 0), CyclerMap.Single(block, 2), CyclerMap.Single(block, 4));
    }

    public async ValueTask<CyclerActual> ActualAsync(CancellationToken ct)
    {
        var block = await unit.ReadAsync((ushort)(_base + CyclerMap.Actual), CyclerMap.ActualCount, ct);
        return Checked(block, CyclerMap.ReadActual);
    }

    /// <summary>Starts a step and looks at it, in one exchange.</summary>
    public async ValueTask<CyclerLook> StartAsync(ushort[] step, CancellationToken ct) => Checked(
        await unit.WriteAndReadAsync(
            (ushort)(_base + CyclerMap.Step), step, (ushort)(_base + CyclerMap.Look), CyclerMap.LookCount, ct),
        CyclerMap.ReadLook);

    /// <summary>The rows from <paramref name="taken"/> on. Asked twice, it gives the same again.</summary>
    public async ValueTask<CyclerLook> LookAsync(uint taken, CancellationToken ct)
    {
        var look = Checked(
            await unit.WriteAndReadAsync(
                (ushort)(_base + CyclerMap.Taken), CyclerMap.Whole(taken), (ushort)(_base + CyclerMap.Look),
                CyclerMap.LookCount, ct),
            CyclerMap.ReadLook);
        // Fewer rows than have been read: another step, or none, which whoever asks will see.
        return look.From >= taken || look.Made < taken
            ? look
            : throw new InstrumentException(id, Fault.BadReply, $"asked for rows from {taken} on, it gave {look.From}");
    }

    public ValueTask StopAsync(CancellationToken ct) =>
        unit.WriteAsync((ushort)(_base + CyclerMap.Command), CyclerMap.StopCommand, ct);

    private T Checked<T>(ushort[] block, Func<ushort[], T> read) => CyclerMap.Fits(block) && block[0] == channel
        ? read(block)
        : throw new InstrumentException(
            id, Fault.BadReply, "a block of its registers came damaged, its check does not fit");
}
