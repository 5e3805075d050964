using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Interlocks;
using Sdl.Runtime.Runs;

namespace Sdl.Runtime.Campaigns;

/// <summary>Runs a campaign: propose, mix, run, observe, until all experiments are done, several at once if it has
/// several lanes. Everything it needs to know it reads from the journal, so it can be taken up again at any point.
/// </summary>
/// <remarks>With <c>k</c> lanes experiment <c>n</c> begins when all up to <c>n - k</c> have been observed, and is
/// proposed from these and no others, also when a later one happened to end before: so the proposals do not depend on
/// how long anything took, and a campaign that was interrupted makes the same ones.</remarks>
public sealed class CampaignRunner
{
    private readonly CampaignPlan _plan;
    private readonly BoundProtocol _protocol;
    private readonly IPlanner _planner;
    private readonly IJournal _journal;
    private readonly IRunService _runs;
    private readonly StockMixer _mixer;
    private readonly Lock _gate = new();
    private readonly List<RunId> _current = [];
    private CampaignHistory _history = CampaignHistory.Of([]);
    private int _failures;
    private (RunCommand Command, string By)? _asked;
    private string? _stoppedBy;
    private string? _settled;

    /// <exception cref="FindingsException">Campaign, protocol and lab do not fit together.</exception>
    public CampaignRunner(
        CampaignPlan plan, Lab lab, BoundProtocol protocol, IPlanner planner, IJournal journal, IRunService runs)
    {
        CampaignChecker.Check(plan, lab, protocol);
        _plan = plan;
        _protocol = protocol;
        _planner = planner;
        _journal = journal;
        _runs = runs;
        _mixer = CampaignChecker.Mixer(plan, lab);
        Problem = CampaignChecker.Problem(plan, _mixer);
    }

    public Problem Problem { get; }

    /// <summary>Passes a command on to all current runs; a stop or abort also ends the campaign after them.</summary>
    /// <exception cref="InterlockException">One of them must not be resumed; the others have been.</exception>
    public void Send(RunCommand command, string by)
    {
        lock (_gate)
        {
            if (command is RunCommand.Stop or RunCommand.Abort)
                _stoppedBy = by;
            _asked = command == RunCommand.Resume ? null : (command, by);
            InterlockException? refusal = null;
            foreach (var run in _current)
                try
                {
                    _runs.TrySend(run, command, by);
                }
                catch (InterlockException e)
                {
                    refusal ??= e;
                }
            if (refusal is not null)
                throw refusal;
        }
    }

    /// <summary>Takes a person's suggestion or veto; the next proposals follow it.</summary>
    /// <exception cref="ArgumentException">It does not suit the space.</exception>
    public Task AdviseAsync(RunEvent word)
    {
        Advice.Check(Problem, word);
        return _journal.AppendAsync(word, CancellationToken.None).AsTask();
    }

    /// <returns>How it ended, and why, for people.</returns>
    public async Task<CampaignEnded> RunAsync(CampaignStarted identity)
    {
        try
        {
            return await WorkAsync(identity);
        }
        catch (JournalException e)
        {
            return new CampaignEnded(RunState.Failed, e.Message);
        }
    }

    private async Task<CampaignEnded> WorkAsync(CampaignStarted identity)
    {
        _history = CampaignHistory.Of(_journal);
        _failures = _history.Failures;
        if (_history.Started is { } started)
            identity = started;
        else
            await _journal.AppendAsync(identity, CancellationToken.None);
        var inFlight = new SortedDictionary<int, Task<RunOutcome>>();
        var bad = new List<RunOutcome>();
        var next = 1;
        try
        {
            do
            {
                next = await BeginAsync(next, inFlight, bad, identity);
                await CollectAsync(inFlight, bad);
                _history = _history.Since(_journal);
            }
            while (inFlight.Count > 0 || MayBegin(next, bad));
        }
        finally
        {
            await AbandonAsync(inFlight.Values);
        }
        if (bad.Count == 0 && _settled is { } settled)
            return await EndAsync(RunState.Completed, settled);
        if (bad.Count > 0)
            return await EndAsync(bad.MinBy(o => Array.IndexOf(Worst, o.State))!.State, Why(bad));
        return next <= _plan.Experiments
            ? await EndAsync(RunState.Stopped, $"stopped by {_stoppedBy} before experiment {next}")
            : await EndAsync(RunState.Completed, "");
    }

