using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Campaigns;

/// <summary>A campaign as its journal tells it: what is known, and where it has to go on.</summary>
public sealed class CampaignHistory
{
    private readonly SortedDictionary<int, PastExperiment> _experiments = [];
    private long _seq;

    public CampaignStarted? Started { get; private set; }

    /// <summary>Null while it goes on, also when it goes on again after an end.</summary>
    public CampaignEnded? Ended { get; private set; }

    public IReadOnlyCollection<PastExperiment> Experiments => _experiments.Values;

    /// <summary>In the order of the experiments.</summary>
    public IReadOnlyList<Observed> Observed => _experiments.Values.Select(e => e.Observed).OfType<Observed>().ToList();

    public static CampaignHistory Of(IEnumerable<JournalEntry> entries)
    {
        var history = new CampaignHistory();
        history.Follow(entries);
        return history;
    }

    /// <summary>Takes in what has happened since.</summary>
    public void Follow(IJournal journal) => Follow(journal.Read(_seq));

    public PastExperiment? Find(int experiment) => _experiments.GetValueOrDefault(experiment);

    /// <summary>The runs of an experiment are named after it: e007, and e007~2 when it had to be done anew.</summary>
    public static RunId RunOf(int experiment, int attempt) =>
        new(attempt == 1 ? $"e{experiment:000}" : $"e{experiment:000}~{attempt}");

    /// <summary>The experiment that a run belongs to, by its name; null when it belongs to none.</summary>
    public static int? ExperimentOf(RunId run)
    {
        var name = run.Value.AsSpan();
        if (name.IsEmpty || name[0] != 'e')
            return null;
        var end = name.IndexOf('~');
        return int.TryParse(
            end < 0 ? name[1..] : name[1..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : null;
    }

    private void Follow(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            Apply(entry.Event);
            _seq = entry.Seq;
        }
    }

    private void Apply(RunEvent happened)
    {
        Ended = happened as CampaignEnded;
        switch (happened)
        {
            case CampaignStarted e:
                Started = e;
                break;
            case Proposed e:
                _experiments[e.Experiment] = new PastExperiment(
                    e.Experiment, e.Proposal, 0, RunState.Queued, null, null);
                break;
            case RunStarted e when Latest(e.Run) is { } past:
                _experiments[past.Number] = past with { Attempts = past.Attempts + 1, State = RunState.Queued };
                break;
            case Moved e when Latest(e.Run) is { } past:
                _experiments[past.Number] = past with { State = e.To };
                break;
            case Mixed e:
                _experiments[e.Experiment] = _experiments[e.Experiment] with { Mixed = e };
                break;
            case Observed e:
                _experiments[e.Experiment] = _experiments[e.Experiment] with { Observed = e };
                break;
        }
    }

    private PastExperiment? Latest(RunId run) =>
        ExperimentOf(run) is { } number && Find(number) is { } e
        && (run == RunOf(number, e.Attempts) || run == RunOf(number, e.Attempts + 1)) ? e : null;
}

/// <param name="Attempts">Runs started for it.</param>
/// <param name="State">Of the latest run.</param>
public sealed record PastExperiment(
    int Number, Proposal Proposal, int Attempts, RunState State, Mixed? Mixed, Observed? Observed);
