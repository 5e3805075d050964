using Sdl.Core.Planning;
using Sdl.Planner.Fronts;
using Sdl.Runtime.Campaigns;

namespace Sdl.App.Reports;

/// <summary>Several objectives of a campaign: what was measured of them, which of it nothing beats, and how much that
/// dominates.</summary>
public sealed class Tradeoff
{
    private readonly IReadOnlyList<ObjectivePlan> _objectives;

    private Tradeoff(ReportData data, IReadOnlyList<(int, double[], bool)> measured)
    {
        _objectives = data.Plan.Objectives;
        Measured = measured;
        Reference = [.. _objectives.Select((o, k) => o.Reference ?? Worst(o, Measured.Select(m => m.Values[k])))];
        var allowed = Measured.Where(m => m.IsAllowed).ToList();
        Front = [.. ParetoFront.Of([.. allowed.Select(m => Gains(m.Values))]).Select(i => allowed[i])];
        Model = [.. data.Recommend().Where(p => _objectives.All(o => p.Predicted.ContainsKey(o.Result)))];
    }

    /// <summary>By experiment, in the units of the objectives; those that break a constraint are not allowed.</summary>
    public IReadOnlyList<(int Experiment, double[] Values, bool IsAllowed)> Measured { get; }

    /// <summary>Of the measured and allowed ones.</summary>
    public IReadOnlyList<(int Experiment, double[] Values, bool IsAllowed)> Front { get; }

    /// <summary>The front as the model expects it.</summary>
    public IReadOnlyList<Proposal> Model { get; }

    /// <summary>Where the hypervolume begins: as the campaign file says, else the worst that was measured.</summary>
    public double[] Reference { get; }

    /// <summary>Null unless there are several objectives, and all of them have been measured.</summary>
    public static Tradeoff? Of(ReportData data)
    {
        var objectives = data.Plan.Objectives;
        if (objectives.Count < 2 || objectives.Any(o => o.Desirability is not null))
            return null;
        var measured = data.History.Observed
            .Where(o => objectives.All(k => o.Observation.Values.ContainsKey(k.Result)))
            .Select(o => (o.Experiment,
                objectives.Select(k => o.Observation.Values[k.Result].Value).ToArray(),
                data.Plan.Constraints.All(c => Holds(c, o.Observation))))
            .ToList();
        return measured.Count == 0 ? null : new Tradeoff(data, measured);
    }

    /// <summary>The hypervolume after each experiment.</summary>
    public IReadOnlyList<(int Experiment, double Volume)> Volumes() =>
    [
        .. Measured.Select((m, i) => (m.Experiment, Hypervolume.Of(
            [.. Measured.Take(i + 1).Where(p => p.IsAllowed).Select(p => Gains(p.Values))], Gains(Reference)))),
    ];

    private static bool Holds(ConstraintPlan constraint, Observation seen) =>
        !seen.Values.TryGetValue(constraint.Result, out var value)
        || (value.Value >= (constraint.Min ?? double.NegativeInfinity)
            && value.Value <= (constraint.Max ?? double.PositiveInfinity));

    private double[] Gains(double[] values) =>
        [.. values.Select((v, k) => _objectives[k].Goal == Goal.Maximise ? v : -v)];

    private static double Worst(ObjectivePlan objective, IEnumerable<double> values) =>
        objective.Goal == Goal.Maximise ? values.Min() : values.Max();
}