    // How a campaign ends whose lanes have ended differently: the first of these that is among them.
    private static RunState[] Worst { get; } =
        [RunState.Failed, RunState.Interrupted, RunState.Aborted, RunState.Stopped];

    private static string Why(IEnumerable<RunOutcome> bad) =>
        string.Join(Environment.NewLine, bad.Select(o => o.Why).Distinct());

    // One failed experiment stops no other that is in flight: their samples are mixed already. Nothing new is begun.
    private bool MayBegin(int n, List<RunOutcome> bad) =>
        n <= _plan.Experiments && bad.Count == 0 && _stoppedBy is null && _settled is null
        && (n <= _plan.Lanes || _history.Find(n - _plan.Lanes)?.Observed is not null);

    /// <summary>Begins every experiment that may begin.</summary>
    /// <returns>The first that may not yet.</returns>
    private async Task<int> BeginAsync(
        int next, SortedDictionary<int, Task<RunOutcome>> inFlight, List<RunOutcome> bad, CampaignStarted identity)
    {
        var ready = new List<Experiment>();
        try
        {
            for (; MayBegin(next, bad); next++)
                if (_history.Find(next)?.Observed is null && await OpenAsync(next, identity.Seed) is { } experiment)
                    ready.Add(experiment);
        }
        catch (JournalException e)
        {
            bad.Add(new RunOutcome(CampaignHistory.RunOf(next, 1), RunState.Failed, e.Message, NoResults));
            return next;
        }
        // Together, so that those that are taken up again wait for each other.
        var begun = ready.Where(e => !e.HasEnded).ToList();
        var ends = _runs.SubmitAsync(begun.ConvertAll(e => OrderOf(e, identity.Author)), Track);
        foreach (var (experiment, end) in begun.Zip(ends))
            inFlight[experiment.Number] = FollowAsync(experiment, end);
        foreach (var experiment in ready.Where(e => e.HasEnded))
            inFlight[experiment.Number] = FollowAsync(experiment, Task.FromResult(new RunOutcome(
                experiment.Run, RunState.Completed, "", Results(experiment.Run))));
        return next;
    }

    private static async Task CollectAsync(SortedDictionary<int, Task<RunOutcome>> inFlight, List<RunOutcome> bad)
    {
        if (inFlight.Count > 0)
            await Task.WhenAny(inFlight.Values);
        foreach (var (n, ended) in inFlight.Where(f => f.Value.IsCompleted).ToList())
        {
            inFlight.Remove(n);
            var outcome = await ended;
            if (outcome.State != RunState.Completed)
                bad.Add(outcome);
        }
    }

    /// <summary>What is still in flight when the campaign itself fails ends in its safe state.</summary>
    private async Task AbandonAsync(IReadOnlyCollection<Task<RunOutcome>> inFlight)
    {
        if (inFlight.Count == 0)
            return;
        Send(RunCommand.Abort, "the campaign, which failed");
        await Task.WhenAny(Task.WhenAll(inFlight));
    }

    private async Task<CampaignEnded> EndAsync(RunState state, string why)
    {
        var ended = new CampaignEnded(state, why);
        try
        {
            await _journal.AppendAsync(ended, CancellationToken.None);
        }
        catch (JournalException)
        {
            // It is why the run failed, and the outcome says so.
        }
        return ended;
    }

