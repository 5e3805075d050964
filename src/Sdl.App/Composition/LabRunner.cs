using Sdl.Core.Instruments;
using Sdl.Runtime.Time;
using Sdl.Simulators.Hosting;
using Sdl.Store;

namespace Sdl.App.Composition;

/// <param name="Dry">Simulators on a virtual clock.</param>
/// <param name="Speed">Quickens real time; 1 is real.</param>
/// <param name="Seed">Of everything that is drawn.</param>
public sealed record RunMode(bool Dry, double Speed, ulong Seed);

/// <summary>Opens a lab and a result folder and does the work there: in a dry run on a virtual clock with simulated
/// devices that live on the tape of the folder, else in real time.</summary>
public static class LabRunner
{
    public const string TapeName = "devices.tape";

    /// <summary>When a dry run takes place: always the same time, so that its journal repeats itself.</summary>
    public static readonly DateTimeOffset DryStart = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    /// <param name="maxPages">Largest size of the journal, see <see cref="SqliteJournal"/>.</param>
    /// <exception cref="Sdl.Core.Protocols.FindingsException">The lab cannot be used.</exception>
    /// <exception cref="IOException">The folder or an instrument is in use, or the folder cannot be
    /// written.</exception>
    public static async Task<T> RunAsync<T>(
        RunMode mode, Lab lab, string folder, Func<LabSession, SqliteJournal, Task<T>> work, int? maxPages = null)
    {
        if (mode.Dry)
            return RunDry(mode, lab, folder, work, maxPages);
        var clock = Clock(mode.Speed);
        using var journal = SqliteJournal.Open(folder, clock, Durability.PowerCut, maxPages);
        await using var session = LabSession.Open(lab, mode.Seed, clock, folder: folder);
        return await work(session, journal);
    }

    public static TimeProvider Clock(double speed) =>
        speed == 1 ? TimeProvider.System : new ScaledTime(TimeProvider.System, speed);

    private static T RunDry<T>(
        RunMode mode, Lab lab, string folder, Func<LabSession, SqliteJournal, Task<T>> work, int? maxPages)
    {
        var time = new VirtualTime(DryStart);
        using var journal = SqliteJournal.Open(folder, time, Durability.ProcessDeath, maxPages);
        var (tape, entries) = DeviceTape.Open(Path.Combine(folder, TapeName));
        tape.Precede = journal.Flush;
        using (tape)
            return time.Run(async () =>
            {
                await using var session = LabSession.Open(lab.ToSimulated(), mode.Seed, time, tape);
                FaultInjection.Begin(session, new ResultFolder(folder), mode.Seed);
                if (entries.Count > 0)
                    session.Replay(entries, time.FireNext, time.MoveTo);
                if (journal.Last is { } last)
                    time.MoveTo(last.At);
                return await work(session, journal);
            });
    }
}
