using System.Diagnostics;
using System.Globalization;
using Sdl.App.Composition;
using Sdl.Core.Instruments;
using Sdl.Core.Runs;
using Sdl.Runtime.Reading;

namespace Sdl.Bench;

/// <summary>Five hundred cycles on each of 64 channels of one cycler as a dry run: charge at 1C, hold to C/20,
/// discharge at 1C; real drivers, their frames on one simulated line, journal and records on disk. A row every ten
/// minutes, a look at each end and at least every hour. The cells are of the reduced electrochemical model, with
/// <c>simple</c> of an equivalent circuit.</summary>
public static class CyclingOfChannels
{
    private const int Channels = 64;
    private const string Reduced = "coin-nmc811-graphite";

    public static async Task<int> RunAsync(string[] args)
    {
        var cycles = args is [var text, ..] ? int.Parse(text, CultureInfo.InvariantCulture) : 500;
        var cell = args.Length > 1 ? args[1] : Reduced;
        var folder = Directory.CreateTempSubdirectory("sdl-cycling-").FullName;
        try
        {
            var lab = LabReader.Read(Write(folder, "lab.yaml", Lab(cell, args.Length > 2 ? args[2] : "1 h")));
            var protocol = ProtocolReader.Read(Write(folder, "protocol.yaml", Protocol(cycles)));
            var start = Stopwatch.GetTimestamp();
            var processor = Environment.CpuUsage.TotalTime;
            var (outcome, days, rows) = await LabRunner.RunAsync(
                new RunMode(true, 1, 1), lab, folder, async (session, journal) =>
                {
                    var from = session.Clock.GetUtcNow();
                    var counted = 0;
                    journal.Appended += e => counted += e is StepDone done ? done.Samples : 0;
                    var outcome = await session.RunsOver(journal).SubmitAsync(new RunOrder(
                        new RunId("run"), protocol, Arguments.None, new Dictionary<string, InstrumentId>(),
                        "benchmark"));
                    return (outcome, (session.Clock.GetUtcNow() - from).TotalDays, counted);
                });
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var isMet = outcome.State == RunState.Completed && seconds < 60 * cycles / 500.0;
            Rounds.Print(
                $"{cycles} cycles on 64 channels, dry, cell {cell}",
                string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
                string.Create(CultureInfo.InvariantCulture,
                    $"< {60 * cycles / 500.0:0} s ({(Environment.CpuUsage.TotalTime - processor).TotalSeconds:0.0} s "
                    + $"of processor): {outcome.State} {outcome.Why}, {days:0.0} days, {rows:0,0} rows, "
                    + $"peak {Process.GetCurrentProcess().PeakWorkingSet64 / 1e6:0} MB, "
                    + $"disk {new DirectoryInfo(folder).EnumerateFiles().Sum(f => f.Length) / 1e6:0} MB"),
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

    private static string Lab(string cell, string interval) => "lab: channels\ninstruments:\n" + string.Concat(
        Enumerable.Range(1, Channels).Select(
        n => $$"""
              channel_{{n}}:
                driver: cycler.multichannel
                address: modbus-tcp:10.0.0.20:502?unit=1
                settings: {channel: {{n}}, max_current: 10 mA, interval: {{interval}}}
                simulation: {cell: {{cell}}, state_of_charge: 0.1}

            """));

    private static string Protocol(int cycles) => "protocol: cycling\nroles:\n"
        + string.Concat(Enumerable.Range(1, Channels).Select(n => $"  channel_{n}: ''\n"))
        + "steps:\n  - name: channels\n    parallel:\n"
        + string.Concat(Enumerable.Range(1, Channels).Select(n => $$"""
                  - name: channel-{{n}}
                    repeat: {{cycles}}
                    steps:
                      - name: charge
                        do: channel_{{n}}.constant_current
                        with: {current: 3 mA, until_voltage_above: 4.2 V, record_time: 10 min, max_voltage: 4.3 V}
                      - name: hold
                        do: channel_{{n}}.constant_voltage
                        with:
                          voltage: 4.2 V
                          current_limit: 3 mA
                          until_current_below: 0.15 mA
                          record_time: 10 min
                          max_voltage: 4.3 V
                      - name: discharge
                        do: channel_{{n}}.constant_current
                        with: {current: -3 mA, until_voltage_below: 3.0 V, record_time: 10 min, min_voltage: 2.5 V}

            """));
}