    /// <returns>Null when it is not worth doing.</returns>
    private async Task<Experiment?> OpenAsync(int n, ulong seed)
    {
        var past = _history.Find(n);
        if ((past?.Proposal ?? await ProposeAsync(n, seed)) is not { } proposal)
            return null;
        var recipe = _mixer.Mix(
            proposal.At.Formulation(_plan.Mixture.Components.Select(c => c.Name)), _plan.Mixture.Volume.Si,
            _plan.Mixture.Least.Si, _plan.Mixture.Resolution.Si);
        // A run that has not ended is taken up again; one that has ended without a result is done anew.
        var goesOn = past is { Attempts: > 0 } && !(RunStates.IsFinal(past.State) && past.State != RunState.Completed);
        var run = CampaignHistory.RunOf(n, (past?.Attempts ?? 0) + (goesOn ? 0 : 1));
        return new Experiment(
            n, run, proposal.At, recipe, goesOn && past!.State == RunState.Completed, past?.Mixed is not null);
    }

    private RunOrder OrderOf(Experiment experiment, string author) => new(
        experiment.Run, _protocol.Protocol, ArgumentsOf(experiment), BindingsOf(experiment.Number), author);

    // From 0. It is free: the experiment that was in it before has been observed.
    private int LaneOf(int experiment) => (experiment - 1) % _plan.Lanes;

    private Dictionary<string, InstrumentId> BindingsOf(int experiment)
    {
        var bindings = _protocol.Bindings.ToDictionary(b => b.Key, b => b.Value);
        foreach (var (role, instruments) in _plan.LaneRoles)
            bindings[role] = instruments[LaneOf(experiment)];
        return bindings;
    }

    private void Track(RunId run)
    {
        lock (_gate)
        {
            // What was asked for before it began concerns it, too.
            _current.Add(run);
            if (_asked is { } asked)
                _runs.TrySend(run, asked.Command, asked.By);
        }
    }

    private async Task<RunOutcome> FollowAsync(Experiment experiment, Task<RunOutcome> end)
    {
        try
        {
            var outcome = await end;
            return outcome.State switch
            {
                RunState.Completed => await ObserveAsync(experiment, outcome.Results),
                RunState.Failed when await LearnAsync(experiment) => outcome with { State = RunState.Completed },
                _ => outcome,
            };
        }
        catch (Exception e) when (e is FindingsException or JournalException)
        {
            return new RunOutcome(experiment.Run, RunState.Failed, e.Message, NoResults);
        }
        finally
        {
            lock (_gate)
                _current.Remove(experiment.Run);
        }
    }

    private static IReadOnlyDictionary<string, Measured> NoResults { get; } = new Dictionary<string, Measured>();

    /// <returns>Null when too little is expected to be gained.</returns>
    private async Task<Proposal?> ProposeAsync(int n, ulong seed)
    {
        var first = n - (n - 1) % _plan.Batch;
        var count = Math.Min(_plan.Batch, _plan.Experiments - first + 1);
        var known = first - _plan.Lanes;
        var seen = _history.Observed.Where(o => o.Experiment <= known)
            .Select(o => o.Observation.Named(_plan.Objective.Result)).ToList();
        var pending = _history.Experiments.Where(e => e.Number > known && e.Number < first)
            .Select(e => new Pending(e.Proposal.At)).ToList();
        // Each batch draws from a stream of its own, so that it follows from the journal alone.
        var proposals = _planner.Propose(
            Problem, new Evidence(seen)
            {
                Pending = pending,
                Suggested = Wanted(first),
                Vetoes = [.. _plan.Vetoes, .. _history.Vetoes.Select(v => v.Veto)],
            },
            count, seed * 1_000_003 + (ulong)first);
        if (proposals.Count < count)
            throw new ArgumentException($"the planner finds {proposals.Count} of {count} points for experiment {first} "
                + "and after: the space holds no more; take back a veto, or ask for fewer experiments");
        if (_history.Find(first) is null && (_settled = Settled(proposals, first)) is not null)
            return null;
        for (var i = 0; i < count; i++)
            if (_history.Find(first + i) is null)
                await _journal.AppendAsync(new Proposed(first + i, proposals[i]), CancellationToken.None);
        _history = _history.Since(_journal);
        return proposals[n - first];
    }

