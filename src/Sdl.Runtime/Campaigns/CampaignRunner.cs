using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Records;
using Sdl.Core.Runs;
using Sdl.Core.Units;
using Sdl.Runtime.Checking;
using Sdl.Runtime.Engine;
using Sdl.Runtime.Runs;

namespace Sdl.Runtime.Campaigns;

/// <summary>Runs a campaign: propose, mix, run, observe, until all experiments are done. Everything it needs to know it
/// reads from the journal, so it can be taken up again at any point.</summary>
public sealed class CampaignRunner
{
    private readonly CampaignPlan _plan;
    private readonly BoundProtocol _protocol;
    private readonly IPlanner _planner;
    private readonly IJournal _journal;
    private readonly IRunService _runs;
    private readonly StockMixer _mixer;
    private readonly Lock _gate = new();
    private CampaignHistory? _history;
    private RunId? _current;
    private (RunCommand Command, string By)? _asked;
    private string? _stoppedBy;

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
        Space = CampaignChecker.Space(plan, _mixer);
    }

    public SearchSpace Space { get; }

    /// <summary>Passes a command on to the current run; a stop or abort also ends the campaign after it.</summary>
    public void Send(RunCommand command, string by)
    {
        lock (_gate)
        {
            if (command is RunCommand.Stop or RunCommand.Abort)
                _stoppedBy = by;
            _asked = command == RunCommand.Resume ? null : (command, by);
            if (_current is { } current)
                _runs.TrySend(current, command, by);
        }
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
        var history = History();
        if (history.Started is { } started)
            identity = started;
        else
            await _journal.AppendAsync(identity, CancellationToken.None);
        for (var n = 1; n <= _plan.Experiments; n++)
        {
            if (_stoppedBy is { } by)
                return await EndAsync(RunState.Stopped, $"stopped by {by} before experiment {n}");
            var past = history.Find(n);
            if (past?.Observed is not null)
                continue;
            var outcome = await ExperimentAsync(n, past, identity);
            if (outcome.State != RunState.Completed)
                return await EndAsync(outcome.State, outcome.Why);
            history = History();
        }
        return await EndAsync(RunState.Completed, "");
    }

    /// <summary>All that the journal tells of the campaign by now; each event is read once.</summary>
    private CampaignHistory History()
    {
        lock (_gate)
            return _history = _history?.Since(_journal) ?? CampaignHistory.Of(_journal);
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

    private async Task<RunOutcome> ExperimentAsync(int n, PastExperiment? past, CampaignStarted identity)
    {
        var proposal = past?.Proposal ?? await ProposeAsync(n, identity.Seed);
        var recipe = _mixer.Mix(
            proposal.At, _plan.Mixture.Volume.Si, _plan.Mixture.Least.Si, _plan.Mixture.Resolution.Si);
        // A run that has not ended is taken up again; one that has ended without a result is done anew.
        var goesOn = past is { Attempts: > 0 } && !(RunStates.IsFinal(past.State) && past.State != RunState.Completed);
        var run = CampaignHistory.RunOf(n, (past?.Attempts ?? 0) + (goesOn ? 0 : 1));
        if (goesOn && past!.State == RunState.Completed)
            return await ObserveAsync(n, run, recipe, Results(run));
        var outcome = await RunAsync(new RunOrder(
            run, _protocol.Protocol, Arguments(recipe), _protocol.Bindings, identity.Author));
        return outcome.State == RunState.Completed ? await ObserveAsync(n, run, recipe, outcome.Results) : outcome;
    }

    private async Task<RunOutcome> RunAsync(RunOrder order)
    {
        try
        {
            return await _runs.SubmitAsync(order, run =>
            {
                lock (_gate)
                {
                    // What was asked for between two runs concerns the next one.
                    _current = run;
                    if (_asked is { } asked)
                        _runs.TrySend(run, asked.Command, asked.By);
                }
            });
        }
        catch (FindingsException e)
        {
            return new RunOutcome(order.Id, RunState.Failed, e.Message, new Dictionary<string, Measured>());
        }
        finally
        {
            lock (_gate)
                _current = null;
        }
    }

    private async Task<Proposal> ProposeAsync(int n, ulong seed)
    {
        var seen = History().Observed.Select(o => o.Observation).ToList();
        // Each proposal draws from a stream of its own, so that it follows from the journal alone.
        var proposal = _planner.Propose(Space, _plan.Objective.Goal, seen, [], 1, seed * 1_000_003 + (ulong)n)[0];
        await _journal.AppendAsync(new Proposed(n, proposal), CancellationToken.None);
        return proposal;
    }

    private Arguments Arguments(Recipe recipe)
    {
        var volume = new Dimension(Length: 3);
        var arguments = _plan.Mixture.StockArguments.ToDictionary(
            s => s.Value, s => new Argument(new Quantity(recipe.Volumes[s.Key], volume)));
        if (_plan.Mixture.MassArgument is { } mass)
            arguments[mass] = new Argument(new Quantity(recipe.Mass, new Dimension(Mass: 1)));
        return new Arguments(arguments);
    }

    private IReadOnlyDictionary<string, Measured> Results(RunId run) =>
        ((Resulted)_journal.Find(new JournalQuery(typeof(Resulted)) { Run = run, Latest = 1 })[0].Event).Values;

    private async Task<RunOutcome> ObserveAsync(
        int n, RunId run, Recipe recipe, IReadOnlyDictionary<string, Measured> results)
    {
        var mass = results[_plan.Mixture.MassResult];
        var (actual, volumes) = _mixer.Estimate(recipe, mass, _plan.Mixture.DoseUncertainty);
        if (History().Find(n)?.Mixed is null)
            await _journal.AppendAsync(new Mixed(
                n, run, recipe.Nominal,
                recipe.Volumes.ToDictionary(v => v.Key, v => new Quantity(v.Value, new Dimension(Length: 3))),
                actual, volumes, mass), CancellationToken.None);
        var value = results[_plan.Objective.Result];
        var unit = _plan.Objective.Unit;
        var deviation = value.Uncertainty.Si / unit.Scale;
        var observation = new Observation(actual, value.Value.In(unit), deviation > 0 ? deviation : null);
        await _journal.AppendAsync(new Observed(n, run, observation, value), CancellationToken.None);
        return new RunOutcome(run, RunState.Completed, "", results);
    }
}
