using System.Diagnostics;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Reading;

namespace Sdl.Bench;

/// <summary>Thirty days on 64 potentiostat channels as a dry run: on each channel, every twelve hours, an impedance
/// spectrum, and between them the open-circuit potential every ten minutes; real drivers, simulated wires, journal on
/// disk.</summary>
public static class MonthOfChannels
{
    private const int Channels = 64, HalfDays = 60;

    public static async Task<int> RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("sdl-month-").FullName;
        try
        {
            var lab = LabReader.Read(Write(folder, "lab.yaml", Lab()));
            var protocol = ProtocolReader.Read(Write(folder, "protocol.yaml", Protocol()));
            var start = Stopwatch.GetTimestamp();
            var (outcome, days, samples) = await LabRunner.RunAsync(
                new RunMode(true, 1, 1), lab, folder, async (session, journal) =>
                {
                    var from = session.Clock.GetUtcNow();
                    var counted = 0;
                    journal.Appended += e => counted += e is StepDone done ? done.Samples : 0;
                    var order = new RunOrder(
                        new RunId("run"), protocol, Arguments.None, new Dictionary<string, InstrumentId>(),
                        "benchmark");
                    var outcome = await session.RunsOver(journal).SubmitAsync(order);
                    return (outcome, (session.Clock.GetUtcNow() - from).TotalDays, counted);
                });
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var isMet = outcome.State == RunState.Completed && days >= 30 && seconds < 60;
            Rounds.Print(
                "a month on 64 channels, dry",
                string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
                string.Create(CultureInfo.InvariantCulture,
                    $"< 60 s: {outcome.State}, {days:0.0} days, {Channels * HalfDays:0,0} spectra, {samples:0,0} rows, "
                    + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB"),
                isMet);
            return isMet ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Write(string folder, string name, string text)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllText(path, text);
        return path;
    }

    private static string Lab() => "lab: channels\ninstruments:\n" + string.Concat(Enumerable.Range(1, Channels).Select(
        n => $$"""
              channel_{{n}}:
                driver: potentiostat.emstat-pico
                address: serial:/dev/ttyS{{n}}?baud=230400
                simulation: {cell: randles, rest_potential: 0.8 V}

            """));

    private static string Protocol() => "protocol: month\nroles:\n"
        + string.Concat(Enumerable.Range(1, Channels).Select(n => $"  channel_{n}: ''\n"))
        + "steps:\n  - name: channels\n    parallel:\n"
        + string.Concat(Enumerable.Range(1, Channels).Select(n => $$"""
                  - name: channel-{{n}}
                    repeat: {{HalfDays}}
                    steps:
                      - name: spectrum
                        do: channel_{{n}}.eis
                        with: {amplitude: 10 mV, start_frequency: 100 kHz, end_frequency: 1 Hz, points: 26}
                      - name: rest
                        do: channel_{{n}}.ocp
                        with: {duration: 12 h, interval: 10 min}

            """));
}