    /// <summary>Why nothing more is to be begun; null: something is.</summary>
    private string? Settled(IReadOnlyList<Proposal> proposals, int first)
    {
        if (_plan.LeastGain is not { } least
            || proposals.Any(p => !(p.Details.TryGetValue(Proposal.ExpectedGain, out var gain) && gain < least)))
            return null;
        var most = proposals.Max(p => p.Details[Proposal.ExpectedGain]);
        var unit = _plan.Objective.Unit.Symbol;
        return FormattableString.Invariant(
            $"ended before experiment {first}: it is expected to gain {most:G2} {unit}, less than {least:G6} {unit}");
    }

    /// <summary>What the file gives and people have suggested, without what was proposed before.</summary>
    private List<DesignPoint> Wanted(int first)
    {
        var wanted = _plan.Given.Concat(_history.Suggestions.Select(s => s.At)).ToList();
        foreach (var past in _history.Experiments.Where(e => e.Number < first))
            wanted.Remove(past.Proposal.At);
        return wanted;
    }

    /// <summary>Writes down that an experiment cannot be done, if the campaign may have one more of these.</summary>
    private async Task<bool> LearnAsync(Experiment experiment)
    {
        lock (_gate)
            if (_stoppedBy is not null || _failures >= _plan.Failures)
                return false;
            else
                _failures++;
        await _journal.AppendAsync(new Observed(experiment.Number, experiment.Run, new Observation(
            experiment.At, new Dictionary<string, Outcome>())
        { Failed = true }, null), CancellationToken.None);
        return true;
    }

    private Arguments ArgumentsOf(Experiment experiment)
    {
        var recipe = experiment.Recipe;
        var volume = new Dimension(Length: 3);
        var arguments = _plan.Mixture.StockArguments.ToDictionary(
            s => s.Value, s => new Argument(new Quantity(recipe.Volumes[s.Key], volume)));
        if (_plan.Mixture.MassArgument is { } mass)
            arguments[mass] = new Argument(new Quantity(recipe.Mass, new Dimension(Mass: 1)));
        foreach (var (name, value) in CampaignParameter.Arguments(_plan.Parameters, experiment.At))
            arguments[name] = value;
        foreach (var (name, values) in _plan.LaneArguments)
            arguments[name] = values[LaneOf(experiment.Number)];
        return new Arguments(arguments);
    }

    private IReadOnlyDictionary<string, Measured> Results(RunId run) =>
        ((Resulted)_journal.Find(new JournalQuery(typeof(Resulted)) { Run = run, Latest = 1 })[0].Event).Values;

    private async Task<RunOutcome> ObserveAsync(
        Experiment experiment, IReadOnlyDictionary<string, Measured> results)
    {
        var (n, run, recipe) = (experiment.Number, experiment.Run, experiment.Recipe);
        var mass = results[_plan.Mixture.MassResult];
        var (actual, volumes) = _mixer.Estimate(recipe, mass, _plan.Mixture.DoseUncertainty);
        actual = MadeElsewhere.In(results) ?? actual;
        if (!experiment.IsMixed)
            await _journal.AppendAsync(new Mixed(
                n, run, recipe.Nominal,
                recipe.Volumes.ToDictionary(v => v.Key, v => new Quantity(v.Value, new Dimension(Length: 3))),
                actual, volumes, mass), CancellationToken.None);
        var observation = new Observation(
            CampaignParameter.Done(_plan.Parameters, experiment.At, actual),
            _plan.Outcomes.ToDictionary(o => o.Result, o => Seen(results[o.Result], o.Unit)));
        await _journal.AppendAsync(
            new Observed(n, run, observation, results[_plan.Objective.Result]), CancellationToken.None);
        return new RunOutcome(run, RunState.Completed, "", results);
    }

    private static Outcome Seen(Measured value, Unit unit)
    {
        var deviation = value.Uncertainty.Si / unit.Scale;
        return new Outcome(value.Value.In(unit), deviation > 0 ? deviation : null);
    }

    /// <param name="HasEnded">Its run has, and only the result was not looked at.</param>
    /// <param name="IsMixed">What it contains has been written down already.</param>
    private sealed record Experiment(
        int Number, RunId Run, DesignPoint At, Recipe Recipe, bool HasEnded, bool IsMixed);
}
