using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Store.Exports;

/// <summary>One cell test in a journal: what a run has done to the cell at one instrument.</summary>
/// <param name="Calls">Steps that were done, in order, with their techniques.</param>
/// <param name="End">When the last of them had ended.</param>
public sealed record CellTest(
    RunId Run, InstrumentId Instrument, string Protocol, string ProtocolDigest,
    IReadOnlyList<(CallId Call, string Technique)> Calls, DateTimeOffset End)
{
    /// <summary>Unique in the journal: <c>e007/channel_3</c>.</summary>
    public string Name => $"{Run}/{Instrument}";

    /// <summary>The tests of a journal, in the order in which they began; calls that were repeated count
    /// once.</summary>
    public static IReadOnlyList<CellTest> In(IJournal journal)
    {
        var (runs, open) = (new Dictionary<RunId, RunStarted>(), new Dictionary<CallId, StepIntended>());
        var tests = new List<(RunId Run, InstrumentId Instrument, List<(CallId, string)> Calls, DateTimeOffset End)>();
        foreach (var entry in journal.Read())
            if (entry.Event is RunStarted started)
                runs[started.Run] = started;
            else if (entry.Event is StepIntended intended && CycledStep.IsTechnique(intended.Capability))
                open[intended.Call] = intended;
            else if (entry.Event is StepDone { Samples: > 0 } done && open.Remove(done.Call, out var call))
            {
                var i = tests.FindIndex(t => t.Run == call.Run && t.Instrument == call.Instrument);
                if (i < 0)
                {
                    i = tests.Count;
                    tests.Add((call.Run, call.Instrument, [], entry.At));
                }
                tests[i].Calls.Add((done.Call, call.Capability));
                tests[i] = tests[i] with { End = entry.At };
            }
        return tests.ConvertAll(t => new CellTest(
            t.Run, t.Instrument, runs.GetValueOrDefault(t.Run)?.Protocol ?? "",
            runs.GetValueOrDefault(t.Run)?.ProtocolDigest ?? "", t.Calls, t.End));
    }

    /// <summary>Its steps, each read from the journal when it is asked for.</summary>
    /// <param name="leastCharge">See <see cref="CycleCount"/>.</param>
    public IEnumerable<CycledStep> Steps(IJournal journal, double leastCharge = 0) =>
        new CycleCount(leastCharge).Of(Calls.Select(c => (c.Technique, journal.ReadRecord(c.Call))));
}
