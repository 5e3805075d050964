namespace Sdl.Transport.OpcUa;

/// <summary>The numbers of chunks, each direction its own (Part 6, 6.7.2.4).</summary>
internal sealed class Sequence
{
    // Above this a number may start again below 1024.
    private const uint Turn = uint.MaxValue - 1024, Low = 1024;

    private uint? _last;

    public uint Next()
    {
        _last = _last is not { } last ? 1 : last > Turn ? 1 : last + 1;
        return _last.Value;
    }

    /// <exception cref="OpcUaException">A chunk came twice, too early, or one is missing.</exception>
    public void Check(uint number)
    {
        if (_last is { } last && number != last + 1 && !(last > Turn && number < Low))
            throw new OpcUaException(StatusCodes.BadSequenceNumberInvalid,
                $"chunk {number} came after chunk {last}: repeated, reordered or lost");
        _last = number;
    }
}
