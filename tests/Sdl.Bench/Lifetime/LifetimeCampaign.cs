using Sdl.Core.Planning;
using Sdl.Planner;
using Sdl.Planner.Numerics;

namespace Sdl.Bench.Lifetime;

/// <summary>A campaign for the longest life with four ways of measuring, in simulated time: which measurement, and
/// where, is the planner's choice; a measurement occupies what it needs, and its result comes when it is
/// done.</summary>
/// <remarks>Times, costs and noise: reference/physics.md, section 5. Costs are days of what is occupied. A batch that
/// is built for cycling has its conductivity measured first, and one that is cycled to its end has passed cycle 40 on
/// the way: both are told when they are known.</remarks>
internal sealed class LifetimeCampaign
{
    private const string Outcome = "log_life", Conductivity = "conductivity", Simulation = "simulation",
        Fade = "fade_40", Life = "end_of_life";

    // Of what is expected to be gained, in standard deviations of the target.
    private const double Trifle = 1e-3;

    // Days.
    private const double Measuring = 0.25 / 24, Simulating = 4.0 / 24, Building = 0.17, Forming = 2.5, Cycle = 0.1118,
        Forty = Building + Forming + 40 * Cycle;

    private readonly int _blocks;
    private readonly ulong _seed;
    private readonly Draws _noise;
    private readonly IPlanner _planner = new GaussianProcessPlanner();
    private readonly List<Observation> _seen = [];
    private readonly List<Running> _running = [];
    private double _day;

    /// <param name="blocks">Of eight channels each.</param>
    private LifetimeCampaign(int blocks, ulong seed) => (_blocks, _seed, _noise) = (blocks, seed, new Draws(seed));

    public static Problem Problem { get; } = new(LifetimeTruth.Space, [new Objective(Outcome, Goal.Maximise)])
    {
        Sources =
        [
            new Source(Conductivity, Measuring)
            {
                Delay = TimeSpan.FromDays(Measuring), Correlation = 0.87,
            },
            new Source(Simulation, Simulating) { Delay = TimeSpan.FromDays(Simulating), Correlation = 0.85 },
            new Source(Fade, Forty) { Delay = TimeSpan.FromDays(Forty), Correlation = -0.93 },
            new Source(Life, Building + Forming + 350 * Cycle, true)
            {
                Delay = TimeSpan.FromDays(Building + Forming + 350 * Cycle),
            },
        ],
    };

    /// <summary>The same with nothing but the tests of cells to be asked.</summary>
    private static Problem Cycling { get; } = Problem with
    {
        Sources = [.. Problem.Sources.Select(
            s => s.Name is Fade or Life ? s : s with { Cost = double.PositiveInfinity })],
    };

    /// <returns>Regret, as a part of the longest life, of what is recommended at each of the days; and how often each
    /// source was asked.</returns>
    public static (double[] Regrets, Dictionary<string, int> Asked) Run(int blocks, ulong seed, double[] days)
    {
        var campaign = new LifetimeCampaign(blocks, seed);
        var asked = Problem.Sources.ToDictionary(s => s.Name, _ => 0);
        var regrets = new double[days.Length];
        for (var i = 0; i < days.Length; i++)
        {
            while (campaign.Begin(days[^1], asked) || campaign.Wait(days[i])) { }
            campaign._day = days[i];
            regrets[i] = campaign.Regret();
        }
        return (regrets, asked);
    }

    /// <summary>Begins what the planner wants, if what it needs is free.</summary>
    private bool Begin(double until, Dictionary<string, int> asked)
    {
        if (_running.Count(r => r.Blocks) >= _blocks && _running.Exists(r => r.Source == Conductivity)) return false;
        var pending = _running.Select(r => new Pending(r.At, r.Source)).ToList();
        var evidence = new Evidence(_seen) { Pending = pending, TimeLeft = TimeSpan.FromDays(until - _day) };
        var free = _running.Count(r => r.Blocks) < _blocks;
        if (Ask(Problem, evidence) is not { } proposal) return false;
        // What tells next to nothing is not worth the hands; channels, however, do not stand idle.
        if (IsTrifle(proposal))
        {
            if (!free || Ask(Cycling, evidence) is not { } other) return false;
            proposal = other;
        }
        var cycles = proposal.Source is Fade or Life;
        if (cycles ? !free : _running.Exists(r => r.Source == proposal.Source))
            return false;
        asked[proposal.Source]++;
        var truth = LifetimeTruth.At(proposal.At);
        if (proposal.Source == Simulation) Add(proposal.At, Simulation, Simulating);
        else Add(proposal.At, Conductivity, Measuring);
        if (cycles) Add(proposal.At, Fade, Forty, proposal.Source == Fade);
        if (proposal.Source == Life) Add(proposal.At, Life, Building + Forming + truth.Life * Cycle, true);
        return true;

        void Add(DesignPoint at, string source, double takes, bool blocks = false) =>
            _running.Add(new Running(at, source, truth, _day + takes, blocks));
    }

    private Proposal? Ask(Problem problem, Evidence evidence)
    {
        var seed = 1_000_003 * _seed + (ulong)(_seen.Count + evidence.Pending.Count);
        return _planner.Propose(problem, evidence, 1, seed) is [var one] ? one : null;
    }

    private static bool IsTrifle(Proposal proposal) => proposal.Source is Conductivity or Simulation
        && proposal.Details.TryGetValue($"information.{proposal.Source}", out var told) && told < Trifle;

    /// <summary>Until the next result, if that comes in time.</summary>
    private bool Wait(double until)
    {
        if (_running.Count == 0 || _running.MinBy(r => r.Ends) is not { } next || next.Ends > until) return false;
        _day = next.Ends;
        _running.Remove(next);
        _seen.Add(Measured(next));
        return true;
    }

    private Observation Measured(Running done)
    {
        var truth = done.Truth;
        var cells = Math.Sqrt(8);
        // All in logarithms: what counts are ratios.
        var (value, deviation) = done.Source switch
        {
            Conductivity => (Math.Log(truth.Conductivity), 0.016),
            Simulation => (Math.Log(truth.Simulated(done.At)), 0.001),
            Fade => (Math.Log(truth.Fade), 0.004 / cells / truth.Fade),
            _ => (Math.Log(truth.Life), 0.176 / cells),
        };
        return Observation.Of(done.At, Outcome, value + deviation * _noise.Normal(), deviation) with
        {
            Source = done.Source,
        };
    }

    private double Regret() => _planner.Recommend(Problem, new Evidence(_seen), _seed) is [var best]
        ? 1 - LifetimeTruth.At(best.At).Life / LifetimeTruth.Longest : 1;

    private sealed record Running(DesignPoint At, string Source, LifetimeTruth Truth, double Ends, bool Blocks);
}
