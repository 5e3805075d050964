using MathNet.Numerics.LinearAlgebra;
using Sdl.Core.Planning;

namespace Sdl.Lab.Tests.Reports;

/// <summary>The smallest planner that behaves like one: a Gaussian process with fixed length scales and a fixed grid of
/// candidates.</summary>
public sealed class KernelPlanner : IPlanner
{
    private const double Spread = 3.5, Noise = 0.12, FirstScale = 0.16, SecondScale = 0.035;

    public IReadOnlyList<Proposal> Propose(Problem problem, Evidence evidence, int count, ulong seed)
    {
        var (seen, objective) = (evidence.Seen, problem.Objectives[0]);
        var candidates = Candidates(problem.Space, 24);
        if (seen.Count < 6)
            return [new Proposal(
                candidates[candidates.Count * 7 / 11 * (seen.Count + (int)seed) % candidates.Count],
                new Dictionary<string, Prediction>(),
                $"Space-filling start, point {seen.Count + 1} of 6.", new Dictionary<string, double>())];
        var model = Predict(problem, evidence, objective.Name, candidates, seed);
        var sign = objective.Goal == Goal.Maximise ? 1 : -1;
        var (at, p) = candidates.Zip(model).MaxBy(c => sign * c.Second.Mean + 1.2 * c.Second.Deviation);
        var why = p.Deviation > 0.5
            ? "The model knows little here, and the optimum may be hiding."
            : "The model expects a value near the best one here.";
        var details = new Dictionary<string, double> { ["acquisition"] = sign * p.Mean + 1.2 * p.Deviation };
        return [new Proposal(at, new Dictionary<string, Prediction> { [objective.Name] = p }, why, details)];
    }

    public IReadOnlyList<Proposal> Recommend(Problem problem, Evidence evidence, ulong seed)
    {
        if (evidence.Seen.Count == 0)
            return [];
        var objective = problem.Objectives[0];
        var candidates = Candidates(problem.Space, 60);
        var sign = objective.Goal == Goal.Maximise ? 1 : -1;
        var (at, p) = candidates.Zip(Predict(problem, evidence, objective.Name, candidates, seed))
            .MaxBy(c => sign * c.Second.Mean);
        return [new Proposal(at, new Dictionary<string, Prediction> { [objective.Name] = p },
            "The best mean of the model.", new Dictionary<string, double>())];
    }

    public IReadOnlyList<Prediction> Predict(
        Problem problem, Evidence evidence, string outcome, IReadOnlyList<DesignPoint> at, ulong seed)
    {
        var seen = evidence.Seen;
        var (x, y) = (problem.Space.Parameters[0].Name, problem.Space.Parameters[^1].Name);
        double Away(DesignPoint a, DesignPoint b, string name) => (a.Number(name) ?? 0) - (b.Number(name) ?? 0);
        double Kernel(DesignPoint a, DesignPoint b) => Spread * Spread * Math.Exp(
            -0.5 * (Math.Pow(Away(a, b, x) / FirstScale, 2) + Math.Pow(Away(a, b, y) / SecondScale, 2)));
        var mean = seen.Average(o => o.Values[outcome].Value);
        var gram = Matrix<double>.Build.Dense(seen.Count, seen.Count,
            (i, j) => Kernel(seen[i].At, seen[j].At) + (i == j ? Noise * Noise : 0)).Cholesky();
        var weights = gram.Solve(Vector<double>.Build.Dense(seen.Count, i => seen[i].Values[outcome].Value - mean));
        return at.Select(place =>
        {
            var k = Vector<double>.Build.Dense(seen.Count, i => Kernel(place, seen[i].At));
            return new Prediction(mean + k * weights, Math.Sqrt(Math.Max(1e-4, Spread * Spread - k * gram.Solve(k))));
        }).ToList();
    }

    private static List<DesignPoint> Candidates(SearchSpace space, int n)
    {
        var parts = space.Parameters.Cast<ContinuousParameter>().ToList();
        var (x, y, z) = (parts[0], parts[^1], parts[1]);
        return (from i in Enumerable.Range(0, n + 1)
                from j in Enumerable.Range(0, n + 1)
                let a = x.Min + i * (x.Max - x.Min) / n
                let b = y.Min + j * (y.Max - y.Min) / n
                let amounts = parts.ToDictionary(
                    p => p.Name, p => p == x ? a : p == y ? b : p == z ? 1 - a - b : p.Min)
                let at = new DesignPoint(amounts)
                where space.Contains(at)
                select at).ToList();
    }
}
