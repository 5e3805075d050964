using Sdl.Core.Instruments;
using Sdl.Core.Planning;
using Sdl.Core.Protocols;
using Sdl.Core.Units;

namespace Sdl.Runtime.Campaigns;

/// <summary>A closed loop over runs, as the campaign file says.</summary>
/// <param name="ProtocolPath">Relative to the campaign file.</param>
/// <param name="Digest">SHA-256 of the file, hex.</param>
public sealed record CampaignPlan(
    string Name, string Description, string Digest, string ProtocolPath, string LabPath, int Experiments, ulong Seed,
    ObjectivePlan Objective, MixturePlan Mixture, ReferenceOptimum? Reference, Mark At)
{
    /// <summary>How many experiments are in flight at once, at most.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>It ends before all experiments are done when the next is expected to gain less than this, in the unit
    /// of the objective. Null: it does not.</summary>
    public double? LeastGain { get; init; }

    /// <summary>How many proposals the planner makes at once.</summary>
    public int Batch { get; init; } = 1;

    /// <summary>Instruments that every lane has to itself: for a role, that of the first lane, of the second, and so
    /// on. Experiment n is in lane (n - 1) mod <see cref="Lanes"/> + 1, which is free when it begins.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<InstrumentId>> LaneRoles { get; init; } =
        new Dictionary<string, IReadOnlyList<InstrumentId>>();

    /// <summary>Parameters of the protocol that differ from lane to lane: where a lane's places are.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Argument>> LaneArguments { get; init; } =
        new Dictionary<string, IReadOnlyList<Argument>>();

    /// <summary>Further objectives. Without desirabilities the answer is then a Pareto front.</summary>
    public IReadOnlyList<ObjectivePlan> Others { get; init; } = [];

    /// <summary>What has to stay within limits.</summary>
    public IReadOnlyList<ConstraintPlan> Constraints { get; init; } = [];

    /// <summary>What is assumed about results that come without an uncertainty.</summary>
    public UndeclaredNoise Noise { get; init; } = UndeclaredNoise.Learned;

    /// <summary>Parameters of the protocol, beside the mixture, that the planner sets. Numbers count in the parameter's
    /// unit.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Of components and parameters together.</summary>
    public IReadOnlyList<LinearConstraint> Linear { get; init; } = [];

    /// <summary>Experiments that a person wants first.</summary>
    public IReadOnlyList<DesignPoint> Given { get; init; } = [];

    /// <summary>Parts of the space that a person rules out.</summary>
    public IReadOnlyList<Veto> Vetoes { get; init; } = [];

    /// <summary>Experiments that may fail: the planner learns that they cannot be done, and the campaign goes on.
    /// </summary>
    public int Failures { get; init; }

    /// <summary>All objectives, the first one first.</summary>
    public IReadOnlyList<ObjectivePlan> Objectives => [Objective, .. Others];

    /// <summary>In which the planner sees each result that it is told.</summary>
    public IEnumerable<(string Result, Unit Unit)> Outcomes =>
        Objectives.Select(o => (o.Result, o.Unit)).Concat(Constraints.Select(c => (c.Result, c.Unit))).Distinct();
}

/// <param name="Result">The protocol's result that counts.</param>
/// <param name="Unit">In which the planner and the report see it.</param>
/// <param name="Reference">The worst value that is of any use, in the unit.</param>
public sealed record ObjectivePlan(
    string Result, Goal Goal, Unit Unit, double? Reference = null, Desirability? Desirability = null);

/// <param name="Min">In the unit; null: no limit.</param>
/// <param name="Max">In the unit; null: no limit.</param>
public sealed record ConstraintPlan(string Result, Unit Unit, double? Min, double? Max);

/// <summary>How a formulation becomes stock volumes and those become arguments of the protocol.</summary>
/// <param name="Components">Mole fraction bounds of each component.</param>
/// <param name="Volume">Of one batch.</param>
/// <param name="Least">The smallest volume that is dispensed; below it a stock is left out.</param>
/// <param name="Resolution">Volumes are whole multiples of it.</param>
/// <param name="DoseUncertainty">Relative standard deviation of one dispensed volume.</param>
/// <param name="StockArguments">Protocol parameter by stock.</param>
/// <param name="MassArgument">Protocol parameter that takes the expected mass, or null.</param>
/// <param name="MassResult">Protocol result that gives the weighed mass.</param>
public sealed record MixturePlan(
    IReadOnlyList<ContinuousParameter> Components, Quantity Volume, Quantity Least, Quantity Resolution,
    double DoseUncertainty,
    IReadOnlyDictionary<string, string> StockArguments, string? MassArgument, string MassResult);

/// <summary>A known best value, to measure a dry run by.</summary>
/// <param name="Temperature">At which it was computed.</param>
public sealed record ReferenceOptimum(Quantity Value, Quantity Temperature, string Source);
