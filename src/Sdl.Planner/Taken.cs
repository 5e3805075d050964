using Sdl.Core.Planning;

namespace Sdl.Planner;

/// <summary>What may not be proposed: points that are vetoed, that cannot be made, or that would tell nothing
/// new.</summary>
internal sealed class Taken
{
    private readonly Problem _problem;
    private readonly Evidence _evidence;
    private readonly HashSet<DesignPoint> _known, _begun;

    public Taken(Problem problem, Evidence evidence)
    {
        (_problem, _evidence) = (problem, evidence);
        _known = [.. evidence.Seen.Where(TellsAll).Select(o => o.At)];
        _begun = [.. evidence.Pending.Select(p => p.At)];
    }

    public void Add(DesignPoint point) => _begun.Add(point);

    /// <summary>The first point that is new; where there is none, the first that is worth doing again.</summary>
    public DesignPoint? First(IEnumerable<DesignPoint?> points)
    {
        DesignPoint? again = null;
        foreach (var point in points)
        {
            if (point is null || !Allows(point)) continue;
            if (!_begun.Contains(point)) return point;
            if (_problem.Noise != UndeclaredNoise.None) again ??= point;
        }
        return again;
    }

    public bool IsBegun(DesignPoint point) => _begun.Contains(point);

    public bool Allows(DesignPoint point) => !_known.Contains(point)
        && _problem.Space.BlackBoxes.All(b => b.Allows(point)) && !_evidence.Vetoes.Any(v => v.Covers(point));

    /// <summary>It failed, or its values are exact: doing it again gives the same.</summary>
    private bool TellsAll(Observation o) => o.Failed
        || (o.Values.Count > 0 && o.Values.Values.All(v => v.Uncertainty == 0
            || (v.Uncertainty is null && _problem.Noise == UndeclaredNoise.None)));
}
