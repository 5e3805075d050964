using System.Collections.Concurrent;
using Sdl.Core.Instruments;
using Sdl.Instruments.Tests.Support;

namespace Sdl.Instruments.Tests.Contract;

/// <summary>A typical call from beginning to end while nothing is wrong: what it takes, gives and
/// does to the bench.</summary>
/// <param name="Effects">What the device has really done, in its own measure.</param>
internal sealed record CleanRun(
    Capability Capability, IReadOnlyList<Sample> Rows, DateTimeOffset Start, TimeSpan Duration,
    bool IsBare, double Effects)
{
    // A typical call of a day would not be typical.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    private static readonly ConcurrentDictionary<(string, string), Lazy<CleanRun>> Known = new();

    public static CleanRun Of(string kind, string capability) =>
        Known.GetOrAdd((kind, capability), key => new Lazy<CleanRun>(() => Do(key.Item1, key.Item2))).Value;

    // The vials that most capabilities need stand in the way of some.
    private static CleanRun Do(string kind, string capability)
    {
        try
        {
            return Do(kind, capability, isBare: false);
        }
        catch (InstrumentException e) when (e.Fault == Fault.Rejected)
        {
            return Do(kind, capability, isBare: true);
        }
    }

    private static CleanRun Do(string kind, string capability, bool isBare)
    {
        var rig = new ContractRig(kind, isBare);
        return rig.Time.Run(async () =>
        {
            var host = await rig.Connected();
            var call = rig.Call(host, capability);
            var start = rig.Time.GetUtcNow();
            var rows = await rig.Within(Longest, $"'{capability}' with {call.Arguments}", host.Driver.Finish(call));
            var declared = host.Driver.Capabilities.Single(c => c.Name == capability);
            return new CleanRun(declared, rows, start, rig.Time.GetUtcNow() - start, isBare, rig.Effects);
        });
    }

    /// <summary>Fails when a row holds what this call cannot have given.</summary>
    public void CheckPlausible(IReadOnlyList<Sample> rows, string when)
    {
        Assert.All(rows, r => Assert.Equal(Capability.Columns.Count, r.Values.Length));
        Assert.True(rows.Count > 0 || Rows.Count == 0, $"{Capability.Name} ended well {when} and gave no rows");
        foreach (var (column, i) in Capability.Columns.Select((c, i) => (c, i)))
        {
            // Trouble costs time, which is no wrong measurement.
            if (column.Unit.Dimension == new Sdl.Core.Units.Dimension(Time: 1))
                continue;
            var known = Rows.Select(r => r.Values.Span[i]).ToList();
            if (known.TrueForAll(double.IsNaN))
            {
                // Nobody measures it, in trouble neither.
                Assert.All(rows, r => Assert.Equal(double.NaN, r.Values.Span[i]));
                continue;
            }
            var (least, most) = (known.Min(), known.Max());
            var slack = 0.05 * Math.Max(Math.Abs(least), Math.Abs(most)) + 1e-12;
            Assert.All(rows, r => Assert.True(r.Values.Span[i] >= least - slack && r.Values.Span[i] <= most + slack,
                $"{Capability.Name} gave {column.Name} = {r.Values.Span[i]} {when}, where it is {least} to {most}: "
                + "a wrong value must never be given as a result; check that a reply belongs to its question, "
                + "and throw when it does not"));
        }
    }
}
