using System.Globalization;

namespace Sdl.Shared.Tests.Storm;

/// <summary>What one storm throws at a laboratory, all of it drawn from its seed.</summary>
/// <param name="Lab">Text of the lab file.</param>
/// <param name="Faults">Text of the fault scenario.</param>
/// <param name="Lives">What befalls the program in each of its lives; the last of them repeats until the end.</param>
/// <param name="Horizon">How long the protocol takes when all is well, at most.</param>
public sealed record StormPlan(
    ulong Seed, string Lab, string Protocol, string Faults, IReadOnlyList<StormLife> Lives, TimeSpan Horizon)
{
    public static StormPlan Of(ulong seed)
    {
        var random = new Random((int)(seed % int.MaxValue));
        var isShipped = random.Next(6) == 0;
        var lab = isShipped ? StormLab.Shipped : StormLab.Draw(random);
        var (protocol, horizon) = isShipped
            ? (StormLab.Protocol("electrolyte-conductivity.yaml"), TimeSpan.FromHours(2))
            : new StormProtocol(random, lab).Draw();
        return new StormPlan(seed, lab.Text, protocol, StormFaults.Draw(random, lab, horizon),
            Enumerable.Range(0, random.Next(0, 5)).Select(_ => StormLife.Draw(random, horizon))
                .Append(StormLife.Quiet).ToList(), horizon);
    }

    /// <summary>A time from 0 to <paramref name="most"/>, as often below a minute as above a tenth of it.</summary>
    internal static TimeSpan Time(Random random, TimeSpan most) =>
        most * Math.Pow(random.NextDouble(), random.Next(1, 6));

    internal static string Text(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, Math.Round(time.TotalSeconds))} s");
}

/// <summary>What befalls one life of the program.</summary>
/// <param name="KillAt">Lab time after its beginning at which it dies; null when it lives.</param>
/// <param name="KillAfterEvents">Dies within a moment after so many events of its own; 0 for never.</param>
/// <param name="Commands">What the operator does and when; 1 pause (and resume an hour later), 2 stop, 3 abort.</param>
/// <param name="SparePages">Pages that the disk still has; null for enough.</param>
/// <param name="Away">How long nobody was there before it began.</param>
public sealed record StormLife(
    TimeSpan? KillAt, int KillAfterEvents, IReadOnlyList<(TimeSpan At, int What)> Commands, int? SparePages,
    TimeSpan Away)
{
    public static StormLife Quiet { get; } = new(null, 0, [], null, TimeSpan.Zero);

    public static StormLife Draw(Random random, TimeSpan horizon)
    {
        var kind = random.Next(10);
        var commands = Enumerable.Range(0, random.Next(3) == 0 ? random.Next(1, 3) : 0).Select(_ =>
            (StormPlan.Time(random, horizon), random.Next(8) switch { 0 => 3, 1 => 2, _ => 1 })).ToList();
        return new StormLife(
            kind < 4 ? StormPlan.Time(random, horizon) : null, kind is >= 4 and < 8 ? random.Next(1, 60) : 0, commands,
            kind == 8 ? random.Next(0, 12) : null, StormPlan.Time(random, TimeSpan.FromHours(3)));
    }
}
