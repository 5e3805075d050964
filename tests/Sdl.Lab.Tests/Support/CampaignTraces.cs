using System.Text;
using System.Text.RegularExpressions;
using Sdl.App.Composition;
using Sdl.Core.Runs;
using Sdl.Simulators.Hosting;
using Sdl.Store;

namespace Sdl.Lab.Tests.Support;

/// <summary>What is left of a dry campaign in its folder, in words that two campaigns can be compared by.</summary>
/// <param name="Observations">Formulation, value and uncertainty of each experiment, exactly, without its
/// times.</param>
/// <param name="Doses">By pump: the volume of each program that the pump was told to run, in order.</param>
internal sealed partial record CampaignTraces(
    IReadOnlyList<string> Observations, IReadOnlyDictionary<string, IReadOnlyList<string>> Doses)
{
    public static IEnumerable<string> RunArguments(string folder, int experiments, int lanes = 1) =>
        ["campaign", "run", Repository.Campaign, "--dry", "--json", "--experiments", $"{experiments}",
            "--lanes", $"{lanes}", "--folder", folder];

    public static CampaignTraces Of(string folder)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        return new CampaignTraces(
            journal.Read().Select(e => e.Event).OfType<Observed>().OrderBy(o => o.Experiment)
                .Select(JournalJson.Write).ToList(),
            DosesOf(folder));
    }

    public static IReadOnlyList<RunEvent> Events(string folder)
    {
        using var journal = SqliteJournal.OpenForReading(folder);
        return journal.Read().Select(e => e.Event).ToList();
    }

    private static Dictionary<string, IReadOnlyList<string>> DosesOf(string folder)
    {
        var (tape, entries) = DeviceTape.Open(Path.Combine(folder, LabRunner.TapeName));
        tape.Dispose();
        var volumes = new Dictionary<string, string>();
        var doses = new SortedDictionary<string, List<string>>();
        foreach (var entry in entries.Where(e => e.Kind == TapeKind.Bytes))
        {
            // NE-1000: address, command, carriage return; or in safe framing STX, length, the same, checksum, ETX.
            var told = PumpCommand.Match(Encoding.Latin1.GetString(entry.Bytes));
            if (!told.Success)
                continue;
            var pump = told.Groups["pump"].Value;
            if (told.Groups["volume"] is { Success: true, Value: var volume })
                volumes[pump] = volume;
            else
                (doses.TryGetValue(pump, out var list) ? list : doses[pump] = []).Add(volumes[pump]);
        }
        return doses.ToDictionary(d => d.Key, d => (IReadOnlyList<string>)d.Value);
    }

    [GeneratedRegex(@"^(\x02[\s\S])?(?<pump>\d*)(VOL(?<volume>[\d.]+)|RUN)(\r|[\s\S]{2}\x03)$")]
    private static partial Regex PumpCommand { get; }
}
