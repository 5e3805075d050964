using System.Globalization;
using System.Text.Json;
using Sdl.Planner.Spaces;
using Sdl.Tests.Planner.Suite;

namespace Sdl.Bench.Planning;

/// <summary>Where every planner began: the shared scrambled Sobol designs, and for further seeds scrambled Sobol
/// designs of our own, which are mapped in the same manner.</summary>
internal sealed class InitialDesigns
{
    private readonly JsonElement _shared =
        JsonDocument.Parse(File.ReadAllText(SharedPlannerData.Find("initial_designs.json"))).RootElement;

    // What the peers measured there, where there was noise.
    private readonly Dictionary<(string, int, int), double> _measured = [];

    public InitialDesigns()
    {
        foreach (var row in SharedPlannerData.Table("peers-traces.csv.gz"))
            if (SuiteProblems.All.FirstOrDefault(p => p.Name == row[0]) is { Noise: > 0 } problem
                && Whole(row[3]) <= problem.Initial)
                _measured[(row[0], Whole(row[2]), Whole(row[3]))] = double.Parse(row[8], CultureInfo.InvariantCulture);
    }

    public IReadOnlyList<double[]> Of(SuiteProblem problem, int seed) =>
        _shared.TryGetProperty(problem.Name, out var designs)
            && designs.TryGetProperty(seed.ToString(CultureInfo.InvariantCulture), out var points)
                ? [.. points.EnumerateArray().Select(x => x.EnumerateArray().Select(v => v.GetDouble()).ToArray())]
                : Own(problem, seed);

    /// <summary>The noisy value that the peers got from a point of the initial design, counted from 1; null where
    /// nobody has.</summary>
    public double? Measured(SuiteProblem problem, int seed, int number) =>
        _measured.TryGetValue((problem.Name, seed, number), out var value) ? value : null;

    private static List<double[]> Own(SuiteProblem problem, int seed)
    {
        var sobol = new Sobol(problem.Dimension - (problem.IsMixture ? 1 : 0), 1000 + (ulong)seed);
        var points = new List<double[]>();
        for (var i = 0u; i < problem.Initial; i++)
        {
            var u = new double[sobol.Dimension];
            sobol.Point(i, u);
            points.Add(problem.IsMixture ? Simplex(u) : Scaled(problem, u));
        }
        return points;
    }

    private static double[] Scaled(SuiteProblem problem, double[] u)
    {
        var x = u.Zip(problem.Bounds, (v, b) => b.Min + v * (b.Max - b.Min)).ToArray();
        for (var k = 0; k < problem.Levels.Length; k++)
            x[k] = Math.Floor(u[k] * problem.Levels[k].Length);
        return x;
    }

    /// <summary>The unit cube onto all mixtures of one component more, evenly: each takes its share of the
    /// rest.</summary>
    private static double[] Simplex(double[] u)
    {
        var (x, rest) = (new double[u.Length + 1], 1.0);
        for (var i = 0; i < u.Length; i++)
        {
            x[i] = rest * (1 - Math.Pow(1 - u[i], 1.0 / (u.Length - i)));
            rest -= x[i];
        }
        x[^1] = rest;
        return x;
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
