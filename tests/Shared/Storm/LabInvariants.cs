using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Simulators;
using Sdl.Simulators.Hosting;
using Sdl.Simulators.Thermostats;

namespace Sdl.Shared.Tests.Storm;

/// <summary>What holds of a laboratory when a run has ended, as its devices really are; each sentence that comes back
/// is broken. Whoever gives the laboratory a new promise adds it to <see cref="Broken"/>.</summary>
internal static class LabInvariants
{
    public static IEnumerable<string> Broken(SimulatedLab lab, IReadOnlyList<JournalEntry> entries) =>
        Doses(lab, entries).Concat(Limits(lab)).Concat(Ends(lab, entries))
            .Concat(JournalInvariants.Contents(
                entries, id => lab.Instruments.First(i => i.Id.Value == id).Simulator.Effects
                .Sum(e => e.What == "infused" ? -e.Amount : e.Amount)));

    /// <summary>Asked when the run says that an instrument is safe.</summary>
    public static string? FalselySafe(SimulatedLab lab, SafeEntered safe) =>
        safe.Error is null && Find(lab, safe.Instrument)?.Danger is { } danger
            ? $"{safe.Instrument} was said to be safe and was not: {danger}"
            : null;

    // What each call has really done lies between its first intention and the next call's: not more than was asked for,
    // and all of it where the call is done.
    private static IEnumerable<string> Doses(SimulatedLab lab, IReadOnlyList<JournalEntry> entries)
    {
        foreach (var instrument in lab.Instruments.Where(i => i.Simulator.Effects.Count > 0))
        {
            var calls = entries.Where(e => e.Event is StepIntended s && s.Instrument == instrument.Id)
                .Select(e => (e.At, Intended: (StepIntended)e.Event)).DistinctBy(c => c.Intended.Call)
                .OrderBy(c => c.At).ToList();
            var done = entries.Select(e => e.Event).OfType<StepDone>().Select(d => d.Call).ToHashSet();
            var decided = entries.Select(e => e.Event).OfType<StepReconciled>().Where(r => r.By != "device")
                .Select(r => r.Call).ToHashSet();
            foreach (var effect in instrument.Simulator.Effects.Where(e => calls.Count == 0 || e.From < calls[0].At))
                yield return $"{instrument.Id} {effect.What} {effect.Amount:G4} at {effect.From:u}, asked by nobody";
            foreach (var (i, call) in calls.Index())
            {
                var until = i + 1 < calls.Count ? calls[i + 1].At : DateTimeOffset.MaxValue;
                var given = instrument.Simulator.Effects.Where(e => e.From >= call.At && e.From < until)
                    .Sum(e => e.Amount);
                var due = call.Intended.Arguments.Find("volume")?.Quantity?.Si ?? 1;
                if (given > due * 1.01 + 1e-9 * due)
                    yield return $"{call.Intended.Call} asked {instrument.Id} for {due:G4} and got {given:G4}";
                // A person may say that something is done which is not.
                if (given < due * 0.99 && done.Contains(call.Intended.Call) && !decided.Contains(call.Intended.Call)
                    && call.Intended.Capability is "dispense" or "withdraw" or "run_program")
                    yield return $"{call.Intended.Call} is done; it asked {instrument.Id} for {due:G4} and got "
                        + $"{given:G4}";
            }
        }
    }

    private static IEnumerable<string> Limits(SimulatedLab lab)
    {
        foreach (var i in lab.Instruments)
            if (i.Simulator is Eurotherm3200Simulator { SetPoints: { } range }
                && (range.Low < StormLab.LeastTemperature || range.High > StormLab.MostTemperature))
                yield return $"{i.Id} was set to {range.Low} to {range.High} degC, outside its limits";
    }

    private static IEnumerable<string> Ends(SimulatedLab lab, IReadOnlyList<JournalEntry> entries)
    {
        foreach (var safe in entries.Select(e => e.Event).OfType<SafeEntered>().GroupBy(s => s.Instrument))
            if (FalselySafe(lab, safe.Last()) is { } broken)
                yield return $"at the end {broken}";
    }

    private static ISimulator? Find(SimulatedLab lab, InstrumentId id) =>
        lab.Instruments.FirstOrDefault(i => i.Id == id)?.Simulator;
}
