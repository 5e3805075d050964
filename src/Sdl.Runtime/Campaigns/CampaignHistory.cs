using System.Collections.Immutable;
using System.Globalization;
using Sdl.Core.Planning;
using Sdl.Core.Runs;

namespace Sdl.Runtime.Campaigns;

/// <summary>A campaign as its journal tells it: what is known, and where it has to go on. It does not change; see
/// <see cref="Since"/>.</summary>
public sealed record CampaignHistory
{
    private static readonly Type[] Kinds =
    [
        typeof(CampaignStarted), typeof(Proposed), typeof(RunStarted), typeof(Moved), typeof(Mixed), typeof(Observed),
        typeof(Suggested), typeof(Vetoed), typeof(CampaignEnded), typeof(BranchGivenUp),
    ];

    private ImmutableSortedDictionary<int, PastExperiment> _experiments =
        ImmutableSortedDictionary<int, PastExperiment>.Empty;
    private ImmutableDictionary<RunId, int> _runs = ImmutableDictionary<RunId, int>.Empty;
    private long _seen;

    private CampaignHistory()
    {
    }

    public CampaignStarted? Started { get; private set; }

    /// <summary>Null while it goes on, also when it goes on again after an end.</summary>
    public CampaignEnded? Ended { get; private set; }

    public IReadOnlyCollection<PastExperiment> Experiments => [.. _experiments.Values];

    /// <summary>In the order of the experiments.</summary>
    public IReadOnlyList<Observed> Observed => _experiments.Values.Select(e => e.Observed).OfType<Observed>().ToList();

    /// <summary>What people want next, in the order in which they said so.</summary>
    public ImmutableList<Suggested> Suggestions { get; private set; } = [];

    /// <summary>What people have ruled out.</summary>
    public ImmutableList<Vetoed> Vetoes { get; private set; } = [];

    /// <summary>Experiments that failed and were not done anew, because the campaign may have some.</summary>
    public int Failures => Observed.Count(o => o.Observation.Failed);

    /// <summary>Reads what concerns the campaign, and not what happened within its runs.</summary>
    public static CampaignHistory Of(IJournal journal)
    {
        var last = journal.Last?.Seq ?? 0;
        var history = Of(journal.Find(new JournalQuery(Kinds) { Until = last }));
        if (history._seen < last)
            history.Ended = null;
        history._seen = last;
        return history;
    }

    public static CampaignHistory Of(IEnumerable<JournalEntry> entries) => new CampaignHistory().With(entries);

    /// <summary>This with what has happened since it was read.</summary>
    public CampaignHistory Since(IJournal journal) => (this with { }).With(journal.Read(_seen));

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

    private CampaignHistory With(IEnumerable<JournalEntry> entries)
    {
        foreach (var entry in entries)
        {
            Apply(entry.Event);
            _seen = entry.Seq;
        }
        return this;
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
                Set(new PastExperiment(e.Experiment, e.Proposal, 0, RunState.Queued, null, null));
                break;
            case RunStarted e when Latest(e.Run) is { } past:
                Set(past with { Attempts = past.Attempts + 1, State = RunState.Queued, GivenUp = [] });
                break;
            case Moved e when Latest(e.Run) is { } past:
                Set(past with { State = e.To });
                break;
            case BranchGivenUp e when Latest(e.Run) is { } past:
                Set(past with { GivenUp = [.. past.GivenUp, e] });
                break;
            case Mixed e:
                Set(_experiments[e.Experiment] with { Mixed = e });
                break;
            case Observed e:
                Set(_experiments[e.Experiment] with { Observed = e });
                break;
            case Suggested e:
                Suggestions = Suggestions.Add(e);
                break;
            case Vetoed e:
                Vetoes = Vetoes.Add(e);
                break;
        }
    }

    private void Set(PastExperiment experiment)
    {
        _experiments = _experiments.SetItem(experiment.Number, experiment);
        _runs = _runs.SetItem(RunOf(experiment.Number, experiment.Attempts + 1), experiment.Number);
    }

    private PastExperiment? Latest(RunId run) =>
        _runs.TryGetValue(run, out var number) ? _experiments[number] : null;
}

/// <param name="Attempts">Runs started for it.</param>
/// <param name="State">Of the latest run.</param>
public sealed record PastExperiment(
    int Number, Proposal Proposal, int Attempts, RunState State, Mixed? Mixed, Observed? Observed)
{
    /// <summary>What the latest run went on without.</summary>
    public IReadOnlyList<BranchGivenUp> GivenUp { get; init; } = [];
}
