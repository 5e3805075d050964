using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Planning;

namespace Sdl.Lab.Tests.Reports;

/// <summary>The smallest planner that behaves like one: a Gaussian process with fixed length scales and a fixed grid of
/// candidates.</summary>
public sealed class KernelPlanner : IPlanner
{
    private const double Spread = 3.5, Noise = 0.12, FirstScale = 0.16, SecondScale = 0.035;

    public IReadOnlyList<Proposal> Propose(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> pending, int count,
        ulong seed)
    {
        var candidates = Candidates(space, 24);
        if (seen.Count < 6)
            return [new Proposal(
                candidates[candidates.Count * 7 / 11 * (seen.Count + (int)seed) % candidates.Count], null,
                $"Space-filling start, point {seen.Count + 1} of 6.", new Dictionary<string, double>())];
        var model = Predict(space, goal, seen, candidates, seed);
        var sign = goal == Goal.Maximise ? 1 : -1;
        var (at, p) = candidates.Zip(model).MaxBy(c => sign * c.Second.Mean + 1.2 * c.Second.Deviation);
        var why = p.Deviation > 0.5
            ? "The model knows little here, and the optimum may be hiding."
            : "The model expects a value near the best one here.";
        var details = new Dictionary<string, double> { ["acquisition"] = sign * p.Mean + 1.2 * p.Deviation };
        return [new Proposal(at, p, why, details)];
    }

    public Proposal? Recommend(SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, ulong seed)
    {
        if (seen.Count == 0)
            return null;
        var candidates = Candidates(space, 60);
        var sign = goal == Goal.Maximise ? 1 : -1;
        var (at, p) = candidates.Zip(Predict(space, goal, seen, candidates, seed)).MaxBy(c => sign * c.Second.Mean);
        return new Proposal(at, p, "The best mean of the model.", new Dictionary<string, double>());
    }

    public IReadOnlyList<Prediction> Predict(
        SearchSpace space, Goal goal, IReadOnlyList<Observation> seen, IReadOnlyList<Formulation> at, ulong seed)
    {
        var (x, y) = (space.Axes[0].Name, space.Axes[^1].Name);
        double Kernel(Formulation a, Formulation b) => Spread * Spread * Math.Exp(
            -0.5 * (Math.Pow((a[x] - b[x]) / FirstScale, 2) + Math.Pow((a[y] - b[y]) / SecondScale, 2)));
        var mean = seen.Average(o => o.Value);
        var gram = Matrix<double>.Build.Dense(seen.Count, seen.Count,
            (i, j) => Kernel(seen[i].At, seen[j].At) + (i == j ? Noise * Noise : 0)).Cholesky();
        var weights = gram.Solve(Vector<double>.Build.Dense(seen.Count, i => seen[i].Value - mean));
        return at.Select(place =>
        {
            var k = Vector<double>.Build.Dense(seen.Count, i => Kernel(place, seen[i].At));
            return new Prediction(mean + k * weights, Math.Sqrt(Math.Max(1e-4, Spread * Spread - k * gram.Solve(k))));
        }).ToList();
    }

    private static List<Formulation> Candidates(SearchSpace space, int n)
    {
        var (x, y, z) = (space.Axes[0], space.Axes[^1], space.Axes[1]);
        return (from i in Enumerable.Range(0, n + 1)
                from j in Enumerable.Range(0, n + 1)
                let a = x.Min + i * (x.Max - x.Min) / n
                let b = y.Min + j * (y.Max - y.Min) / n
                let parts = new Dictionary<string, double> { [x.Name] = a, [y.Name] = b, [z.Name] = 1 - a - b }
                let at = new Formulation(parts)
                where space.Contains(at)
                select at).ToList();
    }
}
