using Sdl.Core.Cells;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;

namespace Sdl.Store.Exports;

/// <summary>One cell test in a journal: what a run has done to one cell at one instrument.</summary>
/// <param name="Calls">Steps that were done, in order, with their techniques.</param>
/// <param name="End">When the last of them had ended.</param>
public sealed record CellTest(
    RunId Run, InstrumentId Instrument, string Protocol, string ProtocolDigest,
    IReadOnlyList<(CallId Call, string Technique)> Calls, DateTimeOffset End)
{
    /// <summary>Unique in the journal: <c>e007/channel_3</c>, with the cell where the protocol names one.</summary>
    public string Name => Cell is null ? $"{Run}/{Instrument}" : $"{Run}/{Instrument}/{Cell}";

    /// <summary>What the run calls the cell; null when its protocol does not name it.</summary>
    public string? Cell { get; init; }

    /// <summary>The tests of a journal, in the order in which they began; calls that were repeated count
    /// once.</summary>
    /// <param name="plan">Of the protocol that the runs did; null when it is not there.</param>
    public static IReadOnlyList<CellTest> In(IJournal journal, CellPlan? plan = null)
    {
        var (runs, open) = (new Dictionary<RunId, RunStarted>(), new Dictionary<CallId, StepIntended>());
        var tests = new List<(RunId Run, InstrumentId Instrument, string? Cell, List<(CallId, string)> Calls,
            DateTimeOffset End)>();
        foreach (var entry in journal.Read())
            if (entry.Event is RunStarted started)
                runs[started.Run] = started;
            else if (entry.Event is StepIntended intended && CycledStep.IsTechnique(intended.Capability))
                open[intended.Call] = intended;
            else if (entry.Event is StepDone { Samples: > 0 } done && open.Remove(done.Call, out var call))
            {
                var cell = plan is not null && runs.GetValueOrDefault(call.Run)?.ProtocolDigest == plan.Digest
                    ? plan.Find(call.Call)?.Cell : null;
                var i = tests.FindIndex(
                    t => t.Run == call.Run && t.Instrument == call.Instrument && t.Cell == cell);
                if (i < 0)
                {
                    i = tests.Count;
                    tests.Add((call.Run, call.Instrument, cell, [], entry.At));
                }
                tests[i].Calls.Add((done.Call, call.Capability));
                tests[i] = tests[i] with { End = entry.At };
            }
        return tests.ConvertAll(t => new CellTest(
            t.Run, t.Instrument, runs.GetValueOrDefault(t.Run)?.Protocol ?? "",
            runs.GetValueOrDefault(t.Run)?.ProtocolDigest ?? "", t.Calls, t.End)
            {
                Cell = t.Cell,
            });
    }

    /// <summary>Its steps, each read from the journal when it is asked for.</summary>
    /// <param name="leastCharge">See <see cref="CycleCount"/>.</param>
    public IEnumerable<CycledStep> Steps(IJournal journal, double leastCharge = 0) =>
        new CycleCount(leastCharge).Of(Calls.Select(c => (c.Technique, journal.ReadRecord(c.Call))));
}
