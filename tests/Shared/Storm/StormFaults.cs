using System.Globalization;
using System.Text;
using Sdl.Core.Simulation;

namespace Sdl.Shared.Tests.Storm;

/// <summary>A fault scenario: a few blows by the clock, some after so many occurrences, some by chance.</summary>
internal static class StormFaults
{
    public static string Draw(Random random, StormLab lab, TimeSpan horizon)
    {
        var text = new StringBuilder("faults: storm\nstrikes:\n  - {instrument: all, kind: mute, nth: [100000000]}\n");
        for (var left = random.Next(0, 7); left > 0; left--)
        {
            var instruments = lab.Instruments.ToList();
            var instrument = instruments[random.Next(instruments.Count)];
            var kinds = FaultKind.OfTheWire.Concat(FaultKind.OfDevices)
                .Where(k => Has(lab, instrument, k.Name)).ToList();
            var kind = kinds[random.Next(kinds.Count)];
            text.Append(CultureInfo.InvariantCulture,
                $"  - {{instrument: {instrument}, kind: {kind.Name}, {When(random, horizon)}{Lasts(random, kind)}}}\n");
        }
        return text.ToString();
    }

    private static string When(Random random, TimeSpan horizon) => random.Next(4) switch
    {
        0 => $"nth: [{random.Next(1, 200)}, {random.Next(1, 2000)}]",
        1 => string.Create(CultureInfo.InvariantCulture, $"rate: {random.Next(1, 20) * 0.005} %"),
        2 => string.Create(
            CultureInfo.InvariantCulture, $"rate: {random.Next(1, 20) / Math.Max(1, horizon.TotalHours):0.######} 1/h"),
        _ => $"at: [{string.Join(", ", Enumerable.Range(0, random.Next(1, 4)).Select(_ => At(random, horizon)))}]",
    };

    private static string At(Random random, TimeSpan horizon) => StormPlan.Text(StormPlan.Time(random, horizon));

    private static string Lasts(Random random, FaultKind kind) => kind.Duration > TimeSpan.Zero
        ? $", duration: {StormPlan.Text(StormPlan.Time(random, TimeSpan.FromMinutes(30)))}"
        : kind.Name == FaultKind.LateReply ? $", delay: {random.Next(1, 6)} s" : "";

    // What the pages say cannot be noticed is left out: with it a wrong dose or a wrong set-point is no surprise.
    private static bool Has(StormLab lab, string instrument, string kind) => kind switch
    {
        FaultKind.WrongUnit => instrument is "balance",
        FaultKind.PartialEffect => instrument is not "balance",
        FaultKind.StaleValue => !(lab.IsWatched && instrument is "thermostat"),
        _ => true,
    };
}
