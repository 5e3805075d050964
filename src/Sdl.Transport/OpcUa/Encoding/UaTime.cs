namespace Sdl.Transport.OpcUa;

/// <summary>Times as hundreds of nanoseconds since 1601, UTC (Part 6, 5.2.2.5). What a clock of .NET cannot say becomes
/// its first or last moment, as the standard wants.</summary>
internal static class UaTime
{
    private static readonly long Epoch = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;

    public static long ToTicks(DateTime time) =>
        time.Ticks <= Epoch ? 0 : time.Ticks == DateTime.MaxValue.Ticks ? long.MaxValue : time.Ticks - Epoch;

    public static DateTime FromTicks(long ticks) => new(
        ticks <= 0 ? 0 : ticks >= DateTime.MaxValue.Ticks - Epoch ? DateTime.MaxValue.Ticks : ticks + Epoch,
        DateTimeKind.Utc);
}
